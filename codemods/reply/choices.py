"""Sides of a choice: `reply.parts if reply else []`, `reply and reply.parts`, and defaults."""

from __future__ import annotations

import ast
from collections.abc import Callable

from codemods.reply.path_kinds import is_field, is_nothing, is_response
from migrator.plan import Draft
from migrator.understand.facts import origin_of
from migrator.understand.values import Constant, Value

Truth = Callable[[ast.expr], bool | None]


def read_side(node: ast.expr) -> ast.expr | None:
    """The side of a choice that reads something, where the other one stands for nothing."""
    if isinstance(node, ast.IfExp):
        sides = [side for side in (node.body, node.orelse) if not is_nothing(side)]
        return sides[0] if len(sides) == 1 else None
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
        return node.values[-1]
    return None


def whole_choice(draft: Draft, node: ast.expr) -> ast.expr:
    """The choice that `node` is the reading side of, or `node` itself."""
    parent = draft.facts.structure.parent(node)
    if isinstance(parent, ast.expr) and read_side(parent) is node:
        return whole_choice(draft, parent)
    return node


def inmost(node: ast.expr) -> ast.expr:
    """What is read in the end, of choices within each other."""
    side = read_side(node)
    return node if side is None else inmost(side)


def is_taken(draft: Draft, value: Value, truth: Truth) -> bool | None:
    """Whether what a choice comes to is `value`; None where that is open, or there is none.

    The default of `getattr(reply, "parts", [])` never is: each reply has the attribute.
    """
    if isinstance(value, Constant) and value.value is None:
        return False  # it goes the way of what is missing
    origin = origin_of(value)
    choice = draft.facts.structure.parent(origin) if origin is not None else None
    if isinstance(choice, ast.IfExp) and origin is not choice.test:
        known = truth(choice.test)
        return None if known is None else (origin is choice.body) is known
    if isinstance(choice, ast.Call) and getattr(choice.func, "id", "") == "getattr":
        if choice.args[2:] == [origin] and is_field(draft, choice.args[0], choice.args[1]):
            there = is_response(draft, choice.args[0]) or truth(choice.args[0])
            return None if there is None else not there
    return None


def is_open(draft: Draft, value: Value, truth: Truth) -> bool:
    """Whether `value` is a side of a choice that nothing in view decides."""
    origin = origin_of(value)
    choice = draft.facts.structure.parent(origin) if origin is not None else None
    sides = (choice.body, choice.orelse) if isinstance(choice, ast.IfExp) else ()
    return origin in sides and is_taken(draft, value, truth) is None
