"""Keep the id of the last interaction instead of a chat object.

Why: https://ai.google.dev/gemini-api/docs/migrate-to-interactions: the server keeps the
conversation; `previous_interaction_id` continues it, and settings are passed with every turn.

Rewrites: chats in a variable or an attribute: each message names the interaction it continues, or
one variable carries the id; the settings are written at the call, or once in a dict. Chats that are
handed around (in dicts, to functions, from factories, in a session) become a dict that holds the
settings and the id. The turns a chat begins with are sent with the first message. A lambda that
asks becomes a function, which remembers the id; so does a `chat.send_message` that is kept or
handed on.

Leaves alone: chats that are handed to code out of view, chats that are hashed (a dict has no hash),
and replies that are asked for inside of an expression which can't be taken apart.
"""

from __future__ import annotations

from codemods.conversations.chat_planning import plan_chat
from codemods.conversations.chat_plans import talks_of
from codemods.reply.interaction import keep
from codemods.tables.api import ASYNC_CHAT, CHAT
from migrator.codemod import Codemod
from migrator.plan import Draft, Reading

CHATS = (CHAT, ASYNC_CHAT)


def called(draft: Draft, reading: Reading) -> None:
    """A method that is called is planned with its call; one that is handed on is not."""
    call = draft.facts.structure.parent(reading.node)
    if call not in draft.legacy_calls or call is None:
        taken = [
            t for talk in draft.once("talks", lambda: talks_of(draft)).values() for t in talk.taken
        ]
        if reading.node in taken:
            return
        text = f"`{draft.quote(reading.node)}` is handed on here; call it where the chat is"
        draft.block(reading.owner, reading.node, text)


CODEMOD = Codemod(
    code="GM020",
    name="chats",
    summary="chain turns by previous_interaction_id instead of a chat object",
    doc=__doc__ or "",
    rules={
        ("site", "send_message_stream"): plan_chat,
        ("site", "send_message"): plan_chat,
        ("site", "chats.create"): plan_chat,
        **{("read", chat, "send_message"): called for chat in CHATS},
        **{("read", chat, "send_message_stream"): called for chat in CHATS},
        **{("use", chat, "TRUTH"): keep for chat in CHATS},
        **{("use", chat, "IS_NONE"): keep for chat in CHATS},
    },
)
