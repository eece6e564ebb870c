"""Loops over the parts of a chunk: an event holds one piece, so that a test takes their place."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.building.streams.body import Body
from codemods.building.streams.events import Head
from codemods.building.streams.implied import NO_TEXT, implied
from codemods.building.streams.reads import Kind
from codemods.building.streams.survey import Loop, Taken
from migrator.edits import Delete, HeaderCode, Nest, Replace, Span
from migrator.plan import Draft
from migrator.plan.units import Member

ASKING = frozenset({Kind.TEXT, Kind.PARTS})


def plan_part_loops(draft: Draft, owner: Member, taken: Taken, body: Body, head: Head) -> None:
    """`for part in chunk.candidates[0].content.parts:` -> `if text:`."""
    for loop in body.part_loops:
        reason = _obstacle(taken, loop)
        if reason is not None:
            draft.block(owner, loop, reason)
            continue
        inner = loop.body
        first = inner[0]
        if isinstance(first, ast.If) and NO_TEXT in implied(first.test, body.reads).true:
            inner = _drop_guard(draft, owner, first, inner)
        span = Span(draft.span(inner[0]).start, draft.span(inner[-1]).end)
        only = inner[0]
        if len(inner) == 1 and isinstance(only, ast.If) and _asks_for_text(only, body):
            # The test in the loop asks the same: one of them is enough.
            last = draft.span(only.body[-1]).end
            span = Span(draft.span(only.body[0]).start, last)
        whole = _guarded(draft, loop, body) or loop
        draft.edit(owner, Nest(draft.span(whole), span, HeaderCode("if", (head.text or "",))))


def _guarded(draft: Draft, loop: Loop, body: Body) -> ast.If | None:
    """`if chunk.candidates and …parts:` around the loop, which asks for nothing but text."""
    parent = draft.facts.structure.parent(loop)
    if not isinstance(parent, ast.If) or parent.body != [loop] or parent.orelse:
        return None
    plain = _is_text_test(parent.test, body) and draft.source(parent).startswith("if")
    return parent if plain else None


def _is_text_test(test: ast.expr, body: Body) -> bool:
    """Whether a test asks for text, and for nothing else."""
    operands = [test]
    if isinstance(test, ast.BoolOp):
        operands = [v for v in test.values if v not in body.dropped.get(test, ())]
    return all(o in body.reads and body.reads[o].kind in ASKING for o in operands)


def _obstacle(taken: Taken, loop: Loop) -> str | None:
    """Why a loop can't be a test."""
    if loop.orelse:
        return "the loop over the parts has an `else`; write the test for text by hand"
    for node in _leaving(loop.body):
        if isinstance(node, ast.Break):
            return "`break` leaves the loop over the parts only, of which a piece of text has none"
        last = taken.loop.body[-1]
        if last is not loop and not (isinstance(last, ast.If) and last.body == [loop]):
            return "`continue` goes on to the next part, of which a piece of text has none"
    return None


def _leaving(statements: list[ast.stmt]) -> Iterator[ast.Break | ast.Continue]:
    """Every `break` and `continue` of a loop with this body."""
    for statement in statements:
        if isinstance(statement, (ast.Break, ast.Continue)):
            yield statement
        elif not isinstance(statement, (ast.For, ast.AsyncFor, ast.While, ast.FunctionDef)):
            for name in ("body", "orelse", "finalbody"):
                yield from _leaving(getattr(statement, name, []))
            for part in (*getattr(statement, "handlers", []), *getattr(statement, "cases", [])):
                yield from _leaving(part.body)


def _drop_guard(
    draft: Draft, owner: Member, guard: ast.If, statements: list[ast.stmt]
) -> list[ast.stmt]:
    """`if not part.text: continue` at the top of the loop says nothing behind `if text:`."""
    if len(guard.body) != 1 or not isinstance(guard.body[0], ast.Continue):
        return statements
    if not guard.orelse and len(statements) > 1:
        draft.edit(owner, Delete(draft.span(guard)))
        return statements[1:]
    start, following = draft.span(guard).start, guard.orelse
    if len(following) == 1 and isinstance(following[0], ast.If):
        chained = draft.span(following[0]).start
        if draft.text.startswith("elif", chained):
            draft.edit(owner, Replace(Span(start, chained + len("elif")), "if"))
    return statements


def _asks_for_text(node: ast.If, body: Body) -> bool:
    """Whether a test asks for nothing but a text, and has no other branch."""
    return not node.orelse and _is_text_test(node.test, body)
