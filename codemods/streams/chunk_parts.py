"""Loops over the parts of a chunk: an event holds one piece, so that a test takes their place."""

from __future__ import annotations

import ast

from codemods.streams.chunk_forms import jumps
from codemods.streams.chunk_reads import Kind
from codemods.streams.events import Head
from codemods.streams.implied_by_tests import NO_TEXT, TEXT, implied
from codemods.streams.loop_body import Body
from codemods.streams.statement_tests import Weighed
from codemods.streams.stream_facts import Loop, Taken
from migrator.edits import Code, Delete, HeaderCode, Nest, Span
from migrator.plan import Draft
from migrator.plan.units import Member

ASKING = frozenset({Kind.TEXT})
HIDDEN = "the parts of a chunk come in different events; go through them at the top of the loop"


def plan_part_loops(
    draft: Draft, owner: Member, taken: Taken, body: Body, head: Head, weighed: Weighed
) -> None:
    """`for part in chunk.candidates[0].content.parts:` -> `if text:`."""
    for single in body.single:
        left = [s for s in single.body if s not in body.deleted]
        test = _guarded(draft, single, body, ASKING) if _is_loop(left, body) else None
        draft.edit(owner, Nest(draft.span(test or single), _all(draft, left), None))
    for loop, read in body.part_loops.items():
        reason = _obstacle(draft, taken, loop, body)
        if read.kind is Kind.PARTS and loop not in weighed.dissolved:
            reason = reason or HIDDEN
        if reason is not None:
            draft.block(owner, loop, reason)
        elif read.kind is Kind.CALLS:
            _plan_calls(draft, owner, loop, body, head)
        elif read.kind is Kind.PARTS:
            kept = [s for s in loop.body if s not in body.deleted] or loop.body
            whole = weighed.wrapped.get(loop, loop)
            draft.edit(owner, Nest(draft.span(whole), _all(draft, kept), None))
        else:
            _plan_texts(draft, owner, loop, body, head)


def _plan_texts(draft: Draft, owner: Member, loop: Loop, body: Body, head: Head) -> None:
    """A loop over the parts of a chunk, of which only text is looked at."""
    inner = [s for s in loop.body if s not in body.deleted] or loop.body
    first = inner[0]
    if isinstance(first, ast.If) and NO_TEXT in implied(first.test, body.reads).true:
        inner = _drop_guard(draft, owner, first, inner)
    span = _all(draft, inner)
    header: Code | None = HeaderCode("if", (head.text or "",))
    only = inner[0]
    if len(inner) == 1 and isinstance(only, ast.If) and not only.orelse:
        # The test in the loop asks the same, or more: one of them is enough.
        if body.asks_only(only.test, ASKING):
            span = _all(draft, only.body)
        elif Kind.TEXT in body.kinds([only.test]) and TEXT in implied(only.test, body.reads).true:
            header = None
    whole = _guarded(draft, loop, body, ASKING) or loop
    draft.edit(owner, Nest(draft.span(whole), span, header))


def _plan_calls(draft: Draft, owner: Member, loop: Loop, body: Body, head: Head) -> None:
    """`for call in chunk.function_calls:` -> `if call:`."""
    if not isinstance(loop.target, ast.Name):
        draft.block(owner, loop, "the calls of a chunk are taken apart; loop over them by one name")
        return
    if loop.target.id != head.call:
        for node in (n for statement in loop.body for n in ast.walk(statement)):
            if isinstance(node, ast.Name) and node.id == loop.target.id:
                draft.replace(owner, node, head.call or "")
    whole = _guarded(draft, loop, body, frozenset({Kind.CALLS})) or loop
    header = HeaderCode("if", (head.call or "",))
    draft.edit(owner, Nest(draft.span(whole), _all(draft, loop.body), header))


def _all(draft: Draft, statements: list[ast.stmt]) -> Span:
    return Span(draft.span(statements[0]).start, draft.span(statements[-1]).end)


def _guarded(draft: Draft, loop: Loop, body: Body, kinds: frozenset[Kind]) -> ast.If | None:
    """`if chunk.candidates and …parts:` around the loop, which asks for nothing but `kinds`."""
    parent = draft.facts.structure.parent(loop)
    if not isinstance(parent, ast.If) or parent.body != [loop] or parent.orelse:
        return None
    plain = body.asks_only(parent.test, kinds) and draft.source(parent).startswith("if")
    return parent if plain else None


def _is_loop(statements: list[ast.stmt], body: Body) -> bool:
    """Whether a block is a loop over parts, perhaps under tests for them."""
    only = statements[0] if len(statements) == 1 else None
    while isinstance(only, ast.If) and not only.orelse and len(only.body) == 1:
        asks = only not in body.certain
        only = only.body[0] if not asks or body.asks_only(only.test, ASKING) else None
    return only in body.part_loops


def _obstacle(draft: Draft, taken: Taken, loop: Loop, body: Body) -> str | None:
    """Why a loop can't be a test."""
    if loop.orelse:
        return "the loop over the parts has an `else`; write the test for text by hand"
    for node in jumps(loop.body):
        if isinstance(node, ast.Break):
            return "`break` leaves the loop over the parts only, of which an event brings one"
        if not _comes_last(draft, taken, loop, body):
            return "`continue` goes on to the next part, of which an event brings one"
    return None


def _comes_last(draft: Draft, taken: Taken, loop: Loop, body: Body) -> bool:
    """Whether nothing runs for a chunk behind the loop over its parts."""
    current: ast.AST = loop
    while current is not taken.loop:
        parent = draft.facts.structure.parent(current)
        if (
            parent is not taken.loop
            and parent not in body.single
            and not isinstance(parent, ast.If)
        ):
            return False
        blocks = (getattr(parent, "body", []), getattr(parent, "orelse", []))
        if not any(block and block[-1] is current for block in blocks):
            return False
        assert parent is not None
        current = parent
    return True


def _drop_guard(
    draft: Draft, owner: Member, guard: ast.If, statements: list[ast.stmt]
) -> list[ast.stmt]:
    """`if not part.text: continue` at the top of the loop says nothing behind `if text:`."""
    if len(guard.body) != 1 or not isinstance(guard.body[0], ast.Continue):
        return statements
    if not guard.orelse and len(statements) > 1:
        draft.edit(owner, Delete(draft.span(guard)))
        return statements[1:]
    following = guard.orelse
    if len(following) == 1 and isinstance(following[0], ast.If):
        draft.edit(owner, Nest(draft.span(guard), draft.span(following[0]), None))
    return statements
