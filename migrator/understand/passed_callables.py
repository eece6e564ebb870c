"""Functions that a helper calls for its callers: each caller gets what its own one gives.

`retry(load, path)` returns what `load` returns, whatever else `retry` is asked to call.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from migrator.understand.arguments import Arguments
from migrator.understand.structure import named_parameters
from migrator.understand.values import (
    NOTHING,
    Awaitable,
    FunctionNode,
    Value,
    Values,
    join,
)

if TYPE_CHECKING:
    from migrator.understand.expressions import Expressions
    from migrator.understand.interpreter import Interpreter


class PassedCallables:
    """Which functions are passed to be called, and what each of them gives."""

    def __init__(self, interpreter: Interpreter) -> None:
        self.interpreter = interpreter
        self.state = interpreter.state
        self._called: dict[FunctionNode, frozenset[str]] = {}

    def passed(self, call: ast.Call, target: FunctionNode, name: str, values: Values) -> None:
        """`call` passes `values` for the parameter `name` of `target`."""
        if name in self._calls(target):
            self.state.callables.setdefault((target, name), {})[call] = values

    def gave(self, scope: Expressions, node: ast.Call, given: Mapping[Value, Values]) -> None:
        """The call `node` of a parameter gives this, for each of what the parameter may be."""
        if not isinstance(node.func, ast.Name):
            return
        function = self.interpreter.parameter_owner(scope.scope, node.func.id)
        if function is not None:
            for value, values in given.items():
                self.state.give(function, node.func.id, value, values)

    def returned(self, function: FunctionNode, node: ast.expr) -> None:
        """`function` returns `node`: note what it may be besides what a parameter gave."""
        self.state.return_besides(function, self._besides(function, node))

    def fitting(
        self, scope: Expressions, node: ast.Call, callee: Value, arguments: Arguments
    ) -> Arguments:
        """What the call `node` of a parameter passes to `callee`, one of what that may be.

        `run(load, count)` that calls `count(load())` gives `count` what the `load` beside it gave,
        and not what the one of another call of `run` did.
        """
        function = isinstance(node.func, ast.Name) and self.interpreter.parameter_owner(
            scope.scope, node.func.id
        )
        written = len(arguments.positional) == len(node.args) and not arguments.spread
        if not function or not isinstance(node.func, ast.Name) or not written:
            return arguments
        calls = self._passing(function, node.func.id, callee)
        lost = self._lost(function, calls) if calls else NOTHING
        given = (*node.args, *(keyword.value for keyword in node.keywords))
        if not lost:
            for argument in given:
                self.state.kept_back.pop((argument, callee), None)
            return arguments
        back = {argument: lost - self._besides(function, argument) for argument in given}
        self.state.kept_back.update({(node, callee): values for node, values in back.items()})
        positional = zip(arguments.positional, node.args, strict=True)
        named = arguments.keywords
        return Arguments(
            tuple(values - back[argument] for values, argument in positional),
            {k.arg: named[k.arg] - back[k.value] for k in node.keywords if k.arg},
            spread=False,
        )

    def _passing(self, function: FunctionNode, name: str, callee: Value) -> list[ast.Call]:
        """The calls of `function` that pass `callee` for `name`; none if others may get it, too."""
        defaults = (*function.args.defaults, *function.args.kw_defaults)
        values = (self.state.values.get(node, NOTHING) for node in defaults if node is not None)
        if any(callee in found for found in values):
            return []
        passed = self.state.callables.get((function, name), {})
        return [call for call, found in passed.items() if callee in found]

    def _lost(self, function: FunctionNode, calls: Sequence[ast.Call]) -> Values:
        """What only those functions give that other calls of `function` pass than `calls`."""
        lost = NOTHING
        for name in self._calls(function):
            passed = self.state.callables.get((function, name), {})
            given = self.state.given.get((function, name))
            if given is None or any(call not in passed for call in calls):
                continue
            mine = join(passed[call] for call in calls)
            own = join(given.get(value, NOTHING) for value in mine)
            others = join(passed.values()) - mine
            lost |= join(given.get(value, NOTHING) for value in others) - own
        return lost | frozenset(v.value for v in lost if isinstance(v, Awaitable))

    def of_others(self, call: ast.Call, target: FunctionNode) -> Values:
        """What only those functions give that other calls of `target` pass."""
        lost = self._lost(target, [call])
        return lost - self.state.besides.get(target, NOTHING)

    def _calls(self, target: FunctionNode) -> frozenset[str]:
        """The parameters that `target` calls."""
        known = self._called.get(target)
        if known is None:
            called = {
                n.func.id
                for n in ast.walk(target)
                if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
            }
            known = frozenset(a.arg for a in named_parameters(target) if a.arg in called)
            self._called[target] = known
        return known

    def _besides(self, function: FunctionNode, node: ast.expr) -> Values:
        inner = node.value if isinstance(node, ast.Await) else node
        if self._is_call_of_parameter(function, inner):
            return NOTHING
        if not isinstance(inner, ast.Name):
            return self.state.values.get(node, NOTHING)
        structure = self.state.structure
        found = NOTHING
        for store in structure.stores_in(function, inner.id):
            parent = structure.parent(store)
            if not isinstance(parent, (ast.Assign, ast.AnnAssign)) or parent.value is None:
                return self.state.values.get(node, NOTHING)
            value = parent.value.value if isinstance(parent.value, ast.Await) else parent.value
            if not self._is_call_of_parameter(function, value):
                found |= self.state.values.get(parent.value, NOTHING)
        return found

    def _is_call_of_parameter(self, function: FunctionNode, node: ast.expr) -> bool:
        called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        return called and node.func.id in self._calls(function)  # type: ignore[attr-defined]
