"""Branches for chunks without an attribute that every chunk had: they never ran, and go."""

from __future__ import annotations

import ast
from collections.abc import Collection

from codemods.reply.interaction import is_probe
from codemods.streams.chunk_reads import chunk_type
from codemods.streams.stream_facts import Taken
from codemods.tables.api import RESPONSE
from codemods.tables.fields import KNOWN
from codemods.tables.streams import CHUNK, CHUNK_CONTENT
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
    return found + [node for name in taken.inside for node in _without_content(draft, name)]


def _without_content(draft: Draft, name: ast.expr) -> list[ast.If]:
    """`if hasattr(chunk.candidates[0].content, "parts"): parts = … else: parts = []`.

    A chunk without content had no parts, and brings nothing as an event either.
    """
    structure = draft.facts.structure
    top: ast.expr = name
    parent = structure.parent(top)
    while isinstance(parent, (ast.Attribute, ast.Subscript)) and parent.value is top:
        top, parent = parent, structure.parent(parent)
    if top is name or not isinstance(parent, ast.Call) or not is_probe(parent):
        return []
    asked, statement = parent.args[1], structure.parent(parent)
    types = {getattr(value, "type", "") for value in draft.values(top)}
    if not isinstance(asked, ast.Constant) or asked.value != "parts" or types != {CHUNK_CONTENT}:
        return []
    if not isinstance(statement, ast.If) or statement.test is not parent:
        return []
    plain = draft.source(statement).startswith("if") and _binds_nothing(statement)
    return [statement] if plain else []


def _binds_nothing(node: ast.If) -> bool:
    """Whether a statement gives one name something, or else an empty list."""
    if len(node.body) != 1 or len(node.orelse) != 1:
        return False
    some, none = node.body[0], node.orelse[0]
    if not isinstance(some, ast.Assign) or not isinstance(none, ast.Assign):
        return False
    alike = [ast.unparse(t) for t in some.targets] == [ast.unparse(t) for t in none.targets]
    return alike and isinstance(none.value, ast.List) and not none.value.elts


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
