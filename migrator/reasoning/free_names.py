"""Names for new variables: none that the code around them reads or binds."""

from __future__ import annotations

import ast
import builtins

from migrator.syntax import descendants
from migrator.understand.structure import FUNCTION_TYPES, ScopeNode, Structure


class FreeNames:
    """Hands out names for the variables of new statements in one scope, or in several."""

    def __init__(self, structure: Structure, *scopes: ScopeNode) -> None:
        self._taken = {name for scope in scopes for name in _names_in(structure, scope)}

    def take(self, *wanted: str) -> str:
        """The first free name of `wanted`, else the last one with a number."""
        for name in wanted:
            if self._is_free(name):
                self._taken.add(name)
                return name
        number = 2
        while not self._is_free(f"{wanted[-1]}_{number}"):
            number += 1
        self._taken.add(f"{wanted[-1]}_{number}")
        return f"{wanted[-1]}_{number}"

    def _is_free(self, name: str) -> bool:
        return name not in self._taken and not hasattr(builtins, name)


def _names_in(structure: Structure, scope: ScopeNode) -> set[str]:
    """The names bound in `scope`, and those that it or a scope in it reads from outside."""
    taken = {*structure.locals_of[scope], *structure.globals_of[scope]}
    taken |= structure.nonlocals_of.get(scope, set())
    for node in descendants(scope):
        if isinstance(node, ast.Name) and not _is_local(structure, node, scope):
            taken.add(node.id)
    return taken


def _is_local(structure: Structure, node: ast.Name, scope: ScopeNode) -> bool:
    """Whether a name belongs to a function inside of `scope`, and is invisible in `scope`."""
    current = structure.scope_of[node]
    while current is not scope and not isinstance(current, ast.Module):
        local = node.id in structure.locals_of[current]
        if local and not structure.declared_elsewhere(current, node.id):
            return isinstance(current, (ast.ClassDef, *FUNCTION_TYPES))
        current = structure.scope_of[current]
    return False
