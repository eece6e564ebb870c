"""Whether a reply holds anything, as the question that suits what a program reads of it."""

from __future__ import annotations

import ast

from codemods.building.interaction import OUTPUT, interaction
from codemods.building.items import Form, items_of
from codemods.building.loops import is_item
from codemods.tables.api import FUNCTION_CALLS, PARTS
from migrator.edits import Code, Template
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.understand.values import Object


def output_test(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """Whether the reply that `node` is a part of holds anything.

    That is any step, where steps were parts as well; else content.
    """
    code = interaction(draft, node)
    forms = {items_of(draft, n, owner).form for n in _lists(draft, owner)}
    if _calls(draft, owner) or forms & {Form.STEPS, Form.MIXED}:
        return Template((code, ".steps"))
    return OUTPUT.over(code)


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
