"""The module or function that a name belongs to."""

from __future__ import annotations

import ast

from migrator.plan import Draft
from migrator.understand.structure import ScopeNode


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
