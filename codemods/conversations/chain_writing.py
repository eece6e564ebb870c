"""Write a conversation as a chain: what each call sends and continues, and where the id is kept."""

from __future__ import annotations

import ast

from codemods.content.step_lists import doubt_loose
from codemods.content.turn_steps import convert_steps, sent_list, turn_input
from codemods.content.turns import is_turn, read_turn
from codemods.conversations.chain_names import BROKEN_NOTE, ID, SETTINGS_NOTE, STORE_NOTE, free_name
from codemods.conversations.events import BEGIN, Ask, Start, Turn
from codemods.conversations.handed_history_edits import plan_handed
from codemods.conversations.histories_by_key_edits import plan_table
from codemods.conversations.history_writing import plan_events, unsettle
from codemods.conversations.id_carriers import Link, variable_at
from codemods.conversations.kept_replies import name_responses
from codemods.conversations.list_histories import History
from codemods.conversations.turn_lists import kept_list
from codemods.request.request import Said
from migrator.edits import Binding, Code, Item, ListCode, Template
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.understand import CallSite


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
        plan_events(draft, link, first)
        if link.sessions is not None:
            plan_table(draft, link.sessions, first)
        if link.handed is not None:
            plan_handed(draft, link.handed, link.variable, first)
        name_responses(draft, link, first)
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
    if site.kind.method == "generate_content_stream":
        draft.note(owner, BROKEN_NOTE)


def _input(draft: Draft, link: Link, ask: Ask, place: ast.expr, owner: Member) -> Code:
    more = [t.node for t in ask.more]
    if not link.chain.keeps:
        turns = [*(t.node for t in link.chain.waiting(ask.site)), *more]
        unsettle(draft, turns)
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
    return variable_at(draft, link, place)
