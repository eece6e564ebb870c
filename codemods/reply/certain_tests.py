"""Tests that always hold, such as `hasattr(response, "text")`: they go, what they guard stays.

So does `not hasattr(…)`, which never holds, beside other reasons.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from codemods.reply.vanished_reads import left_of
from migrator.edits import Binding, Code, Hole, Nest, Replace, Span, Template
from migrator.plan import Draft, is_tested
from migrator.plan.units import Member


def leave_out(draft: Draft, owner: Member, test: ast.expr) -> bool:
    """Take a test that always holds out of what it is part of; False where that takes more."""
    parent = draft.facts.structure.parent(test)
    if isinstance(parent, ast.BoolOp) and isinstance(parent.op, ast.And):
        return _from_chain(draft, owner, test, parent)
    if isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not):
        chain = draft.facts.structure.parent(parent)
        if isinstance(chain, ast.BoolOp) and isinstance(chain.op, ast.Or):
            return _from_chain(draft, owner, parent, chain)
        return False
    if isinstance(parent, ast.If) and parent.test is test and not parent.orelse:
        start, end = draft.span(parent).start, draft.span(parent.body[0]).start
        if draft.source(parent).startswith("elif") or "#" in draft.text[start:end]:
            return False
        draft.edit(owner, Nest(draft.span(parent), left_of(draft, parent.body), None))
        return True
    if isinstance(parent, ast.IfExp) and parent.test is test:
        draft.replace(owner, parent, draft.hole(parent.body))
        return True
    if isinstance(parent, ast.comprehension) and isinstance(parent.iter, ast.Name):
        index = parent.ifs.index(test)
        before = parent.ifs[index - 1] if index else parent.iter
        start, end = (
            draft.positions.span_with_parentheses(draft.span(n)).end for n in (before, test)
        )
        draft.edit(owner, Replace(Span(start, end), ""))
        return True
    return False


def _from_chain(draft: Draft, owner: Member, test: ast.expr, chain: ast.BoolOp) -> bool:
    if not is_tested(draft.facts, chain) and chain.values[-1] is test:
        return False
    return shorten(draft, owner, chain, [test])


def shorten(draft: Draft, owner: Member, chain: ast.BoolOp, idle: Iterable[ast.expr]) -> bool:
    """Take operands out of a chain, beside those that went before; False where none is left.

    Several rules may find idle operands in one chain: one edit says what stays of it.
    """
    gone = draft.once("certain", set[ast.AST])
    gone.update(idle)
    kept = [value for value in chain.values if value not in gone]
    if not kept:
        return False
    runs = _runs(draft, chain, kept)
    word, binding = (" and ", Binding.AND)
    if isinstance(chain.op, ast.Or):
        word, binding = (" or ", Binding.OR)
    binding = Binding.LOOSE if len(runs) == 1 else binding
    parts: list[str | Code] = []
    for run in runs:
        parts += [word, Hole(run, binding)]
    span = draft.span(chain)
    if isinstance(draft.facts.structure.parent(chain), (ast.If, ast.While)):
        span = draft.positions.span_with_parentheses(span)
    edit = Replace(span, Template(tuple(parts[1:])))
    shortened = draft.once("shortened", dict[ast.BoolOp, Replace])
    if chain in shortened:
        draft.units.revise(shortened[chain], edit)
    shortened[chain] = edit
    draft.edit(owner, edit)
    return True


def put_for(draft: Draft, owner: Member, node: ast.expr, edit: Replace) -> None:
    """Put something in the place of `node`, a chain perhaps of which a part was to be left."""
    shortened = draft.once("shortened", dict[ast.BoolOp, Replace])
    if isinstance(node, ast.BoolOp) and node in shortened:
        draft.units.revise(shortened[node], edit)
    draft.edit(owner, edit)


def _runs(draft: Draft, chain: ast.BoolOp, kept: list[ast.expr]) -> list[Span]:
    """Where operands stand that follow each other: one edit may cover several of them."""
    runs: list[list[ast.expr]] = []
    for before, value in zip([None, *chain.values], chain.values, strict=False):
        if value not in kept:
            continue
        if before in kept and runs:
            runs[-1].append(value)
        else:
            runs.append([value])
    return [_whole(draft, run) for run in runs]


def _whole(draft: Draft, run: list[ast.expr]) -> Span:
    if len(run) == 1:
        return draft.span(run[0])
    first, last = (draft.positions.span_with_parentheses(draft.span(n)) for n in (run[0], run[-1]))
    return Span(first.start, last.end)
