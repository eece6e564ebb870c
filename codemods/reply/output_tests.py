"""Whether a reply holds anything, as the question that suits what a program reads of it."""

from __future__ import annotations

import ast

from codemods.reply.interaction import OUTPUT, STEPS, Pattern, interaction
from codemods.reply.items import Form, items_of
from codemods.reply.loops import is_item
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

SAID = '(step.type == "model_output" and step.content)'
PARTS_BEFORE = {
    "functions": 'step.type == "function_call"',
    "code_execution": 'step.type in ("code_execution_call", "code_execution_result")',
    "thoughts": '(step.type == "thought" and step.summary)',
}
"""What a request asks for -> a test of the steps that were parts as well, besides content."""


def output_test(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """Whether the reply that `node` is a part of holds anything.

    That is content, or a step that was a part as well; what thoughts say where it is read, too.
    """
    code = interaction(draft, node)
    forms = {items_of(draft, n, owner).form for n in _lists(draft, owner)}
    asked = [name for name in PARTS_BEFORE if draft.has_feature(node, owner, name)]
    calls = _calls(draft, owner)
    if any(_is_asked(draft, call) and _beside(draft, node, call) for call in calls):
        return Template((code, ".steps"))  # whether there are calls is asked as well
    if not asked and calls:
        asked = ["functions"]
    spoken = Form.SPOKEN in forms or asked == ["thoughts"]
    if not asked or (spoken and not forms & {Form.STEPS, Form.MIXED}):
        return (SPOKEN if spoken else OUTPUT).over(code)
    tests = [*(PARTS_BEFORE[name] for name in asked), SAID]
    return Pattern("any(", " or ".join(tests), (STEPS,), ")").over(code)


def _lists(draft: Draft, owner: Member) -> list[ast.expr]:
    """The lists of parts that are read of what a call returns."""
    return [
        node
        for node in draft.facts.uses.get(owner, ())
        if is_item(draft, node, PARTS) and isinstance(node, (ast.Attribute, ast.Call))
    ]


def _calls(draft: Draft, owner: Member) -> list[ast.expr]:
    """The reads of the calls of a reply, which are steps."""
    return [
        node
        for node in draft.facts.uses.get(owner, ())
        if any(isinstance(v, Object) and v.type == FUNCTION_CALLS for v in draft.values(node))
    ]


def _is_asked(draft: Draft, calls: ast.expr) -> bool:
    """Whether it is only asked whether there are calls."""
    return context_of(draft.facts, calls).use in {Use.TRUTH, Use.IS_NONE}


def _beside(draft: Draft, node: ast.expr, other: ast.expr) -> bool:
    """Whether two expressions stand in one chain of `and` or `or`."""
    chain: ast.AST | None = node
    while isinstance(chain, ast.expr):
        if isinstance(chain, ast.BoolOp) and any(n is other for n in ast.walk(chain)):
            return True
        chain = draft.facts.structure.parent(chain)
    return False
