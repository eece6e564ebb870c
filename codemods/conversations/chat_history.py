"""Read the turns of a chat from the list of steps that takes the place of its history.

Why: https://ai.google.dev/gemini-api/docs/migrate-to-interactions: a chain keeps its turns on the
server. A program that reads `chat.get_history()` keeps them itself: a list of `user_input` and
`model_output` steps, which is sent whole with `store=False`.

Rewrites: loops over the history, its length and its truth, turns by index or slice, their roles and
the texts of their parts. A chat that another one begins with (`history=chat.get_history()`) needs
no list: the new chain goes on from the id of the old one. A streamed reply is gathered and becomes
one turn, where the chat kept one for each chunk (unsafe).

Leaves alone: histories that are dumped, printed whole or handed to code out of view, and chats in
dicts or from factories whose history is read.
"""

from __future__ import annotations

import ast

from codemods.content.turn_reads import role
from codemods.reply.interaction import keep
from codemods.tables.api import ASYNC_CHAT, CHAT
from codemods.tables.chats import TURN, TURN_PART, TURN_PARTS, TURNS
from migrator.codemod import Codemod
from migrator.edits import Binding, Template
from migrator.plan import Draft, Reading


def asked(draft: Draft, reading: Reading) -> None:
    """`chat.get_history` of a chat that can't be told apart from others."""
    text = f"`{draft.quote(reading.node)}`: only a chat that is made where it is kept can be read"
    draft.block(reading.owner, reading.node, text)


def used(draft: Draft, reading: Reading) -> None:
    """The history, a turn or its parts as a whole: code that knows the classes of the SDK."""
    text = f"`{draft.quote(reading.base)}` is of the chat's history, which is a list of steps now: "
    draft.block(reading.owner, reading.base, text + reading.use.value)


def other(draft: Draft, reading: Reading) -> None:
    """An attribute that steps don't have."""
    text = f"`{draft.quote(reading.node)}`: only roles and texts of a chat's history are translated"
    draft.block(reading.owner, reading.node, text)


def parts(draft: Draft, reading: Reading) -> None:
    """`turn.parts` -> `turn["content"]`."""
    _item(draft, reading, "content")


def text(draft: Draft, reading: Reading) -> None:
    """`part.text` -> `part["text"]`."""
    _item(draft, reading, "text")


def _item(draft: Draft, reading: Reading, key: str) -> None:
    code = Template((draft.hole(reading.base, Binding.ATOM), f'["{key}"]'))
    draft.replace(reading.owner, reading.node, code)


def said(draft: Draft, reading: Reading) -> None:
    """`turn.role`, as the type of the step says it."""
    assert isinstance(reading.node, ast.expr)
    role(draft, reading.owner, reading.node, reading.base)


KINDS = (TURNS, TURN, TURN_PARTS, TURN_PART)
USED = ("ARGUMENT", "COMPARE", "FORMAT", "OTHER", "RETURNED", "STORED", "WRITE")
READ = ("ITERATE", "SUBSCRIPT", "TRUTH")

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
        **{("use", kind, use): keep for kind in (TURNS, TURN_PARTS) for use in READ},
    },
)
