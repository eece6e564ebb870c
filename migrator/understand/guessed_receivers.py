"""Receivers that can't be traced, but whose spelling and use give away what they are."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from migrator.understand import python_types
from migrator.understand.state import State
from migrator.understand.values import (
    NOTHING,
    Method,
    Object,
    Symbol,
    Unknown,
    Value,
    Values,
    one,
)


class GuessedReceivers:
    """Tells methods of an API where only their names are known."""

    def __init__(self, state: State) -> None:
        self.state = state

    def guess(self, node: ast.Attribute, receivers: Values, found: Values) -> Values:
        """What `node` may be, where spelling gives away a method that can't be traced."""
        strangers = [value for value in found if self._is_stranger(value)]
        if found and not strangers:
            return found
        if strangers:
            sure = {name for v in found if (name := self._stateless(v))}
            if sure:  # what has this method beside others can be nothing else
                others = {v for v in found if not self._is_stranger(v)}
                return frozenset(others) | {self._spelled(node, name) for name in sure}
        if not all(self._is_stranger(value) for value in (*receivers, *found)):
            return found
        names: list[str] = []
        current: ast.expr = node.value
        while isinstance(current, ast.Attribute):
            names.insert(0, current.attr)
            current = current.value
        for suffix, type_name in self._spellings(node):
            if tuple(names[-len(suffix) :]) == suffix and self._tells(node, (type_name, node.attr)):
                return one(self._spelled(node, type_name))
        return found

    def _spellings(self, node: ast.Attribute) -> Iterator[tuple[tuple[str, ...], str]]:
        """The names that give a receiver of `node` away, and the type each of them means.

        Of an object that is one client under another's name (`aclient = client.aio` out of
        view), only what is done with the result tells which: what is awaited is awaitable.
        """
        knowledge = self.state.knowledge
        if self._is_awaited(node):
            for suffix, type_name in knowledge.receivers.items():
                kind = knowledge.sites.get((type_name, node.attr))
                if kind is not None and kind.returns.startswith("await "):
                    yield suffix[-1:], type_name
        yield from knowledge.receivers.items()

    def _is_awaited(self, method: ast.Attribute) -> bool:
        """Whether a method is called, and the call awaited where it stands or made into a task."""
        call = self.state.structure.parent(method)
        if not isinstance(call, ast.Call) or call.func is not method:
            return False
        user = self.state.structure.parent(call)
        if not isinstance(user, ast.Call):
            return isinstance(user, ast.Await)
        runs = self.state.values.get(user.func, NOTHING)
        return call in user.args and any(
            isinstance(v, Symbol) and v.path in python_types.RUNNERS for v in runs
        )

    @staticmethod
    def _spelled(node: ast.Attribute, type_name: str) -> Method:
        return Method(Object(type_name), node.attr, at=node)

    def _is_stranger(self, value: Value) -> bool:
        """Whether nothing in the file says what a value is: code out of view made it."""
        foreign = isinstance(value, Symbol) and not self.state.knowledge.knows(value.path)
        return foreign or isinstance(value, Unknown)

    def _stateless(self, value: Value) -> str | None:
        """The type of a method that any receiver of that type serves as well as another."""
        knowledge = self.state.knowledge
        if not isinstance(value, Method) or not isinstance(value.receiver, Object):
            return None
        name = value.receiver.type
        known = name in knowledge.receivers.values() and (name, value.name) in knowledge.sites
        return name if known else None

    def _tells(self, node: ast.Attribute, key: tuple[str, str]) -> bool:
        """Whether a guessed method is used as only this API's methods are."""
        parent, knowledge = self.state.structure.parent(node), self.state.knowledge
        if key in knowledge.telling_methods:
            keywords = {k.arg for k in getattr(parent, "keywords", ()) if k.arg}
            return bool(keywords) and keywords <= knowledge.telling_methods[key]
        if key not in knowledge.sites or isinstance(parent, (ast.Attribute, ast.Subscript)):
            return False
        if not isinstance(parent, ast.Call):
            return True  # the method is handed on
        spread = any(k.arg is None for k in parent.keywords)
        keywords = {k.arg for k in parent.keywords if k.arg}
        passed = len(keywords) + len(parent.args)
        return keywords <= knowledge.telling_keywords and (spread or passed > 1)
