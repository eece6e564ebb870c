"""Calls that run no function of the program, though what they call can't be followed."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Collection

from migrator.plan import Draft
from migrator.understand.values import Class, Value

ERRORS = frozenset(
    name
    for name, value in vars(builtins).items()
    if isinstance(value, type) and issubclass(value, BaseException)
)
PLAIN_METHODS = frozenset(
    name for kind in (str, bytes, list, dict, set) for name in dir(kind) if name[0] != "_"
)


def stays_outside(draft: Draft, node: ast.Call, callees: Collection[Value]) -> bool:
    """Whether a call can't enter a function of the program by itself.

    It makes an error of the program's own, or calls a method that nothing in the program is called
    like: `pattern.findall(page)`. Functions that it is given are another matter.
    """
    if callees and all(isinstance(v, Class) and _is_error(draft, v.node) for v in callees):
        return True
    if not isinstance(node.func, ast.Attribute):
        return False
    name = node.func.attr
    if name in PLAIN_METHODS or name not in _names(draft):
        return True
    return name == "__init__" and _is_of_super(draft, node.func.value)


def _is_of_super(draft: Draft, node: ast.expr) -> bool:
    """`super()` in a class that does no more than to be an error."""
    current: ast.AST | None = node
    while current is not None and not isinstance(current, ast.ClassDef):
        current = draft.facts.structure.parent(current)
    named = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "super"
    return named and current is not None and _is_error(draft, current)


def _is_error(draft: Draft, node: ast.ClassDef, seen: frozenset[ast.AST] = frozenset()) -> bool:
    """Whether a class does no more than to be an error."""
    if node in seen or node.decorator_list:
        return False
    for base in node.bases:
        values = draft.values(base)
        named = isinstance(base, ast.Name) and base.id in ERRORS
        own = bool(values) and all(
            isinstance(v, Class) and _is_error(draft, v.node, seen | {node}) for v in values
        )
        if not named and not own:
            return False
    return bool(node.bases)


def _names(draft: Draft) -> set[str]:
    """All that a function of the program may be called by: whatever is defined, stored or said."""
    known = draft.once("names that the program gives", set[str])
    if not known:
        structure = draft.facts.structure
        known.add("")
        for node in structure.nodes:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                known.add(node.name)
            elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                known.add(node.id)
            elif isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
                known.add(node.attr)
            elif isinstance(node, ast.keyword) and node.arg is not None:
                known.add(node.arg)
            elif isinstance(node, ast.alias):
                known.add(node.asname or node.name)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                known.add(node.value)
    return known
