"""Tests of a chunk that say nothing beside another: a picture is a part, and never a thought."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from codemods.streams.chunk_reads import Kind, is_none_test
from codemods.streams.implied_by_tests import BRINGS, MEDIA, Known, implied
from codemods.streams.loop_body import Body
from migrator.plan import Draft


def drop_needless(draft: Draft, body: Body) -> None:
    """Have a chain of `and` (or of `or`, denied) ask for no more than it has to."""
    for node, read in list(body.reads.items()):
        if read.kind not in {Kind.PARTS, Kind.THOUGHT} or not isinstance(node, ast.expr):
            continue
        operand, denied = _operand(draft, node)
        chain = draft.facts.structure.parent(operand)
        if not isinstance(chain, ast.BoolOp):
            continue
        asked = frozenset[str]().union(*_asked_beside(body, chain, operand))
        asks_less = not denied and bool(asked & BRINGS)
        never = denied and MEDIA in asked
        if asks_less if read.kind is Kind.PARTS else never:
            body.dropped.setdefault(chain, []).append(operand)
            body.reads[node] = replace(read, kind=Kind.ANYTHING)


def _operand(draft: Draft, node: ast.expr) -> tuple[ast.expr, bool]:
    """What asks whether `node` is there, in a chain; whether the chain wants that it is not."""
    denied = False
    parent = draft.facts.structure.parent(node)
    while isinstance(parent, (ast.UnaryOp, ast.Compare)):
        none = is_none_test(parent, node)
        if isinstance(parent, ast.Compare) and none is None:
            break
        if isinstance(parent, ast.UnaryOp) and not isinstance(parent.op, ast.Not):
            break
        denied = denied is not (none is not False)
        node, parent = parent, draft.facts.structure.parent(parent)
    return node, denied is not (isinstance(parent, ast.BoolOp) and isinstance(parent.op, ast.Or))


def _asked_beside(body: Body, chain: ast.BoolOp, operand: ast.expr) -> Iterator[Known]:
    """What is known where the other operands of a chain don't settle it."""
    for value in chain.values:
        if value is not operand:
            says = implied(value, body.reads)
            yield says.true if isinstance(chain.op, ast.And) else says.false
