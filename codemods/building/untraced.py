"""The line where knowledge of a value was lost: an import, a parameter, a name nothing binds."""

from __future__ import annotations

import ast

from migrator.plan import Draft
from migrator.understand.structure import FUNCTION_TYPES, ScopeNode


def cause_of(draft: Draft, node: ast.AST) -> tuple[ast.AST, str]:
    """Where what `node` starts from comes into the file, and that in words."""
    root = node
    while isinstance(root, (ast.Attribute, ast.Subscript, ast.Call, ast.Await)):
        root = root.func if isinstance(root, ast.Call) else root.value
    if not isinstance(root, ast.Name):
        return node, f"`{draft.quote(node)}` can't be traced"
    structure = draft.facts.structure
    inner = structure.scope_of[root]
    chain = (inner, *draft.facts.state.scope_chain(inner))
    scope = next((s for s in chain if root.id in structure.locals_of[s]), structure.tree)
    parameter = _parameter(scope, root.id)
    if parameter is not None:
        return parameter, f"the parameter `{root.id}` comes from a caller out of view"
    aliases = structure.aliases.get(root.id, ())
    for alias in (a for a in aliases if structure.scope_of[a] is scope):
        return alias, f"`{root.id}` is imported {_from_where(draft, alias)}"
    if root.id not in structure.locals_of[scope]:
        return node, f"nothing in the file makes `{root.id}`"
    return node, f"`{draft.quote(node)}` can't be traced"


def _parameter(scope: ScopeNode, name: str) -> ast.arg | None:
    if not isinstance(scope, FUNCTION_TYPES) or name in {"self", "cls"}:
        return None
    return next((a for a in ast.walk(scope.args) if isinstance(a, ast.arg) and a.arg == name), None)


def _from_where(draft: Draft, alias: ast.alias) -> str:
    statement = draft.facts.structure.parent(alias)
    if isinstance(statement, ast.ImportFrom):
        return f"from {'.' * statement.level}{statement.module or ''}, which is out of view"
    return "and out of view"
