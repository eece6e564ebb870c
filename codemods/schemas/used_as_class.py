"""Schemas that must be classes of pydantic, since the program calls methods of those on them."""

from __future__ import annotations

import ast

from migrator.plan import Draft
from migrator.syntax import base_of
from migrator.understand.structure import FUNCTION_TYPES

MODEL_METHODS = ("model_validate_json", "model_validate", "model_json_schema")
CONDITIONAL = (ast.If, ast.IfExp, ast.BoolOp, ast.Try, ast.Match, ast.For, ast.While)


def is_used_as_class(draft: Draft, node: ast.expr) -> bool | None:
    """Whether a method that only classes of pydantic have is called of the schema `node`.

    True if every run that gets to its end does so, False if some other run of the function may.
    """
    if not isinstance(node, (ast.Name, ast.Attribute)) or not _is_steady(draft, node):
        return None
    structure = draft.facts.structure
    around = _functions_around(draft, node)
    found = None
    for method in MODEL_METHODS:
        for read in structure.named.get(method, ()):
            base = read.value if isinstance(read, ast.Attribute) else None
            if base is None or ast.dump(base) != ast.dump(node):
                continue
            if structure.scope_of[read] is around[0] and not _is_conditional(draft, read):
                return True
            if isinstance(node, ast.Attribute) and set(around) & set(
                _functions_around(draft, read)
            ):
                found = False
    return found


def _is_steady(draft: Draft, node: ast.expr) -> bool:
    """Whether the object that an attribute is read of has its name once and for all."""
    if not isinstance(node, ast.Attribute):
        return True
    root = base_of(node)
    if not isinstance(root, ast.Name):
        return False
    structure = draft.facts.structure
    scope = structure.owner_of(root)
    return (scope, root.id) not in structure.shared and len(structure.bindings(scope, root.id)) < 2


def _functions_around(draft: Draft, node: ast.AST) -> list[ast.AST]:
    """The scopes that `node` stands in, from the nearest on; the module alone outside of any."""
    structure = draft.facts.structure
    found: list[ast.AST] = []
    scope: ast.AST | None = structure.scope_of[node]
    while scope is not None and (isinstance(scope, FUNCTION_TYPES) or not found):
        found.append(scope)
        scope = structure.enclosing_function(scope)
    return found


def _is_conditional(draft: Draft, node: ast.AST) -> bool:
    """Whether a function may run to its end past `node`."""
    parent = draft.facts.structure.parent(node)
    while parent is not None and not isinstance(parent, (ast.Module, *FUNCTION_TYPES)):
        if isinstance(parent, CONDITIONAL):
            return True
        parent = draft.facts.structure.parent(parent)
    return False
