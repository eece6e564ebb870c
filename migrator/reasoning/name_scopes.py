"""The module or function that a name belongs to."""

from __future__ import annotations

import ast

from migrator.plan import Draft
from migrator.understand.structure import FUNCTION_TYPES, ScopeNode, has_parameter


def scope_of_name(draft: Draft, node: ast.Name) -> ScopeNode | None:
    """The module or function whose variable a name is."""
    structure = draft.facts.structure
    here = structure.scope_of[node]
    for scope in (here, *draft.facts.state.scope_chain(here)):
        if structure.declared_elsewhere(scope, node.id):
            return structure.owner(scope, node.id)
        if node.id in structure.locals_of[scope] and (
            scope is here or not isinstance(scope, ast.ClassDef)
        ):
            return scope
    return None


def comes_from_callers(draft: Draft, node: ast.expr) -> bool:
    """Whether `node` is what callers pass, or what a loop goes through: the one value that is in
    view today is not written in its place.
    """
    scope = scope_of_name(draft, node) if isinstance(node, ast.Name) else None
    if scope is None:
        return False
    assert isinstance(node, ast.Name)
    if isinstance(scope, FUNCTION_TYPES) and has_parameter(scope, node.id):
        return True
    structure = draft.facts.structure
    holders = (structure.parent(store) for store in structure.bindings(scope, node.id))
    return any(isinstance(h, (ast.For, ast.comprehension, ast.Tuple)) for h in holders)
