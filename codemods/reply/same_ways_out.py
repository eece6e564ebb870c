"""Handlers that do what the program does anyway for a reply that holds nothing, but for a log."""

from __future__ import annotations

import ast

from codemods.reply.early_ends import Way
from codemods.reply.early_reads import Failed
from codemods.reply.missing_pieces import ending_early
from codemods.reply.reply_ends import ends_of
from migrator.plan import Draft
from migrator.syntax import block_of
from migrator.understand.structure import FUNCTION_TYPES

WIDE = frozenset({"Exception", "BaseException"})


def leaves_alike(draft: Draft, node: ast.expr) -> bool:
    """Whether a reply that raised an error at `node`, for a handler, goes the same way without one.

    `return None` at the end of what is tried, and in a handler that logs before it: only the log is
    another then.
    """
    tried = try_around(draft, node)
    if tried is None:
        return False
    replies = ending_early(draft, node, [*run_before(draft, tried), *tried.body])
    return all(_goes_the_same_way(draft, tried, reply) for reply in replies)


def _goes_the_same_way(draft: Draft, tried: ast.Try, reply: ast.AST | None) -> bool:
    ends = ends_of(reply)
    now = _way(Way(draft, ends[0], fails=False), tried)
    before = [Way(draft, end, strict=strict) for end in ends for strict in (False, True)]
    return now is not None and all(_way(way, tried) == now for way in before)


def try_around(draft: Draft, node: ast.expr) -> ast.Try | None:
    """The `try` that `node` stands in, whose one handler catches anything."""
    structure = draft.facts.structure
    current: ast.AST | None = node
    while current is not None and not isinstance(current, FUNCTION_TYPES):
        parent = structure.parent(current)
        if isinstance(parent, ast.Try) and current in parent.body:
            alone = len(parent.handlers) == 1 and not parent.orelse and not parent.finalbody
            kind = parent.handlers[0].type if alone else None
            wide = alone and (kind is None or getattr(kind, "id", "") in WIDE)
            return parent if wide else None
        current = parent
    return None


def run_before(draft: Draft, tried: ast.Try) -> list[ast.stmt]:
    """The statements before a `try` in its block."""
    block = block_of(draft.facts.structure.parent(tried), tried)
    return block[: block.index(tried)] if tried in block else []


def _way(way: Way, tried: ast.Try) -> list[object] | None:
    """What is done, in the handler as well if the reply leads there; None if that fails, too."""
    way.names.learn_all(run_before(way.draft, tried))
    try:
        done = way.through(tried.body)
        return None if way.unsure else done
    except Failed as failed:
        done = failed.done
    try:
        return [*done, *way.through(tried.handlers[0].body)]
    except Failed:
        return None
