"""What pytest gives to tests by the names of their parameters: the results of fixtures."""

from __future__ import annotations

import ast

from migrator.import_graph import SHARED_TESTS
from migrator.understand.structure import Structure
from migrator.understand.values import FunctionNode

MAX_LEVELS = 12
"""How many folders up such modules are looked for."""


class Fixtures:
    """The fixtures of a program, by what tests call them."""

    def __init__(self, structure: Structure) -> None:
        self._structure = structure
        self._own: dict[ast.Module, dict[str, FunctionNode]] = {}
        for function in structure.functions:
            if not isinstance(function, ast.Lambda) and is_fixture(function):
                module = structure.module(function)
                self._own.setdefault(module, {}).setdefault(function.name, function)

    def of(self, function: FunctionNode, name: str) -> FunctionNode | None:
        """The fixture that a parameter of a test, or of a fixture, is given."""
        if not self._own or isinstance(function, ast.Lambda):
            return None
        if not (function.name.startswith("test") or is_fixture(function)):
            return None
        own = self._structure.module(function)
        shared = (f"{'.' * level}{SHARED_TESTS}" for level in range(1, MAX_LEVELS))
        for module in (own, *(self._structure.links.target(own, path) for path in shared)):
            found = self._own.get(module, {}).get(name) if module is not None else None
            if found is not None and found is not function:
                return found
        return None


def is_fixture(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether pytest gives what a function returns to tests, by its name."""
    made = (d.func if isinstance(d, ast.Call) else d for d in function.decorator_list)
    names = (getattr(d, "attr", None) or getattr(d, "id", None) for d in made)
    return any(name == "fixture" for name in names)
