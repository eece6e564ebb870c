"""Execute statements over abstract values: assignments bind, branches join, loops iterate."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from migrator.syntax import descendants
from migrator.understand.access import Environment
from migrator.understand.assignments import Assignments
from migrator.understand.expressions import Expressions
from migrator.understand.forks import remember
from migrator.understand.narrowing import narrow
from migrator.understand.state import ANY_KEY
from migrator.understand.structure import FUNCTION_TYPES
from migrator.understand.values import (
    ANYTHING,
    Awaitable,
    Class,
    Instance,
    Object,
    Symbol,
    Values,
    join,
    one,
)

LOOP_ROUNDS = 12  # a value that is still on its way after that many turns is given up on


class Statements(Assignments):
    """Runs statements in the scope of `scope`, whose environment it updates."""

    def block(self, statements: Iterable[ast.stmt]) -> None:
        """Run statements in order."""
        for statement in statements:
            _RULES[type(statement)](self, statement)
            for seen in self.scope.watched:
                seen.append(dict(self.scope.env))

    def _other(self, node: ast.stmt) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.scope.evaluate(child)

    def _assert(self, node: ast.Assert) -> None:
        self.scope.evaluate(node.test)
        if node.msg is not None:
            self.scope.evaluate(node.msg)
        narrow(self.scope, node.test, truth=True)

    def _expr(self, node: ast.Expr) -> None:
        self.scope.evaluate(node.value)

    def _return(self, node: ast.Return) -> None:
        if node.value is not None and isinstance(self.scope.scope, FUNCTION_TYPES):
            self.state.add_return(self.scope.scope, self.scope.evaluate(node.value))
            self.scope.interpreter.calls.callables.returned(self.scope.scope, node.value)

    # control flow

    def _branches(self, *blocks: list[ast.stmt]) -> None:
        """Run alternatives from the same start and join what they leave."""
        start = dict(self.scope.env)
        ends: list[Environment] = []
        for statements in blocks:
            self.scope.env.clear()
            self.scope.env.update(start)
            self.block(statements)
            if not _leaves(statements):
                ends.append(dict(self.scope.env))
        self._join(ends or [start])

    def _join(self, environments: list[Environment]) -> None:
        first, *others = environments
        merged = dict(first)
        for environment in others:
            for name, values in environment.items():
                if name not in merged:
                    merged[name] = values
                elif merged[name] is not values:
                    merged[name] = join((merged[name], values))
        self.scope.env.clear()
        self.scope.env.update(merged)

    def _if(self, node: ast.If) -> None:
        self.scope.evaluate(node.test)
        start = dict(self.scope.env)
        ends: list[Environment] = []
        for statements, truth in ((node.body, True), (node.orelse, False)):
            self.scope.env.clear()
            self.scope.env.update(start)
            narrow(self.scope, node.test, truth)
            self.block(statements)
            if not _leaves(statements):
                ends.append(dict(self.scope.env))
        self._join(ends or [start])
        if len(ends) > 1:
            remember(self.scope, node.test, *ends)

    def _loop(
        self,
        body: list[ast.stmt],
        orelse: list[ast.stmt],
        step: Callable[[], None],
        *,
        endless: bool = False,
    ) -> None:
        scope = self.scope
        outer = scope.breaks, scope.continues
        scope.breaks, scope.continues = [], []
        for _ in range(LOOP_ROUNDS):
            start = dict(scope.env)
            step()
            self.block(body)
            self._join([start, dict(scope.env), *scope.continues])
            if scope.env == start:
                break
        else:
            for name in [n for n, values in scope.env.items() if values != start.get(n)]:
                scope.env[name] = ANYTHING
        self.block(orelse)
        self._join([*([] if endless else [dict(scope.env)]), *scope.breaks] or [dict(scope.env)])
        scope.breaks, scope.continues = outer

    def _break(self, node: ast.stmt) -> None:
        """What is bound here leaves the loop, past its `else`."""
        self.scope.breaks.append(dict(self.scope.env))

    def _continue(self, node: ast.stmt) -> None:
        """What is bound here goes around the loop."""
        self.scope.continues.append(dict(self.scope.env))

    def _while(self, node: ast.While) -> None:
        endless = isinstance(node.test, ast.Constant) and bool(node.test.value)
        test = partial(self.scope.evaluate, node.test)
        self._loop(node.body, node.orelse, lambda: void(test()), endless=endless)

    def _for(self, node: ast.For | ast.AsyncFor) -> None:
        def step() -> None:
            self.assign(node.target, self.scope.elements(self.scope.evaluate(node.iter)))

        self._loop(node.body, node.orelse, step)

    _asyncfor = _for

    def _try(self, node: ast.Try) -> None:
        start = dict(self.scope.env)
        self.scope.watched.append([])
        self.block(node.body)
        done = dict(self.scope.env)
        # An exception may leave the body anywhere: handlers see what any statement left bound.
        self._join([start, done, *self.scope.watched.pop()])
        raised = dict(self.scope.env)
        ends: list[Environment] = []
        self.scope.env.clear()
        self.scope.env.update(done)
        self.block(node.orelse)
        if not _leaves([*node.body, *node.orelse]):
            ends.append(dict(self.scope.env))
        for handler in node.handlers:
            self.scope.env.clear()
            self.scope.env.update(raised)
            self._handler(handler)
            if not _leaves(handler.body):
                ends.append(dict(self.scope.env))
        self._join(ends or [raised])
        if node.finalbody:
            after = dict(self.scope.env)
            self._join([after, raised])
            self.block(node.finalbody)  # on the way of an exception: only what it reads matters
            self.scope.env.clear()
            self.scope.env.update(after)
            self.block(node.finalbody)

    _trystar = _try

    def _handler(self, handler: ast.ExceptHandler) -> None:
        caught: Values = ANYTHING
        if handler.type is not None:
            values = self.scope.evaluate(handler.type)
            found = []
            for value in values:
                if isinstance(value, Object) and value.type == "tuple" and value.origin is not None:
                    found += [v for v in self.state.load(value.origin, ANY_KEY)]
                else:
                    found.append(value)
            caught = frozenset(
                Object(f"exception {v.path}", handler) if isinstance(v, Symbol) else v
                for v in found
            )
        if handler.name:
            self.bind(handler.name, caught or ANYTHING, visible=True)
        self.block(handler.body)

    def _with(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            values = self.scope.evaluate(item.context_expr)
            if item.optional_vars is not None:
                self.assign(item.optional_vars, self._entered(values))
        start = dict(self.scope.env)
        self.scope.watched.append([])
        self.block(node.body)
        seen = self.scope.watched.pop()
        if any(self._may_swallow(item.context_expr) for item in node.items):
            # An exception may leave the body anywhere, and end here.
            self._join([start, dict(self.scope.env), *seen])

    _asyncwith = _with

    def _may_swallow(self, manager: ast.expr) -> bool:
        """Whether leaving the block by an exception may go on after it."""
        for value in self.state.values.get(manager) or ANYTHING:
            if not isinstance(value, Object) or value.type == "generator":
                return True
            if value.type.startswith("contextlib."):
                return True
        return False

    def _entered(self, values: Values) -> Values:
        results: list[Values] = []
        for value in values:
            if isinstance(value, Object) and value.type == "generator":
                results.append(self.scope.elements(one(value)))
            elif isinstance(value, Object) and not isinstance(value, Awaitable):
                results.append(one(value))  # clients, files: `__enter__` returns the object itself
            elif isinstance(value, Instance):
                results.append(one(value))
            else:
                results.append(ANYTHING)
        return join(results)

    def _match(self, node: ast.Match) -> None:
        self.scope.evaluate(node.subject)
        for case in node.cases:
            for part in descendants(case.pattern):
                if isinstance(part, ast.MatchClass):
                    self.scope.evaluate(part.cls)
                name = getattr(part, "name", None) or getattr(part, "rest", None)
                if isinstance(name, str):
                    self.bind(name, ANYTHING, visible=True)
            if case.guard:
                self.scope.evaluate(case.guard)
        self._branches(*[case.body for case in node.cases], [])

    # definitions and imports

    def _functiondef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.bind(node.name, self.interpreter.define(self.scope, node), visible=True)

    _asyncfunctiondef = _functiondef

    def _classdef(self, node: ast.ClassDef) -> None:
        for expression in (*node.bases, *(k.value for k in node.keywords), *node.decorator_list):
            self.scope.evaluate(expression)
        self.interpreter.classes.relate()
        if not all(self.interpreter.is_transparent(d) for d in node.decorator_list):
            methods = [
                s for s in node.body if isinstance(s, (ast.FunctionDef, ast.AsyncFunctionDef))
            ]
            self.state.external.update(m for m in methods if not _is_private(m.name))
        inner = Expressions(self.interpreter, node, {})
        Statements(inner).block(node.body)
        self.bind(node.name, one(Class(node)), visible=True)

    def _nonlocal(self, node: ast.stmt) -> None:
        """Declarations are part of the outline."""

    _global = _nonlocal
    _pass = _nonlocal


_RULES: dict[type[ast.stmt], Callable[[Statements, Any], None]] = {
    kind: getattr(Statements, f"_{kind.__name__.lower()}", Statements._other)
    for kind in ast.stmt.__subclasses__()
}
"""What each kind of statement is run by."""


def void(_: object) -> None:
    """Forget a result."""


def _leaves(statements: list[ast.stmt]) -> bool:
    """Whether a block never falls through to what follows it."""
    if not statements:
        return False
    last = statements[-1]
    if isinstance(last, (ast.Return, ast.Raise, ast.Continue, ast.Break)):
        return True
    if isinstance(last, ast.If):
        return _leaves(last.body) and _leaves(last.orelse)
    return False


def _is_private(name: str) -> bool:
    """Whether what a decorator of the class hands it to leaves such a method alone."""
    return name.startswith("_") and not name.startswith("__")
