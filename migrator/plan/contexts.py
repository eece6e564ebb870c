"""Where an expression stands: does its value just move on, or is it used there, and how?"""

from __future__ import annotations

import ast
import enum
from dataclasses import dataclass

from migrator.understand.access import CONTAINERS
from migrator.understand.facts import Facts, origin_of
from migrator.understand.structure import COMPREHENSIONS, FUNCTION_TYPES
from migrator.understand.values import (
    Awaitable,
    Class,
    Constant,
    Function,
    Instance,
    Method,
    Object,
    Partial,
    Symbol,
    Value,
    Values,
)


class Use(enum.Enum):
    """What happens to a value at an expression."""

    MOVE = "moves on to a place that is followed"
    ATTRIBUTE = "an attribute of it is read"
    WRITE = "an attribute or item of it is set"
    SUBSCRIPT = "an item of it is read"
    ITERATE = "it is iterated over"
    TRUTH = "its truth is tested"
    IS_NONE = "it is compared with None"
    COMPARE = "it is compared"
    FORMAT = "it is printed or formatted"
    ISINSTANCE = "its class is tested"
    ARGUMENT = "it is passed to code out of view"
    RETURNED = "it is returned or yielded to callers out of view"
    STORED = "it is stored where nothing in view reads it"
    OTHER = "it is used in a way that is not followed"


@dataclass(frozen=True, slots=True)
class Context:
    """One use: its kind, and the node that makes it one."""

    use: Use
    node: ast.AST


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
LOG_METHODS = frozenset({"debug", "info", "warning", "error", "exception", "critical", "log"})
CARRIERS = frozenset(
    {
        "list",
        "tuple",
        "set",
        "sorted",
        "reversed",
        "enumerate",
        "zip",
        "iter",
        "next",
        "dict",
        "map",
        "filter",
        "max",
        "min",
        "concurrent.futures.as_completed",
        "asyncio.as_completed",
        "asyncio.wait",
        "concurrent.futures.wait",
        "copy.copy",
        "copy.deepcopy",
        "asyncio.gather",
        "asyncio.create_task",
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


def context_of(facts: Facts, node: ast.expr) -> Context:
    """How the value of `node` is used where `node` stands."""
    parent = facts.structure.parent(node)
    assert parent is not None
    if isinstance(parent, ast.AugAssign):
        return Context(Use.OTHER, parent)
    if not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
        return Context(_stored(facts, node), parent)
    found = _by_parent(facts, node, parent)
    return Context(found, parent)


def _by_parent(facts: Facts, node: ast.expr, parent: ast.AST) -> Use:
    if isinstance(parent, ast.Attribute):
        return Use.ATTRIBUTE if isinstance(parent.ctx, ast.Load) else Use.WRITE
    if isinstance(parent, ast.Subscript):
        if node is parent.slice:
            return Use.OTHER
        return Use.SUBSCRIPT if isinstance(parent.ctx, ast.Load) else Use.WRITE
    if isinstance(parent, (ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.Expr, ast.Await)):
        return Use.MOVE
    if isinstance(parent, (ast.List, ast.Tuple, ast.Set, ast.Dict, ast.Starred)):
        return Use.MOVE
    if isinstance(parent, (ast.withitem, ast.arguments)):
        return Use.MOVE
    if isinstance(parent, (ast.Return, ast.Yield, ast.Lambda)):
        return _returned(facts, parent)
    if isinstance(parent, ast.IfExp):
        tested = node is parent.test or _tested(facts, parent)
        return Use.TRUTH if tested else Use.MOVE
    if isinstance(parent, ast.BoolOp):
        return _in_bool_op(facts, node, parent)
    if isinstance(parent, (ast.If, ast.While, ast.Assert)):
        return Use.TRUTH if node is parent.test else Use.OTHER
    if isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not):
        return Use.TRUTH
    if isinstance(parent, ast.Compare):
        return _compared(node, parent)
    if isinstance(parent, (ast.FormattedValue, ast.JoinedStr)):
        return Use.FORMAT
    if isinstance(parent, ast.comprehension):
        return Use.ITERATE if node is parent.iter else Use.TRUTH
    if isinstance(parent, COMPREHENSIONS):
        return Use.MOVE
    if isinstance(parent, ast.YieldFrom):
        return Use.ITERATE
    if isinstance(parent, (ast.For, ast.AsyncFor)):
        return Use.ITERATE
    if isinstance(parent, ast.keyword):
        call = facts.structure.parent(parent)
        return _argument(facts, node, call) if isinstance(call, ast.Call) else Use.OTHER
    if isinstance(parent, ast.Call):
        return Use.MOVE if node is parent.func else _argument(facts, node, parent)
    return Use.OTHER


def _in_bool_op(facts: Facts, node: ast.expr, parent: ast.BoolOp) -> Use:
    """All but the last operand of `and`/`or` are tested; any may be the result as well."""
    tested = _tested(facts, parent)
    if node is not parent.values[-1]:
        tested = tested or isinstance(parent.op, ast.And)
    return Use.TRUTH if tested else Use.MOVE


def _tested(facts: Facts, node: ast.expr) -> bool:
    outer = facts.structure.parent(node)
    assert outer is not None
    return _by_parent(facts, node, outer) is Use.TRUTH


def is_tested(facts: Facts, node: ast.expr) -> bool:
    """Whether only the truth of `node` matters where it stands."""
    return context_of(facts, node).use is Use.TRUTH


def _compared(node: ast.expr, parent: ast.Compare) -> Use:
    others = [side for side in (parent.left, *parent.comparators) if side is not node]
    nones = [isinstance(s, ast.Constant) and s.value is None for s in others]
    if len(parent.ops) == 1 and all(nones):
        return Use.IS_NONE
    return Use.COMPARE


def _returned(facts: Facts, parent: ast.AST) -> Use:
    if isinstance(parent, ast.Lambda):
        function: ast.AST | None = parent
    else:
        function = facts.structure.enclosing_function(parent)
    if not isinstance(function, FUNCTION_TYPES):
        return Use.OTHER
    if facts.is_external(function) or not facts.callers(function):
        return Use.RETURNED
    return Use.MOVE


def _stored(facts: Facts, node: ast.expr) -> Use:
    """A name or attribute that is assigned: followed, unless nothing in view reads it back."""
    if isinstance(node, ast.Subscript):
        holders = facts.values(node.value)
        known = all(isinstance(v, Object) and v.origin in facts.state.keys for v in holders)
        return Use.MOVE if known and holders else Use.STORED
    if isinstance(node, ast.Attribute):
        readable = any(isinstance(v, (Instance, Class)) for v in facts.values(node.value))
        if not readable:
            return Use.STORED
        return Use.MOVE if _read_back(facts, node) else Use.STORED
    return Use.MOVE


def _read_back(facts: Facts, node: ast.Attribute) -> bool:
    wanted = facts.values(node)
    return any(
        isinstance(other, ast.Attribute)
        and other.attr == node.attr
        and isinstance(other.ctx, ast.Load)
        and wanted & values
        for other, values in facts.state.values.items()
    )


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
    wanted = facts.values(node)
    return bool(wanted) and any(wanted <= values for values in tables)


def _argument(facts: Facts, node: ast.expr, call: ast.Call) -> Use:
    uses = {_passed(facts, node, call, callee) for callee in facts.values(call.func)}
    if call in facts.state.sites:
        return Use.ARGUMENT
    if len(uses) == 1:
        return uses.pop()
    return Use.ARGUMENT


def _passed(facts: Facts, node: ast.expr, call: ast.Call, callee: Value) -> Use:
    if isinstance(callee, (Function, Class, Partial, Instance)):
        return Use.MOVE if _received(facts, node, callee) else Use.ARGUMENT
    if isinstance(callee, Method):
        if callee.function is not None:
            return Use.MOVE if _received(facts, node, callee) else Use.ARGUMENT
        if isinstance(callee.receiver, Object):
            carries = callee.receiver.origin in facts.state.keys
            if carries and callee.name in CARRYING_METHODS:
                return Use.MOVE
        return Use.ARGUMENT
    if isinstance(callee, Symbol):
        return _symbol_argument(facts, node, call, callee.path)
    if isinstance(call.func, ast.Attribute) and call.func.attr in LOG_METHODS:
        return Use.FORMAT
    return Use.ARGUMENT


def _calls_it(facts: Facts, call: ast.Call, node: ast.expr, path: str) -> bool:
    """Functions that call their first argument, or hand what follows to it."""
    if path in {"asyncio.to_thread", "functools.partial"} and node is call.args[0]:
        return not any(isinstance(v, Partial) for v in facts.values(node))
    first = facts.values(call.args[0]) if call.args else frozenset()
    return path in {"map", "filter"} and bool(first) and all(isinstance(f, Function) for f in first)


def _symbol_argument(facts: Facts, node: ast.expr, call: ast.Call, path: str) -> Use:
    if path in PRINTING or (path.startswith("logging.") and path[8:] in LOG_METHODS):
        return Use.FORMAT
    if path in CARRIERS:
        carried = _calls_it(facts, call, node, path) or _carried(facts, node, facts.values(call))
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


__all__ = ["Awaitable", "Constant", "Context", "Use", "context_of", "is_tested"]
