"""Continue a conversation by `previous_interaction_id` instead of sending its history again.

Why: https://ai.google.dev/gemini-api/docs/migrate-to-interactions: the server keeps the
conversation, so that a turn sends only what is new.

Rewrites: a list that is grown with the turns of the user and the replies of the model and sent as
`contents`, in a variable or an attribute, across functions and methods. Where it is certain what
waits to be sent at each call, the list disappears and only the new turn is sent; where that depends
on what failed or was skipped, the list stays and holds what was not answered yet. Without a loop
each call names the interaction it continues; else one variable carries its id.

Leaves alone: lists that other code may change, and replies that are not the answer to what was
sent.
"""

from __future__ import annotations

from codemods.conversations.histories import converse
from codemods.conversations.texts_alone import check_texts
from migrator.codemod import Codemod

CODEMOD = Codemod(
    code="GM021",
    name="history",
    summary="chain turns by previous_interaction_id instead of sending a growing list",
    doc=__doc__ or "",
    rules={
        ("conversation", "contents"): converse,
        ("module", "replies kept by their text"): check_texts,
    },
)
