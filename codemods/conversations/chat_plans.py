"""Decide how each chat of a module is rewritten: what takes its place, and what the client is."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace

from codemods.conversations.chain_decision import Chain, follow_conversation, results_of
from codemods.conversations.chain_names import ID, SEVERAL, free_name
from codemods.conversations.chat_finding import Room, find_rooms, receiver_of
from codemods.conversations.chats_handed_on import is_taken, refusal
from codemods.conversations.chats_read_again import is_renewed_meanwhile, is_same_again
from codemods.conversations.conversation_places import Place
from codemods.conversations.events import BEGIN, SOMEWHERE, Named, Previous, Start
from codemods.conversations.history_reads import is_handed_on, taken_up
from codemods.conversations.lambda_replies import late_landing
from codemods.conversations.portable_expressions import is_portable
from codemods.conversations.response_places import Landing, is_plain, landing_of
from codemods.conversations.turns_with_calls import mark_looks
from codemods.functions.callable_requests import calls_functions, configs_of
from migrator.edits import Binding, Code, Template
from migrator.plan import Draft
from migrator.understand import CallSite


@dataclass(slots=True, eq=False)
class Talk:
    """One room and how it is rewritten.

    With a `chain`, variables beside the chat's place hold what is needed: the id (`variable`), the
    settings unless they are `spelled` at every call, the client unless it is at hand, and turns the
    chat begins with. Without one, an object takes the chat's place: a dict of the arguments of
    `create`, or a `partial` of it where the client is not at hand. A chat that is made and asked
    `once`, in one expression, is just a call.

    A chat whose history is read is `kept`: its turns stay in a list of steps, which is sent whole.
    """

    room: Room
    landings: dict[ast.Call, Landing] = field(default_factory=dict)
    taken: dict[ast.AST, list[CallSite]] = field(default_factory=dict)
    """Methods that are kept or handed on -> the calls that run them."""
    chain: Chain | None = None
    once: bool = False
    kept: bool = False
    sources: list[Talk] = field(default_factory=list)
    """The chats whose turns this one takes up."""
    partial: bool = False
    spelled: bool = False
    variable: str = ID
    settings_name: str = ""
    client_name: str = ""
    turns_name: str = ""
    planned: bool = False


def talks_of(draft: Draft) -> dict[ast.AST, Talk]:
    """The chats of the module, by their calls."""
    talks = [_talk(draft, room) for room in find_rooms(draft)]
    places = draft.once(SEVERAL, dict[Place, None])
    places.update({talk.room.place: None for talk in talks if talk.room.place})
    names = {
        landing.statement: Named(call, landing.name)
        for talk in talks
        for call, landing in talk.landings.items()
        if landing.name
    }
    results = results_of(draft, names)
    _find_sources(draft, talks)
    done: set[Talk] = set()
    while waiting := [talk for talk in talks if talk not in done]:
        ready = (t for t in waiting if all(s in done or s is t for s in t.sources))
        talk = next(ready, waiting[0])
        done.add(talk)
        later = talk.taken or any(landing.late for landing in talk.landings.values())
        later = later or any(is_renewed_meanwhile(draft, receiver_of(s)) for s in talk.room.senders)
        if talk.room.place is not None and not later:
            _go_on(draft, talk)
            chain = follow_conversation(draft, talk.room.place, talk.room.events, results)
            # what is sent to a chat never waits: only turns that it begins with do
            begun = talk.room.seeds or bool(talk.sources)
            chain.keeps = (chain.keeps and begun) or talk.room.seeded_elsewhere
            talk.chain = chain if chain.reason is None else None
    _keep_turns(draft, talks)
    for talk in talks:
        if talk.kept:
            mark_looks(draft, talk.room)
        _settle(draft, talk)
    return {site.call: talk for talk in talks for site in (*talk.room.makers, *talk.room.senders)}


def _talk(draft: Draft, room: Room) -> Talk:
    talk = Talk(room)
    if len(room.makers) == 1 and len(room.senders) == 1:
        talk.once = receiver_of(room.senders[0]) is room.makers[0].call
    for sender in room.senders:
        if isinstance(sender.method.at, ast.Call):
            text = f"`{draft.quote(sender.method.at)}`: write the method out, without getattr"
            draft.block(sender.call, sender.method.at, text)
            continue
        if is_stream(sender):
            continue  # its id comes with the last event, in the loop that reads it
        if is_taken(sender):
            reason = refusal(draft, room, sender)
            if reason:
                draft.block(sender.call, sent_at(sender), reason)
            elif sender.method.at is not None:
                talk.taken.setdefault(sender.method.at, []).append(sender)
            continue
        landing = landing_of(draft, sender.call)
        if isinstance(landing, str):
            landing = late_landing(draft, sender) or landing
        if isinstance(landing, Landing):
            talk.landings[sender.call] = landing
        elif not talk.once:
            draft.block(sender.call, sender.call, landing)
    return talk


def _find_sources(draft: Draft, talks: list[Talk]) -> None:
    by_look = {look: talk for talk in talks for look in talk.room.looks}
    for talk in talks:
        looks = {look for maker in talk.room.makers for look in taken_up(draft, maker)}
        if looks:
            talk.sources = [t for t in talks if any(by_look.get(look) is t for look in looks)]


def _go_on(draft: Draft, talk: Talk) -> None:
    """Say which interaction a chat begins with that takes up the turns of another."""
    statements = {draft.facts.structure.parent(m.call): m for m in talk.room.makers}
    for statement, events in talk.room.events.items():
        for number, event in enumerate(events):
            if isinstance(event, Start) and event.previous is SOMEWHERE:
                last = last_of(draft, talk, statements[statement])
                events[number] = replace(event, previous=SOMEWHERE if last is None else last)


def last_of(draft: Draft, talk: Talk, maker: CallSite) -> Previous | None:
    """The one interaction that a chat begins with which takes up another; None if not certain."""
    looks = taken_up(draft, maker)
    found: set[Previous] = set()
    for source in talk.sources:
        if source.chain is None or source is talk:
            return None
        found |= {m.previous for look in looks for m in source.chain.kept.get(look, ())}
    one = found.pop() if len(found) == 1 else None
    return None if one is SOMEWHERE else one


def last_id(draft: Draft, talk: Talk, maker: CallSite) -> str | None:
    """What says the id that a chat begins with, unless only a variable carries it."""
    last = last_of(draft, talk, maker) if taken_up(draft, maker) else BEGIN
    if not isinstance(last, ast.Call):
        return "None" if last is BEGIN else None
    chains = [source.chain for source in talk.sources if source.chain is not None]
    looks = taken_up(draft, maker)
    names = {m.response(last) for chain in chains for n in looks for m in chain.kept.get(n, ())}
    name = names.pop() if len(names) == 1 else None
    return f"{name}.id" if name else None


def _keep_turns(draft: Draft, talks: list[Talk]) -> None:
    """Decide which chats keep their turns: those that are read, and those others get them from."""
    for talk in talks:
        talk.kept = not all(is_handed_on(draft, look) for look in talk.room.looks)
    linked = [talk for talk in talks if talk.sources]
    for _ in linked:
        for talk in linked:
            kept = talk.kept or any(s.kept or s.room.seeds for s in talk.sources)
            for source in talk.sources:
                source.kept = source.kept or kept
    for talk in talks:
        if talk.chain is not None and talk.kept:
            talk.chain.carried, talk.chain.keeps = False, True
        elif talk.chain is not None:
            taken = any(source.kept for source in talk.sources)
            talk.chain.keeps = talk.chain.keeps or taken
            if (
                talk.chain.carried
                and not taken
                and not all(last_id(draft, talk, maker) for maker in talk.room.makers)
            ):
                for chain in (s.chain for s in talk.sources if s.chain is not None):
                    chain.carried = True


def _settle(draft: Draft, talk: Talk) -> None:
    """Choose what takes the chat's place, and the names of the variables."""
    at_hand = all(
        (client := client_of(maker)) is not None and is_portable(draft, client, sent_at(sender))
        for maker in talk.room.makers
        for sender in talk.room.senders
    )
    talk.partial = talk.chain is None and not at_hand and not talk.once
    talk.spelled = talk.once or (talk.chain is not None and _is_spelled(draft, talk.room))
    place = talk.room.place
    if talk.chain is None or place is None:
        return
    talk.variable = free_name(draft, place, ID)
    written = draft.facts.structure.written_name(place.name)
    if not at_hand:
        talk.client_name = free_name(draft, place, "client", f"{written}_client")
    if not talk.spelled:
        talk.settings_name = free_name(draft, place, "settings", f"{written}_settings")
    if talk.chain.keeps:
        talk.turns_name = free_name(draft, place, "history", f"{written}_history")


def sent_at(sender: CallSite) -> ast.AST:
    """Where the new call is written: where a method is taken, or else where it is called."""
    return sender.method.at if is_taken(sender) and sender.method.at is not None else sender.call


def is_stream(sender: CallSite) -> bool:
    """Whether the reply comes in pieces."""
    return sender.kind.method == "send_message_stream"


def client_of(maker: CallSite) -> ast.expr | None:
    """The client (or its `.aio`) of `client.chats.create`; None where the resource has a name."""
    taken = maker.method.at
    if isinstance(taken, ast.Attribute) and isinstance(taken.value, ast.Attribute):
        return taken.value.value if taken.value.attr == "chats" else None
    return None


def _is_spelled(draft: Draft, room: Room) -> bool:
    """Whether the settings can be written out at every call, and no other request needs them."""
    if any(calls_functions(draft, configs_of(draft, sender)) for sender in room.senders):
        return False
    alike = {ast.unparse(ast.Tuple(asked_for(m), ast.Load())) for m in room.makers}
    asked = asked_for(room.makers[0])
    short = len(asked) < 2 or all(is_plain(node) for node in asked[1:])
    if len(alike) != 1 or (not short and len(room.senders) > 1):
        return False
    return all(
        is_portable(draft, node, sender.call)
        for maker in room.makers
        for node in asked_for(maker)
        for sender in room.senders
    )


def asked_for(maker: CallSite) -> list[ast.expr]:
    """The model and the config of a chat, as they are written."""
    arguments: dict[str, ast.expr] = dict(zip(maker.kind.parameters, maker.call.args, strict=False))
    arguments.update({k.arg: k.value for k in maker.call.keywords if k.arg})
    found = [arguments.get(name) for name in ("model", "config")]
    return [
        node
        for node in found
        if node is not None and not (isinstance(node, ast.Constant) and node.value is None)
    ]


def is_no_config(draft: Draft, node: ast.expr) -> bool:
    """Whether a message is sent with `config=None` or `config={}`: the chat's config counts."""
    if isinstance(node, ast.Dict):
        return not node.keys
    constant = draft.constant(node)
    return constant is not None and constant.value is None


def beside(draft: Draft, place: ast.expr, name: str) -> Code:
    """The variable `name` beside the variable or attribute `place`."""
    if isinstance(place, ast.Attribute):
        return Template((draft.hole(place.value, Binding.ATOM), f".{name}"))
    return name


def chat_code(draft: Draft, chat: ast.expr) -> Code:
    """What is in the place of a chat: as it is spelled, or in a variable where that is a call."""
    return draft.hole(chat, Binding.ATOM) if is_same_again(draft, chat) else chat_name(draft, chat)


def chat_name(draft: Draft, node: ast.AST) -> str:
    """A variable for a chat that a function returns, in the file of `node`."""
    taken = draft.facts.structure.bound_around(node)
    wanted = ("chat", "current_chat", "this_chat")
    return next((name for name in wanted if name not in taken), "_chat")
