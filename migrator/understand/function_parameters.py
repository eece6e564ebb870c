"""What the parameters of a function may be: what calls in view pass, what annotations promise."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from migrator.understand import frameworks
from migrator.understand.described import option_texts, texts
from migrator.understand.fixtures import Fixtures
from migrator.understand.operations import awaited
from migrator.understand.state import ANY_KEY
from migrator.understand.values import (
    ANYTHING,
    NONE,
    NOTHING,
    TEXT,
    Class,
    FunctionNode,
    Instance,
    Object,
    Value,
    Values,
    join,
    one,
)

if TYPE_CHECKING:
    from migrator.understand.interpreter import Interpreter

EXITS = frozenset({"__exit__", "__aexit__"})
"""Methods that are told of the error which ends a `with`."""


class FunctionParameters:
    """The parameter rules of the interpreter."""

    def __init__(self, interpreter: Interpreter) -> None:
        self._interpreter = interpreter
        self.state = interpreter.state
        self._fixtures = Fixtures(self.state.structure)

    def of(self, function: FunctionNode) -> list[tuple[str, Values]]:
        """The parameters of a function, each with what it may be given."""
        spec = function.args
        found: list[tuple[str, Values]] = []
        positional = [*spec.posonlyargs, *spec.args]
        owner = self.state.structure.enclosing_class(function)
        asked = self._interpreter
        if owner and positional and not (asked.is_static(function) or asked.is_bare(function)):
            first = positional.pop(0)
            own: Value = Class(owner) if asked.is_classmethod(function) else Instance(owner)
            found.append((first.arg, one(own)))
        defaults = dict(
            zip(
                [a.arg for a in positional[len(positional) - len(spec.defaults) :]],
                spec.defaults[-len(positional) :] if positional else [],
                strict=False,
            )
        )
        defaults.update(
            {
                a.arg: d
                for a, d in zip(spec.kwonlyargs, spec.kw_defaults, strict=False)
                if d is not None
            }
        )
        told = positional[1] if owner and _is_exit(function) and len(positional) > 1 else None
        for argument in (*positional, *spec.kwonlyargs):
            default = defaults.get(argument.arg)
            values = self._parameter(function, argument, default)
            if argument is told:  # Python calls it, with what ended the block, or with None
                values = frozenset({Object("exception BaseException", function), NONE})
            found.append((argument.arg, values))
        if spec.vararg:
            self.state.keys.setdefault(spec.vararg, set())
            if function in self.state.external:
                self.state.store(spec.vararg, ANY_KEY, ANYTHING)
            found.append((spec.vararg.arg, one(Object("tuple", spec.vararg))))
        if spec.kwarg:
            self.state.keys.setdefault(spec.kwarg, set())
            if function in self.state.external:
                self.state.store(spec.kwarg, ANY_KEY, ANYTHING)
            found.append((spec.kwarg.arg, one(Object("dict", spec.kwarg))))
        return found

    def _given_by(self, fixture: FunctionNode) -> Values:
        """What tests get of a fixture: what it returns, or yields once."""
        found = self._interpreter.results(fixture)
        if self._interpreter.is_generator(fixture):
            return self._interpreter.iterate(found)
        return awaited(found) if isinstance(fixture, ast.AsyncFunctionDef) else found

    def _parameter(
        self, function: FunctionNode, argument: ast.arg, default: ast.expr | None
    ) -> Values:
        passed = self.state.parameters.get((function, argument.arg), NOTHING)
        fixture = self._fixtures.of(function, argument.arg)
        if fixture is not None:
            return join((passed, self._given_by(fixture)))
        standard = NOTHING if default is None else self.state.values.get(default, NOTHING)
        promised = self._interpreter.annotation(argument.annotation, function, argument)
        if not promised and (
            self._interpreter.evidence.is_text(function, argument.arg)
            or frameworks.is_argument_of_command(function, argument, self.state.values)
            or frameworks.is_of_request(default, self.state.values)
        ):
            promised = one(TEXT)
        if promised and isinstance(default, ast.Call):
            # `q: str = Query(…)`: the call describes the parameter, the annotation its value.
            standard = promised | texts(standard)
        standard = standard | option_texts(function, argument.arg, self.state.values)
        if function in self.state.external:
            promised = promised or (ANYTHING if not standard - {NONE} else standard)
            return join((promised, standard, passed - ANYTHING))
        if passed >= ANYTHING and promised:
            passed = join((passed - ANYTHING, promised))
        return join((passed, standard))


def _is_exit(function: FunctionNode) -> bool:
    """Whether a method is told of the error that ends a `with`."""
    return not isinstance(function, ast.Lambda) and function.name in EXITS
