"""What the names in an annotation mean: a type of a library, a class of the file, an alias."""

from __future__ import annotations

import ast
import builtins

from migrator.understand import Facts
from migrator.understand.structure import ScopeNode
from migrator.understand.values import Class, Constant, Function, FunctionNode, Scalar, Symbol

Meaning = str | ast.ClassDef | ast.expr | None
"""A dotted path, a class of the file, the annotation that an alias stands for, or unknown."""


class Meanings:
    """Resolves the names that the signature (or the body of a class) in one scope uses."""

    def __init__(self, facts: Facts, scope: ScopeNode) -> None:
        self._facts = facts
        self._scopes = [scope, *facts.state.scope_chain(scope)]
        self.deferred = "__future__.annotations" in facts.structure.imported
        """Whether the file's annotations are kept as text."""

    def of(self, node: ast.expr) -> Meaning:
        """What `node` means where the annotation stands."""
        if isinstance(node, ast.Constant) and node.value is None:
            return "None"
        if isinstance(node, ast.Name):
            return self._name(node.id)
        if isinstance(node, ast.Attribute):
            holder = self.of(node.value)
            if isinstance(holder, str):
                return self._facts.state.knowledge.canonical(f"{holder}.{node.attr}")
        return None

    def _name(self, name: str) -> Meaning:
        for scope in self._scopes:
            if name not in self._facts.structure.locals_of[scope]:
                continue
            values = self._facts.state.bound.get((scope, name), frozenset())
            value = next(iter(values)) if len(values) == 1 else None
            if isinstance(value, Class):
                return value.node
            alias = self._alias(scope, name)
            if alias is not None:
                return alias
            return value.path if isinstance(value, Symbol) else None
        return name if hasattr(builtins, name) else None

    def _alias(self, scope: ScopeNode, name: str) -> ast.expr | None:
        """The value of the one assignment to `name`."""
        structure = self._facts.structure
        stores = [
            node
            for node in structure.stores(name)
            if structure.scope_of[node] is scope and isinstance(node.ctx, ast.Store)
        ]
        if len(stores) != 1:
            return None
        parent = structure.parent(stores[0])
        if isinstance(parent, ast.Assign) and parent.targets == [stores[0]]:
            return parent.value
        return parent.value if isinstance(parent, ast.AnnAssign) else None

    def constant(self, node: ast.expr) -> tuple[Scalar] | None:
        """The one constant that a name is; None where it is none, or not always the same."""
        values = self._facts.values(node)
        value = next(iter(values)) if len(values) == 1 else None
        return (value.value,) if isinstance(value, Constant) else None

    def hands_back(self, decorator: ast.expr) -> bool:
        """Whether a decorator is a function of the file, of which it is known what it gives."""
        values = self._facts.values(decorator)
        return bool(values) and all(isinstance(value, Function) for value in values)

    def inside(self, cls: ast.ClassDef) -> Meanings:
        """The same question for the annotations in the body of a class."""
        return Meanings(self._facts, cls)

    def retold(self, function: FunctionNode) -> bool:
        """Whether the program replaces a function, or sets its name, docstring or signature."""
        attributes = {"__doc__", "__name__", "__signature__", "__annotations__", "__defaults__"}
        own = getattr(function, "name", "")
        for node in self._facts.state.values:
            if isinstance(node, ast.Attribute) and node.attr in attributes:
                stored = not isinstance(node.ctx, ast.Load)
                if stored and Function(function) in self._facts.values(node.value):
                    return True
            if isinstance(node, ast.Call) and Symbol("setattr") in self._facts.values(node.func):
                named = node.args[1] if len(node.args) > 2 else node
                if not isinstance(named, ast.Constant) or named.value in {own, *attributes}:
                    return True
        return False
