"""What the modules of a program import from each other."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from migrator.understand.state import State
from migrator.understand.values import (
    ANYTHING,
    NOTHING,
    Class,
    Constant,
    Function,
    Module,
    Object,
    Values,
    join,
    one,
)


class ModuleImports:
    """Follows the imports of a program that lead to modules of the same program."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.structure = state.structure

    def module(self, node: ast.AST, path: str) -> Values:
        """The module that a dotted path means where `node` stands; nothing of one out of view."""
        links = self.structure.links
        if not links.targets:
            return NOTHING
        target = links.target(self.structure.module(node), path)
        return one(Module(target)) if target is not None else NOTHING

    def member(self, node: ast.ImportFrom, source: str, name: str) -> Values | None:
        """What `from source import name` brings; None where that is out of view."""
        target = self.structure.links.target(self.structure.module(node), source)
        if target is not None and self._binds(target, name):
            return self.state.bound.get((target, name), NOTHING)
        inside = f"{source}{name}" if source.endswith(".") else f"{source}.{name}"
        return self.module(node, inside) or None

    def attribute(self, module: ast.Module, name: str) -> Values | None:
        """What `module.name` is: a global, or a module of the package; None if it has neither."""
        if self._binds(module, name):
            return self.state.bound.get((module, name), NOTHING)
        return self.module(module, f".{name}") or None

    def callables(self, module: ast.Module) -> Values:
        """What may be called of a module that is asked for a name nobody knows here."""
        names = sorted(self.structure.locals_of[module])
        values = join(self.state.bound.get((module, name), NOTHING) for name in names)
        return frozenset(v for v in values if isinstance(v, (Function, Class))) | ANYTHING

    def assign(self, module: ast.Module, name: str, values: Values) -> None:
        """`module.name = …`, in another module."""
        self.structure.locals_of[module].add(name)
        self.structure.shared.add((module, name))
        self.state.bind(module, name, values)

    def exported(self, node: ast.ImportFrom, source: str) -> list[tuple[str, Values]] | None:
        """The names that `from source import *` brings; None where the module is out of view."""
        target = self.structure.links.target(self.structure.module(node), source)
        if target is None:
            return None
        names = sorted(self._listed(target) or self._public(target))
        here = self.structure.locals_of[self.structure.module(node)]
        here.update(names)
        return [(name, self.state.bound.get((target, name), NOTHING)) for name in names]

    def _binds(self, module: ast.Module, name: str) -> bool:
        return name in self.structure.locals_of[module]

    def _public(self, module: ast.Module) -> Iterator[str]:
        return (n for n in self.structure.locals_of[module] if not n.startswith("_"))

    def _listed(self, module: ast.Module) -> set[str]:
        """What `__all__` names."""
        found: set[str] = set()
        for value in self.state.bound.get((module, "__all__"), NOTHING):
            if isinstance(value, Object) and value.origin in self.state.keys:
                assert value.origin is not None
                items = self.state.load(value.origin, None)
                found.update(str(v.value) for v in items if isinstance(v, Constant))
        return found
