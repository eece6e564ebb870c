"""Plan what takes the place of a chat where it is made."""

from __future__ import annotations

import ast

from codemods.building.annotating import annotate, needs_annotation
from codemods.building.conversations.naming import PARTIALS, declare
from codemods.building.conversations.places import region_of
from codemods.building.conversations.rooms import seeds_of
from codemods.building.conversations.talks import Talk, asked_for, beside, client_of
from codemods.building.request import add_config_of, model_code, read_request
from codemods.building.settings import Settings, add_header
from codemods.building.turns import convert_steps
from migrator.edits import (
    Binding,
    CallCode,
    Code,
    Delete,
    DictCode,
    InsertAfter,
    InsertBefore,
    Item,
    ListCode,
    Template,
)
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.understand import CallSite


def chat_settings(draft: Draft, maker: CallSite, *, header: bool) -> Settings:
    """The chat's settings as arguments of `create`; with the header where no client has it."""
    settings = Settings()
    request = read_request(draft, maker, maker.call, maker.skip)
    for name, value in request.values.items() if request else ():
        if name == "model":
            code = model_code(draft, maker.call, value)
            settings.top("model", code, request.sources[name] if request else None)
        elif name == "config":
            add_config_of(draft, maker, value, settings)
    if header:
        add_call_header(draft, maker, settings)
    return settings


def add_call_header(draft: Draft, maker: CallSite, settings: Settings) -> None:
    """Give the settings the header, unless the client sends it."""
    rule = draft.rule("header", "call")
    extra = rule(draft, maker) if rule else None
    if extra is not None:
        add_header(settings, extra)


def plan_makers(draft: Draft, talk: Talk) -> None:
    """Plan every `chats.create` of a room."""
    room = talk.room
    if talk.once:
        return
    if talk.chain is None:
        for maker in room.makers:
            _plan_object(draft, talk, maker)
        return
    draft.settled.update(room.nodes, (m.call for m in room.makers))
    for maker in room.makers[1:] if talk.spelled else ():
        for node in asked_for(maker):  # written like those of the first, which every call repeats
            draft.sinks[node] = "config"
    for maker in room.makers:
        statement = draft.facts.structure.parent(maker.call)
        assert isinstance(statement, (ast.Assign, ast.AnnAssign))
        _plan_start(draft, talk, maker, statement)
    _declare(draft, talk)


def _plan_object(draft: Draft, talk: Talk, maker: CallSite) -> None:
    """A dict of arguments, or a partial call, takes the place of the chat object."""
    owner = maker.call
    settings = chat_settings(draft, maker, header=True)
    seeds = seeds_of(draft, maker)
    if seeds:
        settings.top("input", ListCode(convert_steps(draft, seeds, owner)), None)
    if not talk.partial:
        draft.replace(owner, maker.call, DictCode(settings.items()))
        annotation = "dict[str, Any]"
    else:
        client = client_of(maker)
        if client is None:
            text = f"`{draft.quote(maker.call.func)}` can't be traced to a client"
            draft.block(owner, maker.call, text)
            return
        draft.need(owner, maker.call, "functools", "partial")
        draft.once(PARTIALS, set[ast.AST]).add(owner)
        create = Template((draft.hole(client, Binding.ATOM), ".interactions.create"))
        draft.replace(owner, maker.call, CallCode("partial", (Item(create), *settings.items())))
        return
    statement = draft.facts.structure.parent(maker.call)
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        annotate(draft, owner, statement.targets[0], annotation)


def _plan_start(
    draft: Draft, talk: Talk, maker: CallSite, statement: ast.Assign | ast.AnnAssign
) -> None:
    """Variables take the place of the chat."""
    owner, chain = talk.room.makers[0].call, talk.chain
    assert chain is not None
    target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
    lines: list[Code] = []
    if talk.client_name:
        client = client_of(maker)
        if client is None:
            text = f"`{draft.quote(maker.call.func)}` can't be traced to a client"
            draft.block(owner, maker.call, text)
            return
        lines.append(Template((beside(draft, target, talk.client_name), " = ", draft.hole(client))))
    if not talk.spelled:
        settings = DictCode(chat_settings(draft, maker, header=True).items())
        equals = _equals(draft, owner, target, "dict[str, Any]")
        lines.append(Template((beside(draft, target, talk.settings_name), equals, settings)))
    if chain.keeps:
        seeds = ListCode(convert_steps(draft, seeds_of(draft, maker) or (), owner))
        equals = _equals(draft, owner, target, "list[Any]")
        lines.append(Template((beside(draft, target, talk.seeds_name), equals, seeds)))
    if chain.carried:
        lines.append(Template((beside(draft, target, talk.variable), " = None")))
    span = draft.span(statement)
    draft.edit(owner, Delete(span))
    for number, line in enumerate(lines):
        draft.edit(owner, InsertAfter(span, line) if number else InsertBefore(span, line))


def _equals(draft: Draft, owner: Member, target: ast.expr, annotation: str) -> str:
    if not needs_annotation(draft, target):
        return " = "
    draft.need(owner, target, "typing", "Any")
    return f": {annotation} = "


def _declare(draft: Draft, talk: Talk) -> None:
    """Let the functions that assign the variables of an outer scope do so."""
    place, owner = talk.room.place, talk.room.makers[0].call
    if place is None or place.is_attribute or talk.chain is None:
        return
    carried = [talk.variable] if talk.chain.carried else []
    carried += [talk.seeds_name] if talk.chain.keeps else []
    made = [name for name in (talk.client_name, talk.settings_name) if name]
    assigned = {region_of(draft, m.call): [*made, *carried] for m in talk.room.makers}
    for sender in talk.room.senders:
        assigned.setdefault(region_of(draft, sender.call), carried)
    for region, names in assigned.items():
        if names:
            declare(draft, place, region, names, owner, keeps=False)
