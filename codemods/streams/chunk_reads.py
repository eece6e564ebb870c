"""What is read of a chunk, wherever it is read."""

from __future__ import annotations

import ast
import enum
from dataclasses import dataclass

from codemods.tables.streams import (
    CHUNK,
    CHUNK_CANDIDATE,
    CHUNK_CANDIDATES,
    CHUNK_CONTENT,
    CHUNK_PART,
    CHUNK_PARTS,
    WITHIN,
)
from migrator.plan import Draft
from migrator.understand.values import Constant, Object


class Kind(enum.Enum):
    """What a read asks a chunk for."""

    TEXT = "its text"
    ANSWER = "its text, where thoughts come as text as well"
    THOUGHT = "whether its text is a thought"
    PARTS = "its parts"
    PART = "one of its parts"
    MEDIA = "an image or a sound"
    CALL = "a function call"
    CALLS = "its function calls"
    ANYTHING = "whether it has candidates or content"
    USAGE = "its token counts"
    FINISH = "its finish reason"
    IDENTITY = "the id or the model"
    WHOLE = "the chunk itself"
    OTHER = "something else"


ENDING = frozenset({Kind.USAGE, Kind.FINISH, Kind.IDENTITY})
"""What the last event says."""
TEXTUAL = frozenset({Kind.TEXT, Kind.ANSWER, Kind.THOUGHT})
"""What only pieces of text have."""
CALLING = frozenset({Kind.CALL, Kind.CALLS})
BRINGING = frozenset({*TEXTUAL, Kind.PARTS, Kind.MEDIA, *CALLING})
"""What an event may bring."""

KINDS: dict[tuple[str, str], Kind] = {
    (CHUNK, "text"): Kind.TEXT,
    (CHUNK, "usage_metadata"): Kind.USAGE,
    (CHUNK, "model_version"): Kind.IDENTITY,
    (CHUNK, "response_id"): Kind.IDENTITY,
    (CHUNK_CANDIDATE, "finish_reason"): Kind.FINISH,
    (CHUNK_PART, "text"): Kind.TEXT,
    (CHUNK_PART, "thought"): Kind.THOUGHT,
    (CHUNK_PART, "inline_data"): Kind.MEDIA,
    (CHUNK_PART, "as_image"): Kind.MEDIA,
    (CHUNK_PART, "function_call"): Kind.CALL,
    (CHUNK, "function_calls"): Kind.CALLS,
}
STEPS = frozenset(
    {
        (CHUNK, "candidates"),
        (CHUNK, "parts"),
        (CHUNK_CANDIDATE, "content"),
        (CHUNK_CONTENT, "parts"),
    }
)
NEW_NAMES = {
    "usage_metadata": "usage",
    "finish_reason": "status",
    "model_version": "model",
    "response_id": "id",
}
"""Attributes of a chunk -> those of the interaction that the last event holds."""
WHOLE_TYPES = frozenset({*WITHIN, CHUNK_PARTS, CHUNK_PART})


@dataclass(frozen=True, slots=True)
class Read:
    """One read: it starts at `name`, which holds (a part of) a chunk, and reaches to `node`."""

    name: ast.expr
    node: ast.expr
    kind: Kind
    attribute: str = ""


def chunk_type(draft: Draft, node: ast.AST) -> str | None:
    """Which part of a chunk an expression may be, if any."""
    for value in draft.values(node):
        if isinstance(value, Object) and value.type in WHOLE_TYPES:
            return value.type
    return None


def is_of_part(draft: Draft, read: Read) -> bool:
    """Whether `read` is an attribute of a part, and not of the chunk."""
    node = read.node
    base = node.args[0] if isinstance(node, ast.Call) else getattr(node, "value", None)
    return isinstance(base, ast.expr) and chunk_type(draft, base) == CHUNK_PART


def read_from(draft: Draft, name: ast.expr) -> Read:
    """What is read of the chunk (or part of one) that `name` holds."""
    node, found = name, chunk_type(draft, name)
    while True:
        user = draft.facts.structure.parent(node)
        attribute = _attribute(draft, user, node)
        if attribute is not None and isinstance(user, ast.expr) and found is not None:
            kind = KINDS.get((found, attribute))
            if kind is not None:
                call = draft.facts.structure.parent(user)
                if attribute == "as_image" and isinstance(call, ast.Call) and call.func is user:
                    user = call
                return Read(name, user, kind, attribute)
            if (found, attribute) not in STEPS:
                return Read(name, user, Kind.OTHER, attribute)
        elif not (isinstance(user, ast.Subscript) and _is_first(draft, user, node, found)):
            return Read(name, node, _whole(found))
        assert isinstance(user, ast.expr)
        node, found = user, chunk_type(draft, user)


def _attribute(draft: Draft, user: ast.AST | None, node: ast.expr) -> str | None:
    """The attribute of `node` that `user` reads by a dot, getattr or hasattr."""
    if isinstance(user, ast.Attribute) and isinstance(user.ctx, ast.Load):
        return user.attr
    if isinstance(user, ast.Call) and isinstance(user.func, ast.Name) and len(user.args) > 1:
        named = user.args[1]
        if user.func.id in {"getattr", "hasattr"} and user.args[0] is node:
            if isinstance(named, ast.Constant) and isinstance(named.value, str):
                return named.value
    return None


def _is_first(draft: Draft, user: ast.Subscript, node: ast.expr, found: str | None) -> bool:
    if user.value is not node or found not in {CHUNK_CANDIDATES, CHUNK_PARTS}:
        return False
    index = draft.constant(user.slice)
    return index is not None and index.value == 0 and index.kind == "int"


def _whole(found: str | None) -> Kind:
    if found == CHUNK:
        return Kind.WHOLE
    if found == CHUNK_PARTS:
        return Kind.PARTS
    return Kind.PART if found == CHUNK_PART else Kind.ANYTHING


def is_none_test(node: ast.AST | None, read: ast.expr) -> bool | None:
    """For `read is None` True, for `read is not None` False; None for anything else."""
    if not isinstance(node, ast.Compare) or node.left is not read or len(node.ops) != 1:
        return None
    other = node.comparators[0]
    if not (isinstance(other, ast.Constant) and other.value in (None, "")):
        return None
    if isinstance(node.ops[0], (ast.Is, ast.Eq)):
        return True
    return False if isinstance(node.ops[0], (ast.IsNot, ast.NotEq)) else None


__all__ = ["Constant", "Kind", "Read", "chunk_type", "is_none_test", "read_from"]
