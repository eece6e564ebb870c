"""Why something that is read of a chunk stops its call, and what to do instead."""

from __future__ import annotations

import ast

from codemods.streams.chunk_reads import Kind, Read, chunk_type
from codemods.tables.streams import CHUNK, INSTEAD
from migrator.plan import Draft

LOOPED = "each call comes by itself now; go through them by `for call in chunk.function_calls:`"


def reason_of(draft: Draft, read: Read) -> str:
    """Why `read` can't be translated."""
    source = draft.quote(read.node)
    parent = draft.facts.structure.parent(read.node)
    if read.kind is Kind.CALLS:
        return f"`{source}`: {LOOPED}"
    if read.kind is Kind.OTHER and read.attribute:
        instead = INSTEAD.get(read.attribute)
        text = f".{read.attribute} of a chunk has no equivalent in a stream of events"
        return f"{text}; {instead}" if instead else text
    if isinstance(parent, ast.keyword):
        parent = draft.facts.structure.parent(parent)
    if isinstance(parent, ast.Call) and read.node is not parent.func:
        whole = chunk_type(draft, read.node) == CHUNK
        what = "the chunk" if whole else f"`{source}`, a part of the chunk,"
        return f"{what} goes to {draft.quote(parent.func)}(); hand the text of events over instead"
    return f"`{source}` holds a chunk, or a part of it; an event holds other things"
