"""What an expression may evaluate to: a set of abstract values, finite by construction.

An `Object` remembers the node that made it (its origin), so that "which call does this attribute
read?" has an exact answer, several answers, or none.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass

Scalar = str | bytes | int | float | complex | bool | None
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda

MAX_CONSTANTS = 8  # more constants than this in one set become "some str", "some int", …
MAX_PATH = 10
MAX_AWAITS = 3


@dataclass(frozen=True, slots=True)
class Unknown:
    """Anything at all."""


@dataclass(frozen=True, slots=True)
class Constant:
    """A literal; `kind` keeps 1, 1.0 and True apart, which Python's equality does not."""

    value: Scalar
    kind: str


@dataclass(frozen=True, slots=True)
class Symbol:
    """Something imported, by its dotted path."""

    path: str


@dataclass(frozen=True, slots=True)
class Object:
    """An object of a named type; `path` leads from what `origin` made to this part of it."""

    type: str
    origin: ast.AST | None = None
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Function:
    """A function or lambda of the program."""

    node: FunctionNode


@dataclass(frozen=True, slots=True)
class Class:
    """A class of the program."""

    node: ast.ClassDef


@dataclass(frozen=True, slots=True)
class Instance:
    """An instance of a class of the program; all instances share one table of attributes."""

    node: ast.ClassDef


@dataclass(frozen=True, slots=True)
class Parents:
    """What `super()` gives in a method: its object, as the classes know it that its own derives
    from.
    """

    receiver: Instance | Class


@dataclass(frozen=True, slots=True)
class Module:
    """A module of the program, of which a module of it has hold; its attributes are its globals."""

    node: ast.Module


@dataclass(frozen=True, slots=True)
class Method:
    """A method of an object that is not called yet; `at` is the expression that took it."""

    receiver: Object | Instance | Class
    name: str
    function: FunctionNode | None = None
    at: ast.AST | None = None


@dataclass(frozen=True, slots=True)
class Partial:
    """`functools.partial(function, …)`; `call` is the expression holding the early arguments."""

    function: Function | Method | Symbol
    call: ast.Call


@dataclass(frozen=True, slots=True)
class Awaitable:
    """What `await` (or `.result()`) turns into `value`."""

    value: Value


Value = (
    Unknown
    | Constant
    | Symbol
    | Object
    | Function
    | Class
    | Instance
    | Parents
    | Module
    | Method
    | Partial
    | Awaitable
)
Values = frozenset[Value]

UNKNOWN = Unknown()
ANYTHING: Values = frozenset({UNKNOWN})
NOTHING: Values = frozenset()
NONE = Constant(None, "NoneType")
TEXT = Object("str")


def constant(value: Scalar) -> Constant:
    """The abstract value of a literal."""
    return Constant(value, type(value).__name__)


def one(value: Value) -> Values:
    """The set of just this value."""
    return frozenset({value})


def join(sets: Iterable[Values]) -> Values:
    """Everything that any of `sets` may be; long runs of constants widen to their type."""
    merged = NOTHING.union(*sets)
    if len(merged) <= MAX_CONSTANTS:
        return merged
    constants = [v for v in merged if isinstance(v, Constant) and v.value is not None]
    if len(constants) <= MAX_CONSTANTS:
        return merged
    return merged.difference(constants) | {Object(c.kind) for c in constants}


def awaiting(values: Values) -> Values:
    """What a call gives whose result `values` are, once it is awaited.

    A coroutine function may hand on what it got without awaiting it, and so be its own result:
    what takes more awaits than `MAX_AWAITS` is unknown.
    """
    return frozenset(UNKNOWN if _awaits(v) >= MAX_AWAITS else Awaitable(v) for v in values)


def _awaits(value: Value) -> int:
    count = 0
    while isinstance(value, Awaitable):
        value, count = value.value, count + 1
    return count


def element_type(type_name: str) -> str | None:
    """`"X"` of `"list[X]"`, else None."""
    if type_name.startswith("list[") and type_name.endswith("]"):
        return type_name[5:-1]
    return None


def typed(expression: str, origin: ast.AST | None = None, path: tuple[str, ...] = ()) -> Values:
    """The values of a type expression: `"str"`, `"list[Part]"`, `"str | None"`, `"?"`, …"""
    if expression == "?":
        return ANYTHING
    if " | " in expression and not expression.startswith(("await ", "list[")):
        return join([typed(member, origin, path) for member in expression.split(" | ")])
    if expression == "None":
        return one(NONE)
    if expression.startswith("await "):
        return frozenset(Awaitable(v) for v in typed(expression[6:], origin, path))
    return one(Object(expression, origin, path[-MAX_PATH:]))


def shown_text(values: Values) -> Values:
    """The text of one object, or of errors that were caught; nothing of anything else."""
    made = [v for v in values if isinstance(v, Object) and v.origin is not None]
    errors = [v for v in made if v.type.startswith("exception ")]
    if not errors and (len({(v.origin, v.path) for v in made}) != 1 or len(made) != len(values)):
        return NOTHING
    shown = join([typed("str", v.origin, (*v.path, "str()")) for v in errors or made])
    return shown | {TEXT} if errors and len(errors) != len(values) else shown


def is_none(value: Value) -> bool:
    """Whether the value is None."""
    return isinstance(value, Constant) and value.value is None


def may_be(values: Values, *types: str) -> bool:
    """Whether one of the values is an object of one of the types."""
    return any(isinstance(v, Object) and v.type in types for v in values)


def are_all(values: Values, *types: str) -> bool:
    """Whether there are values, and all of them are objects of one of the types."""
    return bool(values) and all(isinstance(v, Object) and v.type in types for v in values)


def is_text(value: Value) -> bool:
    """Whether the value is certainly a `str`."""
    if isinstance(value, Constant):
        return value.kind == "str"
    return isinstance(value, Object) and value.type == "str"


def promised_by(default: Values, values: Values) -> Values:
    """`values`, where `default` stands in for what is missing: if that is text, all is text."""
    texts = bool(default) and all(isinstance(v, Constant) and is_text(v) for v in default)
    return (values - ANYTHING) | {TEXT} if texts and UNKNOWN in values else values
