"""Tests around the read of a text that have shown it not to be empty."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.reply.same_reply import replies_of
from migrator.plan import Draft
from migrator.reasoning.statement_effects import always_leaves
from migrator.understand.structure import FUNCTION_TYPES


def is_known_to_be_there(draft: Draft, node: ast.expr) -> bool:
    """Whether it is read under `if response.text:`, or behind `if not response.text: return`."""
    names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    current: ast.AST = node
    while (parent := draft.facts.structure.parent(current)) is not None:
        if isinstance(parent, ast.Module) or isinstance(current, FUNCTION_TYPES):
            return False
        for since in _shown_since(draft, parent, current, node):
            return not any(_is_store(n, names) for s in since for n in ast.walk(s))
        current = parent
    return False


def _shown_since(
    draft: Draft, parent: ast.AST, current: ast.AST, text: ast.expr
) -> Iterator[list[ast.stmt]]:
    """For each test that has shown the text to be there, the statements from then on."""
    for name in ("body", "orelse", "finalbody"):
        block = getattr(parent, name, None)
        if not isinstance(block, list) or current not in block:
            continue
        run = block[: block.index(current) + 1]
        for number, statement in enumerate(run[:-1]):
            if isinstance(statement, ast.If) and always_leaves(statement.body):
                if _shows(draft, statement.test, text, truth=False):
                    yield run[number + 1 :]
        if isinstance(parent, ast.If) and _shows(draft, parent.test, text, truth=name == "body"):
            yield run


def _is_store(node: ast.AST, names: set[str]) -> bool:
    return isinstance(node, ast.Name) and node.id in names and isinstance(node.ctx, ast.Store)


def _shows(draft: Draft, test: ast.expr, text: ast.expr, *, truth: bool) -> bool:
    """Whether there is a text where `test` comes out as `truth`."""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) is truth:
        return any(_shows(draft, value, text, truth=truth) for value in test.values)
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return _shows(draft, test.operand, text, truth=not truth)
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        other, operator = test.comparators[0], test.ops[0]
        if isinstance(other, ast.Constant) and other.value is None:
            present = isinstance(operator, (ast.IsNot, ast.NotEq))
            return present is truth and _is_same(draft, test.left, text)
    return truth and _is_same(draft, test, text)


def _is_same(draft: Draft, tested: ast.expr, text: ast.expr) -> bool:
    """Whether both read the same text, of the same reply."""
    alike = ast.unparse(tested) == ast.unparse(text)
    return alike and replies_of(draft, text) <= replies_of(draft, tested)
