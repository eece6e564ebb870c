"""What becomes of a value that is passed to a call: followed, shown, or gone from view."""

from __future__ import annotations

import ast
import re

from migrator.plan.uses import Use
from migrator.understand import frameworks, python_types
from migrator.understand.access import CONTAINERS
from migrator.understand.facts import Facts, origin_of
from migrator.understand.state import KEYS
from migrator.understand.values import (
    NOTHING,
    Class,
    Function,
    Instance,
    Method,
    Object,
    Partial,
    Symbol,
    Value,
    Values,
)

PRINTING = frozenset(
    {
        "print",
        "str",
        "repr",
        "format",
        "pprint.pprint",
        "pprint.pp",
        "rich.print",
        "pprint.pformat",
        "ascii",
        "type",
    }
)

DUMPING = frozenset({"json.dump", "json.dumps"})

LOG = re.compile(r"(^|[._])log(ger|ging)?$", re.IGNORECASE)
"""How loggers are called."""
LOG_METHODS = frozenset({"debug", "info", "warning", "error", "exception", "critical", "log"})


UNFOLDING = frozenset(
    {
        "list",
        "tuple",
        "set",
        "sorted",
        "collections.deque",
        "reversed",
        "enumerate",
        "zip",
        "iter",
        "map",
        "filter",
        "max",
        "min",
    }
)
"""Functions that go through what they are given."""
CARRIERS = UNFOLDING | frozenset(
    {
        "aiter",
        "next",
        "dict",
        "concurrent.futures.as_completed",
        "asyncio.as_completed",
        "asyncio.wait",
        "concurrent.futures.wait",
        "copy.copy",
        "copy.deepcopy",
        "asyncio.gather",
        "asyncio.create_task",
        "asyncio.run_coroutine_threadsafe",
        "asyncio.wait_for",
        "asyncio.shield",
        "asyncio.run",
        "asyncio.ensure_future",
        "anyio.run",
        "asyncio.to_thread",
        "functools.partial",
    }
)
"""Functions whose result is followed into what they are given."""


CARRYING_METHODS = frozenset(
    {"append", "add", "insert", "extend", "appendleft", "setdefault", "get"}
)


COPYING = frozenset({"copy.copy", "copy.deepcopy"})


def _is_dict_left_behind(facts: Facts, node: ast.expr, call: ast.Call) -> bool:
    """Whether `node` is a dict whose copy nothing leads back to: what is put in it is settings."""
    found = reachable(facts, facts.values(call))
    return any(
        isinstance(v, Object) and v.type == "dict" and v.origin not in found
        for v in facts.values(node)
    )


KEYED_METHODS = frozenset({"setdefault", "get"})
"""Methods whose first argument is compared with the keys."""


def _carried(facts: Facts, node: ast.expr, result: Values) -> bool:
    """Whether everything that `node` holds can be found again in `result`."""
    wanted, found = reachable(facts, facts.values(node)), reachable(facts, result)
    containers = {o for o, v in wanted.items() if isinstance(v, Object) and v.type in CONTAINERS}
    return all(origin in found or origin in containers for origin in wanted)


def reachable(facts: Facts, values: Values) -> dict[ast.AST, Value]:
    """What makes `values`, and everything the containers among them hold, by origin."""
    found: dict[ast.AST, Value] = {}
    todo = list(values)
    while todo:
        value = todo.pop()
        origin = origin_of(value)
        if origin is not None and origin not in found:
            found[origin] = value
            todo += facts.held(origin)
            todo += facts.held(origin, KEYS)
    return found


def _received(facts: Facts, node: ast.expr, callee: Value) -> bool:
    """Whether a call in view hands `node` to a parameter or attribute that is followed."""
    if isinstance(callee, Partial):
        return False
    tables: list[Values] = []
    if isinstance(callee, (Class, Instance)):
        tables += [v for (cls, _), v in facts.state.attributes.items() if cls is callee.node]
        tables += [
            v
            for (f, _), v in facts.state.parameters.items()
            if facts.structure.enclosing_class(f) is not None
        ]
    function = callee.node if isinstance(callee, Function) else getattr(callee, "function", None)
    if function is not None:
        tables += [v for (f, _), v in facts.state.parameters.items() if f is function]
        extra = (function.args.vararg, function.args.kwarg)
        tables += [facts.held(a) for a in extra if a is not None]
    wanted = facts.values(node) - facts.state.kept_back.get((node, callee), NOTHING)
    return bool(wanted) and any(wanted <= values for values in tables)


def argument_use(facts: Facts, node: ast.expr, call: ast.Call) -> Use:
    uses = {_passed(facts, node, call, callee) for callee in facts.values(call.func)}
    if call in facts.state.sites:
        return Use.ARGUMENT
    if getattr(call.func, "attr", "") == "join" and _is_dict(facts, node):
        return Use.ITERATE
    if _runs_with(facts, node, call):
        return Use.MOVE
    if len(uses) == 1:
        return uses.pop()
    return Use.ARGUMENT


def _runs_with(facts: Facts, node: ast.expr, call: ast.Call) -> bool:
    """`pool.submit(function, node)`: whether each function that may be run receives `node`."""
    index = facts.state.runs.get(call)
    if index is None or len(call.args) <= index or node is call.args[index]:
        return False
    functions = facts.values(call.args[index])
    return bool(functions) and all(
        isinstance(f, (Function, Method, Class)) and _received(facts, node, f) for f in functions
    )


def _passed(facts: Facts, node: ast.expr, call: ast.Call, callee: Value) -> Use:
    if isinstance(callee, (Function, Class, Partial, Instance)):
        return Use.MOVE if _received(facts, node, callee) else Use.ARGUMENT
    if isinstance(callee, Method):
        if callee.function is not None:
            return Use.MOVE if _received(facts, node, callee) else Use.ARGUMENT
        if isinstance(callee.receiver, Object):
            return _method_argument(facts, node, call, callee.receiver, callee.name)
        return Use.ARGUMENT
    if isinstance(callee, Symbol):
        return _symbol_argument(facts, node, call, callee.path)
    if isinstance(call.func, ast.Attribute) and call.func.attr in LOG_METHODS:
        return Use.FORMAT
    return Use.ARGUMENT


def _method_argument(
    facts: Facts, node: ast.expr, call: ast.Call, receiver: Object, name: str
) -> Use:
    if receiver.type in python_types.QUEUES:
        kept = name in {"put", "put_nowait"} and isinstance(receiver.origin, ast.Call)
        return Use.MOVE if kept else Use.ARGUMENT
    if receiver.origin in facts.state.keys and name in CARRYING_METHODS:
        asks = name in KEYED_METHODS and call.args[:1] == [node]
        return Use.ARGUMENT if asks else Use.MOVE
    if python_types.SCHEDULING.get((receiver.type, name)) in {"task", "result"}:
        return Use.MOVE if _carried(facts, node, facts.values(call)) else Use.ARGUMENT
    return Use.ARGUMENT


def _calls_it(facts: Facts, call: ast.Call, node: ast.expr, path: str) -> bool:
    """Functions that call their first argument, or hand what follows to it."""
    if path in {"asyncio.to_thread", "functools.partial"} and node is call.args[0]:
        return not any(isinstance(v, Partial) for v in facts.values(node))
    first = facts.values(call.args[0]) if call.args else frozenset()
    return path in {"map", "filter"} and bool(first) and all(isinstance(f, Function) for f in first)


def _logs(path: str) -> bool:
    """Whether a function of another module writes to a log, such as `loguru.logger.info`."""
    holder, _, method = path.rpartition(".")
    return method in LOG_METHODS and re.search(LOG, holder) is not None


def _dumps_as_text(facts: Facts, call: ast.Call, path: str) -> bool:
    """`json.dumps(x, default=str)`, which shows what JSON has no form for."""
    shown = [facts.values(k.value) for k in call.keywords if k.arg == "default"]
    return path in DUMPING and any(
        values and all(isinstance(v, Symbol) and v.path in {"str", "repr"} for v in values)
        for values in shown
    )


def _symbol_argument(facts: Facts, node: ast.expr, call: ast.Call, path: str) -> Use:
    if path in PRINTING or _logs(path) or _dumps_as_text(facts, call, path):
        return Use.FORMAT
    if path in UNFOLDING and _is_dict(facts, node):
        return Use.ITERATE
    if path in CARRIERS or path in frameworks.PROGRESS:
        carried = _calls_it(facts, call, node, path) or _carried(facts, node, facts.values(call))
        carried = carried and not (path in COPYING and _is_dict_left_behind(facts, node, call))
        return Use.MOVE if carried else Use.ARGUMENT
    if path == "isinstance":
        return Use.ISINSTANCE
    if path == "bool":
        return Use.TRUTH
    if path in {"getattr", "hasattr"}:
        literal = len(call.args) > 1 and isinstance(call.args[1], ast.Constant)
        return Use.ATTRIBUTE if literal else Use.OTHER
    if path in {"len", "any", "all"}:
        return Use.ITERATE
    return Use.ARGUMENT


def _is_dict(facts: Facts, node: ast.expr) -> bool:
    """Whether going through `node` gives keys, and nothing of what is kept under them."""
    values = facts.values(node)
    return bool(values) and all(
        isinstance(v, Object) and v.type == "dict" and not v.path for v in values
    )


def unfolds(facts: Facts, node: ast.expr, parent: ast.AST) -> bool:
    """Whether the items of a list are handed on where it stands, and not the list itself.

    That is `enumerate(x)`, `[*x]`, `first, *rest = x` and the like.
    """
    if isinstance(parent, ast.Assign):
        return any(isinstance(target, (ast.Tuple, ast.List)) for target in parent.targets)
    if not isinstance(parent, ast.Call) or node not in parent.args:
        return isinstance(parent, ast.Starred)
    if isinstance(parent.func, ast.Attribute) and parent.func.attr == "extend":
        return True
    called = facts.values(parent.func)
    paths = {v.path if isinstance(v, Symbol) else "" for v in called}
    return bool(paths) and all(path in UNFOLDING or path in frameworks.PROGRESS for path in paths)
