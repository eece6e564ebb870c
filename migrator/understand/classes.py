"""Classes of the program: their attributes, methods and properties, and what constructing one does.

All instances of a class share one table of attributes.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, cast

from migrator.understand.access import Access
from migrator.understand.arguments import Arguments
from migrator.understand.delegation import ASKED, delegate
from migrator.understand.structure import FUNCTION_TYPES, ScopeNode
from migrator.understand.values import (
    ANYTHING,
    NOTHING,
    Class,
    Function,
    FunctionNode,
    Instance,
    Method,
    Parents,
    Values,
    join,
    one,
)

if TYPE_CHECKING:
    from migrator.understand.interpreter import Interpreter


class Classes:
    """The class rules of the interpreter."""

    def __init__(self, interpreter: Interpreter) -> None:
        self.interpreter = interpreter
        self.state = interpreter.state
        self._lines: dict[ast.ClassDef, list[ast.ClassDef]] = {}
        self._derived: dict[ast.ClassDef, list[ast.ClassDef]] = {}

    def relate(self) -> None:
        """Classes are defined, or defined anew: who derives from whom must be asked again."""
        self._lines.clear()
        self._derived.clear()

    def attribute(self, value: Instance | Class, name: str, node: ast.AST) -> Values:
        """`value.name` for a class of the program: what was assigned, a method, a property."""
        overrides = [self._own_attribute(c, value, name, node) for c in self._heirs(value.node)]
        for cls in self.ancestors(value.node):
            found = self._own_attribute(cls, value, name, node)
            if found:
                return join((found, *overrides))
        return join(overrides) or self._handed_on(value, name, node) or ANYTHING

    def _handed_on(self, value: Instance | Class, name: str, node: ast.AST) -> Values:
        """`value.name` where `__getattr__` asks another object for whatever it is asked for."""
        if not isinstance(value, Instance) or name.startswith("__"):
            return NOTHING
        methods = join(
            [self.state.attributes.get((c, ASKED), NOTHING) for c in self.ancestors(value.node)]
        )
        found = delegate(methods)
        if found is None:
            return NOTHING
        function, other = found
        self.state.add_caller(function, as_call(node))
        self.interpreter.results(function)
        access = Access(self.interpreter, function, {})
        others = self.state.values.get(other, NOTHING)
        return join([access.attribute(v, name, node) for v in others if v != value])

    def parents(self, scope: ScopeNode, arguments: Arguments) -> Values:
        """What `super()`, or `super(cls, …)`, gives in a method."""
        named = [v.node for v in (arguments.positional or [NOTHING])[0] if isinstance(v, Class)]
        cls = self.state.structure.enclosing_class(scope)
        if arguments.positional:
            cls = named[0] if len(named) == 1 else None
        if cls is None or not isinstance(scope, FUNCTION_TYPES):
            return ANYTHING
        of_class = self.interpreter.is_classmethod(scope) or getattr(scope, "name", "") == "__new__"
        return one(Parents(Class(cls) if of_class else Instance(cls)))

    def inherited(self, value: Instance | Class, name: str, node: ast.AST) -> Values:
        """`super().name` in a method: what the classes say that come behind its own.

        Those that the object's class has besides may come first.
        """
        found: list[Values] = []
        for heir in (value.node, *self._heirs(value.node)):
            line = self.ancestors(heir)
            behind = line[line.index(value.node) + 1 :]
            told = (self._own_attribute(cls, value, name, node) for cls in behind)
            found.append(next(filter(None, told), NOTHING))
        return join(found) or ANYTHING

    def _heirs(self, cls: ast.ClassDef) -> list[ast.ClassDef]:
        """The classes of the program that derive from `cls`: `self` may be one of them."""
        if not self._derived:
            for heir in self.state.structure.classes:
                for ancestor in self.ancestors(heir):
                    found = self._derived.setdefault(ancestor, [])
                    if ancestor is not heir:
                        found.append(heir)
        return self._derived.get(cls, [])

    def _own_attribute(
        self, cls: ast.ClassDef, value: Instance | Class, name: str, node: ast.AST
    ) -> Values:
        assigned = self.state.attributes.get((cls, name), NOTHING)
        results: list[Values] = []
        for item in assigned:
            if isinstance(item, Function) and self._is_bound(cls, item.node, name):
                results.append(self._member(item.node, value, name, node))
            else:
                results.append(one(item))
        return join(results)

    def _is_bound(self, cls: ast.ClassDef, function: FunctionNode, name: str) -> bool:
        """Whether a function is a method where it is read by `name`: it stands in a class, and was
        not put into the object.
        """
        if isinstance(function, ast.Lambda):
            return False
        targets = [t for s in cls.body if isinstance(s, ast.Assign) for t in s.targets]
        named = {getattr(node, "id", getattr(node, "name", "")) for node in (*targets, *cls.body)}
        return name in named or isinstance(self.state.structure.parent(function), ast.ClassDef)

    def _member(
        self, function: FunctionNode, value: Instance | Class, name: str, node: ast.AST
    ) -> Values:
        if self.interpreter.is_property(function) and isinstance(value, Instance):
            self.state.add_caller(function, as_call(node))
            return self.interpreter.results(function)
        if self.interpreter.is_static(function):
            return one(Function(function))
        return one(Method(value, name, function, node))

    def ancestors(self, cls: ast.ClassDef) -> list[ast.ClassDef]:
        """The class itself and what it derives from, nearest first."""
        if cls not in self._lines:
            self._lines[cls] = self._line(cls)
        return self._lines[cls]

    def _line(self, cls: ast.ClassDef) -> list[ast.ClassDef]:
        found: list[ast.ClassDef] = []
        todo = [cls]
        while todo:
            current = todo.pop(0)
            if current in found:
                continue
            found.append(current)
            for base in current.bases:
                values = self.state.values.get(base, NOTHING)
                todo += [v.node for v in values if isinstance(v, Class)]
        return found

    def is_generic(self, cls: ast.ClassDef) -> bool:
        """Whether `cls[…]` is the class itself, of some types; of an enumeration it is a member."""
        line = self.ancestors(cls)
        bases = [base for ancestor in line for base in ancestor.bases]
        declared = any(getattr(ancestor, "type_params", ()) for ancestor in line)
        return declared or any(isinstance(base, ast.Subscript) for base in bases)

    def construct(self, node: ast.Call, cls: ast.ClassDef, arguments: Arguments) -> Values:
        """A call of a class of the program."""
        instance = Instance(cls)
        for ancestor in self.ancestors(cls):
            for value in self.state.attributes.get((ancestor, "__init__"), NOTHING):
                if isinstance(value, Function):
                    self.interpreter.calls.function(node, value.node, arguments, receiver=instance)
                    return one(instance)
        fields = [
            s.target.id
            for s in cls.body
            if isinstance(s, ast.AnnAssign) and isinstance(s.target, ast.Name)
        ]
        for name, values in (
            *zip(fields, arguments.positional, strict=False),
            *arguments.keywords.items(),
        ):
            if name in fields:
                promised = self.state.attributes.get((cls, name), NOTHING)
                if not (values <= ANYTHING and promised):
                    self.state.set_attribute(cls, name, values)
        return one(instance)


def as_call(node: ast.AST) -> ast.Call:
    """Reading a property, or decorating, is a call without a Call node; `node` stands for it."""
    return cast("ast.Call", node)
