"""Replies of which only the text is kept, or would be kept, although they may hold more.

What a reply holds follows from the settings of its request, so this is asked once all are planned.
"""

from __future__ import annotations

import ast

from codemods.content.turn_steps import MORE_THAN_TEXT
from codemods.conversations.chat_plans import talks_of
from codemods.conversations.events import Reply
from codemods.conversations.histories import chained
from codemods.conversations.id_carriers import Link
from codemods.conversations.turns_with_calls import keeps_steps
from migrator.plan import Draft
from migrator.understand.values import Object

REMEMBERED = ("images", "audio", "functions")
"""What a server that keeps the conversation remembers of a reply, and the program did not send."""
STEPS_TOLD = frozenset({"functions", "callables"})
"""What a history may hold where replies are kept step by step."""


def check_texts(draft: Draft) -> None:
    """Block conversations in which more or less than the text of a reply would be sent again."""
    for link in chained(draft):
        for reply in link.history.replies():
            for site in reply.sites if _is_text(draft, reply) else ():
                found = _more(draft, site, _remembered(link, reply, site))
                if found is not None:
                    text = f"the text of the reply alone is kept here, but it may hold {found}, "
                    draft.block(site, reply.node, text + "which the server would remember")
    for talk in {id(talk): talk for talk in talks_of(draft).values()}.values():
        told = STEPS_TOLD if talk.kept and keeps_steps(draft, talk.room) else frozenset()
        for sender in talk.room.senders if talk.kept else ():
            found = _more(draft, sender.call, tuple(n for n in MORE_THAN_TEXT if n not in told))
            if found is not None:
                text = f"the history of this chat is read, and its replies may hold {found}"
                draft.block(sender.call, sender.call, text)


def _is_text(draft: Draft, reply: Reply) -> bool:
    return reply.streamed or any(
        isinstance(v, Object) and v.type == "str" for v in draft.values(reply.shown)
    )


def _remembered(link: Link, reply: Reply, site: ast.Call) -> tuple[str, ...]:
    """What a reply may hold where it is kept: no calls, where the program made sure of that."""
    moments = [m for m in link.chain.kept.get(reply.node, ()) if m.replied(reply) is site]
    none = all(m.has_no_calls(site) for m in moments) and not reply.streamed
    return tuple(name for name in REMEMBERED if not (none and name == "functions"))


def _more(draft: Draft, site: ast.Call, features: tuple[str, ...]) -> str | None:
    """What a reply may hold beside text."""
    for feature in features:
        if draft.has_feature(site, site, feature):
            return MORE_THAN_TEXT[feature]
    return None
