"""Expressions that mean a function of the file where a loop will call it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from migrator.plan import Draft
from migrator.syntax import base_of
from migrator.understand import CallSite
from migrator.understand.structure import FUNCTION_TYPES, ScopeNode
from migrator.understand.values import Function, Method, Value, Values


class Reached:
    """Finds an expression for each callable that means it where the loop will stand."""

    def __init__(self, draft: Draft, site: CallSite) -> None:
        self._draft = draft
        self._structure = draft.facts.structure
        self._call = site.call
        self._scope = self._structure.scope_of[site.call]

    def expression(self, value: Value) -> str | None:
        """How to refer to a function at the call; None if it can't be named there."""
        if isinstance(value, Function) and not isinstance(value.node, ast.Lambda):
            if self._means(value.node.name, value):
                return value.node.name
            if (name := self._imported(value)) is not None:
                return name
        for node in self._spellings(value):
            if self._same_root(node):
                return self._draft.source(node)
        return self._dotted(value) or self._import(value)

    def _imported(self, value: Function) -> str | None:
        """The name that an import of the program gives a function where the call stands."""
        for name, aliases in self._structure.aliases.items():
            owner = self._owner(self._scope, name)
            here = any(self._structure.scope_of[alias] is owner for alias in aliases)
            if here and owner is not None and self._bound(owner, name) == frozenset({value}):
                return name
        return None

    def _import(self, value: Value) -> str | None:
        """Import a function from another file of the program; None if that can't be done."""
        node = value.node if isinstance(value, Function) else None
        if node is None or isinstance(node, ast.Lambda):
            return None
        here, there = self._structure.module(self._call), self._structure.scope_of[node]
        if there is here or not isinstance(there, ast.Module):
            return None
        taken = self._owner(self._scope, node.name) is not None
        path = self._structure.links.spelled(here, there)
        if taken or path is None or self._bound(there, node.name) != frozenset({value}):
            return None
        self._draft.need(self._call, self._call, path, node.name)
        return node.name

    def _spellings(self, value: Value) -> Iterator[ast.Attribute]:
        """The expressions `name.method` of the file that are the function and nothing else."""
        for node, values in self._draft.facts.state.values.items():
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                if len(values) == 1 and _alike(next(iter(values)), value):
                    yield node

    def _dotted(self, value: Value) -> str | None:
        """The path `package.module.function` by which the file has it, from imports alone."""
        structure = self._structure
        if not isinstance(value, Function):
            return None
        for node, values in self._draft.facts.state.values.items():
            root = base_of(node) if isinstance(node, ast.Attribute) else None
            if not isinstance(root, ast.Name) or values != frozenset({value}):
                continue
            owner = self._owner(self._scope, root.id)
            imports = structure.aliases.get(root.id, ())
            here = any(structure.scope_of[alias] is owner for alias in imports)
            same = owner is not None and owner is self._owner(structure.scope_of[node], root.id)
            if here and same and owner is not None and not structure.stores_in(owner, root.id):
                return self._draft.source(node)
        return None

    def _means(self, name: str, value: Value) -> bool:
        """Whether `name` has no value but `value` where the call stands."""
        owner = self._owner(self._scope, name)
        assert isinstance(value, Function)
        if owner is None or self._structure.scope_of[value.node] is not owner:
            return False
        alone = self._bound(owner, name) == frozenset({value})
        return alone or self._is_last(owner, name, value.node)

    def _is_last(self, owner: ScopeNode, name: str, function: ast.AST) -> bool:
        """Whether a function is the last that got its name before the call, which runs in order
        with what binds the name: a script may define a function anew for each of its parts.
        """
        structure = self._structure
        if owner is not self._scope or (owner, name) in structure.shared:
            return False
        if name in structure.aliases:
            return False
        defined = [
            node
            for node in (*structure.functions, *structure.classes)
            if getattr(node, "name", None) == name and structure.scope_of[node] is owner
        ]
        stored = structure.stores_in(owner, name)
        statements = [*defined, *map(structure.statement, stored)]
        if not all(structure.parent(node) is owner for node in statements):
            return False
        before = [node for node in statements if node.lineno < self._call.lineno]
        return max(before, key=lambda node: node.lineno, default=None) is function

    def _same_root(self, node: ast.Attribute) -> bool:
        """Whether the name before the dot is the same variable here, bound once."""
        assert isinstance(node.value, ast.Name)
        name, there = node.value.id, self._structure.scope_of[node]
        mine, its = self._owner(self._scope, name), self._owner(there, name)
        if mine is None or its is None:
            return False
        if mine is its:
            return len(self._bound(mine, name)) == 1 and self._is_steady(mine, name, node)
        return (
            self._receives(mine, name)
            and self._receives(its, name)
            and (self._bound(mine, name) == self._bound(its, name))
        )

    def _is_steady(self, scope: ScopeNode, name: str, node: ast.AST) -> bool:
        """Whether a name is assigned once, and not anew between `node` and the call."""
        stores = [
            store
            for store in self._structure.stores(name)
            if self._structure.scope_of[store] is scope
        ]
        if len(stores) > 1 or (scope, name) in self._structure.shared:
            return False
        loops = [loop for store in stores for loop in self._loops(store)]
        return all(loop in self._loops(n) for loop in loops for n in (node, self._call))

    def _loops(self, node: ast.AST) -> list[ast.AST]:
        """The loops around a node, in its function."""
        found: list[ast.AST] = []
        current: ast.AST | None = node
        while current is not None and not isinstance(current, FUNCTION_TYPES):
            if isinstance(current, (ast.For, ast.AsyncFor, ast.While)):
                found.append(current)
            current = self._structure.parent(current)
        return found

    def _receives(self, scope: ScopeNode, name: str) -> bool:
        """Whether `name` is the `self` of a method."""
        if not isinstance(scope, FUNCTION_TYPES) or not scope.args.args:
            return False
        return self._structure.enclosing_class(scope) is not None and (
            scope.args.args[0].arg == name
        )

    def _owner(self, scope: ScopeNode, name: str) -> ScopeNode | None:
        if self._structure.declared_elsewhere(scope, name):
            return self._structure.owner(scope, name)
        for candidate in (scope, *self._draft.facts.state.scope_chain(scope)):
            if name in self._structure.locals_of[candidate]:
                return candidate
        return None

    def _bound(self, scope: ScopeNode, name: str) -> Values:
        return self._draft.facts.state.bound.get((scope, name), frozenset())


def _alike(one: Value, other: Value) -> bool:
    """Whether two values are the same function, of the same object if it is a method."""
    if isinstance(one, Method) and isinstance(other, Method):
        return one.function is other.function and one.receiver == other.receiver
    return one == other
