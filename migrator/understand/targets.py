"""Assignment: names, attributes, items and patterns are bound to values."""

from __future__ import annotations

import ast

from migrator.understand.expressions import Expressions
from migrator.understand.state import ANY_KEY, KEYS
from migrator.understand.structure import tuple_fields
from migrator.understand.values import (
    NOTHING,
    TEXT,
    UNKNOWN,
    Class,
    Instance,
    Module,
    Object,
    Symbol,
    Unknown,
    Value,
    Values,
    join,
    one,
)


class Targets:
    """Binds targets in the scope of `scope`, whose environment it updates."""

    def __init__(self, scope: Expressions) -> None:
        self.scope = scope
        self.state = scope.state
        self.interpreter = scope.interpreter

    def assign(self, target: ast.expr, values: Values, visible: bool = True) -> None:
        """Bind a target; `visible` is False for names that live in a comprehension only."""
        self.state.record(target, values)
        if isinstance(target, ast.Name):
            foreign = [v for v in values if self._is_foreign(v)] if visible else ()
            if foreign and self._is_used_as_text(target):
                values = values.difference(foreign) | {TEXT}
            self.bind(target.id, values, visible)
        elif isinstance(target, ast.Attribute):
            self._assign_attribute(target, values)
        elif isinstance(target, ast.Subscript):
            self._assign_item(target, values)
        elif isinstance(target, ast.Starred):
            self.state.store(target, ANY_KEY, values)
            self.assign(target.value, one(Object("list", target)), visible)
        elif isinstance(target, (ast.Tuple, ast.List)):
            starred = any(isinstance(element, ast.Starred) for element in target.elts)
            for index, element in enumerate(target.elts):
                unpacked = (
                    self.scope.elements(values)
                    if starred
                    else self._unpacked(values, index, target)
                )
                self.assign(element, unpacked, visible)

    def bind(self, name: str, values: Values, visible: bool) -> None:
        structure, scope = self.state.structure, self.scope.scope
        if not visible:
            self.scope.env[name] = values
            return
        if name in self.scope.foreign:
            self.state.bind(structure.owner(scope, name), name, values)
            return
        self.scope.env[name] = values
        if isinstance(scope, ast.ClassDef):
            self.state.set_attribute(scope, name, values)
        else:
            self.state.bind(scope, name, values)

    def _is_foreign(self, value: Value) -> bool:
        """Whether nothing is known of a value: `settings.PROMPT` stands in another file."""
        if isinstance(value, Symbol):
            return "." in value.path and not self.state.knowledge.knows(value.path)
        return value == UNKNOWN

    def _is_used_as_text(self, target: ast.Name) -> bool:
        return self.interpreter.evidence.stores_text(self.scope.scope, target)

    def _assign_attribute(self, target: ast.Attribute, values: Values) -> None:
        for value in self.scope.evaluate(target.value):
            if isinstance(value, (Instance, Class)):
                evidence = self.interpreter.evidence
                foreign = frozenset(filter(self._is_foreign, values))
                if foreign and evidence.attribute_is_text(value.node, target.attr):
                    values = (values - foreign) | {TEXT}
                self.state.set_attribute(value.node, target.attr, values)
            elif isinstance(value, Module):
                self.interpreter.imports.assign(value.node, target.attr, values)
            elif isinstance(value, Symbol):
                self.state.put(f"{value.path}.{target.attr}", values)
            elif isinstance(value, Object) and value.origin is not None and not value.path:
                self.state.store(value.origin, "." + target.attr, values)

    def _assign_item(self, target: ast.Subscript, values: Values) -> None:
        keys = self.scope.evaluate(target.slice)
        key = self.scope.key(keys)
        said = frozenset(TEXT if isinstance(k, Unknown) else k for k in keys)
        for value in self.scope.evaluate(target.value):
            if isinstance(value, Symbol) and isinstance(key, str):
                self.state.put(f"{value.path}.{key}", values)
            elif isinstance(value, Object) and value.origin is not None and not value.path:
                self.state.store(value.origin, key, values)
                if value.type == "dict":  # `futures[pool.submit(ask, prompt)] = prompt`
                    self.state.store(value.origin, KEYS, said)

    def _unpacked(self, values: Values, index: int, target: ast.expr) -> Values:
        results: list[Values] = []
        for value in values:
            if isinstance(value, Instance) and index < len(fields := tuple_fields(value.node)):
                results.append(self.scope.attribute(value, fields[index], target))
                continue
            if isinstance(value, Object) and value.type in {"tuple", "list"}:
                origin = value.origin
                if origin in self.state.keys:
                    assert origin is not None
                    results.append(self.state.load(origin, index))
                    continue
            results.append(self.scope.elements(one(value)) or NOTHING)
        return join(results)
