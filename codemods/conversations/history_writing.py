"""Write what happens to a history: where it begins, grows and is taken back."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from codemods.content.step_lists import doubt_loose
from codemods.content.turn_steps import convert_steps, sent_list
from codemods.conversations.chain_names import declare
from codemods.conversations.conversation_places import region_of
from codemods.conversations.events import Grow, Pop, Reply, Start, Turn
from codemods.conversations.histories_by_key_edits import plan_beginning
from codemods.conversations.id_carriers import Link, name_at, variable_at
from codemods.conversations.kept_replies import response_of
from codemods.conversations.list_histories import History
from codemods.conversations.turn_lists import kept_list
from codemods.streams.events import Carried
from codemods.streams.stream_planning import carry_on
from migrator.edits import Code, Delete, InsertAfter, InsertBefore, ListCode, Replace, Template
from migrator.plan import Draft
from migrator.plan.units import Member


def plan_events(draft: Draft, link: Link, owner: Member) -> None:
    """Plan every statement that begins the list, adds to it or takes a turn back."""
    assigning: dict[ast.AST, None] = {}
    for statement, events in link.history.events.items():
        kept = _place_in(link.history, statement)
        if kept is None and isinstance(statement, ast.Return):
            kept = next(iter(link.history.nodes))
        for event in events:
            if isinstance(event, Start) and link.sessions is not None:
                plan_beginning(draft, link.sessions, statement, owner)
            elif isinstance(event, Start) and kept is not None:
                _plan_start(draft, link, event, kept, owner)
                assigning[region_of(draft, statement)] = None
            elif isinstance(event, Grow) and kept is not None:
                _plan_growth(draft, link, event, kept, owner)
                if any(isinstance(item, Reply) for item in event.items):
                    assigning[region_of(draft, statement)] = None
            elif isinstance(event, Pop) and not link.chain.keeps:
                _delete(draft, statement, owner)
    place = link.history.place
    if link.chain.carried and not place.is_attribute and not place.goes_on:
        for region in assigning:
            names = [link.variable]
            declare(draft, place, region, names, owner, keeps=link.chain.keeps)


def _place_in(history: History, statement: ast.stmt) -> ast.expr | None:
    """The first expression in `statement` that stands for the list."""
    inside = set(ast.walk(statement))
    return next((n for n in history.nodes if n in inside), None)


def _delete(draft: Draft, statement: ast.stmt, owner: Member) -> None:
    draft.edit(owner, Delete(draft.span(statement)))
    draft.settled.update(ast.walk(statement))


def _plan_start(draft: Draft, link: Link, event: Start, place: ast.expr, owner: Member) -> None:
    statement, chain = event.statement, link.chain
    span = draft.span(statement)
    none = Template((variable_at(draft, link, place), " = None"))
    if chain.keeps:
        _convert_list(draft, statement, owner)
        if chain.carried:
            draft.edit(owner, InsertAfter(span, none))
        return
    if not chain.carried:
        _delete(draft, statement, owner)
        return
    draft.settled.update(ast.walk(statement))
    if isinstance(statement, ast.Expr):
        draft.edit(owner, Delete(span), InsertBefore(span, none))
        return
    assert isinstance(statement, (ast.Assign, ast.AnnAssign)) and statement.value is not None
    name = (
        draft.positions.attribute_name(place)
        if isinstance(place, ast.Attribute)
        else draft.span(place)
    )
    draft.edit(owner, Replace(name, name_at(draft, link, place)))
    draft.edit(owner, Replace(draft.span(statement.value), "None"))
    if isinstance(statement, ast.AnnAssign):
        draft.edit(owner, Replace(draft.span(statement.annotation), "str | None"))


def _plan_growth(draft: Draft, link: Link, event: Grow, place: ast.expr, owner: Member) -> None:
    replies = [item for item in event.items if isinstance(item, Reply)]
    statement, chain = event.statement, link.chain
    span = draft.span(statement)
    if not replies:
        if chain.keeps:
            turns = [item for item in event.items if isinstance(item, Turn)]
            _convert_growth(draft, statement, turns, owner)
        else:
            _delete(draft, statement, owner)
        return
    if len(replies) > 1:
        draft.block(owner, statement, "several replies are added in one statement")
        return
    if replies[0].streamed:
        _delete(draft, statement, owner)
        if chain.carried:
            carry_on(draft, replies[0].sites[0], Carried(variable_at(draft, link, place)))
        if chain.keeps:
            draft.edit(owner, InsertBefore(span, _waits(draft, event, place, owner)))
        return
    response = response_of(draft, chain, replies[0])
    assert response is not None  # else the history is no chain
    if isinstance(statement, ast.Return):
        _give_back(draft, link, replies[0], response, owner)
        return
    _delete(draft, statement, owner)
    if chain.carried:
        code = Template((variable_at(draft, link, place), " = ", response, ".id"))
        draft.edit(owner, InsertBefore(span, code))
    if chain.keeps:
        draft.edit(owner, InsertAfter(span, _waits(draft, event, place, owner)))


def _waits(draft: Draft, event: Grow, place: ast.expr, owner: Member) -> Code:
    """The list holds what was added behind the reply, and nothing else."""
    last = max(n for n, item in enumerate(event.items) if isinstance(item, Reply))
    turns = [item.node for item in event.items[last + 1 :]]
    if not turns:
        return Template((draft.hole(place), ".clear()"))
    unsettle(draft, turns)
    doubt_loose(draft, owner, turns)
    steps = convert_steps(draft, turns, owner)
    if isinstance(event.statement, (ast.Assign, ast.AnnAssign)):
        return Template((draft.hole(place), " = ", ListCode(steps)))
    return Template((draft.hole(place), "[:] = ", sent_list(steps)))


def unsettle(draft: Draft, nodes: Iterable[ast.expr]) -> None:
    """Turns that are written elsewhere are translated there."""
    for node in nodes:
        for part in ast.walk(node):
            draft.settled.discard(part)


def _give_back(draft: Draft, link: Link, reply: Reply, response: Code, owner: Member) -> None:
    """`return history + [turn, reply]` gives the id of the reply back."""
    for node in link.handed.returned if link.handed is not None else ():
        if reply.node in set(ast.walk(node)):
            draft.replace(owner, node, Template((response, ".id")))
            draft.settled.update(ast.walk(node))


def _convert_list(draft: Draft, statement: ast.stmt, owner: Member) -> None:
    """The list stays, and holds steps."""
    value = getattr(statement, "value", None)
    if isinstance(value, ast.List):
        draft.settled.update(ast.walk(statement))
        if value.elts:
            draft.replace(owner, value, ListCode(convert_steps(draft, value.elts, owner)))
    if isinstance(statement, ast.AnnAssign):
        draft.edit(owner, Replace(draft.span(statement.annotation), "list"))


def _convert_growth(draft: Draft, statement: ast.stmt, turns: list[Turn], owner: Member) -> None:
    """The turns that are added become steps."""
    value = getattr(statement, "value", None)
    for turn in turns:
        doubt_loose(draft, owner, [turn.node])
    if isinstance(value, ast.Call):
        argument = value.args[-1]
        if isinstance(argument, (ast.List, ast.Tuple)):
            code: Code = ListCode(convert_steps(draft, argument.elts, owner))
            draft.replace(owner, argument, code)
            return
        steps = convert_steps(draft, [argument], owner)
        if len(steps) == 1 and not _is_spread(steps[0].value):
            if steps[0].value != draft.hole(argument):
                draft.replace(owner, argument, steps[0].value)
            return
        assert isinstance(value.func, ast.Attribute)
        draft.edit(owner, Replace(draft.positions.attribute_name(value.func), "extend"))
        draft.replace(owner, argument, sent_list(steps))
        return
    kept = kept_list(value) if value is not None else None
    elements = kept[1] if kept is not None and kept[1] else getattr(value, "elts", [])
    if isinstance(value, (ast.List, ast.Tuple)) and kept is None:
        draft.replace(owner, value, ListCode(convert_steps(draft, elements, owner)))
        return
    for element in elements:
        steps = convert_steps(draft, [element], owner)
        if len(steps) != 1:
            draft.block(owner, element, "the turn becomes several steps; append it by itself")
        if steps[0].value != draft.hole(element):
            draft.replace(owner, element, steps[0].value)


def _is_spread(code: Code) -> bool:
    return (
        isinstance(code, Template) and isinstance(code.parts[0], str) and code.parts[0][:1] == "*"
    )
