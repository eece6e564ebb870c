"""What reading an attribute or an item of a value, or iterating over it, gives."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from migrator.understand import command_line, frameworks, python_types
from migrator.understand.state import ANY_KEY, KEYS, Key, State
from migrator.understand.structure import ScopeNode
from migrator.understand.values import (
    ANYTHING,
    NONE,
    NOTHING,
    TEXT,
    Awaitable,
    Class,
    Constant,
    Instance,
    Method,
    Module,
    Object,
    Parents,
    Symbol,
    Value,
    Values,
    element_type,
    is_text,
    join,
    one,
    typed,
)

if TYPE_CHECKING:
    from migrator.understand.interpreter import Interpreter

Environment = dict[str, Values]
CONTAINERS = frozenset({"list", "tuple", "set", "dict", "generator"})
BUILT_IN: dict[str, type] = {"list": list, "tuple": tuple, "set": set, "dict": dict}


def _lacks(value: Value, name: str) -> bool:
    """Whether a value is a container of Python's own, which has no attribute of that name."""
    own = BUILT_IN.get(value.type) if isinstance(value, Object) and not value.path else None
    return own is not None and not hasattr(own, name)


class Access:
    """One scope and what its names are bound to; `env` is the flow-sensitive view of them."""

    def __init__(self, interpreter: Interpreter, scope: ScopeNode, env: Environment) -> None:
        self.interpreter = interpreter
        self.state: State = interpreter.state
        self.scope = scope
        self.env = env
        self.foreign = self.state.structure.declared(scope)
        """The names that the scope declares as `global` or `nonlocal`."""
        self.breaks: list[Environment] = []
        """What is bound where a `break` leaves the innermost loop."""
        self.continues: list[Environment] = []
        """What is bound where a `continue` goes back to the head of the innermost loop."""
        self.watched: list[list[Environment]] = []
        """For each `try` around, what was bound after each of its statements so far."""
        self.forks: dict[str, dict[str, tuple[Values, Values, Values]]] = {}
        """Flag -> name -> what that is bound to, where the flag is true, and where it is false."""

    def merge(self, target: ast.AST, values: Values) -> None:
        """`{**values}`: everything the spread dict holds goes into `target`."""
        for value in values:
            if isinstance(value, Object) and value.origin in self.state.keys:
                for key in self.state.keys[value.origin]:
                    self.state.store(target, key, self.state.heap[value.origin, key])
            elif not (isinstance(value, Constant) and value.value is None):
                self.state.store(target, ANY_KEY, ANYTHING)

    @staticmethod
    def key(values: Values) -> Key:
        """The constant key that `values` is, or `ANY_KEY`."""
        if len(values) == 1:
            value = next(iter(values))
            if isinstance(value, Constant) and isinstance(value.value, (str, int)):
                return value.value
        return ANY_KEY

    def having(self, values: Values, name: str) -> Values:
        """Those of `values` that can have an attribute, where one of several lacks it."""
        lacking = self.state.knowledge.lacking
        if len(values) > 1:
            values = values.difference([v for v in values if _lacks(v, name)]) or values
        for value in values:
            if isinstance(value, Symbol) and name in lacking.get(value.path, ()):
                break
        else:
            return values
        without = [v for v in values if isinstance(v, Symbol) and name in lacking.get(v.path, ())]
        return values.difference(without) or values

    def standing_in(self, values: Values) -> Values:
        """What is called, without what stands in for a known class where that is not installed.

        What a stand-in makes never gets to the calls of the module that is known; None makes
        nothing.
        """
        knowledge = self.state.knowledge
        there = values if NONE not in values else values - {NONE} or values
        named = [(v, *v.path.rpartition(".")[::2]) for v in values if isinstance(v, Symbol)]
        if not any(module in knowledge.lacking for _, module, _ in named):
            return there
        known = {name for _, module, name in named if name in knowledge.exports.get(module, ())}
        return there - {
            symbol
            for symbol, module, name in named
            if name in known
            and module in knowledge.lacking
            and symbol.path not in knowledge.functions
        }

    def attribute(self, value: Value, name: str, node: ast.AST) -> Values:
        """What `value.name` may be; `node` is the expression that takes it."""
        if isinstance(value, Symbol):
            path = self.state.knowledge.canonical(f"{value.path}.{name}")
            known = python_types.SYMBOL_TYPES.get(path)
            if path in self.state.imported:
                return self.state.imported[path]
            if inside := self.interpreter.imports.module(self.scope, path):
                return inside
            return typed(known) if known else one(Symbol(path))
        if isinstance(value, Object):
            return self._object_attribute(value, name, node)
        if isinstance(value, (Instance, Class)):
            return self.interpreter.classes.attribute(value, name, node)
        if isinstance(value, Parents):
            return self.interpreter.classes.inherited(value.receiver, name, node)
        if isinstance(value, Module):
            if name == "__dict__":
                return one(value)  # the names are its keys
            member = self.interpreter.imports.attribute(value.node, name)
            return ANYTHING if member is None else member
        if isinstance(value, Constant):
            kind = "str" if value.kind == "str" else value.kind
            return NOTHING if value.value is None else one(Method(Object(kind), name, at=node))
        if isinstance(value, Awaitable):
            return one(Method(Object("awaitable"), name, at=node)) if name == "result" else ANYTHING
        return ANYTHING

    def _object_attribute(self, value: Object, name: str, node: ast.AST) -> Values:
        knowledge = self.state.knowledge
        key = (value.type, name)
        known = (
            knowledge.attributes.get(key)
            or python_types.ATTRIBUTES.get(key)
            or frameworks.ATTRIBUTES.get(key)
        )
        if known:
            return typed(known, value.origin, (*value.path, name))
        if (value.type, name) in knowledge.sites or (value.type, name) in knowledge.methods:
            return one(Method(value, name, at=node))
        if name == "get" and any(value.type == mapping for mapping, _ in knowledge.items):
            return one(Method(value, name, at=node))
        if value.type == command_line.PARSER and name in command_line.METHODS:
            return one(Method(value, name, at=node))
        if (value.type, name) in python_types.METHODS or value.type in CONTAINERS:
            return one(Method(value, name, at=node))
        if (value.type, name) in frameworks.METHODS:
            return one(Method(value, name, at=node))
        if element_type(value.type) or value.type == "str":
            return one(Method(value, name, at=node))
        if (value.type, name) in python_types.SCHEDULING or value.type in python_types.QUEUES:
            return one(Method(value, name, at=node))
        if value.origin is not None and (stored := self.state.load(value.origin, "." + name)):
            return stored
        closed = knowledge.closed.get(value.type)
        return ANYTHING if closed is None or name in closed else NOTHING

    def item(self, value: Value, key: Key, sliced: bool, node: ast.Subscript) -> Values:
        if is_text(value):
            return one(TEXT)
        if isinstance(value, Module):
            return self._module_item(value, key)
        if isinstance(value, Symbol):
            if value.path == "sys.modules" and isinstance(key, str):
                return self.interpreter.imports.module(self.scope, key) or ANYTHING
            if isinstance(key, str) and f"{value.path}.{key}" in self.state.imported:
                return self.state.imported[f"{value.path}.{key}"]
            known = python_types.SUBSCRIPTS.get(value.path) or frameworks.SUBSCRIPTS.get(value.path)
            return typed(known) if known else one(value)  # list[int] and other generics
        if isinstance(value, Constant):
            return NOTHING
        if isinstance(value, Class) and self.interpreter.classes.is_generic(value.node):
            return one(value)
        if not isinstance(value, Object):
            return ANYTHING
        if sliced:
            return one(value)
        if (kept := self.kept(value, key)) is not None:
            return kept
        if value.type == "mapping of text":
            return one(TEXT)
        element = element_type(value.type)
        if element:
            step = f"[{key}]" if isinstance(key, int) else "[*]"
            return typed(element, value.origin, (*value.path, step))
        if value.origin in self.state.keys:
            assert value.origin is not None
            if isinstance(key, int) and key < 0:
                key = self._from_end(value.origin, key)
            found = self.state.load(value.origin, key)
            return found or (NOTHING if self._is_empty(value.origin) else ANYTHING)
        return ANYTHING

    def _module_item(self, value: Module, key: Key) -> Values:
        """`vars(module)[key]`."""
        imports = self.interpreter.imports
        found = imports.attribute(value.node, key) if isinstance(key, str) else None
        return imports.callables(value.node) if found is None else found

    def kept(self, value: Object, key: Key) -> Values | None:
        """What a mapping of an API keeps under `key`; None of anything else."""
        known = self.state.knowledge.items.get((value.type, key)) if isinstance(key, str) else None
        return typed(known, value.origin, (*value.path, f"[{key}]")) if known else None

    def _is_empty(self, origin: ast.AST) -> bool:
        """Whether a container begins as `{}`, or is the `[]` of `items or []`.

        Nothing is found in it but what is seen to be put there.
        """
        if isinstance(origin, ast.Dict):
            return not origin.keys
        empty = isinstance(origin, (ast.List, ast.Tuple)) and not origin.elts
        return empty and isinstance(self.state.structure.parent(origin), ast.BoolOp)

    def _from_end(self, origin: ast.AST, index: int) -> Key:
        known = [k for k in self.state.keys[origin] if isinstance(k, int)]
        if ANY_KEY in self.state.keys[origin] or not known:
            return ANY_KEY
        return max(known) + 1 + index

    def elements(self, values: Values) -> Values:
        """What iterating over `values` gives."""
        return join([self._iterated(value) for value in values])

    def _iterated(self, value: Value) -> Values:
        if is_text(value):
            return one(TEXT)
        if isinstance(value, Object):
            element = element_type(value.type)
            if element:
                return typed(element, value.origin, (*value.path, "[*]"))
            if value.type in self.state.knowledge.iterated:
                element = self.state.knowledge.iterated[value.type]
                return typed(element, value.origin, (*value.path, "[*]"))
            if value.type == "dict":
                return self._keys_of(value)
            if value.type in python_types.ITERATED:
                return typed(python_types.ITERATED[value.type])
            if value.type in {"text file"}:
                return one(TEXT)
            if value.type == "range":
                return one(Object("int"))
            if value.origin in self.state.keys:
                assert value.origin is not None
                return self.state.load(value.origin, ANY_KEY)
        return NOTHING if isinstance(value, Constant) else ANYTHING

    def _keys_of(self, value: Object) -> Values:
        """What the keys of a dict may be: text, where nothing is known of them."""
        if value.origin not in self.state.keys:
            return ANYTHING
        assert value.origin is not None
        known = KEYS in self.state.keys[value.origin]
        return self.state.load(value.origin, KEYS) if known else one(TEXT)
