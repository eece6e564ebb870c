"""Formats that are asked for under a condition: `"application/json" if schema else None`.

The whole of `response_format` then depends on the test, or the schema in it.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from migrator.edits import Binding, ClausesCode, Code, DictCode, Item, Template
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.understand.values import Constant

NONE: frozenset[object] = frozenset({None})
PURE = (
    ast.Name, ast.Attribute, ast.Constant, ast.Compare, ast.BoolOp, ast.UnaryOp, ast.expr_context,
    ast.cmpop, ast.boolop, ast.unaryop,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Test:
    """A condition: its code, and `means`, which is the same for two tests that ask the same."""

    node: ast.expr
    code: Code
    means: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """A value that is set if `test` holds, and left out else."""

    test: Test
    value: ast.expr


def chosen(
    draft: Draft, node: ast.expr, nothing: frozenset[object] = NONE, *, once: bool = False
) -> Chosen | None:
    """`value if test else None` taken apart; `nothing` are the constants that say nothing.

    A test that is written `once` only in the new code may be any.
    """
    if not isinstance(node, ast.IfExp) or not (once or is_pure_test(node.test)):
        return None
    body, rest = (draft.constant(n) for n in (node.body, node.orelse))
    if rest is not None and rest.value in nothing:
        return Chosen(test_of(draft, node.test), node.body)
    if body is not None and body.value in nothing:
        return Chosen(negation_of(draft, node.test), node.orelse)
    return None


def test_of(draft: Draft, node: ast.expr) -> Test:
    """A test as it is written; `x is not None` asks for no more than `x`, if x is a class."""
    asked = node
    if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.IsNot):
        nothing = node.comparators[0]
        if isinstance(nothing, ast.Constant) and nothing.value is None:
            asked = node.left
    return Test(node, draft.hole(node, Binding.OR), ast.unparse(asked))


def is_given(draft: Draft, node: ast.expr) -> Test:
    """Whether `node` is not None: an empty dict is a schema as well."""
    code = Template((draft.hole(node, Binding.COMPARE), " is not None"))
    return Test(node, code, ast.unparse(node))


def negation_of(draft: Draft, node: ast.expr) -> Test:
    """The opposite of a test, as a person would write it."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return test_of(draft, node.operand)
    if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Is) and len(node.ops) == 1:
        nothing = node.comparators[0]
        if isinstance(nothing, ast.Constant) and nothing.value is None:
            return is_given(draft, node.left)
    negated = Template(("not ", draft.hole(node, Binding.NOT)))
    return Test(node, negated, f"not {ast.unparse(node)}")


def is_pure_test(node: ast.expr) -> bool:
    """Whether a test may be written twice."""
    return all(isinstance(part, PURE) for part in ast.walk(node))


def may_be_none(draft: Draft, node: ast.expr) -> bool:
    """Whether an expression may be None, or something else."""
    values = draft.values(node)
    return len(values) > 1 and any(isinstance(v, Constant) and v.value is None for v in values)


def only_if(test: Test, item: Item) -> Item:
    """`**({"name": …} if test else {})`: an argument or entry that is there if a test holds."""
    inner = DictCode((Item(item.value, item.name, item.key),))
    clauses = (Template(("if ", test.code)), "else {}")
    return Item(ClausesCode("(", inner, clauses, ")"), "**", source=item.source)


def judge_tests(
    draft: Draft, node: ast.AST, owner: Member, asked: Test | None, typed: Test | None
) -> None:
    """Block a schema that is given under another condition than the format is."""
    if asked is not None and typed is not None and asked.means != typed.means:
        text = (
            f"JSON is asked for if `{draft.quote(asked.node)}`, its schema given if "
            f"`{draft.quote(typed.node)}`; make them one condition"
        )
        draft.block(owner, node, text)
