"""Loops over candidates that may be none, which did nothing for a reply without any."""

from __future__ import annotations

import ast

from codemods.reply.asked_before import is_asked_before
from codemods.reply.early_ends import CUT, Way
from codemods.reply.early_reads import Failed
from codemods.reply.missing_pieces import APART, alike
from codemods.reply.path_prefixes import listed
from codemods.reply.reply_ends import ENDS, LAST
from codemods.tables.api import CANDIDATES
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.understand.structure import COMPREHENSIONS
from migrator.understand.values import Object


class _Indexing(Way):
    """What a rewritten program does: it fails where it takes one of the parts by its number."""

    def _fail(self, node: ast.expr) -> None:
        for taken in (node, getattr(node, "value", None)):
            if isinstance(taken, ast.Subscript) and LAST in self.ranks(taken.value):
                raise Failed(node)


def is_skipped(draft: Draft, owner: Member, base: ast.expr) -> bool:
    """Whether what goes through the candidates `base` must skip a reply that holds nothing.

    Which of those replies had candidates can't be told: what did other things for those that had is
    doubted.
    """
    loop = _loop_over(draft, base)
    there = all(isinstance(v, Object) and v.path for v in draft.values(base))
    if loop is None or there or is_asked_before(draft, base, CANDIDATES):
        return False
    ways = [Way(draft, end).branch([loop]) for end in ENDS]
    now = Way(draft, ENDS[0], fails=False, once=True).branch([loop])
    if alike(ways[0], now, texts=True):
        return False
    if all(alike(way, []) for way in ways):
        return True
    draft.doubt(owner, base, APART)
    return CUT in _Indexing(draft, ENDS[0], once=True).branch([loop])


def _loop_over(draft: Draft, base: ast.expr) -> ast.For | None:
    """The loop over `base`; that of a comprehension as a statement."""
    structure = draft.facts.structure
    parent = structure.parent(base)
    if isinstance(parent, ast.Call) and listed(parent) is base:
        parent = structure.parent(parent)
    if isinstance(parent, ast.For):
        return parent
    holder = structure.parent(parent) if isinstance(parent, ast.comprehension) else None
    if not isinstance(holder, COMPREHENSIONS):
        return None
    made = (
        ast.Tuple([holder.key, holder.value], ast.Load())
        if isinstance(holder, ast.DictComp)
        else holder.elt
    )
    body: list[ast.stmt] = [ast.Expr(made)]
    for generator in reversed(holder.generators):
        for test in reversed(generator.ifs):
            body = [ast.If(test, body, [])]
        body = [ast.For(generator.target, generator.iter, body, [])]
        if generator is parent:
            break
    (loop,) = body
    assert isinstance(loop, ast.For)
    return loop
