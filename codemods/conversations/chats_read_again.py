"""Tell whether the expression of a chat gives the same chat when it is read again later."""

from __future__ import annotations

import ast

from codemods.conversations.conversation_places import place_of, region_of
from codemods.conversations.escapes import is_concurrent
from codemods.conversations.response_places import is_plain
from migrator.plan import Draft
from migrator.understand.values import Awaitable, Instance

STREAM = "send_message_stream"
TAKING = frozenset({"clear", "pop", "popitem"})
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def is_same_again(draft: Draft, chat: ast.expr) -> bool:
    """Whether reading `chat` behind its call, or at the last event, gives the same chat.

    A property may do anything; what the loop over a stream assigns may name another chat; and while
    a reply is under way, another function may put a new chat in its place.
    """
    if not is_plain(chat) or any(_is_property(draft, part) for part in ast.walk(chat)):
        return False
    beside = is_concurrent(draft) or _is_awaited(draft, chat)
    renewed = _is_taken_out if isinstance(chat, ast.Subscript) else _is_renewed
    if beside and renewed(draft, chat):
        return False
    method = draft.facts.structure.parent(chat)
    streamed = isinstance(method, ast.Attribute) and method.attr == STREAM
    return not (streamed and _is_assigned_behind(draft, chat))


def is_renewed_meanwhile(draft: Draft, chat: ast.expr) -> bool:
    """Whether another function may put a new chat in the place of one whose reply is awaited.

    The id of that reply belongs to the chat that was asked, and not to the new one.
    """
    awaited = not isinstance(chat, ast.Subscript) and _is_awaited(draft, chat)
    return awaited and _is_renewed(draft, chat)


def _is_property(draft: Draft, node: ast.AST) -> bool:
    if not isinstance(node, ast.Attribute):
        return False
    return any(
        isinstance(statement, ast.FunctionDef)
        and statement.name == node.attr
        and any(ast.unparse(d) == "property" for d in statement.decorator_list)
        for value in draft.values(node.value)
        if isinstance(value, Instance)
        for statement in value.node.body
    )


def _is_awaited(draft: Draft, chat: ast.expr) -> bool:
    method = draft.facts.structure.parent(chat)
    call = draft.facts.structure.parent(method) if method is not None else None
    return any(isinstance(v, Awaitable) for v in draft.values(call)) if call is not None else False


def _is_renewed(draft: Draft, chat: ast.expr) -> bool:
    """Whether another function than the one that makes the object assigns the chat's place."""
    name = chat.attr if isinstance(chat, ast.Attribute) else getattr(chat, "id", "")
    regions = {
        region_of(draft, node)
        for node in draft.facts.structure.named.get(name, ())
        if not isinstance(getattr(node, "ctx", None), ast.Load)
        and isinstance(node, type(chat))
        and (isinstance(node, ast.Attribute) or place_of(draft, node) == place_of(draft, chat))
    }
    here = region_of(draft, chat)
    return any(
        region is not here and isinstance(region, FUNCTIONS) and region.name != "__init__"
        for region in regions
    )


def _is_taken_out(draft: Draft, chat: ast.expr) -> bool:
    """Whether chats are taken out of the dict, or another function puts new ones in."""
    assert isinstance(chat, ast.Subscript)
    table = chat.value
    name = table.attr if isinstance(table, ast.Attribute) else getattr(table, "id", "")
    for node in draft.facts.structure.named.get(name, ()):
        outer = draft.facts.structure.parent(node)
        if isinstance(outer, ast.Attribute) and outer.attr in TAKING:
            return True
        if isinstance(outer, ast.Subscript) and not isinstance(outer.ctx, ast.Load):
            elsewhere = region_of(draft, outer) is not region_of(draft, chat)
            if elsewhere or isinstance(outer.ctx, ast.Del):
                return True
    return False


def _is_assigned_behind(draft: Draft, chat: ast.expr) -> bool:
    """Whether the function assigns a name or attribute of `chat` further down."""
    named = draft.facts.structure.named
    names = {n.id for n in ast.walk(chat) if isinstance(n, ast.Name)}
    names |= {n.attr for n in ast.walk(chat) if isinstance(n, ast.Attribute)}
    return any(
        not isinstance(getattr(node, "ctx", None), ast.Load)
        and draft.line(node) > draft.line(chat)
        and region_of(draft, node) is region_of(draft, chat)
        for name in names
        for node in named.get(name, ())
    )
