"""Execute statements that only bind or unbind something: assignments, deletions and imports."""

from __future__ import annotations

import ast

from migrator.syntax import descendants
from migrator.understand.arguments import Arguments
from migrator.understand.described import texts
from migrator.understand.state import ANY_KEY
from migrator.understand.targets import Targets
from migrator.understand.values import ANYTHING, TEXT, Constant, Object, Symbol, Values, join, one


class Assignments(Targets):
    """The rules for statements that run no others."""

    def _assign(self, node: ast.Assign) -> None:
        values = self.scope.evaluate(node.value)
        if node.lineno in self.state.structure.forms:
            values = _chosen(values)
        for target in node.targets:
            self.assign(target, values)

    def _augassign(self, node: ast.AugAssign) -> None:
        added = self.scope.evaluate(node.value)
        load: ast.expr = node.target
        current = self.scope.evaluate(load)
        containers = [v for v in current if isinstance(v, Object) and v.type == "list"]
        if containers and isinstance(node.op, ast.Add):
            for value in containers:
                if value.origin is not None:
                    self.state.store(value.origin, ANY_KEY, self.scope.elements(added))
            return
        texts = [v for v in (*current, *added) if v == TEXT or getattr(v, "kind", "") == "str"]
        self.assign(node.target, one(TEXT) if texts else ANYTHING)

    def _annassign(self, node: ast.AnnAssign) -> None:
        promised = self.interpreter.annotation(node.annotation, self.scope.scope, None)
        if node.value is None:
            if promised and not self._is_set_by_methods(node):
                self.assign(node.target, promised)
            return
        values = self.scope.evaluate(node.value)
        made = self._made_by_factory(node.value)
        if made is not None:
            self.assign(node.target, made)
            return
        if promised and values <= ANYTHING:
            values = promised
        elif promised and isinstance(self.scope.scope, ast.ClassDef):
            # `name: str = Field(…)`: the call describes the field, the annotation its value
            described = isinstance(node.value, ast.Call)
            values = join((texts(values) if described else values, promised))
        self.assign(node.target, values)

    def _is_set_by_methods(self, node: ast.AnnAssign) -> bool:
        """Whether an annotation in a class only describes what its methods assign."""
        cls, target = self.scope.scope, node.target
        return (
            isinstance(cls, ast.ClassDef)
            and isinstance(target, ast.Name)
            and any(
                isinstance(part, ast.Attribute)
                and part.attr == target.id
                and isinstance(part.ctx, ast.Store)
                and isinstance(part.value, ast.Name)
                and part.value.id == "self"
                for part in descendants(cls)
            )
        )

    def _made_by_factory(self, node: ast.expr) -> Values | None:
        """What `field(default_factory=f)` makes for each instance."""
        if not isinstance(node, ast.Call) or not isinstance(self.scope.scope, ast.ClassDef):
            return None
        paths = {getattr(v, "path", "") for v in self.state.values.get(node.func, ())}
        if not paths & {"dataclasses.field", "pydantic.Field"}:
            return None
        for keyword in node.keywords:
            if keyword.arg == "default_factory":
                nothing = Arguments((), {}, spread=False)
                made = self.scope.evaluate(keyword.value)
                calls = self.interpreter.calls
                return join([calls.call(self.scope, node, value, nothing) for value in made])
        return None

    def _delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            self.scope.evaluate(target)
            if isinstance(target, ast.Subscript):
                for value in self.state.values.get(target.value, frozenset()):
                    if isinstance(value, Object):
                        self.state.shift(value)

    def _import(self, node: ast.Import) -> None:
        for alias in node.names:
            path = alias.name if alias.asname else alias.name.split(".")[0]
            values = self.interpreter.imports.module(node, path)
            self.bind(alias.asname or path, values or one(Symbol(path)), visible=True)

    def _importfrom(self, node: ast.ImportFrom) -> None:
        knowledge = self.state.knowledge
        source = "." * node.level + (node.module or "")
        for alias in node.names:
            if alias.name == "*":
                self._everything(node, source)
                continue
            values = self.interpreter.imports.member(node, source, alias.name)
            if values is None:
                path = f"{source}.{alias.name}"
                values = one(Symbol(path if node.level else knowledge.canonical(path)))
            self.bind(alias.asname or alias.name, values, visible=True)

    def _everything(self, node: ast.ImportFrom, source: str) -> None:
        """`from source import *`."""
        exported = self.interpreter.imports.exported(node, source)
        if exported is None:
            self.interpreter.star_imports.add(source)
            return
        for name, values in exported:
            self.bind(name, values, visible=True)


def _chosen(values: Values) -> Values:
    """What a form may put in the place of these values: anything of their type."""
    kinds = {v.kind for v in values if isinstance(v, Constant) and v.value is not None}
    return values | {Object(kind) for kind in kinds}
