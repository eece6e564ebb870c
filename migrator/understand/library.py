"""What functions from outside the program do with what they are given: enough of the standard
library to follow values through it.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from migrator.understand import frameworks, python_types
from migrator.understand.arguments import Arguments
from migrator.understand.described import described_texts
from migrator.understand.expressions import Expressions
from migrator.understand.state import ANY_KEY, KEYS
from migrator.understand.values import (
    ANYTHING,
    NOTHING,
    TEXT,
    UNKNOWN,
    Constant,
    Function,
    Method,
    Module,
    Object,
    Partial,
    Symbol,
    Value,
    Values,
    join,
    one,
    promised_by,
    shown_text,
    typed,
)

if TYPE_CHECKING:
    from migrator.understand.calls import Calls

COPYING = frozenset(
    {
        "list",
        "tuple",
        "set",
        "sorted",
        "reversed",
        "frozenset",
        "collections.deque",
        "concurrent.futures.as_completed",
        "asyncio.as_completed",
    }
)
"""Functions that give a new container of the same items."""


def _is_whole_list(value: Value) -> bool:
    return isinstance(value, Object) and value.type == "list" and not value.path


class Library:
    """Calls of imported functions and builtins."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls
        self.interpreter = calls.interpreter
        self.state = calls.state

    def symbol(
        self, scope: Expressions, node: ast.Call, callee: Symbol, arguments: Arguments
    ) -> Values:
        path = self.state.knowledge.canonical(callee.path)
        if path in {"functools.partial", "partial"} and arguments.positional:
            return frozenset(
                Partial(v, node) if isinstance(v, (Function, Method, Symbol)) else UNKNOWN
                for v in arguments.positional[0]
            )
        if path in {"importlib.import_module", "__import__"}:
            name = Expressions.key(arguments.positional[0]) if arguments.positional else None
            found = self.interpreter.imports.module(scope.scope, str(name)) if name else NOTHING
            return found or ANYTHING
        if path == "vars" and arguments.positional:
            modules = frozenset(v for v in arguments.positional[0] if isinstance(v, Module))
            return modules or ANYTHING  # their names are the keys of the dict
        if path == "super":
            return self.interpreter.classes.parents(scope.scope, arguments)
        self._hand_errors(scope, path, node, arguments)
        known = self.state.knowledge.functions.get(path)
        if known is not None:
            return typed(known, node)
        run = self.calls.concurrency.symbol(scope, path, node, arguments)
        return run if run is not None else self._library(path, node, arguments)

    def _hand_errors(
        self, scope: Expressions, path: str, node: ast.Call, arguments: Arguments
    ) -> None:
        """Some functions call what they are given with an error: one that `node` stands for."""
        error = Arguments((one(Object("exception Exception", node)),), {}, spread=False)
        for key in self.state.knowledge.handing_errors.get(path, ()):
            given = arguments.keywords.get(key, NOTHING) if isinstance(key, str) else NOTHING
            if isinstance(key, int) and len(arguments.positional) > key:
                given = arguments.positional[key]
            for value in given:
                if isinstance(value, (Function, Method, Partial)):
                    self.calls.call(scope, node, value, error)

    def _library(self, path: str, node: ast.Call, arguments: Arguments) -> Values:
        first = arguments.positional[0] if arguments.positional else NOTHING
        self.call_keys(node, path, arguments)
        if path in {"map", "filter"} and len(arguments.positional) > 1:
            mapped = self.mapped(self.interpreter.current, node, arguments)
            if path == "map":
                return mapped
            self.state.store(node.func, ANY_KEY, self.interpreter.iterate(arguments.positional[1]))
            return one(Object("list", node.func))
        if path in {"copy.copy", "copy.deepcopy"} and first and all(map(_is_whole_list, first)):
            path = "list"
        if path in COPYING or path in frameworks.PROGRESS:
            self.state.keys.setdefault(node, set())
            if first:
                self.state.store(node, ANY_KEY, self.interpreter.iterate(first))
            return one(Object(path if path in {"tuple", "set"} else "list", node))
        if path == "dict":
            self.state.keys.setdefault(node, set())
            for name, values in arguments.keywords.items():
                self.state.store(node, name, values)
            if first and not self._pairs(node, first):
                self.interpreter.merge(node, first)
            if arguments.spread:
                self.interpreter.merge(node, ANYTHING)
            return one(Object("dict", node))
        if path == "collections.defaultdict":
            return self._defaulting(node, first)
        if path in {"enumerate", "zip"}:
            return self._tuples(path, node, arguments)
        if path in {"next", "iter", "aiter", "min", "max"} and first:
            if path in {"iter", "aiter"}:
                return self._called_until(node, arguments) or self._iterator(node, first)
            default = arguments.keywords.get("default", NOTHING)
            return join((self.interpreter.iterate(first), *arguments.positional[1:], default))
        return self._plain(path, node, arguments)

    def _plain(self, path: str, node: ast.Call, arguments: Arguments) -> Values:
        """A function that neither makes a container nor goes through one."""
        first = arguments.positional[0] if arguments.positional else NOTHING
        if path == "getattr":
            return self._getattr(node, arguments)
        if path == "range":
            return one(Object("range"))
        if path in {"open", "io.open", "codecs.open"}:
            mode = next((v for v in arguments.positional[1:2]), arguments.keywords.get("mode"))
            binary = mode and any(isinstance(m, Constant) and "b" in str(m.value) for m in mode)
            return one(Object("binary file" if binary else "text file"))
        if path in {"os.getenv", "os.environ.get", "os.environ.pop"}:
            return join((one(TEXT), *arguments.positional[1:2]))
        if path in {"str", "repr"} and (shown := shown_text(first)):
            return shown
        if path in frameworks.FUNCTIONS:
            return self._read(frameworks.FUNCTIONS[path], arguments)
        if path in frameworks.PARAMETERS and not arguments.spread:
            return frameworks.asked_for(first or arguments.keywords.get("default", NOTHING))
        if described := described_texts(path, arguments):
            return described | ANYTHING
        if path in frameworks.UPLOADERS:
            return frameworks.uploaded(node)
        if path in frameworks.MADE:
            return one(Object(frameworks.MADE[path], node))
        if path in python_types.FUNCTIONS:
            known = python_types.FUNCTIONS[path]
            return typed(known, node) if known not in {"str", "int"} else one(Object(known))
        if path.rpartition(".")[2][:1].isupper():
            self._construct_external(node, arguments)
            path = python_types.CONSTRUCTORS.get(path, path)
            return one(Object(path, node))
        return self.calls.spelled(node, arguments)

    def _defaulting(self, node: ast.Call, factories: Values) -> Values:
        """`defaultdict(list)`: the factory makes what is read under a new key."""
        self.state.keys.setdefault(node, set())
        for factory in factories:
            made = ANYTHING
            if (
                isinstance(factory, Symbol)
                and factory.path in {"list", "dict", "set"}
                and node.args
            ):
                self.state.keys.setdefault(node.args[0], set())
                made = one(Object(factory.path, node.args[0]))
            elif isinstance(factory, Function):
                nothing = Arguments((), {}, spread=False)
                made = self.calls.call(self.interpreter.current, node, factory, nothing)
            self.state.store(node, ANY_KEY, made)
        return one(Object("dict", node))

    @staticmethod
    def _read(reader: frameworks.Reader, arguments: Arguments) -> Values:
        """A text that a framework gives, or what is asked for in its place."""
        if arguments.spread or reader.converting & set(arguments.keywords):
            return ANYTHING
        if not reader.default:
            return typed(reader.returns)
        defaults = (*arguments.positional[1:2], arguments.keywords.get("default", NOTHING))
        found = join(defaults)
        return join((one(TEXT), found)) if found else typed(reader.returns)

    def _called_until(self, node: ast.Call, arguments: Arguments) -> Values:
        """`iter(function, sentinel)`: an iterator over what the function returns."""
        if len(arguments.positional) < 2:
            return NOTHING
        self.state.keys.setdefault(node, set())
        for value in arguments.positional[0]:
            nothing = Arguments((), {}, spread=False)
            results = self.calls.call(self.interpreter.current, node, value, nothing)
            self.state.store(node, ANY_KEY, results)
        return one(Object("generator", node))

    def _iterator(self, node: ast.Call, values: Values) -> Values:
        """`iter(values)`: of dicts, an iterator over the keys; else what goes through the same."""
        if not all(isinstance(v, Object) and v.type == "dict" for v in values):
            return values
        self.state.keys.setdefault(node, set())
        self.state.store(node, ANY_KEY, self.interpreter.iterate(values))
        return one(Object("generator", node))

    def call_keys(self, node: ast.Call, path: str, arguments: Arguments) -> None:
        """`sorted(items, key=f)`, `max(items, key=f)`: f receives the items."""
        if (
            path in {"sorted", "max", "min"}
            and "key" in arguments.keywords
            and arguments.positional
        ):
            items = Arguments((self.interpreter.iterate(arguments.positional[0]),), {}, False)
            for value in arguments.keywords["key"]:
                self.calls.call(self.interpreter.current, node, value, items)

    def _pairs(self, node: ast.Call, values: Values) -> bool:
        """`dict(pairs)`: whether `values` are pairs, whose halves become keys and values."""
        pairs = self.interpreter.iterate(values)
        tuples = [v for v in pairs if isinstance(v, Object) and v.type == "tuple" and v.origin]
        if not tuples or len(tuples) != len(pairs):
            return False
        for pair in tuples:
            assert pair.origin is not None
            self.state.store(node, KEYS, self.state.load(pair.origin, 0))
            self.state.store(node, ANY_KEY, self.state.load(pair.origin, 1))
        return True

    def _construct_external(self, node: ast.Call, arguments: Arguments) -> None:
        """Keyword arguments of a foreign class can be read back as attributes."""
        self.state.keys.setdefault(node, set())
        for name, values in arguments.keywords.items():
            self.state.store(node, "." + name, values)

    def _tuples(self, path: str, node: ast.Call, arguments: Arguments) -> Values:
        columns = [self.interpreter.iterate(values) for values in arguments.positional]
        if path == "enumerate":
            columns = [one(Object("int")), *columns[:1]]
        for index, values in enumerate(columns):
            self.state.store(node.func, index, values)
        self.state.store(node, ANY_KEY, one(Object("tuple", node.func)))
        return one(Object("list", node))

    def _getattr(self, node: ast.Call, arguments: Arguments) -> Values:
        if len(arguments.positional) < 2:
            return ANYTHING
        name = Expressions.key(arguments.positional[1])
        if not isinstance(name, str):
            modules = [v.node for v in arguments.positional[0] if isinstance(v, Module)]
            return join([ANYTHING, *map(self.interpreter.imports.callables, modules)])
        scope = self.interpreter.current
        found = join([scope.attribute(v, name, node) for v in arguments.positional[0]])
        default = join(arguments.positional[2:3])
        return join((promised_by(default, found), default))

    def mapped(self, scope: Expressions, node: ast.Call, arguments: Arguments) -> Values:
        """A function called with the items of what follows it: a list of results."""
        items = tuple(self.interpreter.iterate(v) for v in arguments.positional[1:])
        passed = Arguments(items, {}, arguments.spread)
        results = [self.calls.call(scope, node, f, passed) for f in arguments.positional[0]]
        self.state.store(node, ANY_KEY, join(results))
        return one(Object("list", node))
