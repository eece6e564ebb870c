"""Code that runs beside the rest: tasks and event loops, executors and threads, and the queues
between them.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from migrator.understand import python_types
from migrator.understand.arguments import Arguments
from migrator.understand.expressions import Expressions
from migrator.understand.operations import awaited
from migrator.understand.spelling import runs_what_it_is_given
from migrator.understand.state import ANY_KEY
from migrator.understand.values import (
    ANYTHING,
    NONE,
    NOTHING,
    Awaitable,
    Function,
    FunctionNode,
    Method,
    Object,
    Partial,
    Value,
    Values,
    awaiting,
    join,
    one,
)

if TYPE_CHECKING:
    from migrator.understand.calls import Calls

EXECUTING = {"submit": 0, "map": 0, "run_in_executor": 1}
"""Methods of executors and event loops -> the index of the function they call."""


class Concurrency:
    """Calls that have something run by a task, an event loop, an executor or a thread."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls
        self.interpreter = calls.interpreter
        self.state = calls.state

    def symbol(
        self, scope: Expressions, path: str, node: ast.Call, arguments: Arguments
    ) -> Values | None:
        """A call of something imported; None where it runs nothing."""
        first = arguments.positional[0] if arguments.positional else NOTHING
        if path in python_types.FORWARDERS:
            result = self.forward(scope, node, arguments, python_types.FORWARDERS[path])
            return awaiting(result)
        if path in python_types.AWAITERS:
            return awaited(first)
        if path in python_types.TASK_MAKERS:
            return first
        if path == "asyncio.gather":
            return self._gather(node, arguments)
        if path in python_types.WAITERS:
            return self._wait(path, node, first)
        if path in python_types.THREADS:
            self._thread(scope, node, arguments, python_types.THREADS[path])
        return None

    def _gather(self, node: ast.Call, arguments: Arguments) -> Values:
        self.state.keys.setdefault(node, set())
        for values in arguments.positional:
            self.state.store(node, ANY_KEY, awaited(values))
        if arguments.spread:
            for argument in node.args:
                if isinstance(argument, ast.Starred):
                    inner = self.state.values.get(argument, ANYTHING)
                    self.state.store(node, ANY_KEY, awaited(inner))
        return one(Awaitable(Object("list", node)))

    def _wait(self, path: str, node: ast.Call, given: Values) -> Values:
        """`done, pending = await asyncio.wait(tasks)`."""
        self.state.store(node.func, ANY_KEY, self.interpreter.iterate(given))
        for index in (0, 1):
            self.state.store(node, index, one(Object("set", node.func)))
        result = Object("tuple", node)
        return one(Awaitable(result) if path.startswith("asyncio.") else result)

    # threads

    def _thread(
        self, scope: Expressions, node: ast.Call, arguments: Arguments, named: tuple[str, int]
    ) -> None:
        """`Thread(target=f, args=(…), kwargs={…})`: a call of `f`, whose result is lost."""
        name, index = named
        given = arguments.positional
        target = given[index] if len(given) > index else arguments.keywords.get(name, NOTHING)
        positional, counted = self._counted(arguments.keywords.get("args"))
        keywords, known = self._named(arguments.keywords.get("kwargs"))
        more = len(given) > index + 1 or arguments.spread
        passed = Arguments(positional, keywords, more or not counted or not known)
        for callee in target:
            method = callee.function if isinstance(callee, Partial) else callee
            if not (isinstance(method, Method) and method.function is None):
                self.calls.call(scope, node, callee, passed)

    def _counted(self, values: Values | None) -> tuple[tuple[Values, ...], bool]:
        """The items of a tuple or list of arguments, and whether these are all."""
        if values is None:
            return (), True
        origins = [getattr(v, "origin", None) for v in values]
        origin = origins[0] if len(origins) == 1 else None
        keys = self.state.keys.get(origin) if origin is not None else None
        if origin is None or keys is None or not all(isinstance(k, int) for k in keys):
            return (), False
        return tuple(self.state.load(origin, index) for index in range(len(keys))), True

    def _named(self, values: Values | None) -> tuple[dict[str, Values], bool]:
        """The values of a dict of arguments, and whether these are all."""
        if values is None:
            return {}, True
        origins = [getattr(v, "origin", None) for v in values]
        origin = origins[0] if len(origins) == 1 else None
        keys = self.state.keys.get(origin) if origin is not None else None
        if origin is None or keys is None or not all(isinstance(k, str) for k in keys):
            return {}, False
        names = [k for k in keys if isinstance(k, str) and k[:1] not in {".", "\0"}]
        return {name: self.state.load(origin, name) for name in names}, True

    # methods

    def method(
        self, scope: Expressions, node: ast.Call, callees: Values, arguments: Arguments
    ) -> Values | None:
        """A method of an executor, an event loop, a task group or a queue; None for any other."""
        if not isinstance(node.func, ast.Attribute):
            return None
        types = {
            v.receiver.type
            for v in callees
            if isinstance(v, Method) and isinstance(v.receiver, Object)
        }
        if not types:
            return self._executor(scope, node, callees, arguments)
        doing = {python_types.SCHEDULING.get((kind, node.func.attr)) for kind in types}
        if len(doing) == 1 and (task := doing.pop()) is not None and len(types) == len(callees):
            return self._scheduled(scope, node, task, arguments)
        if types & python_types.QUEUES and len(types) == len(callees):
            return self._queue(node.func.attr, callees, arguments)
        return self._executor(scope, node, callees, arguments)

    def _scheduled(
        self, scope: Expressions, node: ast.Call, task: str, arguments: Arguments
    ) -> Values:
        first = arguments.positional[0] if arguments.positional else NOTHING
        if task == "call":
            self.forward(scope, node, arguments, 0)
            return one(NONE)
        return first if task == "task" else awaited(first)

    def _queue(self, name: str, callees: Values, arguments: Arguments) -> Values:
        """What is put into a queue that is made in view comes out of it."""
        receivers = [v.receiver for v in callees if isinstance(v, Method)]
        queues = [r for r in receivers if isinstance(r, Object)]
        made = [q.origin for q in queues if isinstance(q.origin, ast.Call)]
        waits = any(q.type == "asyncio.Queue" for q in queues) and not name.endswith("_nowait")
        found = one(NONE)
        if name in {"put", "put_nowait"}:
            for origin in made:
                self.state.store(origin, ANY_KEY, next(iter(arguments.positional), NOTHING))
        elif name in {"get", "get_nowait"}:
            found = join(self._put_into(origin) for origin in made)
            if len(made) < len(queues) or not found:
                found = ANYTHING
        return awaiting(found) if waits else found

    def _put_into(self, queue: ast.Call) -> Values:
        return self.state.heap.get((queue, ANY_KEY), NOTHING)

    def _executor(
        self, scope: Expressions, node: ast.Call, callees: Values, arguments: Arguments
    ) -> Values | None:
        """`pool.submit(f, …)`, `pool.map(f, items)`, `loop.run_in_executor(pool, f, …)`."""
        assert isinstance(node.func, ast.Attribute)
        name = node.func.attr
        if name not in EXECUTING or not callees <= ANYTHING:
            return None
        if name != "run_in_executor" and not self._is_executor(node.func.value):
            return None
        index = EXECUTING[name]
        if len(arguments.positional) <= index:
            return None
        if name == "map":
            return self.calls.library.mapped(scope, node, arguments)
        return awaiting(self.forward(scope, node, arguments, index))

    def _is_executor(self, receiver: ast.expr) -> bool:
        """Whether the receiver is an executor, and not a widget that has a `submit` of its own."""
        values = self.state.values.get(receiver, NOTHING)
        return any(
            isinstance(v, Object) and v.type.rpartition(".")[2].endswith("Executor") for v in values
        )

    def assumed_run(self, node: ast.Call, arguments: Arguments) -> Values:
        """`with_retry(lambda: ask(…))`, out of view, is taken for a call of what it is given.

        By its name, and only for what comes of calls of the API, whose planner is told.
        """
        given = join((*arguments.positional, *arguments.keywords.values()))
        functions = [v for v in given if isinstance(v, Function) and _needs_nothing(v.node)]
        named = runs_what_it_is_given(node) and not self._is_dropped(node)
        if len(functions) != 1 or arguments.spread or not named:
            return ANYTHING
        made = self.interpreter.results(functions[0].node)
        types = {getattr(awaited_to_the_end(value), "type", None) for value in made}
        if not types & {kind.returns for kind in self.state.knowledge.sites.values()}:
            return ANYTHING
        self.state.assumed_runs.add(node)
        nothing = Arguments((), {}, spread=False)
        return self.calls.call(self.interpreter.current, node, functions[0], nothing)

    def _is_dropped(self, node: ast.Call) -> bool:
        """Whether the program does nothing with what a call gives."""
        parent = self.state.structure.parent(node)
        if isinstance(parent, ast.Await):
            parent = self.state.structure.parent(parent)
        return isinstance(parent, ast.Expr)

    def forward(
        self, scope: Expressions, node: ast.Call, arguments: Arguments, index: int
    ) -> Values:
        """`asyncio.to_thread(f, …)`: a call of `f` with what follows it."""
        if len(arguments.positional) <= index:
            return ANYTHING
        self.state.runs[node] = index
        rest = arguments.after(index + 1)
        results = []
        for callee in arguments.positional[index]:
            if isinstance(callee, Method):
                results.append(self.calls.method(scope, node, callee, rest, skip=index + 1))
            elif isinstance(callee, Partial) and _is_of_library(callee.function):
                assert isinstance(callee.function, Method)
                method, early = callee.function, callee.call
                results.append(self.calls.method(scope, node, method, rest, index + 1, early))
            else:
                results.append(self.calls.call(scope, node, callee, rest))
        return join(results)


def _is_of_library(value: Value) -> bool:
    """Whether a method is one that the program doesn't define."""
    return isinstance(value, Method) and value.function is None


def _needs_nothing(function: FunctionNode) -> bool:
    """Whether a function can be called without arguments."""
    spec = function.args
    required = len(spec.posonlyargs) + len(spec.args) - len(spec.defaults)
    return not required and all(default is not None for default in spec.kw_defaults)


def awaited_to_the_end(value: Value) -> Value:
    """What comes of a value once everything about it is awaited."""
    while isinstance(value, Awaitable):
        value = value.value
    return value
