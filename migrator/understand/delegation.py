"""Objects that hand on what they are asked for: `__getattr__` that gives `getattr(other, name)`."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from migrator.understand.values import Function, FunctionNode, Values

ASKED = "__getattr__"


def delegate(methods: Values) -> tuple[FunctionNode, ast.expr] | None:
    """The function that hands on whatever is asked for, and what it asks instead.

    `methods` is what a class has for `__getattr__`: one function, of one statement.
    """
    if len(methods) != 1:
        return None
    function = next(iter(methods))
    if not isinstance(function, Function) or isinstance(function.node, ast.Lambda):
        return None
    node = function.node
    told = _told(node.body)
    names = [a.arg for a in node.args.args]
    if told is None or len(names) != 2 or node.decorator_list:
        return None
    return (node, told.args[0]) if ast.unparse(told.args[1]) == names[1] else None


def _told(body: Sequence[ast.stmt]) -> ast.Call | None:
    """The `getattr(other, name)` that a body of that statement alone returns."""
    statements = [s for s in body if not _is_text(s)]
    if len(statements) != 1 or not isinstance(statements[0], ast.Return):
        return None
    call = statements[0].value
    plain = isinstance(call, ast.Call) and len(call.args) == 2 and not call.keywords
    return call if plain and ast.unparse(call.func) == "getattr" else None  # type: ignore[union-attr, return-value]


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
