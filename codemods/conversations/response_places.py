"""Where the response of a call lands, so that its id can be read in the next statement."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from migrator.edits import Binding, Code
from migrator.plan import Draft
from migrator.reasoning.statement_effects import headers, is_steady
from migrator.syntax import descendants
from migrator.understand.structure import COMPREHENSIONS
from migrator.understand.values import Awaitable, Object

SPLIT = (ast.Expr, ast.Return, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.If, ast.For, ast.Raise)
NAMES = ("response", "interaction", "last_interaction")


@dataclass(frozen=True, slots=True)
class Landing:
    """The expression `outer` (the call, or what waits for it) and the variable that gets its value.

    `split` says that the call must get a statement of its own, before the one it stands in.
    """

    outer: ast.expr
    statement: ast.stmt
    response: Code
    name: str | None
    split: bool = False
    late: object = None
    """The lambda that asks for the reply, and what is known of it; it becomes a function."""


def landing_of(draft: Draft, call: ast.Call) -> Landing | str:
    """Where the response of `call` lands, or why it can't be told."""
    structure = draft.facts.structure
    outer = _reply_of(draft, call)
    if outer is None:
        return "the reply is awaited elsewhere; await it where it is asked for"
    statement = structure.statement(outer)
    holder = structure.parent(outer)
    target: ast.expr | None = None
    if isinstance(holder, ast.Assign) and len(holder.targets) == 1:
        target = holder.targets[0]
    elif isinstance(holder, (ast.AnnAssign, ast.NamedExpr)):
        target = holder.target
    if isinstance(target, ast.Name) and not isinstance(statement, ast.While):
        return Landing(outer, statement, target.id, target.id)
    if isinstance(target, ast.Attribute) and is_steady(target):
        return Landing(outer, statement, draft.hole(target, Binding.ATOM), None)
    reason = not_first(draft, outer, statement)
    if reason:
        return reason
    name = free_response(draft, outer)
    return Landing(outer, statement, name, name, split=True)


def _reply_of(draft: Draft, call: ast.Call) -> ast.expr | None:
    """The expression that is the reply: the call, its await, or `await asyncio.wait_for(call, 9)`.

    None where a coroutine is kept, or handed to what may give something else, or gives it later.
    """
    parent = draft.facts.structure.parent(call)
    if isinstance(parent, ast.Await):
        return parent
    current: ast.expr = call
    while any(isinstance(v, Awaitable) for v in draft.values(current)):
        parent = draft.facts.structure.parent(current)
        runs = isinstance(parent, ast.Call) and current in parent.args
        if not isinstance(parent, ast.expr) or not (runs or isinstance(parent, ast.Await)):
            return None
        current = parent
    values = draft.values(current)
    given = all(isinstance(v, Object) and v.origin is call and not v.path for v in values)
    return current if current is call or (given and values) else None


def not_first(draft: Draft, outer: ast.expr, statement: ast.stmt) -> str:
    """Why the call can't get a statement of its own before `statement`."""
    if not isinstance(statement, SPLIT) or is_elif(draft, statement):
        return "the reply is used where it is asked for; assign it to a variable first"
    return not_first_in(draft, outer, statement)


def not_first_in(draft: Draft, outer: ast.expr, whole: ast.stmt | ast.expr) -> str:
    """Why the call isn't certainly the first thing that is run of a statement or expression."""
    current: ast.AST = outer
    while current is not whole:
        parent = draft.facts.structure.parent(current)
        assert parent is not None
        if _is_conditional(parent, current):
            return "the reply is asked for inside of an expression; assign it to a variable first"
        current = parent
    for node in _before(whole, outer):
        if isinstance(node, (ast.Call, ast.Await)) and not is_steady(node):
            text = ast.unparse(node)
            return f"`{text}` runs before the reply is asked for; assign the reply to a variable"
    return ""


def is_plain(node: ast.expr) -> bool:
    """Whether reading `node` again gives the same and does nothing else."""
    if isinstance(node, ast.Name):
        return True
    if isinstance(node, ast.Attribute):
        return is_plain(node.value)
    if isinstance(node, ast.Subscript):
        key = isinstance(node.slice, ast.Constant) or is_plain(node.slice)
        return key and is_plain(node.value)
    return False


def _is_conditional(parent: ast.AST, child: ast.AST) -> bool:
    if isinstance(parent, ast.BoolOp):
        return child is not parent.values[0]
    if isinstance(parent, ast.IfExp):
        return child is not parent.test
    if isinstance(parent, ast.comprehension):
        return True
    if isinstance(parent, COMPREHENSIONS):
        return True
    return isinstance(parent, ast.Lambda)


def _before(whole: ast.stmt | ast.expr, outer: ast.expr) -> Iterator[ast.AST]:
    """What is evaluated of a statement before `outer`, by its place in the text."""
    limit = (outer.lineno, outer.col_offset)
    for header in [whole] if isinstance(whole, ast.expr) else headers(whole):
        for node in descendants(header):
            end = getattr(node, "end_lineno", None), getattr(node, "end_col_offset", None)
            if isinstance(node, ast.expr) and None not in end and end <= limit:
                yield node


def is_elif(draft: Draft, statement: ast.stmt) -> bool:
    """Whether a statement is an `elif`, before which nothing can stand."""
    start = draft.span(statement).start
    return draft.text[start : start + 4] == "elif"


def free_response(draft: Draft, node: ast.AST) -> str:
    """One name in the file of `node` for responses that have no variable yet."""
    taken = draft.facts.structure.named_around(node)
    return next((n for n in NAMES if n not in taken), "_interaction")
