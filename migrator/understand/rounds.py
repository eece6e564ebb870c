"""The rounds of the interpretation: all parts of a program, then those that are stale, until
nothing changes; and what is supposed of code out of view.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from migrator.understand.state import State
from migrator.understand.structure import Body
from migrator.understand.values import NOTHING, Class, Function, FunctionNode

if TYPE_CHECKING:
    from migrator.understand.interpreter import Interpreter

MAX_ROUNDS = 40
MAX_TURNS = 400
"""Between two complete rounds, how often those parts are interpreted again that are stale."""


class Unsettled(Exception):
    """What the functions of a program give each other grows without end."""


class Rounds:
    """Interprets a program until nothing changes."""

    def __init__(self, interpreter: Interpreter) -> None:
        self._interpreter = interpreter
        self.state = interpreter.state
        structure = self.state.structure
        parts: tuple[Body, ...] = (*structure.modules, *structure.functions)
        self._parts = {part: number for number, part in enumerate(parts)}
        self._recorded: dict[Body, list[ast.AST]] = {}

    def run(self) -> State:
        """Interpret until nothing changes; the state then holds the last, complete round.

        Raises Unsettled.
        """
        state = self.state
        for _ in range(MAX_ROUNDS):
            self._round()
            grown = state.changed
            self._settle()
            while self._supposed_more():
                grown = True
                self._settle()
            if not grown:
                return state
        raise Unsettled("what its functions give each other does not settle")

    def _round(self) -> None:
        state = self.state
        state.changed = False
        state.values.clear()
        state.sites.clear()
        state.dependents.stale.clear()
        self._interpreter.classes.relate()
        for part in self._parts:
            self._part(part)

    def _settle(self) -> None:
        """Interpret what is stale, until nothing is."""
        stale = self.state.dependents.stale
        for _ in range(MAX_TURNS):
            if not stale:
                return
            parts = sorted(stale, key=self._parts.__getitem__)
            for part in parts:
                stale.discard(part)
                self._part(part)

    def _part(self, part: Body) -> None:
        state, dependents = self.state, self.state.dependents
        dependents.part = part
        dependents.stale.discard(part)
        for node in self._recorded.get(part, ()):
            state.values.pop(node, None)
        state.recorded = self._recorded[part] = []
        if isinstance(part, ast.Module):
            self._interpreter.enter(part, part.body, {})
        else:
            self._interpreter.call(part)
        dependents.part = None

    def _supposed_more(self) -> bool:
        """Suppose what nothing in view says: calls from elsewhere, and what annotations promise.

        Whether there was anything to suppose; all that can be known must be known before.
        """
        functions = self.state.structure.functions
        exported = [f for f in self._exported() if f not in self.state.external]
        self.state.external.update(exported)
        uncalled = [f for f in functions if self._uncalled(f)]
        self.state.external.update(uncalled)
        self.state.uncalled.update(uncalled)
        if exported or uncalled:
            return True
        silent = [f for f in functions if self._is_silent(f)]
        self._interpreter.promising.update(silent)
        return bool(silent)

    def _exported(self) -> Iterator[FunctionNode]:
        """The functions, and public methods of classes, that a library offers to others."""
        structure = self.state.structure
        for module in structure.links.exports:
            for name in structure.locals_of[module]:
                for value in self.state.bound.get((module, name), NOTHING):
                    if isinstance(value, Function) and not name.startswith("_"):
                        yield value.node
                    elif isinstance(value, Class) and not name.startswith("_"):
                        yield from (f for f in structure.functions if self._is_public(f, value))

    def _is_public(self, function: FunctionNode, cls: Class) -> bool:
        """Whether users of a class call one of its methods, those of its bases included."""
        owner = self.state.structure.enclosing_class(function)
        if owner is None or isinstance(function, ast.Lambda):
            return False
        dunder = function.name.startswith("__") and function.name.endswith("__")
        public = dunder or not function.name.startswith("_")
        return public and owner in self._interpreter.classes.ancestors(cls.node)

    def _is_silent(self, function: FunctionNode) -> bool:
        """Whether all that is known of what a function returns is its annotation."""
        if isinstance(function, ast.Lambda) or function.returns is None:
            return False
        known = self.state.returns.get(function, NOTHING)
        return not known and not self._interpreter.may_promise(function)

    def _uncalled(self, function: FunctionNode) -> bool:
        """Whether no call in view shows what the function is given; those of tests don't."""
        state = self.state
        if function in state.external:
            return False
        callers: Iterable[ast.AST] = state.callers.get(function, ())
        structure = state.structure
        tests = structure.links.tests
        if tests and structure.module(function) not in tests:
            callers = [c for c in callers if structure.module(c) not in tests]
        return not callers
