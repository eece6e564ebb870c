"""Names for what takes the place of a conversation, and their declarations in functions."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from itertools import chain, count

from codemods.conversations.closed_classes import is_related
from codemods.conversations.conversation_places import Place, is_free
from migrator.edits import Delete, InsertBefore
from migrator.plan import Draft
from migrator.plan.units import Member

ID = "previous_interaction_id"
SEVERAL = "places of conversations"
"""Under this key a draft remembers where the conversations of the module are kept."""
PARTIALS = "chats that become a partial"
"""Under this key a draft remembers the calls that made chats which become a `functools.partial`."""
STORE_NOTE = (
    "the conversation is kept on Google's server now, by the id of its last interaction; an "
    "interaction that was made with store=False can't be continued"
)
SETTINGS_NOTE = (
    "previous_interaction_id carries the turns only: the system instruction, tools and settings "
    "are passed with every call, as they were"
)
BROKEN_NOTE = (
    "a stream that ends without interaction.completed leaves no id: its turn, and what came of the "
    "reply, are missing from the conversation that follows"
)
CAUGHT_NOTE = (
    "a reply without candidates, content or text raised an error where it was kept, which a "
    "handler caught; now the program goes on there, and the reply is kept as an empty one"
)
GENERAL = frozenset(
    {
        "history", "messages", "contents", "chat", "chats", "conversation", "turns", "context",
        "session", "chain", "steps", "log",
    }
)  # fmt: skip
"""Words of a place's name that say nothing about which conversation it is."""


def free_name(draft: Draft, place: Place, *wanted: str) -> str:
    """The first of the names that is free beside `place`, or one that says which place it is."""
    written = draft.facts.structure.written_name(place.name)
    words = written.strip("_").split("_")
    subject = "_".join(w for w in words if w not in GENERAL)
    hidden = "_" if place.name.startswith("_") and place.is_attribute else ""
    last = wanted[0]
    told_apart = [*([f"{subject}_{last}"] if subject else []), f"{written}_{last}"]
    module = draft.facts.structure.module
    places = draft.once(SEVERAL, dict[Place, None])
    several = sum(module(p.owner) is module(place.owner) for p in places) > 1
    candidates = [*told_apart, *wanted] if several else [*wanted, *told_apart]
    taken = draft.once("names beside places", dict[tuple[str, ast.AST | None], Place])
    inherits = isinstance(place.owner, ast.ClassDef) and is_related(draft, place.owner)
    numbered = (f"{written}_{last}_{number}" for number in count(2))
    for name in (hidden + c.lstrip("_") for c in chain(candidates, numbered)):
        key = (name, None if inherits else module(place.owner))
        if is_free(draft, place, name) and taken.setdefault(key, place) == place:
            return name
    raise AssertionError("numbers don't end")


def declare(
    draft: Draft,
    place: Place,
    region: ast.AST,
    names: Sequence[str],
    owner: Member,
    *,
    keeps: bool,
) -> None:
    """Let a function assign variables of the outer scope that `place` belongs to."""
    if region is place.owner or not isinstance(region, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return
    word = "global" if isinstance(place.owner, ast.Module) else "nonlocal"
    for node in ast.walk(region):
        if isinstance(node, (ast.Global, ast.Nonlocal)) and place.name in node.names:
            kept = [n for n in node.names if keeps or n != place.name]
            code = f"{word} {', '.join([*kept, *names])}"
            draft.edit(owner, Delete(draft.span(node)), InsertBefore(draft.span(node), code))
            return
    body = region.body
    first = body[1] if len(body) > 1 and ast.get_docstring(region) is not None else body[0]
    draft.edit(owner, InsertBefore(draft.span(first), f"{word} {', '.join(names)}"))
