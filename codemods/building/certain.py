"""Tests that always hold, such as `hasattr(response, "text")`: they go, what they guard stays."""

from __future__ import annotations

import ast

from codemods.building.vanishing import left_of
from migrator.edits import Binding, Code, Nest, Replace, Template
from migrator.plan import Draft, is_tested
from migrator.plan.units import Member


def leave_out(draft: Draft, owner: Member, test: ast.expr) -> bool:
    """Take a test that always holds out of what it is part of; False where that takes more."""
    parent = draft.facts.structure.parent(test)
    if isinstance(parent, ast.BoolOp) and isinstance(parent.op, ast.And):
        return _from_chain(draft, owner, test, parent)
    if isinstance(parent, ast.If) and parent.test is test and not parent.orelse:
        start, end = draft.span(parent).start, draft.span(parent.body[0]).start
        if draft.source(parent).startswith("elif") or "#" in draft.text[start:end]:
            return False
        draft.edit(owner, Nest(draft.span(parent), left_of(draft, parent.body), None))
        return True
    if isinstance(parent, ast.IfExp) and parent.test is test:
        draft.replace(owner, parent, draft.hole(parent.body))
        return True
    return False


def _from_chain(draft: Draft, owner: Member, test: ast.expr, chain: ast.BoolOp) -> bool:
    if not is_tested(draft.facts, chain) and chain.values[-1] is test:
        return False
    gone = draft.once("certain", set[ast.AST])
    gone.add(test)
    kept = [value for value in chain.values if value not in gone]
    if not kept:
        return False
    binding = Binding.LOOSE if len(kept) == 1 else Binding.AND
    parts: list[str | Code] = []
    for value in kept:
        parts += [" and ", draft.hole(value, binding)]
    ledger = draft.units.ledger(owner)
    span = draft.span(chain)
    if isinstance(draft.facts.structure.parent(chain), (ast.If, ast.While)):
        span = draft.positions.span_with_parentheses(span)
    ledger.edits[:] = [e for e in ledger.edits if not (isinstance(e, Replace) and e.span == span)]
    draft.edit(owner, Replace(span, Template(tuple(parts[1:]))))
    return True
