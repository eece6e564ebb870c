"""Plan what takes the place of a chat where it is made."""

from __future__ import annotations

import ast

from codemods.content.turn_steps import convert_steps
from codemods.conversations.chain_names import PARTIALS, declare
from codemods.conversations.chat_finding import seeds_of
from codemods.conversations.chat_plans import Talk, asked_for, beside, client_of, last_id
from codemods.conversations.conversation_places import region_of
from codemods.conversations.history_reads import history_of, taken_up
from codemods.objects.setting_rows import Settings, add_header
from codemods.request.request import read_request
from codemods.request.request_arguments import add_config_of, model_code
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
from migrator.reasoning.annotated_variables import annotate, needs_annotation
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
            add_config_of(draft, maker.call, value, settings)
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
        draft.replace(owner, maker.call, CallCode("partial", (Item(create), *settings.arguments())))
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
        turns = _turns(draft, talk, maker, target)
        equals = _equals(draft, owner, target, "list[Any]")
        kept = beside(draft, target, talk.turns_name)
        lines += [Template((kept, equals, turns))] if turns is not None else []
    if chain.carried:
        value = _goes_on(draft, talk, maker, target)
        carried = beside(draft, target, talk.variable)
        lines += [Template((carried, " = ", value))] if value is not None else []
    span = draft.span(statement)
    draft.edit(owner, Delete(span))
    for number, line in enumerate(lines):
        draft.edit(owner, InsertAfter(span, line) if number else InsertBefore(span, line))


def _turns(draft: Draft, talk: Talk, maker: CallSite, target: ast.expr) -> Code | None:
    """The turns a chat begins with; None where it goes on with those it has."""
    sources = _taken_up(draft, talk, maker)
    history = history_of(maker)
    if not any(source.kept for source, _ in sources) or history is None:
        return ListCode(convert_steps(draft, seeds_of(draft, maker) or (), maker.call))
    if isinstance(history, ast.Subscript):
        return draft.hole(history)
    if history in talk.room.looks and ast.dump(sources[0][1]) == _as_read(target):
        return None
    return ListCode((Item(Template(("*", draft.hole(history)))),))


def _goes_on(draft: Draft, talk: Talk, maker: CallSite, target: ast.expr) -> Code | None:
    """The id that a chat begins with; None where it goes on with the one it has."""
    sources = _taken_up(draft, talk, maker)
    if not sources or sources[0][0].kept:
        return "None"
    known = last_id(draft, talk, maker)
    if known is not None:
        return known
    source, chat = sources[0]
    if len(sources) > 1:
        text = "it is not certain which chat this one goes on with"
        draft.block(maker.call, maker.call, text)
    if source is talk and ast.dump(chat) == _as_read(target):
        return None
    return beside(draft, chat, source.variable)


def _as_read(target: ast.expr) -> str:
    return ast.dump(target).replace("Store()", "Load()")


def _taken_up(draft: Draft, talk: Talk, maker: CallSite) -> list[tuple[Talk, ast.expr]]:
    """The chats whose turns `maker` takes up, and how they are spelled there."""
    looks = taken_up(draft, maker)
    return [(s, chat) for s in talk.sources for look, chat in s.room.looks.items() if look in looks]


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
    carried += [talk.turns_name] if talk.chain.keeps else []
    made = [name for name in (talk.client_name, talk.settings_name) if name]
    assigned = {region_of(draft, m.call): [*made, *carried] for m in talk.room.makers}
    for sender in talk.room.senders if not talk.kept else ():
        assigned.setdefault(region_of(draft, sender.call), carried)
    for region, names in assigned.items():
        if names:
            declare(draft, place, region, names, owner, keeps=False)
