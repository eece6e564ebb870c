"""The line where knowledge of a value was lost: an import, a parameter, a name nothing binds."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from migrator.plan import Draft
from migrator.understand.structure import FUNCTION_TYPES, ScopeNode

OWN = frozenset({"self", "cls"})


def cause_of(draft: Draft, node: ast.AST) -> tuple[ast.AST, str]:
    """Where what `node` starts from comes into the file, and that in words."""
    known = _cause(draft, node, frozenset())
    return known or (node, f"`{draft.quote(node)}` can't be traced")


def _cause(draft: Draft, node: ast.AST, seen: frozenset[ast.AST]) -> tuple[ast.AST, str] | None:
    root = node
    while isinstance(root, (ast.Attribute, ast.Subscript, ast.Call, ast.Await)):
        base = root.func if isinstance(root, ast.Call) else root.value
        if isinstance(root, ast.Attribute) and isinstance(base, ast.Name) and base.id in OWN:
            return _assigned(draft, root.attr, _attribute_stores(draft, root.attr), seen)
        root = base
    if not isinstance(root, ast.Name) or root.id in OWN:
        return None
    structure = draft.facts.structure
    inner = structure.scope_of[root]
    chain = (inner, *draft.facts.state.scope_chain(inner))
    scope = next((s for s in chain if root.id in structure.locals_of[s]), None)
    if scope is None:
        return node, f"nothing in the file makes `{root.id}`"
    parameter = _parameter(scope, root.id)
    if parameter is not None:
        return parameter, f"the parameter `{root.id}` comes from a caller out of view"
    for alias in structure.aliases.get(root.id, ()):
        if structure.scope_of[alias] is scope:
            return alias, f"`{root.id}` is imported {_from_where(draft, alias)}"
    stores = structure.stores_in(scope, root.id)
    return _assigned(draft, root.id, stores, seen)


def _assigned(
    draft: Draft, name: str, stores: Sequence[ast.expr], seen: frozenset[ast.AST]
) -> tuple[ast.AST, str] | None:
    """The one statement that assigns a name, or where what it assigns comes from."""
    if len(stores) != 1:
        return None
    statement = draft.facts.structure.parent(stores[0])
    value = getattr(statement, "value", None)
    if not isinstance(statement, (ast.Assign, ast.AnnAssign)) or not isinstance(value, ast.expr):
        return None
    if statement in seen:
        return None
    copied = isinstance(value, ast.Call) and getattr(value.func, "attr", "") == "copy"
    plain = copied or isinstance(value, (ast.Name, ast.Attribute))
    further = _cause(draft, value, seen | {statement}) if plain else None
    return further or (value, f"`{name}` is `{draft.quote(value)}`, which can't be followed")


def _attribute_stores(draft: Draft, name: str) -> list[ast.expr]:
    """Where an attribute of the object itself is assigned."""
    return [
        node
        for node in draft.facts.structure.named.get(name, ())
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
        and node.value.id in OWN
    ]


def _parameter(scope: ScopeNode, name: str) -> ast.arg | None:
    if not isinstance(scope, FUNCTION_TYPES):
        return None
    return next((a for a in ast.walk(scope.args) if isinstance(a, ast.arg) and a.arg == name), None)


def _from_where(draft: Draft, alias: ast.alias) -> str:
    statement = draft.facts.structure.parent(alias)
    if isinstance(statement, ast.ImportFrom):
        return f"from {'.' * statement.level}{statement.module or ''}, which is out of view"
    return "and out of view"
