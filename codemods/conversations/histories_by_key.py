"""A dict that keeps a list of turns under each key, and the spots where one is taken from it."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from codemods.conversations.list_histories import History, Spot


@dataclass(slots=True)
class Sessions:
    """A dict of conversations: the history that stands for any of them, and the dict itself."""

    history: History
    made: list[ast.stmt] = field(default_factory=list)
    """The statements that make the dict."""
    picks: dict[ast.stmt, Spot] = field(default_factory=dict)
    """`history = sessions[user]`: a name for the list of one key."""
    returns: set[ast.stmt] = field(default_factory=set)
    """`sessions[user] = history`: what was picked is put back."""
    openings: dict[ast.stmt, ast.If] = field(default_factory=dict)
    """`sessions[user] = []` -> the `if user not in sessions:` it stands in by itself."""
    counted: bool = False
    """Whether the program looks at which keys there are."""


def spot_at(node: ast.expr) -> Spot | None:
    """The spot of `sessions[key]`, `sessions.setdefault(key, [])` or `sessions.get(key, [])`."""
    if isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Slice):
        return Spot(node.value, node.slice)
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or) and len(node.values) == 2:
        first, last = node.values
        asked = isinstance(first, ast.Call) and len(first.args) == 1 and method_of(first) == "get"
        return _spot_of_call(first) if asked and is_empty(last) else None
    if isinstance(node, ast.Call) and method_of(node) in {"get", "setdefault"}:
        if len(node.args) == 2 and is_empty(node.args[1]) and not node.keywords:
            return _spot_of_call(node)
    return None


def method_of(call: ast.Call) -> str:
    """The method that is called, by its name."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def _spot_of_call(call: ast.expr) -> Spot:
    assert isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
    return Spot(call.func.value, call.args[0])


def is_empty(node: ast.expr) -> bool:
    """`[]`."""
    return isinstance(node, ast.List) and not node.elts


def position_of(node: ast.expr) -> tuple[int, int, int]:
    """Where an expression stands; before those inside it."""
    return node.lineno, node.col_offset, -(node.end_col_offset or 0)
