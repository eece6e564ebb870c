"""Chunks that are kept for what the last one says: the interaction takes their place."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from codemods.reply.interaction import stand_ins
from codemods.streams.chunk_reads import ENDING, NEW_NAMES, Kind, chunk_type, read_from
from codemods.tables.streams import CHUNK
from migrator.edits import Binding, Template
from migrator.plan import Draft, Use, context_of
from migrator.plan.units import Member


def plan_kept(draft: Draft, owner: Member, nodes: Sequence[ast.expr], name: str | None) -> None:
    """Reads of a chunk behind its loop; `name` is the variable that holds the interaction there.

    Without a `name` the program's own variable holds it.
    """
    for node in nodes:
        if chunk_type(draft, node) != CHUNK:
            draft.block(owner, node, "a part of a chunk is kept; keep its text instead")
            continue
        read = read_from(draft, node)
        if read.kind in ENDING:
            new = NEW_NAMES[read.attribute]
            base = name if name is not None else draft.hole(node, Binding.ATOM)
            code = Template((base, f".{new}"))
            if name is not None and _is_tested(draft, read.node):
                code = Template((name, " and ", code))
            if read.kind is Kind.FINISH:
                stand_ins(draft)[read.node] = code
            else:
                draft.replace(owner, read.node, code)
        elif read.kind is Kind.WHOLE and _is_tested(draft, node):
            if name is not None:
                draft.replace(owner, node, name)
        else:
            what = f".{read.attribute}" if read.attribute else f"`{draft.quote(read.node)}`"
            text = f"{what} is read of the last chunk; the last event holds counts and status only"
            draft.block(owner, node, text)


def _is_tested(draft: Draft, node: ast.expr) -> bool:
    return context_of(draft.facts, node).use in {Use.TRUTH, Use.IS_NONE}
