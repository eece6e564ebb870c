"""Names for a candidate or its content, which would be a second name for the interaction now."""

from __future__ import annotations

import ast

from migrator.plan import Draft, Use, context_of
from migrator.understand.structure import FUNCTION_TYPES

SCOPES = (ast.Module, *FUNCTION_TYPES)
READS = frozenset(
    {Use.ATTRIBUTE, Use.SUBSCRIPT, Use.TRUTH, Use.IS_NONE, Use.ITERATE, Use.ISINSTANCE}
)


def aliased(draft: Draft, node: ast.Name) -> ast.expr | None:
    """What `node` is a local name for and nothing else, if that may stand in its place."""
    found = _known(draft)
    structure = draft.facts.structure
    key = (structure.scope_of[node], node.id)
    if key not in found:
        found[key] = _value(draft, node)
    return found[key]


def _known(draft: Draft) -> dict[tuple[ast.AST, str], ast.expr | None]:
    return draft.once("aliases", dict[tuple[ast.AST, str], "ast.expr | None"])


def _value(draft: Draft, node: ast.Name) -> ast.expr | None:
    """The one value of a local name that is only read where it is known."""
    structure = draft.facts.structure
    scope = structure.scope_of[node]
    if not isinstance(scope, SCOPES) or node.id not in structure.locals_of[scope]:
        return None
    store = next((s for s in structure.stores(node.id) if structure.scope_of[s] is scope), None)
    statement = structure.parent(store) if store is not None else None
    if isinstance(statement, ast.Assign) and statement.targets != [store]:
        return None
    if store is None or not isinstance(statement, (ast.Assign, ast.NamedExpr)):
        return None
    if isinstance(statement, ast.Assign) and _is_alone(structure.parent(statement), statement):
        return None
    return statement.value if is_read_only(draft, store) else None


def _is_alone(holder: ast.AST | None, statement: ast.stmt) -> bool:
    """Whether a block holds nothing but the statement."""
    blocks = (getattr(holder, name, None) for name in ("body", "orelse", "finalbody"))
    return [statement] in blocks


def is_read_only(draft: Draft, store: ast.Name) -> bool:
    """Whether a name that is bound at `store` is only read, later and in the same function."""
    structure = draft.facts.structure
    scope = structure.scope_of[store]
    others = [
        n
        for n in structure.named[store.id]
        if isinstance(n, ast.Name)
        and n is not store
        and structure.is_within(structure.scope_of[n], scope)
        and (
            structure.scope_of[n] is scope or n.id not in structure.locals_of[structure.scope_of[n]]
        )
    ]
    if not is_stable(draft, scope, store.id):
        return False
    return all(
        structure.scope_of[n] is scope
        and context_of(draft.facts, n).use in READS
        and (n.lineno, n.col_offset) > (store.lineno, store.col_offset)
        for n in others
    )


def is_stable(draft: Draft, scope: ast.AST, name: str) -> bool:
    """Whether a name of a function is bound once, and by the function alone."""
    structure = draft.facts.structure
    if not isinstance(scope, SCOPES) or (scope, name) in structure.shared:
        return False
    arguments = ast.walk(scope.args) if isinstance(scope, FUNCTION_TYPES) else ()
    parameters = [a for a in arguments if isinstance(a, ast.arg) and a.arg == name]
    stores = structure.stores_in(scope, name)
    return len(stores) + len(parameters) == 1
