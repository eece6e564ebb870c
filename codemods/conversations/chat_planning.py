"""Plan the chats of a module: the id of the last interaction takes the place of each chat."""

from __future__ import annotations

import ast

from codemods.conversations.chain_names import BROKEN_NOTE, SETTINGS_NOTE, STORE_NOTE
from codemods.conversations.chat_finding import receiver_of, seeds_of
from codemods.conversations.chat_making import plan_makers
from codemods.conversations.chat_plans import Talk, asked_for, is_no_config, is_stream, talks_of
from codemods.conversations.chat_sending import plan_function, plan_sender
from codemods.conversations.chats_at_once import doubt_at_once
from codemods.conversations.chats_handed_on import convert_message, is_taken
from codemods.conversations.escapes import escape_of
from codemods.conversations.hashed_chats import hashed_chat
from codemods.conversations.history_reads import taken_up
from codemods.conversations.kept_histories import plan_looks
from codemods.conversations.turns_with_calls import keeps_steps
from codemods.request.clients import check_clients
from codemods.request.request import RETRY_NOTE, read_request
from migrator.edits import Delete
from migrator.plan import Draft, Use, context_of
from migrator.plan.units import Member
from migrator.understand import CallSite
from migrator.understand.values import Constant, Object, Unknown

LEAVING = frozenset({Use.ARGUMENT, Use.RETURNED, Use.STORED, Use.OTHER})
"""Uses after which code out of view may send something to a chat."""
EMPTY_NOTE = (
    "a chat left turns out of its history whose reply was empty or blocked; the server keeps them"
)
KEPT_NOTE = (
    "a reply is kept in the list as one step with its text, and as one text where it came in "
    "several parts"
)
EMPTY_LISTED_NOTE = (
    "a chat left turns out of its history whose reply was empty or blocked; the list keeps them"
)


def plan_chat(draft: Draft, site: CallSite) -> None:
    """Plan one `chats.create` or `send_message`; with the first of a room, all that is shared."""
    talks = draft.once("talks", lambda: talks_of(draft))
    talk = talks.get(site.call)
    if talk is None:
        receiver = draft.quote(receiver_of(site))
        draft.block(site.call, site.call, f"`{receiver}` can't be followed to where it is made")
        return
    first = talk.room.makers[0]
    for member in (*talk.room.makers, *talk.room.senders):
        draft.join(first.call, member.call)
    if not talk.planned:
        talk.planned = True
        _plan_talk(draft, talk)


def _check_config(draft: Draft, maker: CallSite) -> None:
    """A config that is changed after the chat was made still counts if it is an object, or not."""
    for node in asked_for(maker)[1:]:
        for value in draft.values(node):
            origin = getattr(value, "origin", None)
            for use in draft.facts.uses.get(origin, ()) if origin is not None else ():
                if _changes(draft, use):
                    text = (
                        f"the config is changed here; make the chat with `{draft.quote(node)}` as "
                    )
                    draft.block(maker.call, use, text + "it is meant, or change it before")


def _changes(draft: Draft, node: ast.expr) -> bool:
    parent = draft.facts.structure.parent(node)
    if isinstance(parent, (ast.Attribute, ast.Subscript)) and parent.value is node:
        if not isinstance(parent.ctx, ast.Load):
            return True
        return isinstance(parent, ast.Attribute) and parent.attr in {"update", "pop", "clear"}
    return False


def _check_message_config(draft: Draft, sender: CallSite) -> None:
    """A config that is empty, or None, leaves the one of the chat in force."""
    request = read_request(draft, sender, sender.call, sender.skip)
    config = request.values.get("config") if request is not None else None
    if config is None or is_no_config(draft, config):
        return
    for value in draft.values(config) or {Unknown()}:
        empty = isinstance(value, Constant) and not value.value
        if isinstance(value, Object) and isinstance(value.origin, ast.Dict):
            empty = empty or not value.origin.keys
        if empty or isinstance(value, Unknown):
            text = f"`{draft.quote(config)}` may be empty, which leaves the chat's config in force"
            draft.block(sender.call, config, text)


def _check_hashed(draft: Draft, talk: Talk) -> None:
    """A dict can't be hashed."""
    for maker in talk.room.makers if not talk.partial else ():
        node = hashed_chat(draft, maker.call)
        if node is not None:
            text = f"`{draft.quote(node)}`: a chat is hashed here, and the dict in its "
            draft.block(maker.call, node, text + "place has none; keep it under a name instead")


def _check_sources(draft: Draft, talk: Talk, maker: CallSite) -> None:
    """The chat whose turns this one takes up must be in view, and neither may be handed around."""
    looks = taken_up(draft, maker)
    known = {look for source in talk.sources if source.chain for look in source.room.looks}
    if not looks <= known or (looks and talk.chain is None):
        text = "it begins with the turns of a chat; keep both in variables or attributes"
        draft.block(maker.call, maker.call, text)


def _refuse_unsent(draft: Draft, maker: Member) -> None:
    """Say where a chat goes to which nothing in view is sent."""
    assert isinstance(maker, ast.Call)
    for node in (maker, *sorted(draft.facts.uses.get(maker, ()), key=draft.line)):
        held = node
        while isinstance(outer := draft.facts.structure.parent(held), (ast.Tuple, ast.List)):
            held = outer
        use = context_of(draft.facts, held).use
        if use in LEAVING:
            text = f"the chat leaves the file here: {use.value}; migrate it together with what "
            draft.block(maker, node, text + "sends messages to it")
            return
    draft.block(maker, maker, "nothing in view is sent to this chat; remove it")


def _plan_talk(draft: Draft, talk: Talk) -> None:
    room, owner = talk.room, talk.room.makers[0].call
    if not room.senders:
        _refuse_unsent(draft, owner)
        return
    escape = escape_of(draft, room.place) if room.place is not None else None
    if escape is not None:
        text = f"`{draft.quote(escape)}` has the chat in an attribute, and leaves the file here"
        draft.block(owner, escape, text)
    doubt_at_once(draft, talk)
    if talk.chain is None and not talk.once:
        _check_hashed(draft, talk)
    for sender in room.senders:
        _check_message_config(draft, sender)
    for maker in room.makers:
        _check_config(draft, maker)
        check_clients(draft, maker)
        if seeds_of(draft, maker) is None:
            text = "the turns this chat begins with can't be followed to where they are made"
            draft.block(owner, maker.call, text)
            return
        _check_sources(draft, talk, maker)
    for source in talk.sources:
        draft.join(owner, source.room.makers[0].call)
    if talk.kept and talk.chain is None:
        text = "the history of this chat is read, and the chat can't be followed"
        draft.block(owner, owner, text)
        return
    whole = [s for s in room.senders if not is_stream(s) and not is_taken(s)]
    if len(talk.landings) < len(whole) and not talk.once:
        return
    plan_makers(draft, talk)
    for statement in room.unmade if talk.chain is not None else ():
        draft.edit(owner, Delete(draft.span(statement)))
    plan_looks(draft, talk)
    if any(is_taken(s) and s.method.at not in talk.taken for s in room.senders):
        return
    for sender in room.senders:
        if is_taken(sender):
            convert_message(draft, sender)
        else:
            plan_sender(draft, talk, sender)
    for senders in talk.taken.values():
        plan_function(draft, talk, senders[0])
    streamed = (BROKEN_NOTE,) if any(map(is_stream, room.senders)) else ()
    place: tuple[str, ...] = (STORE_NOTE, SETTINGS_NOTE, EMPTY_NOTE)
    if talk.kept:
        place = (EMPTY_LISTED_NOTE, *(() if keeps_steps(draft, talk.room) else (KEPT_NOTE,)))
    for note in (*place, RETRY_NOTE, *streamed):
        draft.note(owner, note)
