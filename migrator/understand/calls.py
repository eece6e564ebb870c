"""Evaluate calls: API methods, functions of the program, containers, and functions that forward."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from migrator.understand import command_line, frameworks, python_types, spelling
from migrator.understand.access import CONTAINERS
from migrator.understand.arguments import Arguments
from migrator.understand.callee_order import order
from migrator.understand.concurrency import Concurrency
from migrator.understand.containers import Containers
from migrator.understand.expressions import Expressions
from migrator.understand.library import Library
from migrator.understand.operations import awaited
from migrator.understand.passed_callables import PassedCallables
from migrator.understand.state import ANY_KEY, CallSite
from migrator.understand.structure import named_parameters
from migrator.understand.values import (
    ANYTHING,
    NONE,
    NOTHING,
    TEXT,
    Class,
    Constant,
    Function,
    FunctionNode,
    Instance,
    Method,
    Object,
    Partial,
    Symbol,
    Value,
    Values,
    awaiting,
    join,
    one,
    typed,
)

if TYPE_CHECKING:
    from migrator.understand.interpreter import Interpreter


SAME_TEXT = frozenset({"lower", "upper", "strip", "casefold"})
"""Methods that leave the text of an object recognisable."""


class Calls(Containers):
    """The call rules of the interpreter."""

    def __init__(self, interpreter: Interpreter) -> None:
        self.interpreter = interpreter
        self.state = interpreter.state
        self.library = Library(self)
        self.concurrency = Concurrency(self)
        self.callables = PassedCallables(interpreter)

    def evaluate(self, scope: Expressions, node: ast.Call) -> Values:
        """What the call `node` may return."""
        callees = scope.standing_in(scope.evaluate(node.func))
        arguments = self._arguments(scope, node)
        forwarded = self._forwarded_results(scope, node)
        if forwarded is not None:
            return forwarded
        run = self.concurrency.method(scope, node, callees, arguments)
        if run is not None:
            return run
        ordered = sorted(callees, key=order) if len(callees) > 1 else callees
        fit = self.callables.fitting
        given = {c: self.call(scope, node, c, fit(scope, node, c, arguments)) for c in ordered}
        self.callables.gave(scope, node, given)
        return join(given.values())

    def _arguments(self, scope: Expressions, node: ast.Call) -> Arguments:
        positional: list[Values] = []
        keywords: dict[str, Values] = {}
        spread = False
        for argument in node.args:
            values = scope.evaluate(argument)
            if isinstance(argument, ast.Starred):
                known = self._starred(argument)
                positional += known or []
                spread = spread or known is None
            else:
                positional.append(values)
        for keyword in node.keywords:
            values = scope.evaluate(keyword.value)
            if keyword.arg is not None:
                keywords[keyword.arg] = values
                continue
            for value in values:
                origin = getattr(value, "origin", None)
                if origin in self.state.keys:
                    for key in self.state.keys[origin]:
                        if isinstance(key, str) and key[:1] not in {".", "\0"}:
                            keywords[key] = self.state.load(origin, key)
                        elif key is ANY_KEY:
                            spread = True
                elif not (isinstance(value, Constant) and value.value is None):
                    spread = True
        return Arguments(tuple(positional), keywords, spread)

    def _starred(self, argument: ast.Starred) -> list[Values] | None:
        """The positional arguments that `*args` stands for, if they are counted."""
        values = self.state.values.get(argument.value, NOTHING)
        origins = [v.origin for v in values if isinstance(v, Object)]
        if len(origins) != 1 or len(values) != 1 or origins[0] not in self.state.keys:
            return None
        keys = self.state.keys[origins[0]]
        if not all(isinstance(key, int) for key in keys):
            return None
        return [self.state.load(origins[0], index) for index in range(len(keys))]

    def call(
        self, scope: Expressions, node: ast.Call, callee: Value, arguments: Arguments
    ) -> Values:
        if isinstance(callee, Symbol):
            return self.library.symbol(scope, node, callee, arguments)
        if isinstance(callee, Method):
            return self.method(scope, node, callee, arguments)
        if isinstance(callee, Function):
            return self.function(node, callee.node, arguments)
        if isinstance(callee, Class):
            return self.interpreter.classes.construct(node, callee.node, arguments)
        if isinstance(callee, Instance):
            found = self.interpreter.classes.attribute(callee, "__call__", node.func)
            return join([self.call(scope, node, value, arguments) for value in found])
        if isinstance(callee, Partial):
            inner = callee.function
            if isinstance(inner, Method) and inner.function is None:
                return self.method(scope, node, inner, arguments, early=callee.call)
            return self.call(scope, node, callee.function, self._with_early(callee.call, arguments))
        return self.spelled(node, arguments)

    def _with_early(self, call: ast.Call, arguments: Arguments) -> Arguments:
        """The arguments of `functools.partial(function, …)`, then those that it is called with."""
        values = self.state.values
        early = [a for a in call.args[1:] if not isinstance(a, ast.Starred)]
        named = {k.arg: values.get(k.value, ANYTHING) for k in call.keywords if k.arg is not None}
        loose = len(early) + 1 < len(call.args) or len(named) < len(call.keywords)
        return Arguments(
            (*(values.get(a, ANYTHING) for a in early), *arguments.positional),
            {**named, **arguments.keywords},
            spread=loose or arguments.spread,
        )

    def spelled(self, node: ast.Call, arguments: Arguments) -> Values:
        """What a call of something unknown gives, as far as the spelling of it tells."""
        if spelling.decodes(node, arguments):
            return one(TEXT)
        known, imported = spelling.result(node), self.state.structure.imported
        if known is None or (known == "str" and spelling.may_be_of_module(node.func, imported)):
            return self.concurrency.assumed_run(node, arguments)
        waits = isinstance(self.state.structure.parent(node), ast.Await)
        return typed(f"await {known}" if waits else known)

    # methods

    def method(
        self,
        scope: Expressions,
        node: ast.Call,
        callee: Method,
        arguments: Arguments,
        skip: int = 0,
        early: ast.Call | None = None,
    ) -> Values:
        if callee.function is not None:
            static = isinstance(callee.receiver, Class)
            return self.function(
                node, callee.function, arguments, receiver=None if static else callee.receiver
            )
        receiver = callee.receiver
        assert isinstance(receiver, Object)
        kind = self.state.knowledge.sites.get((receiver.type, callee.name))
        if kind is not None:
            known = self.state.sites.get(node)
            rival = known is not None and known.kind.method != kind.method
            self.state.sites[node] = CallSite(node, kind, callee, skip, early=early, rival=rival)
            return typed(kind.returns, node)
        result = self.state.knowledge.methods.get((receiver.type, callee.name))
        if result is not None:
            return one(receiver) if result == "self" else typed(result, node)
        if callee.name == "get" and arguments.positional:
            kept = scope.kept(receiver, Expressions.key(arguments.positional[0]))
            if kept is not None:
                return join((kept, *(arguments.positional[1:2] or [one(NONE)])))
        if receiver.type in CONTAINERS:
            return self.container(receiver, callee.name, arguments, node)
        if receiver.type == command_line.PARSER and receiver.origin is not None:
            return command_line.call_method(self.state, receiver, callee.name, node, arguments)
        if receiver.type == "awaitable":
            assert isinstance(node.func, ast.Attribute)
            return awaited(self.state.values.get(node.func.value, ANYTHING))
        if receiver.path[-1:] == ("str()",) and callee.name in SAME_TEXT:
            return one(receiver)
        key = (receiver.type, callee.name)
        library = python_types.METHODS.get(key) or frameworks.METHODS.get(key)
        return typed(library) if library else ANYTHING

    # functions of the program

    def function(
        self,
        node: ast.Call,
        target: FunctionNode,
        arguments: Arguments,
        receiver: Value | None = None,
    ) -> Values:
        """A call of a function in view: its parameters receive, its results come back."""
        self.state.add_caller(target, node)
        self._bind(node, target, arguments, receiver)
        results = self.interpreter.results(target) - self.callables.of_others(node, target)
        results = frozenset(v for v in results if self.state.own(v, target, node))
        if isinstance(target, ast.AsyncFunctionDef) and not self.interpreter.is_generator(target):
            return awaiting(results)
        return results

    def _bind(
        self, node: ast.Call, target: FunctionNode, arguments: Arguments, receiver: Value | None
    ) -> None:
        spec = target.args
        names = [a.arg for a in (*spec.posonlyargs, *spec.args)]
        if receiver is not None:
            passed = (one(receiver), *arguments.positional)
            arguments = Arguments(passed, arguments.keywords, arguments.spread)
        elif names and self.interpreter.is_classmethod(target):
            names.pop(0)
        kept = min(len(names), len(arguments.positional)) - (receiver is not None)
        for index, values in enumerate(arguments.positional):
            if index < len(names):
                self._pass(node, target, names[index], values, kept)
            elif spec.vararg:
                self.state.store(spec.vararg, index - len(names), values)
        known = {*names, *(a.arg for a in spec.kwonlyargs)}
        for name, values in arguments.keywords.items():
            if name in known:
                self._pass(node, target, name, values, kept)
            elif spec.kwarg:
                self.state.store(spec.kwarg, name, values)
        if arguments.spread:
            for name in known:
                self.state.add_parameter(target, name, ANYTHING)
            for more in (spec.vararg, spec.kwarg):
                if more is not None:
                    self.state.store(more, ANY_KEY, ANYTHING)

    def _pass(
        self, node: ast.Call, target: FunctionNode, name: str, values: Values, skip: int
    ) -> None:
        for value in values:
            if isinstance(value, Method) and value.function is None:
                receiver = value.receiver
                if isinstance(receiver, Object) and self.interpreter.forwards(target, name):
                    self.state.forward(target, name, (node, value, skip))
            if isinstance(value, Function) and isinstance(value.node, ast.Lambda):
                calls = self.state.callbacks.setdefault(target, {})
                calls.setdefault(node, set()).add(value.node)
        self.callables.passed(node, target, name, values)
        self.state.add_parameter(target, name, values)

    def _forwarded_results(self, scope: Expressions, node: ast.Call) -> Values | None:
        """`fn(*args, **kwargs)` inside a function that forwards what its caller passed on."""
        if not self.state.forwarded or not isinstance(node.func, ast.Name):
            return None
        function = self.interpreter.parameter_owner(scope.scope, node.func.id)
        if function is None:
            return None
        waiting = self.state.forwarded.get((function, node.func.id))
        if not waiting:
            return None
        given: dict[Value, Values] = {}
        own = {parameter.arg for parameter in named_parameters(function)}
        for call, method, skip in waiting:
            receiver = method.receiver
            assert isinstance(receiver, Object)
            kind = self.state.knowledge.sites.get((receiver.type, method.name))
            if kind is not None:
                self.state.sites[call] = CallSite(call, kind, method, skip, frozenset(own))
                result = typed(kind.returns, call)
            else:
                known = self.state.knowledge.methods.get((receiver.type, method.name), "?")
                of_call = known not in {"?", "self"}  # and of no other call of the helper
                result = typed(known, call) if of_call else one(Object("?", call))
            given[method] = given.get(method, NOTHING) | result
        for value in self.state.values.get(node.func, NOTHING):
            if not (isinstance(value, Method) and value.function is None):
                given[value] = self.call(scope, node, value, Arguments((), {}, spread=True))
        self.callables.gave(scope, node, given)
        return join(given.values())
