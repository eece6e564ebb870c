"""Tests that have shown that a word is a role of the API: `if role in ("user", "model"):`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from codemods.reply.item_kinds import left_before
from codemods.tables.parts import ROLES
from migrator.plan import Draft
from migrator.understand.facts import origin_of
from migrator.understand.structure import FUNCTION_TYPES

LISTS = (ast.Tuple, ast.List, ast.Set)


def is_asked(draft: Draft, told: ast.expr) -> bool:
    """Whether a test around `told`, or one before it that leaves, lets nothing but roles through.

    What it asks about must stay the same from there on.
    """
    return any(
        _lets_roles_through(draft, test, told, truth) and _stays(told, region)
        for test, truth, region in _tests(draft, told)
    )


def _tests(draft: Draft, node: ast.expr) -> Iterator[tuple[ast.expr, bool, Sequence[ast.AST]]]:
    """The tests asked before `node`, how each came out, and what has run since then."""
    current: ast.AST = node
    while (parent := draft.facts.structure.parent(current)) is not None:
        if isinstance(parent, ast.If) and current is not parent.test:
            held = parent.body if current in parent.body else parent.orelse
            yield parent.test, held is parent.body, held
        elif isinstance(parent, ast.IfExp) and current is not parent.test:
            yield parent.test, current is parent.body, [current]
        elif isinstance(parent, (ast.ListComp, ast.GeneratorExp)) and current is parent.elt:
            yield from ((test, True, [node]) for test in parent.generators[-1].ifs)
        for test, block in left_before(parent, current):
            yield test, False, block[1:]
        if isinstance(parent, FUNCTION_TYPES):
            return
        current = parent


def _lets_roles_through(draft: Draft, test: ast.expr, told: ast.expr, truth: bool) -> bool:
    """Whether `told` is a role where `test` has come out as `truth`."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return _lets_roles_through(draft, test.operand, told, not truth)
    if isinstance(test, ast.BoolOp):
        sides = (_lets_roles_through(draft, side, told, truth) for side in test.values)
        return any(sides) if isinstance(test.op, ast.And) is truth else all(sides)
    if not isinstance(test, ast.Compare) or len(test.ops) != 1:
        return False
    one, several = (ast.Eq, ast.In) if truth else (ast.NotEq, ast.NotIn)
    if not isinstance(test.ops[0], (one, several)) or ast.dump(test.left) != ast.dump(told):
        return False
    words = _words(draft, test.comparators[0], listed=isinstance(test.ops[0], several))
    return bool(words) and all(word in ROLES for word in words)


def _words(draft: Draft, node: ast.expr, *, listed: bool) -> list[object]:
    """The constants that a comparison is with; none where they can't all be told."""
    if listed and isinstance(node, ast.Name):
        origins = [origin_of(value) for value in draft.values(node)]
        written = origins[0] if len(origins) == 1 else None
        # A list or a set may have got more words since.
        return _words(draft, written, listed=True) if isinstance(written, ast.Tuple) else []
    nodes = node.elts if listed and isinstance(node, LISTS) else [] if listed else [node]
    return [n.value if isinstance(n, ast.Constant) else None for n in nodes]


def _stays(told: ast.expr, region: Sequence[ast.AST]) -> bool:
    """Whether nothing in `region` binds the name in `told`, or sets the item that it reads."""
    named = {node.id for node in ast.walk(told) if isinstance(node, ast.Name)}
    same = ast.dump(told)
    for node in (n for part in region for n in ast.walk(part)):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load) and node.id in named:
            return False
        if isinstance(node, (ast.Subscript, ast.Attribute)) and not isinstance(node.ctx, ast.Load):
            if ast.dump(node).replace("Store()", "Load()").replace("Del()", "Load()") == same:
                return False
    return not any(isinstance(node, (ast.Call, ast.NamedExpr)) for node in ast.walk(told))
