"""Functions that a helper calls for its callers: each caller gets what its own one gives.

`retry(load, path)` returns what `load` returns, whatever else `retry` is asked to call.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import TYPE_CHECKING

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

    def of_others(self, call: ast.Call, target: FunctionNode) -> Values:
        """What only those functions give that other calls of `target` pass."""
        lost = NOTHING
        for name in self._calls(target):
            passed = self.state.callables.get((target, name), {})
            mine = passed.get(call)
            given = self.state.given.get((target, name))
            if mine is None or given is None:
                continue
            own = join(given.get(value, NOTHING) for value in mine)
            others = join(passed.values()) - mine
            lost |= join(given.get(value, NOTHING) for value in others) - own
        lost |= frozenset(v.value for v in lost if isinstance(v, Awaitable))
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
