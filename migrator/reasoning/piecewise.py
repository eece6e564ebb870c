"""Whether a function does the same with things that it gets in several calls as with all in one."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

_LEAVING = (ast.Return, ast.Break, ast.Yield, ast.YieldFrom)
_OPAQUE = (
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef),
    *(ast.Match, ast.Import, ast.ImportFrom, ast.Delete),
)
"""What binds names, or unbinds them, in other ways than are looked at here."""


def is_piecewise(function: ast.FunctionDef) -> bool:
    """Whether a function is nothing but a loop that remembers nothing from one round to the next.

    Then ten calls for one thing each do what one call for ten things does. What the loop changes
    elsewhere outlives a call just as it outlives a round.
    """
    described = ast.get_docstring(function, clean=False) is not None
    body = function.body[1:] if described else function.body
    loop = body[0] if len(body) == 1 else None
    if not isinstance(loop, ast.For) or loop.orelse:
        return False
    if any(isinstance(node, ast.Call) for node in ast.walk(loop.iter)):
        return False  # perhaps enumerate(), which counts anew in each call
    inside = list(ast.walk(loop))
    if any(isinstance(node, (*_LEAVING, *_OPAQUE)) for node in inside):
        return False
    bound = {n.id for n in inside if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}
    first = {n.id for n in ast.walk(loop.target) if isinstance(n, ast.Name)}
    return bound.isdisjoint(_loads(loop.iter)) and not _carried(loop.body, bound, first)


def _carried(block: Sequence[ast.stmt], bound: set[str], known: set[str]) -> bool:
    """Whether a block may read a name of `bound` that nothing in this round has bound yet.

    `known` are those that have been, whatever happened.
    """
    known = set(known)
    for statement in block:
        blocks = list(_blocks(statement))
        heads = [n for n in ast.iter_child_nodes(statement) if not isinstance(n, _INNER)]
        if any((_loads(node) & bound) - known for node in heads):
            return True
        if isinstance(statement, ast.AugAssign) and not _stores(statement) <= known:
            return True
        within = known.union(*map(_stores, heads))
        if any(_carried(inner, bound, within) for inner in blocks):
            return True
        if isinstance(statement, (ast.Assign, ast.AnnAssign, ast.With)):
            known = within
    return False


_INNER = (ast.stmt, ast.ExceptHandler)


def _blocks(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    """The blocks in a statement."""
    for name in ("body", "orelse", "finalbody"):
        yield from [block] if (block := getattr(statement, name, None)) else []
    for handler in getattr(statement, "handlers", ()):
        yield handler.body


def _loads(node: ast.AST) -> set[str]:
    names = (n for n in ast.walk(node) if isinstance(n, ast.Name))
    return {name.id for name in names if isinstance(name.ctx, ast.Load)}


def _stores(node: ast.AST) -> set[str]:
    names = (n for n in ast.walk(node) if isinstance(n, ast.Name))
    return {name.id for name in names if isinstance(name.ctx, ast.Store)}
