"""Interpret a module abstractly: statement by statement, branches join, loops run to a fixpoint.

Functions are entered with whatever their visible callers pass; a function nobody in view calls
gets what its annotations and defaults promise, else anything.
"""

from __future__ import annotations

import ast
import builtins

from migrator.understand import python_types
from migrator.understand.access import Environment
from migrator.understand.annotations import annotated
from migrator.understand.arguments import Arguments
from migrator.understand.calls import Calls
from migrator.understand.classes import Classes, as_call
from migrator.understand.dependents import WatchedSet
from migrator.understand.evidence import Evidence
from migrator.understand.expressions import Expressions
from migrator.understand.function_parameters import FunctionParameters
from migrator.understand.guessed_receivers import GuessedReceivers
from migrator.understand.knowledge import Knowledge
from migrator.understand.module_imports import ModuleImports
from migrator.understand.receivers import is_bare
from migrator.understand.rounds import Rounds
from migrator.understand.state import ANY_KEY, State
from migrator.understand.statements import Statements
from migrator.understand.structure import FUNCTION_TYPES, ScopeNode, Structure, has_parameter
from migrator.understand.values import (
    ANYTHING,
    NOTHING,
    Function,
    FunctionNode,
    Object,
    Symbol,
    Values,
    join,
    one,
)


class Interpreter:
    """Runs the parts of a program, and answers what several rules need."""

    def __init__(self, structure: Structure, knowledge: Knowledge) -> None:
        self.state = State(structure, knowledge)
        self.imports = ModuleImports(self.state)
        self.calls = Calls(self)
        self.classes = Classes(self)
        self.current: Expressions = Expressions(self, structure.modules[0], {})
        self._bare: dict[FunctionNode, bool] = {}
        self._written: dict[FunctionNode, list[str]] = {}
        self._owners: dict[tuple[ScopeNode, str], FunctionNode | None] = {}
        self._generators: set[FunctionNode] = WatchedSet(self.state.dependents)
        self.promising: set[FunctionNode] = WatchedSet(self.state.dependents)
        self.star_imports: set[str] = set()
        self.evidence = Evidence(structure)
        self.receivers = GuessedReceivers(self.state)
        self._parameters = FunctionParameters(self)

    def run(self) -> State:
        """Interpret until nothing changes; the state then holds the last, complete round.

        Raises Unsettled.
        """
        return Rounds(self).run()

    def may_promise(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
        """Whether the annotation may speak: all returns are known, or none will come."""
        nothing = isinstance(function.returns, ast.Constant) and function.returns.value is None
        return nothing or function in self.promising

    def enter(self, scope: ScopeNode, body: list[ast.stmt], env: Environment) -> None:
        """Run the statements of a module or a function."""
        self.current = Expressions(self, scope, env)
        Statements(self.current).block(body)

    def call(self, function: FunctionNode) -> None:
        """Run a function with whatever its parameters may be."""
        env = dict(self._parameters.of(function))
        for name, values in env.items():
            self.state.bind(function, name, values)
        if isinstance(function, ast.Lambda):
            self.current = Expressions(self, function, env)
            self.state.add_return(function, self.current.evaluate(function.body))
            return
        self.enter(function, function.body, env)

    def annotation(
        self, annotation: ast.expr | None, scope: ScopeNode, origin: ast.AST | None
    ) -> Values:
        """What an annotation in (or of) `scope` promises."""
        evaluator = Expressions(self, scope, {})
        return annotated(annotation, evaluator.evaluate, origin)

    # what the rules ask

    def builtin(self, name: str) -> Values:
        """A name that no scope binds: a builtin, or something a star import brought."""
        if hasattr(builtins, name):
            return one(Symbol(name))
        exports = self.state.knowledge.exports
        if not self.star_imports <= set(exports):
            return ANYTHING  # a module that isn't known may have brought the name
        for module in sorted(self.star_imports):
            if name in exports[module]:
                return one(Symbol(self.state.knowledge.canonical(f"{module}.{name}")))
        return ANYTHING

    def assign(
        self, scope: Expressions, target: ast.expr, values: Values, visible: bool = True
    ) -> None:
        """Bind `target` (a name, attribute, item or pattern) to `values`."""
        Statements(scope).assign(target, values, visible=visible)

    def define(self, scope: Expressions, function: FunctionNode) -> Values:
        """A definition is reached: what its name is bound to, decorators applied."""
        spec = function.args
        for default in (*spec.defaults, *spec.kw_defaults):
            if default is not None:
                scope.evaluate(default)
        defined = one(Function(function))
        if isinstance(function, ast.Lambda):
            return defined
        for decorator in reversed(function.decorator_list):
            defined = self._decorated(scope, decorator, function, defined)
        return defined

    def _decorated(
        self, scope: Expressions, decorator: ast.expr, function: FunctionNode, defined: Values
    ) -> Values:
        """What a decorator makes of a function: the same, or what its wrapper in view does."""
        values = scope.evaluate(decorator)
        own = [v.node for v in values if isinstance(v, Function)]
        if own and len(own) == len(values):
            passed = Arguments((defined,), {}, False)
            return join([self.calls.function(as_call(decorator), f, passed) for f in own])
        if not values:
            return NOTHING  # a decorator of the program that is not understood yet
        if not self.is_transparent(decorator) and not self._is_property_part(decorator):
            self.state.external.add(function)
        return defined

    def is_transparent(self, decorator: ast.expr) -> bool:
        """Whether a decorator from outside leaves what it decorates as it is."""
        named = decorator.func if isinstance(decorator, ast.Call) else decorator
        paths = {getattr(v, "path", None) for v in self.state.values.get(named, NOTHING)}
        known = python_types.TRANSPARENT_DECORATORS | self.state.knowledge.decorators
        return bool(paths) and paths <= known

    @staticmethod
    def _is_property_part(decorator: ast.expr) -> bool:
        return isinstance(decorator, ast.Attribute) and decorator.attr in {"setter", "deleter"}

    def results(self, function: FunctionNode) -> Values:
        """What a call of `function` gives: what it returns, or what its annotation promises."""
        found = self.state.returns.get(function, NOTHING)
        if isinstance(function, ast.Lambda) or not (not found or ANYTHING & found):
            return found
        if not found and not self.may_promise(function):
            return NOTHING  # for now: what it returns may become known in a later round
        scope = self.state.structure.scope_of.get(function, function)
        promised = self.annotation(function.returns, _function_scope(scope, function), None)
        return join((found - ANYTHING, promised)) if promised else found

    def note_yield(self, scope: ScopeNode, values: Values) -> None:
        """A generator yields `values`."""
        if isinstance(scope, FUNCTION_TYPES):
            self._generators.add(scope)
            self.state.store(scope, ANY_KEY, values)
            self.state.add_return(scope, one(Object("generator", scope)))

    def is_generator(self, function: FunctionNode) -> bool:
        """Whether a call of `function` gives an iterator."""
        return function in self._generators

    def is_static(self, function: FunctionNode) -> bool:
        """Whether a method takes no receiver."""
        return "staticmethod" in self._decorators(function)

    def is_bare(self, function: FunctionNode) -> bool:
        """Whether a function of a class takes no receiver, although nothing says so."""
        if function not in self._bare:
            self._bare[function] = is_bare(self.state.structure, function)
        return self._bare[function]

    def is_classmethod(self, function: FunctionNode) -> bool:
        """Whether a method's first parameter is its class."""
        return "classmethod" in self._decorators(function)

    def is_property(self, function: FunctionNode) -> bool:
        """Whether reading the attribute calls the function."""
        return any(
            d in python_types.PROPERTY_DECORATORS or d.endswith((".setter", "cached_property"))
            for d in self._decorators(function)
        )

    def _decorators(self, function: FunctionNode) -> list[str]:
        known = self._written.get(function)
        if known is None:
            nodes = [] if isinstance(function, ast.Lambda) else function.decorator_list
            known = self._written[function] = [ast.unparse(node) for node in nodes]
        return known

    def iterate(self, values: Values) -> Values:
        """What iterating over `values` gives."""
        return self.current.elements(values)

    def merge(self, target: ast.AST, values: Values) -> None:
        """Everything the dicts `values` hold goes into `target`."""
        self.current.merge(target, values)

    def parameter_owner(self, scope: ScopeNode, name: str) -> FunctionNode | None:
        """The function around `scope` whose parameter `name` is."""
        key = scope, name
        if key not in self._owners:
            self._owners[key] = self._parameter_owner(scope, name)
        return self._owners[key]

    def _parameter_owner(self, scope: ScopeNode, name: str) -> FunctionNode | None:
        for candidate in (scope, *self.state.scope_chain(scope)):
            if isinstance(candidate, FUNCTION_TYPES):
                if has_parameter(candidate, name):
                    return candidate
                if name in self.state.structure.locals_of[candidate]:
                    return None
        return None

    def forwards(self, function: FunctionNode, name: str) -> bool:
        """Whether `function` calls its parameter `name` with its own `*args` or `**kwargs`."""
        spec = function.args
        stars = {a.arg for a in (spec.vararg, spec.kwarg) if a}
        if not stars:
            return False
        passed: set[ast.AST] = set()
        for node in ast.walk(function):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            spread = [a.value for a in node.args if isinstance(a, ast.Starred)]
            spread += [k.value for k in node.keywords if k.arg is None]
            names = {s.id for s in spread if isinstance(s, ast.Name)}
            alone = len(spread) == len(node.args) + len(node.keywords)
            if node.func.id == name and names & stars and alone:
                passed.update(spread)
        # What the wrapper reads or changes on the way is not simply forwarded.
        other = [n for n in ast.walk(function) if isinstance(n, ast.Name) and n.id in stars]
        return bool(passed) and all(n in passed for n in other)


def _function_scope(scope: ScopeNode, function: FunctionNode) -> ScopeNode:
    """The scope that an annotation of `function` is evaluated in."""
    return scope if isinstance(scope, (ast.Module, ast.ClassDef, *FUNCTION_TYPES)) else function
