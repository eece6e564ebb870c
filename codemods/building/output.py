"""Whether a reply holds anything, as the question that suits what a program reads of it."""

from __future__ import annotations

import ast

from codemods.building.interaction import OUTPUT, STEPS, Pattern, interaction
from codemods.building.items import Form, items_of
from codemods.building.loops import is_item
from codemods.tables.api import FUNCTION_CALLS, PARTS
from migrator.edits import Code, Template
from migrator.plan import Draft, Use, context_of
from migrator.plan.units import Member
from migrator.understand.values import Object

SPOKEN = Pattern(
    "any(",
    'step.summary if step.type == "thought" else step.content',
    (STEPS, 'if step.type in ("thought", "model_output")'),
    ")",
)
"""Whether there is content of the reply or of its thoughts."""

CALLED = Pattern(
    "any(",
    'step.type == "function_call" or (step.type == "model_output" and step.content)',
    (STEPS,),
    ")",
)
"""Whether there is content or a call: thoughts alone were no parts."""


def output_test(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """Whether the reply that `node` is a part of holds anything.

    That is any step, where steps were parts as well; else content, with that of thoughts where
    those are read, too.
    """
    code = interaction(draft, node)
    lists = _lists(draft, owner)
    forms = {items_of(draft, n, owner).form for n in lists}
    first = any(context_of(draft.facts, n).use is Use.SUBSCRIPT for n in lists)
    looped = bool(forms & {Form.STEPS, Form.MIXED}) and not first
    if draft.has_feature(node, owner, "functions") and not looped and not _calls(draft, owner):
        return CALLED.over(code)
    if _calls(draft, owner) or forms & {Form.STEPS, Form.MIXED}:
        return Template((code, ".steps"))
    return (SPOKEN if Form.SPOKEN in forms else OUTPUT).over(code)


def _lists(draft: Draft, owner: Member) -> list[ast.expr]:
    """The lists of parts that are read of what a call returns."""
    return [
        node
        for node in draft.facts.uses.get(owner, ())
        if is_item(draft, node, PARTS) and isinstance(node, (ast.Attribute, ast.Call))
    ]


def _calls(draft: Draft, owner: Member) -> bool:
    """Whether the calls of a reply are read, which are steps."""
    return any(
        isinstance(value, Object) and value.type == FUNCTION_CALLS
        for node in draft.facts.uses.get(owner, ())
        for value in draft.values(node)
    )
