"""The arguments of the request that takes the place of a chat's message."""

from __future__ import annotations

import ast

from codemods.content.turn_steps import convert_steps
from codemods.conversations.chain_names import ID
from codemods.conversations.chat_finding import receiver_of
from codemods.conversations.chat_making import add_call_header, chat_settings
from codemods.conversations.chat_plans import Talk, beside, chat_code
from codemods.conversations.events import BEGIN
from codemods.conversations.kept_histories import kept_input
from codemods.objects.setting_rows import Settings
from codemods.request.request import Request
from codemods.request.request_arguments import add_config_of
from migrator.edits import Code, DictCode, Item, ListCode, Template
from migrator.plan import Draft
from migrator.understand import CallSite


def sent_arguments(draft: Draft, talk: Talk, sender: CallSite, request: Request) -> Settings:
    """The arguments of the new call; a config of the message replaces the one of the chat."""
    settings, maker = Settings(), talk.room.makers[0]
    replaced = "config" in request.values
    shared = chat_settings(draft, maker, header=False) if talk.spelled else Settings()
    if talk.spelled:
        settings.take(shared, {"model"} & set(shared.order))
    elif replaced:
        settings.top("model", Template((kept_chat(draft, talk, sender), '["model"]')), None)
    code = _input(draft, talk, sender, request)
    settings.top("input", code, request.sources["message"])
    previous = _previous(draft, talk, sender, replaced=replaced)
    if previous is not None:
        settings.top(ID, previous, None)
    if talk.kept:
        settings.top("store", "False", None)
    if replaced:
        add_config_of(draft, sender.call, request.values["config"], settings)
    elif talk.spelled:
        settings.take(shared, [name for name in shared.order if name != "model"])
    elif not talk.partial:
        _spread(draft, talk, sender, settings, code)
    if replaced or talk.spelled:
        add_call_header(draft, maker, settings)
    return settings


def _spread(draft: Draft, talk: Talk, sender: CallSite, settings: Settings, said: Code) -> None:
    """Spread the shared settings into the call."""
    kept = kept_chat(draft, talk, sender)
    if talk.chain is None and talk.room.seeds:  # the dict has an input of its own, to begin with
        settings.order.remove("input")
        merged = DictCode((Item(kept, "**"), Item(said, "input")))
        settings.spread(merged, None)
    else:
        settings.spread(kept, None)


def kept_chat(draft: Draft, talk: Talk, sender: CallSite) -> Code:
    """The dict that holds the settings (and, without a chain, the id)."""
    chat = receiver_of(sender)
    if talk.chain is not None:
        return beside(draft, chat, talk.settings_name)
    if talk.partial:
        return Template((chat_code(draft, chat), ".keywords"))
    return chat_code(draft, chat)


def _input(draft: Draft, talk: Talk, sender: CallSite, request: Request) -> Code:
    message, chain = request.values["message"], talk.chain
    if talk.kept:
        return kept_input(draft, talk, sender)
    kept: Code | None = None
    seeds: list[ast.expr] = []
    if chain is None and talk.room.seeds:
        kept = Template((kept_chat(draft, talk, sender), '.get("input", [])'))
    elif chain is not None and chain.keeps:
        kept = beside(draft, receiver_of(sender), talk.turns_name)
    elif chain is not None:
        seeds = [turn.node for turn in chain.waiting(sender.call)]
    if kept is not None or seeds:
        said = list(message.elts) if isinstance(message, (ast.List, ast.Tuple)) else [message]
        steps = convert_steps(draft, [*seeds, *said], sender.call)
        before = (Item(Template(("*", kept))),) if kept is not None else ()
        return ListCode((*before, *steps))
    convert = draft.rule("argument", "contents")
    if convert is None:
        draft.block(sender.call, message, "the codemod contents-to-input is not selected")
        return draft.hole(message)
    code: Code = convert(draft, message, sender.call)
    return code


def _previous(draft: Draft, talk: Talk, sender: CallSite, *, replaced: bool) -> Code | None:
    chain = talk.chain
    if talk.once or talk.kept or (chain is not None and chain.previous(sender.call) == {BEGIN}):
        return None
    if chain is None:
        kept = kept_chat(draft, talk, sender)
        return Template((kept, f'.get("{ID}")')) if replaced else None
    name = chain.name(sender.call)
    if name is not None and not chain.carried:
        return f"{name}.id"
    return beside(draft, receiver_of(sender), talk.variable)
