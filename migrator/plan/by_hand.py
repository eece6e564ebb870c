"""What of the tests of a program is left to a person, who is told where."""

from __future__ import annotations

import ast

from migrator.plan.draft import Draft
from migrator.plan.strangers import stranger
from migrator.plan.units import Member
from migrator.understand.facts import origin_of
from migrator.understand.values import Class, Instance, Value

BY_HAND = "the test on line {} must be changed by hand: {}"


def is_in_tests(draft: Draft, node: ast.AST) -> bool:
    """Whether `node` stands in a module of tests that is not the program itself."""
    structure = draft.facts.structure
    return structure.module(node) in structure.links.tests


def leave_to_hand(draft: Draft, owner: Member, node: ast.AST, why: str) -> None:
    """A test has to be changed by a person, who is told so; a program stops the unit."""
    if is_in_tests(draft, node):
        draft.doubt(owner, node, BY_HAND.format(draft.line(node), why))
    else:
        draft.block(owner, node, why)


def made_by_test(draft: Draft, value: Value) -> ast.AST | None:
    """What of a test makes a value, or is its class; None where a program may."""
    made = value.node if isinstance(value, (Instance, Class)) else origin_of(value)
    if made is None or (isinstance(made, ast.expr) and made not in draft.facts.structure.parents):
        return None
    return made if is_in_tests(draft, made) else None


def refuse_stranger(draft: Draft, owner: Member, node: ast.expr, value: Value, usual: str) -> None:
    """What else `node` may be stops the unit; what a test makes leaves the test to a person."""
    text = stranger(draft, node, value, usual)
    made = made_by_test(draft, value)
    if made is None:
        draft.block(owner, node, text)
    else:
        draft.doubt(owner, made, BY_HAND.format(draft.line(made), text))
