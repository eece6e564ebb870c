"""Loops over the candidates of a reply: there is one interaction, so their body is left."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.reply.candidate_aliases import is_read_only
from codemods.reply.guard_folding import is_idle
from codemods.reply.guards import guard_code
from codemods.reply.loops import merged_source
from codemods.reply.missing_pieces import check_ways
from codemods.reply.output_tests import output_test
from codemods.reply.path_prefixes import holds_still, presence, single_loops
from codemods.reply.vanished_reads import left_of
from migrator.edits import Delete, HeaderCode, Nest, Span
from migrator.plan import Draft
from migrator.plan.units import Member

JUMPS = (ast.Break, ast.Continue)
LOOPS = (ast.For, ast.AsyncFor, ast.While)


def unwrap(draft: Draft, owner: Member, loop: ast.AST | None, *, skipped: bool) -> bool:
    """Put the body of a loop over one candidate in its place, if nothing jumps about in it.

    `if not candidate.content: continue` becomes an `if` around what follows it, or goes where that
    does nothing but go through the parts. What is `skipped` for an empty reply stays so.
    """
    if not isinstance(loop, ast.For) or not is_unwrapped(draft, loop):
        return False
    single_loops(draft).add(loop)
    span = draft.span
    kept = _without_last_jump(draft, loop.body)
    for jump in loop.body[len(kept) :]:
        draft.settled.update(n for n in ast.walk(jump) if isinstance(n, ast.expr))
    skips = [s for s in kept if _skips(draft, s)]
    idle = [s for s in skips if is_idle(draft, kept[kept.index(s) + 1 :])]
    body = left_of(draft, [s for s in kept if s not in idle])
    test = output_test(draft, loop.iter, owner) if skipped else None
    header = HeaderCode("if", (test,)) if test is not None else None
    draft.edit(owner, Nest(span(loop), body, header))
    for statement in idle:
        assert isinstance(statement, ast.If)
        check_ways(draft, owner, statement.test)
        draft.settled.update(n for n in ast.walk(statement) if isinstance(n, ast.expr))
        if body.holds(span(statement)):
            draft.edit(owner, Delete(span(statement)))
    for number, statement in enumerate(kept):
        if statement not in skips or statement in idle:
            continue
        assert isinstance(statement, ast.If)
        rest = left_of(draft, kept[number + 1 :])
        header = HeaderCode("if", (guard_code(draft, owner, statement.test),))
        draft.edit(owner, Nest(Span(span(statement).start, body.end), rest, header))
        draft.settled.update(n for n in ast.walk(statement) if isinstance(n, ast.expr))
    return True


def merge(draft: Draft, loop: ast.AST | None) -> bool:
    """Whether a comprehension goes through one candidate and its parts: its clause goes."""
    holder = draft.facts.structure.parent(loop) if loop is not None else None
    if not isinstance(loop, ast.comprehension) or holder is None:
        return False
    if not isinstance(loop.target, ast.Name) or merged_source(draft, holder) is None:
        return False
    if not holds_still(draft, loop):
        return False
    single_loops(draft).add(loop)
    for test in loop.ifs:
        if presence(draft, test) is True:
            draft.settled.update(n for n in ast.walk(test) if isinstance(n, ast.expr))
    return True


def is_unwrapped(draft: Draft, loop: ast.For) -> bool:
    """Whether a loop over candidates can go."""
    if loop.orelse or not isinstance(loop.target, ast.Name):
        return False
    kept = _without_last_jump(draft, loop.body)
    plain = [s for s in kept if s is kept[-1] or not _skips(draft, s)]
    jumps = any(isinstance(n, JUMPS) for s in plain for n in _own(s))
    comments = any(_skips(draft, s) and "#" in draft.source(s) for s in loop.body)
    if jumps or comments or not is_read_only(draft, loop.target):
        return False
    return holds_still(draft, loop)


def _without_last_jump(draft: Draft, block: list[ast.stmt]) -> list[ast.stmt]:
    """A block without `if found: break` at its end: nothing comes after the one candidate."""
    last = block[-1]
    if len(block) < 2 or "#" in draft.source(last):
        return block
    named = isinstance(last, ast.If) and isinstance(last.test, ast.Name) and not last.orelse
    jump = last.body[0] if isinstance(last, ast.If) and named and len(last.body) == 1 else last
    return block[:-1] if isinstance(jump, JUMPS) else block


def _skips(draft: Draft, node: ast.stmt) -> bool:
    """Whether a statement does nothing but skip a candidate that holds nothing."""
    if not isinstance(node, ast.If) or node.orelse or presence(draft, node.test) is not False:
        return False
    return len(node.body) == 1 and isinstance(node.body[0], ast.Continue)


def _own(node: ast.AST) -> Iterator[ast.AST]:
    """What stands in a statement, except in the loops inside it."""
    yield node
    if not isinstance(node, LOOPS):
        for child in ast.iter_child_nodes(node):
            yield from _own(child)
