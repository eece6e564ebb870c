"""A chat whose history is read: its turns are kept in a list of steps, by the program itself."""

from __future__ import annotations

import ast

from codemods.content.step_kinds import step
from codemods.content.turn_steps import convert_steps
from codemods.conversations.chat_finding import receiver_of
from codemods.conversations.chat_plans import Talk, beside, is_stream
from codemods.conversations.conversation_places import region_of
from codemods.conversations.escapes import failures_end_the_program, is_guarded
from codemods.conversations.history_readers import Reader, name_in, reader_of, rename_parameter
from codemods.conversations.history_reads import history_of, is_handed_on
from codemods.conversations.response_places import Landing
from codemods.conversations.turns_with_calls import (
    by_turns,
    keeps_steps,
    looks_at_calls,
    loop_over,
    said_in,
)
from codemods.functions.callable_requests import calls_functions, configs_of
from codemods.functions.calling_loop import keep_steps
from codemods.streams.events import Carried
from codemods.streams.stream_planning import carry_on
from codemods.tables.parts import ROLES
from migrator.edits import CallCode, Code, DictCode, InsertBefore, Item, ListCode, Row, Template
from migrator.plan import Draft
from migrator.plan.follow import follow_result
from migrator.understand import CallSite

ONE_TURN = "a chat kept a streamed reply as a turn for each chunk; it is one turn in the list now"
NAMES = ("turn", "user_turn", "new_turn")


def _new_turn(draft: Draft, sender: CallSite) -> str:
    """A variable for the step that is sent, and kept once it is answered."""
    taken = draft.facts.structure.named_around(sender.call)
    return next((n for n in NAMES if n not in taken), "_turn")


def is_safe(draft: Draft, sender: CallSite) -> bool:
    """Whether a call that fails ends the program, so that its turn may be kept before it.

    A stream may end early without an error.
    """
    if is_stream(sender):
        return False
    region = region_of(draft, sender.call)
    if is_guarded(draft, sender.call):
        return False
    return isinstance(region, ast.Module) or failures_end_the_program(draft, region)


def kept_input(draft: Draft, talk: Talk, sender: CallSite) -> Code:
    """The turns that were kept, and the new one."""
    turns = beside(draft, receiver_of(sender), talk.turns_name)
    if is_safe(draft, sender):
        return turns
    return ListCode((Item(Template(("*", turns))), Item(_new_turn(draft, sender))))


def around_kept(
    draft: Draft, talk: Talk, sender: CallSite, landing: Landing
) -> tuple[list[Row], list[Row]]:
    """The statements before the call and behind it: a failed call leaves nothing behind."""
    turns = beside(draft, receiver_of(sender), talk.turns_name)
    kept = Template((turns, ".append"))
    said = _said(draft, sender)
    if keeps_steps(draft, talk.room):
        reply: Code = keep_steps(turns, landing.response)
    else:
        text = _reply(Template((landing.response, ".output_text")))
        reply = CallCode(kept, (Item(text),))
    if is_safe(draft, sender):
        return [Row(CallCode(kept, (Item(said),)))], [Row(reply)]
    if calls_functions(draft, configs_of(draft, sender)):
        reason = "the history of this chat is read, and its functions are called where an error "
        draft.block(sender.call, sender.call, reason + "may be caught")
    name = _new_turn(draft, sender)
    after = [Row(CallCode(kept, (Item(name),))), Row(reply)]
    return [Row(Template((f"{name} = ", said)))], after


def _said(draft: Draft, sender: CallSite) -> Code:
    """The message as a step."""
    steps = convert_steps(draft, said_in(sender), sender.call)
    if len(steps) != 1:
        text = "the message becomes several steps, and the history of this chat is read"
        draft.block(sender.call, sender.call, text)
    return steps[0].value


def keep_streamed(draft: Draft, talk: Talk, sender: CallSite) -> None:
    """Both turns are kept at the last event; a stream that doesn't get there leaves none."""
    if keeps_steps(draft, talk.room):
        text = "the history of this chat is read, and its functions are called in between"
        draft.block(sender.call, sender.call, text)
    kept = beside(draft, receiver_of(sender), talk.turns_name)
    name = _new_turn(draft, sender)
    begin = Template((f"{name} = ", _said(draft, sender)))
    statement = draft.span(draft.facts.structure.statement(sender.call))
    draft.edit(sender.call, InsertBefore(statement, begin))
    draft.doubt(sender.call, sender.call, ONE_TURN)

    def both(text: str) -> tuple[Code, ...]:
        append = Template((kept, ".append"))
        return tuple(CallCode(append, (Item(code),)) for code in (name, _reply(text)))

    carry_on(draft, sender.call, Carried(reply=both, forgets=True))


def _reply(text: Code) -> Code:
    """The reply as a step, by its text."""
    content = DictCode((Item('"text"', "type"), Item(text, "text")))
    return step(ROLES["model"], ListCode((Item(content),)))


def plan_looks(draft: Draft, talk: Talk) -> None:
    """Have the history read from the list of the turns that are kept."""
    owner = talk.room.makers[0].call
    draft.settled.update(n for m in talk.room.makers if (n := history_of(m)) is not None)
    for look, chat in talk.room.looks.items():
        if not talk.kept and is_handed_on(draft, look):
            continue
        turns = beside(draft, chat, talk.turns_name)
        reader = reader_of(draft, look)
        if reader is None:
            draft.join(owner, look)
            _read_steps(draft, look, turns)
            continue
        for asked in reader.looks:
            draft.join(owner, asked)
        draft.replace(owner, look, turns)
        done = draft.once("readers planned", set[ast.AST])
        if reader.parameter not in done:
            done.add(reader.parameter)
            _plan_reader(draft, reader)


def _plan_reader(draft: Draft, reader: Reader) -> None:
    """Let a function that asks chats for their history get the list instead."""
    draft.settled.update(reader.chats)
    rename_parameter(draft, reader.looks[0], reader)
    for look in reader.looks:
        _read_steps(draft, look, name_in(draft, reader))


def _read_steps(draft: Draft, look: ast.expr, turns: Code) -> None:
    """Put the list in the place of `chat.get_history()`, and follow what is read of it."""
    loop = loop_over(draft, look) if look in looks_at_calls(draft) else None
    draft.replace(look, look, by_turns(draft, look, loop, turns) if loop else turns)
    follow_result(draft, look)
