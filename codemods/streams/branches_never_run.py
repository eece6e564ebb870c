"""Branches for chunks without an attribute that every chunk had: they never ran, and go."""

from __future__ import annotations

import ast
from collections.abc import Collection

from codemods.reply.interaction import is_probe
from codemods.streams.chunk_reads import chunk_type
from codemods.streams.stream_facts import Taken
from codemods.tables.api import RESPONSE
from codemods.tables.fields import KNOWN
from codemods.tables.streams import CHUNK
from migrator.edits import Delete, Nest, Span
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.understand.values import Object


def dead_branches(draft: Draft, taken: Taken) -> list[ast.If]:
    """The statements `if hasattr(chunk, "text"): …` of a loop whose `else` never ran."""
    found: list[ast.If] = []
    for name in taken.inside:
        call = draft.facts.structure.parent(name)
        if not isinstance(call, ast.Call) or not is_probe(call) or call.args[0] is not name:
            continue
        asked = call.args[1]
        known = isinstance(asked, ast.Constant) and asked.value in KNOWN[RESPONSE]
        certain = all(isinstance(value, Object) for value in draft.values(name))
        statement = draft.facts.structure.parent(call)
        if known and certain and chunk_type(draft, name) == CHUNK:
            if isinstance(statement, ast.If) and statement.test is call and statement.orelse:
                if draft.source(statement).startswith("if"):
                    found.append(statement)
    return found


def gone_with(node: ast.If) -> set[ast.AST]:
    """What goes with the test of a statement."""
    return {inner for part in (node.test, *node.orelse) for inner in ast.walk(part)}


def keep_body(
    draft: Draft, owner: Member, node: ast.If, deleted: Collection[ast.stmt] = ()
) -> None:
    """Put the body of a statement in its place, but for what is `deleted` at its ends."""
    kept = [statement for statement in node.body if statement not in deleted]
    if not kept:
        draft.edit(owner, Delete(draft.span(node)))
        return
    body = Span(draft.span(kept[0]).start, draft.span(kept[-1]).end)
    draft.edit(owner, Nest(draft.span(node), body, None))
