"""Names for the variables of a rewritten loop."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from codemods.streams.stream_facts import Taken
from migrator.plan import Draft
from migrator.understand.structure import FUNCTION_TYPES, ScopeNode

EVENT = "event"
TEXTS = ("text", "piece", "fragment", "new_text", "text_piece")
THOUGHTS = ("thought", "is_thought", "thinking", "from_thought")
MEDIA_NAMES: dict[tuple[str, ...], tuple[str, ...]] = {
    ("image",): ("image", "picture", "new_image", "image_piece"),
    ("audio",): ("audio", "sound", "new_audio", "audio_piece"),
    ("image", "audio"): ("media", "content", "new_media", "media_piece"),
}
CALLS = ("call", "function_call", "new_call", "completed_call")
STARTED = ("started_calls", "function_calls", "calls_by_index")
ARGUMENTS = ("arguments", "call_arguments", "arguments_by_index")
REPLIES = ("reply", "whole_reply", "reply_text")
ENDED = ("interaction", "ended", "final_interaction", "last_interaction")


def names_around(draft: Draft, node: ast.AST) -> set[str]:
    """The names that rewritten loops around or in `node` use; they can be shared with others."""
    found: set[str] = set()
    outer = set(_upwards(draft, node))
    for other, names in _given(draft).items():
        if other is not node and (other in outer or node in _upwards(draft, other)):
            found |= names
    return found


def _upwards(draft: Draft, node: ast.AST) -> Iterator[ast.AST]:
    """A node and all that it stands in."""
    around: ast.AST | None = node
    while around is not None:
        yield around
        around = draft.facts.structure.parent(around)


def give_names(draft: Draft, node: ast.AST, *names: str | None) -> None:
    """`node`, a loop or the statement behind one, uses these names from now on."""
    _given(draft)[node] = {name for name in names if name is not None}


def _given(draft: Draft) -> dict[ast.AST, set[str]]:
    return draft.once("names in streams", dict[ast.AST, set[str]])


def event_name(draft: Draft, taken: Taken) -> str:
    """What the loop variable is called: a chunk becomes an event, other names are kept."""
    old = taken.target.id
    unnamed = old.strip("_") == ""
    if not unnamed and "chunk" not in old.lower():
        return old
    if not unnamed and _is_bound_elsewhere(draft, taken.loop, old):
        return old
    free = is_free(draft, taken.loop, EVENT) and EVENT not in names_around(draft, taken.loop)
    return EVENT if free else old


def _is_bound_elsewhere(draft: Draft, loop: ast.AST, name: str) -> bool:
    """Whether more than loops binds `name` in the scope of `loop`."""
    structure = draft.facts.structure
    scope = structure.scope_of[loop]
    return any(
        isinstance(node, ast.Name)
        and structure.is_within(structure.scope_of[node], scope)
        and not isinstance(node.ctx, ast.Load)
        and not isinstance(structure.parent(node), (ast.For, ast.AsyncFor, ast.Tuple))
        and not isinstance(structure.parent(node), ast.comprehension)
        for node in structure.named.get(name, ())
    )


def free_name(draft: Draft, near: ast.AST, wanted: Sequence[str], taken: set[str]) -> str:
    """The first of `wanted` that means nothing yet where `near` stands."""
    taken = taken | names_around(draft, near)
    for name in wanted:
        if name not in taken and is_free(draft, near, name):
            return name
    number = 2
    while f"{wanted[0]}{number}" in taken or not is_free(draft, near, f"{wanted[0]}{number}"):
        number += 1
    return f"{wanted[0]}{number}"


def is_free(draft: Draft, near: ast.AST, name: str) -> bool:
    """Whether `name` is neither bound nor read in the scope of `near`, or below it."""
    scope = draft.facts.structure.scope_of[near]
    if isinstance(scope, ast.ClassDef):
        return False
    return not _uses(draft, scope, name)


def _uses(draft: Draft, scope: ScopeNode, name: str) -> bool:
    structure = draft.facts.structure
    if name in structure.locals_of[scope] or name in structure.globals_of.get(scope, ()):
        return True
    for node in structure.named.get(name, ()):
        inner = structure.scope_of[node]
        if not isinstance(node, ast.Name) or not structure.is_within(inner, scope):
            continue
        if inner is scope or name not in structure.locals_of.get(inner, ()):
            return True
        if isinstance(inner, FUNCTION_TYPES) and structure.declared_elsewhere(inner, name):
            return True
    return False
