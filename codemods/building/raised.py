"""Error classes that are named outside of handlers: tested, handed on, or raised."""

from __future__ import annotations

import ast

from codemods.tables.errors import CLIENT_ERROR, NEW_MODULE, OLD, REPLACEMENTS
from migrator.edits import NeedImport, Replace
from migrator.plan import Draft
from migrator.understand.values import Symbol

RETRY_FILTERS = frozenset({"tenacity.retry_if_exception_type", "tenacity.retry_if_not_exception_type"})


def plan_references(draft: Draft) -> None:
    """Widen `isinstance(e, errors.ServerError)` and retry filters; block what can't be followed."""
    for node, values in list(draft.facts.state.values.items()):
        if not isinstance(node, (ast.Name, ast.Attribute)) or not isinstance(node.ctx, ast.Load):
            continue
        paths = {v.path for v in values if isinstance(v, Symbol)} & set(REPLACEMENTS)
        if len(paths) == 1 and len(values) == 1:
            _plan_reference(draft, node, paths.pop())


def _plan_reference(draft: Draft, node: ast.expr, path: str) -> None:
    parent = draft.facts.structure.parent(node)
    in_tuple = isinstance(parent, ast.Tuple)
    holder = draft.facts.structure.parent(parent) if in_tuple and parent else parent
    if isinstance(holder, (ast.ExceptHandler, ast.Attribute)) or _is_annotation(draft, node):
        return
    if isinstance(holder, ast.Raise) or (isinstance(holder, ast.Call) and holder.func is node):
        return
    owners = [site.call for site in draft.facts.sites]
    name = path.removeprefix(OLD)
    if isinstance(holder, ast.Call) and path != CLIENT_ERROR and _is_filter(draft, holder, node):
        new = REPLACEMENTS[path]
        source = draft.source(node)
        code = f"{source}, {new}" if in_tuple else f"({source}, {new})"
        for owner in owners:
            draft.edit(owner, NeedImport(NEW_MODULE, new, None, draft.span(node)))
            draft.edit(owner, Replace(draft.span(node), code))
        return
    text = f"errors.{name} is handed on here, but the new calls raise {REPLACEMENTS[path]} instead"
    for owner in owners:
        draft.block(owner, node, text)


def _is_annotation(draft: Draft, node: ast.expr) -> bool:
    parent = draft.facts.structure.parent(node)
    return isinstance(parent, ast.arg) or (
        isinstance(parent, ast.AnnAssign) and parent.annotation is node
    )


def _is_filter(draft: Draft, call: ast.Call, node: ast.expr) -> bool:
    for callee in draft.values(call.func):
        if isinstance(callee, Symbol):
            return callee.path == "isinstance" or callee.path in RETRY_FILTERS
    return False
