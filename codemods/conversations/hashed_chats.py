"""Find where a program hashes a chat: the dict that takes its place has no hash."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from migrator.plan import Draft
from migrator.understand.values import Function, Method, Symbol

SETS = frozenset({"set", "frozenset"})
CACHES = frozenset({"functools.lru_cache", "functools.cache"})
"""Decorators that keep results under the arguments of a function."""
DATACLASSES = frozenset({"dataclasses.dataclass"})
FIELD = "dataclasses.field"


def hashed_chat(draft: Draft, maker: ast.AST) -> ast.expr | None:
    """The first expression where the chat that `maker` makes is hashed, if any."""
    found = sorted(_hashed(draft, maker), key=lambda node: (node.lineno, node.col_offset))
    return found[0] if found else None


def _hashed(draft: Draft, maker: ast.AST) -> Iterator[ast.expr]:
    """Tuples are hashed with what is in them; other containers only hand on what they hold."""
    seen: set[ast.AST] = set()
    todo = [maker]
    while todo:
        origin = todo.pop()
        if origin in seen:
            continue
        seen.add(origin)
        if origin is not maker and _is_set(draft, origin):
            assert isinstance(origin, ast.expr)
            yield origin
        for node in draft.facts.uses.get(origin, ()):
            if _is_key(draft, node):
                yield node
        todo += draft.facts.holders.get(origin, ())


def _is_set(draft: Draft, node: ast.AST) -> bool:
    made = isinstance(node, ast.Call) and bool(_paths(draft, node.func) & SETS)
    return made or isinstance(node, (ast.Set, ast.SetComp))


def _is_key(draft: Draft, node: ast.expr) -> bool:
    parent = draft.facts.structure.parent(node)
    if isinstance(parent, ast.Dict):
        return node in parent.keys
    if isinstance(parent, ast.DictComp):
        return node is parent.key
    if isinstance(parent, ast.keyword):
        word, parent = parent.arg, draft.facts.structure.parent(parent)
        if isinstance(parent, ast.Call) and FIELD in _paths(draft, parent.func):
            return word == "default"
    if isinstance(parent, ast.Call) and node is not parent.func:
        return _keeps_results(draft, parent)
    return isinstance(parent, ast.AnnAssign) and _is_default(draft, parent, node)


def _keeps_results(draft: Draft, call: ast.Call) -> bool:
    """Whether a call is of a function that is cached by its arguments."""
    for value in draft.values(call.func):
        function = getattr(value, "node" if isinstance(value, Function) else "function", None)
        if isinstance(value, (Function, Method)) and _has_decorator(draft, function, CACHES):
            return True
    return False


def _is_default(draft: Draft, statement: ast.AnnAssign, node: ast.expr) -> bool:
    """Whether `node` is the default of a field: dataclasses refuse what has no hash."""
    made = isinstance(node, ast.Call) and FIELD in _paths(draft, node.func)
    outer = draft.facts.structure.parent(statement)
    fields = isinstance(outer, ast.ClassDef) and _has_decorator(draft, outer, DATACLASSES)
    return fields and node is statement.value and not made


def _has_decorator(draft: Draft, node: ast.AST | None, wanted: frozenset[str]) -> bool:
    return any(
        _paths(draft, decorator.func if isinstance(decorator, ast.Call) else decorator) & wanted
        for decorator in getattr(node, "decorator_list", ())
    )


def _paths(draft: Draft, node: ast.expr) -> set[str]:
    return {v.path for v in draft.values(node) if isinstance(v, Symbol)}
