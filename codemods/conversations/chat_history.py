"""Read the turns of a chat from the list of steps that takes the place of its history.

Why: https://ai.google.dev/gemini-api/docs/migrate-to-interactions: a chain keeps its turns on the
server. A program that reads `chat.get_history()` keeps them itself: a list of `user_input` and
`model_output` steps, which is sent whole with `store=False`.

Rewrites: loops over the history, its length and its truth, turns by index or slice, their roles and
the texts of their parts. A chat that another one begins with (`history=chat.get_history()`) needs
no list: the new chain goes on from the id of the old one. Where functions are called in between,
every step is kept, and loops over turns and parts tell calls and results by their types. A streamed
reply is gathered and becomes one turn, where the chat kept one for each chunk (unsafe).

A `TypeAdapter(list[types.Content])` that turns histories into JSON and back takes dicts; where the
JSON leaves the program, with --unsafe-fixes only.

Leaves alone: histories with calls that are indexed or counted, histories that are dumped otherwise,
printed whole or handed to code out of view, and chats in dicts or from factories whose history is
read.
"""

from __future__ import annotations

import ast

from codemods.content.adapted_histories import is_dumped, take_dicts
from codemods.content.turn_reads import role
from codemods.conversations import calls_read
from codemods.conversations.turns_with_calls import (
    ONLY_LOOPS,
    by_turns,
    looks_at_calls,
    looks_at_media,
    loop_over,
    name_roles,
    parts_of_turn,
    role_of_turn,
    text_of_part,
)
from codemods.reply.interaction import keep
from codemods.tables.api import ASYNC_CHAT, CHAT
from codemods.tables.chats import TURN, TURN_CALL, TURN_PART, TURN_PARTS, TURN_RESULT, TURNS
from migrator.codemod import Codemod
from migrator.edits import Binding, Template
from migrator.plan import Draft, Reading


def asked(draft: Draft, reading: Reading) -> None:
    """`chat.get_history` of a chat that can't be told apart from others."""
    text = f"`{draft.quote(reading.node)}`: only a chat that is made where it is kept can be read"
    draft.block(reading.owner, reading.node, text)


def used(draft: Draft, reading: Reading) -> None:
    """The history, a turn or its parts as a whole: code that knows the classes of the SDK."""
    adapter = is_dumped(draft, reading.base) if reading.type == TURNS else None
    if adapter is not None:
        take_dicts(draft, reading.owner, adapter)
        return
    text = f"`{draft.quote(reading.base)}` is of the chat's history, which is a list of steps now: "
    draft.block(reading.owner, reading.base, text + reading.use.value)


def other(draft: Draft, reading: Reading) -> None:
    """An attribute that steps don't have."""
    text = f"`{draft.quote(reading.node)}`: only roles and texts of a chat's history are translated"
    draft.block(reading.owner, reading.node, text)


def parts(draft: Draft, reading: Reading) -> None:
    """`turn.parts` -> `turn["content"]`."""
    if reading.owner in looks_at_calls(draft):
        parts_of_turn(draft, reading)
    else:
        _item(draft, reading, "content")


def text(draft: Draft, reading: Reading) -> None:
    """`part.text` -> `part["text"]`."""
    told = reading.owner in looks_at_calls(draft) | looks_at_media(draft)
    if told and isinstance(reading.node, ast.Attribute):
        text_of_part(draft, reading)
    else:
        _item(draft, reading, "text")


def _item(draft: Draft, reading: Reading, key: str) -> None:
    code = Template((draft.hole(reading.base, Binding.ATOM), f'["{key}"]'))
    draft.replace(reading.owner, reading.node, code)


def said(draft: Draft, reading: Reading) -> None:
    """`turn.role`, as the type of the step says it."""
    assert isinstance(reading.node, ast.expr)
    if reading.owner in looks_at_calls(draft):
        role_of_turn(draft, reading)
    else:
        role(draft, reading.owner, reading.node, reading.base)


def gone_through(draft: Draft, reading: Reading) -> None:
    """A loop over the history: steps are turns, unless functions may be called in between."""
    if reading.owner not in looks_at_calls(draft):
        return
    loop = loop_over(draft, reading.base)
    if loop is None:
        draft.block(reading.owner, reading.base, ONLY_LOOPS)
        return
    name_roles(draft, reading.owner, loop)
    if reading.base is not reading.owner:
        code = by_turns(draft, reading.owner, loop, draft.hole(reading.base))
        draft.replace(reading.owner, reading.base, code)


def indexed(draft: Draft, reading: Reading) -> None:
    """A turn or part by its index."""
    if reading.owner in looks_at_calls(draft):
        draft.block(reading.owner, reading.node, ONLY_LOOPS)


KINDS = (TURNS, TURN, TURN_PARTS, TURN_PART)
USED = ("ARGUMENT", "COMPARE", "FORMAT", "OTHER", "RETURNED", "STORED", "WRITE")
CALLS = (TURN_CALL, TURN_RESULT)

CODEMOD = Codemod(
    code="GM030",
    name="chat-history",
    summary="read the turns of a chat from a list of steps",
    doc=__doc__ or "",
    rules={
        **{("read", chat, "get_history"): asked for chat in (CHAT, ASYNC_CHAT)},
        **{("any", "read", kind): other for kind in KINDS},
        **{("use", kind, use): used for kind in KINDS for use in USED},
        ("read", TURN, "role"): said,
        ("read", TURN, "parts"): parts,
        ("read", TURN_PART, "text"): text,
        **{("use", kind, "TRUTH"): keep for kind in (TURNS, TURN_PARTS)},
        **{("use", kind, "SUBSCRIPT"): indexed for kind in (TURNS, TURN_PARTS)},
        ("use", TURNS, "ITERATE"): gone_through,
        ("use", TURN_PARTS, "ITERATE"): keep,
        ("read", TURN_PART, "function_call"): calls_read.taken,
        ("read", TURN_PART, "function_response"): calls_read.taken,
        **{("use", kind, "TRUTH"): calls_read.tested for kind in CALLS},
        **{("use", kind, "IS_NONE"): calls_read.is_none for kind in CALLS},
        **{("use", kind, "FORMAT"): calls_read.shown for kind in CALLS},
        **{("any", "read", kind): calls_read.field for kind in CALLS},
    },
)
