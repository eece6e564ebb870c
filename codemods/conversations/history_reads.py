"""The history of a chat that is asked for: read by the program, or taken up by another chat."""

from __future__ import annotations

import ast

from codemods.tables.chats import TURNS
from migrator.plan import Draft
from migrator.understand import CallSite
from migrator.understand.values import Object

GET = "get_history"


def look_at(draft: Draft, chat: ast.expr) -> ast.Call | None:
    """The call `chat.get_history()`, if that is what `chat` is here for."""
    taken = draft.facts.structure.parent(chat)
    call = draft.facts.structure.parent(taken) if taken is not None else None
    if isinstance(taken, ast.Attribute) and taken.attr == GET and isinstance(call, ast.Call):
        return call if call.func is taken else None
    return None


def history_of(maker: CallSite) -> ast.expr | None:
    """The turns that a chat is told to begin with."""
    for keyword in maker.call.keywords:
        if keyword.arg == "history":
            return keyword.value
    return maker.call.args[2] if len(maker.call.args) > 2 else None


def taken_up(draft: Draft, maker: CallSite) -> frozenset[ast.expr]:
    """The calls of `get_history` whose turns a chat begins with."""
    node = history_of(maker)
    values = draft.values(node) if node is not None else frozenset()
    if not values or not all(isinstance(v, Object) and v.type == TURNS for v in values):
        return frozenset()
    origins = (v.origin for v in values if isinstance(v, Object))
    return frozenset(origin for origin in origins if isinstance(origin, ast.expr))


def is_handed_on(draft: Draft, look: ast.AST) -> bool:
    """Whether all that is done with the history is to begin another chat with it."""
    makers = [s for s in draft.facts.sites if s.kind.method == "chats.create"]
    return any(history_of(maker) is look for maker in makers)
