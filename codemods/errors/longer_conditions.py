"""Chains of tests about an error that become longer."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from codemods.errors.caught_error import Caught
from migrator.edits import Binding, ClausesCode, Code, NeedImport, Replace, Span, Template


def put_beside(caught: Caught, chain: ast.BoolOp, added: Mapping[ast.expr, Sequence[str]]) -> None:
    """Put tests behind the operands of a chain that they belong to.

    The chain is written anew, so that each operand stands on a line of its own where they don't fit
    on one; unless something else changes between its operands.
    """
    word, binding = (" or ", Binding.OR)
    if isinstance(chain.op, ast.And):
        word, binding = (" and ", Binding.AND)
    draft = caught.draft
    if _is_changed_between(caught, chain) or "#" in draft.source(chain):
        for node, tests in added.items():
            longer = Template((draft.moved(node), word + word.join(tests)))
            caught.edit(Replace(draft.span(node), longer))
        return
    operands: list[Code] = []
    for value in chain.values:
        operands += [draft.hole(value, binding), *added.get(value, ())]
    clauses = tuple(Template((word.lstrip(), operand)) for operand in operands[1:])
    code = ClausesCode("(", operands[0], clauses, ")", soft=True)
    span = draft.span(chain)
    if isinstance(draft.facts.structure.parent(chain), (ast.If, ast.While)):
        span = draft.positions.span_with_parentheses(span)
    caught.edit(Replace(span, code))


def _is_changed_between(caught: Caught, chain: ast.BoolOp) -> bool:
    """Whether an edit touches the chain elsewhere than inside of one operand."""
    draft = caught.draft
    whole = draft.span(chain)
    spans = [draft.span(value) for value in chain.values]
    return any(
        _overlaps(edit.span, whole) and not any(span.holds(edit.span) for span in spans)
        for member in caught.members
        for edit in draft.units.ledger(member).edits
        if not isinstance(edit, NeedImport) and not edit.span.holds(whole)
    )


def _overlaps(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end
