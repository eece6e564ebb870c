"""What is known of variables while a conversation is followed: enough to leave out impossible ways.

A retry loop ends with a reply or an exception, never by running out: `if attempt == RETRIES - 1:
raise` says so, or the variable that would hold the reply is unbound then and reading it fails.
"""

from __future__ import annotations

import ast
import enum
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from migrator.reasoning.statement_effects import bound_names, headers
from migrator.syntax import descendants


class State(enum.Enum):
    """What a variable is known to be."""

    UNBOUND = "not bound yet"
    NONE = "None"
    TRUE = "True"
    FALSE = "False"
    ANSWER = "a response"
    SOME = "not empty"
    AHEAD = "not empty, and a loop over it has not begun"
    EMPTY = "empty, or None"


@dataclass(frozen=True, slots=True)
class Linear:
    """`base + offset`; `base` is an expression as `ast.dump` writes it, empty for a number."""

    base: str
    offset: int


@dataclass(frozen=True, slots=True)
class Round:
    """The variable of a loop over a range, in the last round (where it is `last`) or before it."""

    last: Linear
    is_last: bool


Fact = State | Round
Known = frozenset[tuple[str, Fact]]
NOTHING_KNOWN: Known = frozenset()
CONSTANTS: dict[object, State] = {None: State.NONE, True: State.TRUE, False: State.FALSE}
FALSY = frozenset({State.NONE, State.FALSE, State.EMPTY})


def fact(known: Known, name: str) -> Fact | None:
    """What is known of a variable."""
    return next((found for other, found in known if other == name), None)


def forget(known: Known, names: Collection[str]) -> Known:
    """The same, for a moment at which `names` are bound to something."""
    return frozenset(entry for entry in known if entry[0].partition(".")[0] not in names)


def learn(known: Known, name: str, found: Fact) -> Known:
    """The same, and that `name` is `found`."""
    return frozenset(entry for entry in known if entry[0] != name) | {(name, found)}


def bind(known: Known, node: ast.stmt, tracked: Collection[str], answers: Collection[str]) -> Known:
    """What is known after the bindings of `node`, of which those of `answers` hold responses."""
    known = forget(known, bound_names(node))
    for name in answers:
        if name in tracked:
            known = learn(known, name, State.ANSWER)
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        target, value = node.targets[0], node.value
        if isinstance(target, ast.Name) and target.id in tracked:
            if isinstance(value, ast.Constant) and isinstance(value.value, (bool, type(None))):
                known = learn(known, target.id, CONSTANTS[value.value])
            elif isinstance(value, (ast.Name, ast.Attribute)):
                same = fact(known, ast.unparse(value))
                known = (
                    learn(known, target.id, same) if same in (State.SOME, State.EMPTY) else known
                )
    return known


def fails(node: ast.stmt, known: Known) -> bool:
    """Whether a statement certainly reads a variable that is not bound."""
    unbound = {name for name, found in known if found is State.UNBOUND} - bound_names(node)
    return bool(unbound) and any(
        isinstance(n, ast.Name) and n.id in unbound and isinstance(n.ctx, ast.Load)
        for header in headers(node)
        for n in _certain(header)
    )


def _certain(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes that are evaluated whenever `node` is, unless something fails before."""
    yield node
    if isinstance(node, (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
        return
    children = list(ast.iter_child_nodes(node))
    if isinstance(node, ast.BoolOp):
        children = [node.values[0]]
    elif isinstance(node, ast.IfExp):
        children = [node.test]
    elif isinstance(node, ast.Compare):
        children = [node.left, node.comparators[0]]
    elif isinstance(node, ast.Assert):
        children = [node.test]
    for child in children:
        yield from _certain(child)


def verdict(test: ast.expr, known: Known) -> bool | None:
    """Whether a test comes out true; None where that is not known."""
    if isinstance(test, ast.Constant):
        return bool(test.value)
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = verdict(test.operand, known)
        return None if inner is None else not inner
    if isinstance(test, ast.BoolOp):
        decisive = isinstance(test.op, ast.Or)
        found = [verdict(value, known) for value in test.values]
        if decisive in found:
            return decisive
        return None if None in found else not decisive
    if isinstance(test, (ast.Name, ast.Attribute)):
        state = fact(known, ast.unparse(test))
        if isinstance(state, State) and state is not State.UNBOUND:
            return state not in FALSY
        return None
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        return _compared(test.left, test.ops[0], test.comparators[0], known)
    return None


def _compared(left: ast.expr, op: ast.cmpop, right: ast.expr, known: Known) -> bool | None:
    if isinstance(op, (ast.Is, ast.IsNot)) and isinstance(left, ast.Name):
        state = fact(known, left.id)
        nothing = isinstance(right, ast.Constant) and right.value is None
        vague = (State.UNBOUND, State.EMPTY)
        if nothing and isinstance(state, State) and state not in vague:
            return (state is State.NONE) is isinstance(op, ast.Is)
        return None
    ours, theirs = linear(left), linear(right)
    for name, found in known:
        dumped = ast.dump(ast.Name(name, ast.Load()))
        if isinstance(found, Round) and ours.base == dumped:
            if theirs.base == found.last.base:
                distance = theirs.offset - ours.offset - found.last.offset
                return _against_last(op, distance, found.is_last)
    return None


def _against_last(op: ast.cmpop, distance: int, is_last: bool) -> bool | None:
    """Whether the variable of a loop compares with its last value plus `distance`."""
    if is_last:
        outcomes: dict[type[ast.cmpop], bool] = {
            ast.Eq: distance == 0, ast.NotEq: distance != 0, ast.Lt: distance > 0,
            ast.LtE: distance >= 0, ast.Gt: distance < 0, ast.GtE: distance <= 0,
        }  # fmt: skip
        return outcomes.get(type(op))
    if isinstance(op, (ast.Eq, ast.GtE)) and distance >= 0:
        return False
    if isinstance(op, (ast.NotEq, ast.Lt)) and distance >= 0:
        return True
    if isinstance(op, ast.LtE) and distance >= -1:
        return True
    return False if isinstance(op, ast.Gt) and distance >= -1 else None


def linear(node: ast.expr) -> Linear:
    """An expression as something plus a number."""
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return Linear("", node.value)
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
        if isinstance(node.right, ast.Constant) and type(node.right.value) is int:
            inner = linear(node.left)
            sign = 1 if isinstance(node.op, ast.Add) else -1
            return Linear(inner.base, inner.offset + sign * node.right.value)
    return Linear(ast.dump(node), 0)


def last_of_range(node: ast.For | ast.AsyncFor) -> tuple[str, Linear, bool] | None:
    """The variable of `for i in range(…)`, its last value, and whether there is certainly one."""
    call = node.iter
    if not (isinstance(node.target, ast.Name) and isinstance(call, ast.Call) and not call.keywords):
        return None
    if not (
        isinstance(call.func, ast.Name) and call.func.id == "range" and len(call.args) in (1, 2)
    ):
        return None
    parts = [n for argument in call.args for n in descendants(argument)]
    counted = {n.id for n in parts if isinstance(n, ast.Name)}
    counted |= {n.attr for n in parts if isinstance(n, ast.Attribute)}
    changed = {name for s in statements_of(node.body) for name in bound_names(s)}
    if changed & {node.target.id, *counted} or any(isinstance(n, ast.Call) for n in parts):
        return None
    stop = linear(call.args[-1])
    start = linear(call.args[0]) if len(call.args) == 2 else Linear("", 0)
    some = start.base == stop.base and start.offset < stop.offset
    return node.target.id, Linear(stop.base, stop.offset - 1), some


def statements_of(body: Collection[ast.stmt]) -> Iterator[ast.stmt]:
    """Every statement of a block, at any depth."""
    for statement in body:
        for node in descendants(statement):
            if isinstance(node, ast.stmt):
                yield node


def tracked_names(body: Collection[ast.stmt], answers: Collection[str]) -> frozenset[str]:
    """The variables that hold responses or decide tests, as far as plain statements bind them."""
    found = set(answers)
    elsewhere: set[str | None] = set()
    for statement in body:
        for node in descendants(statement):
            if isinstance(node, (ast.If, ast.While)):
                found |= {n.id for n in descendants(node.test) if isinstance(n, ast.Name)}
            elif isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)):
                elsewhere.add(node.name)
            elif isinstance(node, ast.MatchMapping):
                elsewhere.add(node.rest)
    return frozenset(found.difference(elsewhere))
