"""Methods of containers: what they put in, and what they give."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from migrator.understand.arguments import Arguments
from migrator.understand.expressions import Expressions
from migrator.understand.state import ANY_KEY, KEYS, State
from migrator.understand.values import (
    ANYTHING,
    NONE,
    NOTHING,
    TEXT,
    Object,
    Values,
    join,
    one,
    promised_by,
)

if TYPE_CHECKING:
    from migrator.understand.interpreter import Interpreter
    from migrator.understand.library import Library


SHIFTING = frozenset(
    {"appendleft", "insert", "pop", "popleft", "remove", "reverse", "rotate", "sort"}
)
"""Methods of lists after which an item may stand at another index."""


class Containers:
    """The rules for methods of containers."""

    interpreter: Interpreter
    state: State
    library: Library

    def container(
        self, receiver: Object, name: str, arguments: Arguments, node: ast.Call
    ) -> Values:
        """What a method of a list, set, tuple or dict gives, and what it puts into it."""
        origin, state = receiver.origin, self.state
        if origin is None:
            return ANYTHING
        first = arguments.positional[0] if arguments.positional else NOTHING
        if name in SHIFTING:
            state.shift(receiver)
        if name == "sort":
            items = Arguments((one(receiver),), arguments.keywords, spread=False)
            self.library.call_keys(node, "sorted", items)
        elif name in {"append", "add", "appendleft"}:
            state.store(origin, ANY_KEY, first)
        elif name == "insert" and len(arguments.positional) > 1:
            state.store(origin, ANY_KEY, arguments.positional[1])
        elif name == "extend":
            state.store(origin, ANY_KEY, self.interpreter.iterate(first))
        elif name == "update":
            self.interpreter.merge(origin, first)
            for keyword, values in arguments.keywords.items():
                state.store(origin, keyword, values)
        elif name in {"get", "pop", "setdefault"} and receiver.type == "dict":
            default = arguments.positional[1] if len(arguments.positional) > 1 else one(NONE)
            key = Expressions.key(first)
            if name == "setdefault":
                state.store(origin, key, default)
            found = state.load(origin, key) if origin in state.keys else ANYTHING
            return join((promised_by(default, found), default))
        elif name in {"pop", "popleft"}:
            return state.load(origin, ANY_KEY) or ANYTHING
        elif name in {"values", "copy"}:
            return one(receiver) if name == "copy" else one(Object("list", origin))
        elif name in {"items", "popitem"}:
            known = KEYS in state.keys.get(origin, ())
            state.store(node, 0, state.load(origin, KEYS) if known else one(TEXT))
            state.store(node, 1, state.load(origin, ANY_KEY))
            if name == "popitem":
                return one(Object("tuple", node))
            state.store(node.func, ANY_KEY, one(Object("tuple", node)))
            return one(Object("list", node.func))
        elif name == "keys":
            if KEYS not in state.keys.get(origin, ()):
                return one(Object("list[str]"))
            state.store(node.func, ANY_KEY, state.load(origin, KEYS))
            return one(Object("list", node.func))
        return one(NONE)
