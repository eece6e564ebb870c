"""A reply that a lambda asks for: the lambda becomes a function, which can remember its id."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from codemods.conversations.escapes import is_concurrent
from codemods.conversations.response_places import (
    SPLIT,
    Landing,
    free_response,
    is_elif,
    not_first_in,
)
from codemods.tables.api import ASYNC_CHAT
from migrator.edits import Code, Delete, InsertAfter, InsertBefore, Replace, Row, RowsCode, Template
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.reasoning.free_names import FreeNames
from migrator.reasoning.helper_functions import BLANK, blanks_below, is_global, separate
from migrator.understand import CallSite
from migrator.understand.structure import COMPREHENSIONS
from migrator.understand.values import Object

NAMES = ("send", "send_message", "send_to_chat")
HOLDING = (*SPLIT, ast.With, ast.AsyncWith, ast.AsyncFor)
"""Statements before which a function can be made that they use."""


@dataclass(frozen=True, slots=True)
class Late:
    """The lambda, the parameters it has, and whether the function must be a coroutine."""

    function: ast.Lambda
    parameters: str
    is_async: bool


def late_landing(draft: Draft, sender: CallSite) -> Landing | None:
    """Where the reply lands that a lambda asks for; None if that can't become a function."""
    structure, call = draft.facts.structure, sender.call
    function = structure.enclosing_function(call)
    if not isinstance(function, ast.Lambda) or structure.statement(call) is None:
        return None
    parameters = _parameters(draft, function, call)
    statement = structure.statement(function)
    if parameters is None or not_first_in(draft, call, function.body):
        return None
    receiver = sender.method.at
    chat = receiver.value if isinstance(receiver, ast.Attribute) else None
    values = draft.values(chat) if chat is not None else frozenset()
    is_async = any(isinstance(v, Object) and v.type == ASYNC_CHAT for v in values)
    if is_async and function.body is not call:
        return None
    if assigned(statement, function) is None and not can_stand_before(draft, function, statement):
        return None
    if is_concurrent(draft) and may_run_beside(draft, function):
        return None
    late = Late(function, parameters, is_async)
    response = free_response(draft, call)
    return Landing(call, statement, response, None, split=True, late=late)


def _parameters(draft: Draft, function: ast.Lambda, call: ast.Call) -> str | None:
    """The parameters as they are written; None if the lambda takes lines around the call."""
    arguments = function.args
    defaults = [*arguments.defaults, *(d for d in arguments.kw_defaults if d is not None)]
    if not all(isinstance(d, (ast.Constant, ast.Name)) for d in defaults):
        return None
    named = [n for n in ast.walk(arguments) if isinstance(n, (ast.arg, ast.expr))]
    start = draft.span(function).start + len("lambda")
    last = max((draft.span(node).end for node in named), default=start)
    colon = draft.text.index(":", last)
    body, asked = draft.span(function.body), draft.span(call)
    around = draft.text[body.start : asked.start] + draft.text[asked.end : body.end]
    found = draft.text[start:colon].strip()
    return None if "\n" in around + found or "#" in found else found


def assigned(statement: ast.stmt, function: ast.expr) -> str | None:
    """The variable that a statement does nothing but assign `function` to."""
    if isinstance(statement, ast.Assign) and statement.value is function:
        target = statement.targets[0]
        return target.id if len(statement.targets) == 1 and isinstance(target, ast.Name) else None
    return None


def can_stand_before(draft: Draft, function: ast.expr, statement: ast.stmt) -> bool:
    """Whether a function made before the statement is what `function` is in it."""
    structure = draft.facts.structure
    if not isinstance(statement, HOLDING) or is_elif(draft, statement):
        return False
    if isinstance(structure.scope_of[function], ast.ClassDef):
        return False
    current: ast.AST = function
    while current is not statement:
        parent = structure.parent(current)
        assert parent is not None
        if isinstance(parent, (ast.Lambda, ast.comprehension, *COMPREHENSIONS)):
            return False
        if isinstance(parent, ast.stmt) and current in getattr(parent, "body", ()):
            return False
        current = parent
    inside = [n for n in ast.walk(statement) if isinstance(n, (ast.Lambda, ast.NamedExpr))]
    return inside in ([], [function]) or isinstance(statement, ast.For)


def may_run_beside(draft: Draft, function: ast.expr) -> bool:
    """Whether `function` is handed to a call that doesn't wait for it, as far as can be seen."""
    call = draft.facts.structure.parent(function)
    if isinstance(call, ast.keyword):
        call = draft.facts.structure.parent(call)
    waiting = draft.facts.structure.parent(call) if call is not None else None
    return isinstance(call, ast.Call) and not isinstance(waiting, ast.Await)


def write_late(
    draft: Draft, owner: Member, landing: Landing, ahead: tuple[Row, ...], after: tuple[Row, ...]
) -> None:
    """Put a function in the place of the lambda: `ahead` asks for the reply, `after` remembers."""
    late = landing.late
    assert isinstance(late, Late)
    function = late.function
    value: Code = landing.response
    if function.body is not landing.outer:
        whole = draft.positions.span_with_parentheses(draft.span(landing.outer))
        draft.edit(owner, Replace(whole, landing.response))
        value = draft.hole(function.body)
    rows = (*ahead, *after, Row(Template(("return ", value))))
    header = f"{'async ' if late.is_async else ''}def {{}}({late.parameters}):"
    write_function(draft, owner, function, header, rows)


def write_function(
    draft: Draft, owner: Member, function: ast.expr, header: str, body: Sequence[Row]
) -> None:
    """Put a function in the place of the expression `function`.

    Under the name that a statement gives it, or under a new one before its statement.
    """
    statement = draft.facts.structure.statement(function)
    given = assigned(statement, function)
    name = given or _names(draft, statement).take(*NAMES)
    rows = [Row(header.format(name)), *(Row(row.code, row.depth + 1) for row in body)]
    span, wanted = draft.span(statement), 2 if is_global(draft, statement) else 1
    separate(draft, owner, statement, wanted)
    if given is None:
        draft.edit(owner, Replace(draft.span(function), name))
        draft.edit(owner, InsertBefore(span, RowsCode((*rows, *[BLANK] * wanted))))
        return
    missing = wanted - blanks_below(draft, statement)
    draft.edit(owner, Delete(span))
    draft.edit(owner, InsertBefore(span, RowsCode(tuple(rows))))
    if missing > 0:
        draft.edit(owner, InsertAfter(span, RowsCode((BLANK,) * missing)))


def is_awaited(landing: Landing) -> bool:
    """Whether the request is awaited where it is written."""
    late = landing.late
    return isinstance(landing.outer, ast.Await) or (isinstance(late, Late) and late.is_async)


def _names(draft: Draft, statement: ast.stmt) -> FreeNames:
    structure = draft.facts.structure
    scope = structure.enclosing_function(statement) or structure.module(statement)
    known = draft.once("names of late functions", dict[ast.AST, FreeNames])
    return known.setdefault(scope, FreeNames(structure, scope))
