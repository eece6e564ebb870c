"""Tests that would ask twice for one thing, where several old words have become one."""

from __future__ import annotations

import ast

from migrator.edits import Replace, Span
from migrator.plan import Draft
from migrator.plan.units import Member


def drop_repeated(draft: Draft, owner: Member, compare: ast.Compare, outcome: str) -> bool:
    """Let a test go where the operand before it asks the same; whether it did.

    `reason == SAFETY or reason == RECITATION` would ask for one status twice.
    """
    asked = draft.once("statuses asked for", dict[ast.AST, str])
    asked[compare] = outcome
    chain = draft.facts.structure.parent(compare)
    index = chain.values.index(compare) if isinstance(chain, ast.BoolOp) else 0
    before = chain.values[index - 1] if isinstance(chain, ast.BoolOp) and index else None
    if not isinstance(before, ast.Compare) or asked.get(before) != outcome:
        return False
    if ast.unparse(before.left) != ast.unparse(compare.left):
        return False
    start, end = (
        draft.positions.span_with_parentheses(draft.span(n)).end for n in (before, compare)
    )
    draft.edit(owner, Replace(Span(start, end), ""))
    return True
