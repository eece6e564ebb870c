"""Write a conversation as a chain: what each call sends and continues, and where the id is kept."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from codemods.building.conversations.chain import Chain
from codemods.building.conversations.events import (
    BEGIN,
    Ask,
    Grow,
    Moment,
    Named,
    Pop,
    Reply,
    Start,
    Turn,
)
from codemods.building.conversations.handed import Handed
from codemods.building.conversations.handed_edits import name_of, plan_handed
from codemods.building.conversations.lists import History, kept_list
from codemods.building.conversations.naming import ID, SETTINGS_NOTE, STORE_NOTE, declare, free_name
from codemods.building.conversations.places import region_of
from codemods.building.conversations.session_edits import plan_beginning, plan_table
from codemods.building.conversations.sessions import Sessions
from codemods.building.interaction import interaction
from codemods.building.request import Said
from codemods.building.step_lists import doubt_loose
from codemods.building.streams.plan import carry_id
from codemods.building.turns import convert_steps, is_turn, read_turn, sent_list, turn_input
from codemods.tables.api import RESPONSE
from migrator.edits import (
    Binding,
    ClausesCode,
    Code,
    Delete,
    InsertAfter,
    InsertBefore,
    Item,
    ListCode,
    Replace,
    Template,
)
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.understand import CallSite
from migrator.understand.values import Object


@dataclass(slots=True)
class Link:
    """A conversation and how it is chained."""

    history: History
    chain: Chain
    walrus: dict[ast.stmt, Named] = field(default_factory=dict)
    """Statements that use a reply without naming the response, and the name they could give it."""
    sessions: Sessions | None = None
    handed: Handed | None = None
    planned: bool = False
    variable: str = ID


def plan_link(draft: Draft, link: Link, site: CallSite, said: Said) -> None:
    """Plan what one call sends and continues; with the first call, everything around them."""
    owner = site.call
    first = min(link.history.sites, key=lambda c: (c.lineno, c.col_offset))
    draft.join(owner, first)
    if link.chain.reason is not None:
        draft.block(owner, *link.chain.reason)
        return
    if not link.planned:
        link.planned = True
        draft.settled.update(link.history.nodes, link.history.sites.values())
        link.variable = free_name(draft, link.history.place, ID)
        _plan_events(draft, link, first)
        if link.sessions is not None:
            plan_table(draft, link.sessions, first)
        if link.handed is not None:
            plan_handed(draft, link.handed, link.variable, first)
        _name_responses(draft, link, first)
    kept = kept_list(said.contents)
    assert kept is not None
    ask = next(
        e
        for found in link.history.events.values()
        for e in found
        if isinstance(e, Ask) and e.site is owner
    )
    said.into.top("input", _input(draft, link, ask, kept[0], owner), said.source)
    previous = _previous(draft, link, ask, kept[0])
    if previous is not None:
        said.into.top(ID, previous, None)
    said.into.continued = True
    draft.note(owner, STORE_NOTE)
    draft.note(owner, SETTINGS_NOTE)


def _input(draft: Draft, link: Link, ask: Ask, place: ast.expr, owner: Member) -> Code:
    more = [t.node for t in ask.more]
    if not link.chain.keeps:
        turns = [*(t.node for t in link.chain.waiting(ask.site)), *more]
        for node in turns:
            for part in ast.walk(node):
                draft.settled.discard(part)
        return input_of(draft, turns, owner)
    draft.settled.add(place)
    if not more:
        return draft.hole(place)
    begun = [t.node for t in _begun(link.history)]
    if not all(is_turn(draft, node) for node in begun):
        doubt_loose(draft, owner, more)
    return ListCode((Item(Template(("*", draft.hole(place)))), *convert_steps(draft, more, owner)))


def _begun(history: History) -> list[Turn]:
    """The turns that the list begins with."""
    starts = [e for found in history.events.values() for e in found if isinstance(e, Start)]
    return [turn for start in starts for turn in start.turns]


def input_of(draft: Draft, turns: list[ast.expr], owner: Member) -> Code:
    """The input that says `turns`: a plain text where that is all the user says."""
    if len(turns) == 1:
        turn = read_turn(draft, turns[0])
        if turn is None and not is_turn(draft, turns[0]):
            rule = draft.rule("argument", "contents")
            return rule(draft, turns[0], owner) if rule else draft.hole(turns[0])
        if turn is not None and turn.role == "user":
            return turn_input(draft, turn, owner)
    return sent_list(convert_steps(draft, turns, owner))


def _previous(draft: Draft, link: Link, ask: Ask, place: ast.expr) -> Code | None:
    chain = link.chain
    if chain.previous(ask.site) == {BEGIN}:
        return None
    name = chain.name(ask.site)
    if name is not None and not chain.carried:
        return f"{name}.id"
    spot = link.history.nodes[place]
    if spot is not None:
        table = draft.hole(spot.table, Binding.ATOM)
        return Template((table, ".get(", draft.hole(spot.key), ")"))
    return _variable(draft, link, place)


def _variable(draft: Draft, link: Link, place: ast.expr) -> Code:
    """The variable that carries the id, beside the list at `place`."""
    spot = link.history.nodes[place]
    if spot is not None:
        return Template((draft.hole(spot.table, Binding.ATOM), "[", draft.hole(spot.key), "]"))
    if isinstance(place, ast.Attribute):
        return Template((draft.hole(place.value, Binding.ATOM), f".{_name(draft, link, place)}"))
    return _name(draft, link, place)


def _name(draft: Draft, link: Link, place: ast.expr) -> str:
    if link.handed is not None:
        return name_of(draft, link.handed, place, link.variable)
    return link.variable


def _plan_events(draft: Draft, link: Link, owner: Member) -> None:
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
    none = Template((_variable(draft, link, place), " = None"))
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
    draft.edit(owner, Replace(name, _name(draft, link, place)))
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
    if len(replies) > 1 or event.items[-1] is not replies[0]:
        draft.block(owner, statement, "a turn is added behind the reply in one statement")
        return
    if replies[0].streamed:
        _delete(draft, statement, owner)
        if chain.carried:
            carry_id(draft, replies[0].sites[0], _variable(draft, link, place))
        if chain.keeps:
            draft.edit(owner, InsertBefore(span, Template((draft.hole(place), ".clear()"))))
        return
    response = _response(draft, chain, replies[0])
    if response is None:
        text = f"no variable holds the response that `{draft.quote(replies[0].node)}` comes from"
        draft.block(owner, replies[0].node, text)
        return
    if isinstance(statement, ast.Return):
        _give_back(draft, link, replies[0], response, owner)
        return
    _delete(draft, statement, owner)
    if chain.carried:
        code = Template((_variable(draft, link, place), " = ", response, ".id"))
        draft.edit(owner, InsertBefore(span, code))
    if chain.keeps:
        draft.edit(owner, InsertAfter(span, Template((draft.hole(place), ".clear()"))))


def _give_back(draft: Draft, link: Link, reply: Reply, response: Code, owner: Member) -> None:
    """`return history + [turn, reply]` gives the id of the reply back."""
    for node in link.handed.returned if link.handed is not None else ():
        if reply.node in set(ast.walk(node)):
            draft.replace(owner, node, Template((response, ".id")))
            draft.settled.update(ast.walk(node))


def _response(draft: Draft, chain: Chain, reply: Reply) -> Code | None:
    """The response that a reply comes from: named in the reply itself, or by a variable."""
    node: ast.AST = reply.shown
    while isinstance(node, ast.expr):
        if any(isinstance(v, Object) and v.type == RESPONSE for v in draft.values(node)):
            break
        node = getattr(node, "value", None) or getattr(node, "func", None)  # type: ignore[assignment]
    if isinstance(node, ast.Name):
        return draft.hole(node, Binding.ATOM)
    if isinstance(reply.shown, ast.Name) and not _is_text(draft, reply.shown):
        return interaction(draft, reply.shown)
    found: set[str | None] = set()
    for moment in chain.kept.get(reply.node, frozenset[Moment]()):
        site = moment.replied(reply)
        found.add(moment.response(site) if site is not None else None)
    return found.pop() if len(found) == 1 else None


def _name_responses(draft: Draft, link: Link, owner: Member) -> None:
    """Give the responses that the chain needs names, where they have none."""
    chain = link.chain
    used = {chain.name(site) for site in chain.asked} if not chain.carried else set[str | None]()
    for moments in chain.kept.values() if chain.carried else ():
        used |= {n.name for m in moments for n in m.names}
    for named in link.walrus.values():
        if named.name in used:
            outer = _awaited(draft, named.site)
            code = Template((f"{named.name} := ", draft.hole(outer)))
            draft.replace(owner, outer, ClausesCode("(", code, (), ")"))


def _awaited(draft: Draft, call: ast.Call) -> ast.expr:
    parent = draft.facts.structure.parent(call)
    return parent if isinstance(parent, ast.Await) else call


def _is_text(draft: Draft, node: ast.expr) -> bool:
    return any(isinstance(v, Object) and v.type == "str" for v in draft.values(node))


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
