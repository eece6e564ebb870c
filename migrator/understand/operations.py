"""What operators and `await` make of a value."""

from __future__ import annotations

import ast

from migrator.understand.access import CONTAINERS
from migrator.understand.values import (
    ANYTHING,
    UNKNOWN,
    Awaitable,
    Constant,
    Object,
    Value,
    Values,
    constant,
)


def negative(value: Value, operator: ast.unaryop) -> Value:
    """`-1` of `1`; of anything but a number, something of the same type."""
    if isinstance(value, Constant):
        number = value.value
        if isinstance(operator, ast.USub) and isinstance(number, (int, float)):
            return constant(-number)
        return Object(value.kind)
    return value


def awaited(values: Values) -> Values:
    """What `await` makes of `values`.

    What a call gives that was not taken for awaitable is so all the same: only its receiver,
    which could not be traced, was taken for another.
    """
    return frozenset(_awaited(value) for value in values)


def _awaited(value: Value) -> Value:
    if isinstance(value, Awaitable):
        return value.value
    called = isinstance(value, Object) and isinstance(value.origin, ast.Call) and not value.path
    return value if called else UNKNOWN


def is_sum_of_lists(left: Values, right: Values) -> bool:
    """Whether two lists are added up; one that is in view tells what the other must be."""
    first, second = are_containers(left), are_containers(right)
    return (first or left == ANYTHING) and (second or right == ANYTHING) and (first or second)


def are_containers(values: Values) -> bool:
    """Whether values are containers made in view, or lists of a known type."""
    return bool(values) and all(
        isinstance(v, Object) and (v.type in CONTAINERS or v.type.startswith("list["))
        for v in values
    )
