"""Whether the making of a stream can stand where its first chunk is asked for."""

from __future__ import annotations

import ast

from codemods.streams.stream_values import is_whole
from codemods.tables.api import TYPES
from migrator.plan import Draft
from migrator.understand.structure import FUNCTION_TYPES
from migrator.understand.values import Symbol, Value

SHOWING = frozenset({"print", "len", "str", "repr", "min", "max", "sys.stdout.write"})


def streams_in(draft: Draft, node: ast.expr) -> set[Value]:
    """The streams a name may hold; two that share one may be the same."""
    return {v for v in draft.values(node) if is_whole(v)}


def calls_only(draft: Draft, call: ast.Call, paths: frozenset[str]) -> bool:
    """Whether a call is one of these functions, and nothing else."""
    values = draft.values(call.func)
    return bool(values) and all(isinstance(v, Symbol) and v.path in paths for v in values)


def can_be_moved(
    draft: Draft, name: ast.Name, making: ast.stmt, moment: ast.AST, scope: ast.AST
) -> bool:
    """Whether the call can stand in the loop's header just as well."""
    value = getattr(making, "value", None)
    structure = draft.facts.structure
    loads = [
        n
        for n in structure.named[name.id]
        if isinstance(n, ast.Name)
        and isinstance(n.ctx, ast.Load)
        and structure.is_within(structure.scope_of[n], scope)
        and streams_in(draft, n) & streams_in(draft, name)
    ]
    if loads != [name] or not isinstance(value, ast.expr):
        return False
    call = value.value if isinstance(value, ast.Await) else value
    if not isinstance(call, ast.Call) or not _is_still(draft, call):
        return False
    if structure.declared_elsewhere(structure.scope_of[name], name.id):
        return False
    path = _between(draft, making, moment)
    used = {n for n in ast.walk(call) if isinstance(n, ast.Name)}
    return path is not None and not any(_touches(draft, node, used) for node in path)


def _is_still(draft: Draft, call: ast.Call) -> bool:
    """Whether the arguments call nothing but constructors of the SDK."""
    inner = [n for n in ast.walk(call) if isinstance(n, ast.Call) and n is not call]
    moving = any(isinstance(n, (ast.Await, ast.Yield, ast.NamedExpr)) for n in ast.walk(call))
    return not moving and all(_constructs(draft, n) for n in inner)


def _constructs(draft: Draft, call: ast.Call) -> bool:
    paths = {getattr(v, "path", "") for v in draft.values(call.func)}
    return bool(paths) and all(path.startswith(TYPES) for path in paths)


def _between(draft: Draft, making: ast.stmt, moment: ast.AST) -> list[ast.AST] | None:
    """What runs between the two; None where a loop or a function lies between."""
    body = draft.facts.structure.block(making)
    inside: ast.AST = moment
    found: list[ast.AST] = []
    while inside not in body:
        parent = draft.facts.structure.parent(inside)
        if parent is None or isinstance(
            parent,
            (ast.For, ast.AsyncFor, ast.While, ast.Module, *FUNCTION_TYPES, ast.ClassDef),
        ):
            return None
        if isinstance(parent, (ast.ExceptHandler, ast.Match)) or (
            isinstance(parent, ast.Try) and inside not in parent.body
        ):
            return None
        for name in ("body", "orelse"):
            block = getattr(parent, name, None)
            if isinstance(block, list) and inside in block:
                found += block[: block.index(inside)]
        found += [getattr(parent, "test", None) or ast.Pass()]
        found += [item.context_expr for item in getattr(parent, "items", [])]
        inside = parent
    assert isinstance(inside, ast.stmt)
    if body.index(inside) < body.index(making):
        return None
    return [*found, *body[body.index(making) + 1 : body.index(inside)]]


def _touches(draft: Draft, node: ast.AST, used: set[ast.Name]) -> bool:
    """Whether `node` may change what the names in `used` hold."""
    names = {n.id for n in used}
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name) and inner.id in names:
            if not isinstance(inner.ctx, ast.Load):
                return True
            if _is_other_member(draft, inner, used):
                continue
            user = draft.facts.structure.parent(inner)
            shown = isinstance(user, ast.Call) and calls_only(draft, user, SHOWING)
            if not shown and not isinstance(user, (ast.Compare, ast.If, ast.FormattedValue)):
                return True
    return False


def _is_other_member(draft: Draft, node: ast.Name, used: set[ast.Name]) -> bool:
    """Whether only members of a module are meant that the names in `used` don't reach."""
    values = draft.values(node)
    parent = draft.facts.structure.parent
    here, there = parent(node), [parent(n) for n in used if n.id == node.id]
    members = [n.attr for n in there if isinstance(n, ast.Attribute)]
    return (
        bool(values)
        and all(isinstance(v, Symbol) for v in values)
        and isinstance(here, ast.Attribute)
        and isinstance(here.ctx, ast.Load)
        and len(members) == len(there)
        and here.attr not in members
    )
