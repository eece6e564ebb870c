"""Lists that must change together: put into each other, copied, or found at the same place."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from migrator.plan import Draft
from migrator.plan.units import Units
from migrator.understand.structure import FUNCTION_TYPES
from migrator.understand.values import Object, Symbol

COPIES = frozenset({"list", "copy.copy", "copy.deepcopy", "collections.deque"})


def family_of(draft: Draft, origin: ast.AST) -> tuple[ast.AST, ...]:
    """Every list that is of one kind with the list made by `origin`, itself included."""
    families = draft.once("families of lists", lambda: _families(draft))
    return families.get(origin, (origin,))


def _families(draft: Draft) -> dict[ast.AST, tuple[ast.AST, ...]]:
    units = Units()
    for node, values in draft.facts.state.values.items():
        for inner in _put_into(draft, node):
            for origin in lists_at(draft, inner):
                units.join(node, origin)
        # Of a node that may be one list at most, nothing is to be joined.
        if len(values) > 1 and isinstance(node, ast.expr) and not isinstance(node, FUNCTION_TYPES):
            found = [o for o in lists_at(draft, node) if _is_alike(draft, o)]
            for origin in found[1:]:
                units.join(found[0], origin)
    for receiver, added in _grown(draft):
        for one in lists_at(draft, receiver):
            for other in lists_at(draft, added):
                units.join(one, other)
    return {m: tuple(group) for group in units.members().values() for m in group}


def lists_at(draft: Draft, node: ast.AST) -> list[ast.AST]:
    """What makes the lists that `node` may be, in source order."""
    found = [
        v.origin
        for v in draft.values(node)
        if isinstance(v, Object) and v.type == "list" and not v.path and v.origin is not None
    ]
    return sorted(found, key=lambda n: (getattr(n, "lineno", 0), getattr(n, "col_offset", 0)))


def _put_into(draft: Draft, node: ast.AST) -> Iterator[ast.expr]:
    """The lists whose items the list made at `node` takes over."""
    if isinstance(node, ast.List):
        yield from (e.value for e in node.elts if isinstance(e, ast.Starred))
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        yield from (node.left, node.right)
    elif isinstance(node, ast.Call):
        paths = {v.path for v in draft.values(node.func) if isinstance(v, Symbol)}
        if paths & COPIES:
            yield from node.args[:1]


def _grown(draft: Draft) -> Iterator[tuple[ast.expr, ast.expr]]:
    """`kept += added` and `kept.extend(added)`."""
    for node in draft.facts.structure.every(ast.AugAssign, ast.Call):
        if isinstance(node, ast.AugAssign):
            yield node.target, node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            if node.func.attr == "extend":
                yield node.func.value, node.args[0]


def _is_alike(draft: Draft, origin: ast.AST) -> bool:
    """Whether a list can be of a kind with others at its place: not one of plain values."""
    held = draft.facts.held(origin)
    return not held or any(isinstance(v, Object) and v.type not in PLAIN for v in held)


PLAIN = frozenset({"str", "int", "float", "bool", "bytes"})
