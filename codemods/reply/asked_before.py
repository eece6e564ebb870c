"""Whether a test has shown that a part of a reply is there before it is read."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.reply.certain_fields import is_settled
from codemods.reply.item_kinds import left_before
from codemods.reply.path_kinds import kinds_of
from codemods.reply.path_prefixes import bases
from codemods.reply.same_reply import replies_of
from migrator.plan import Draft
from migrator.understand.structure import FUNCTION_TYPES


def is_asked_before(draft: Draft, node: ast.expr, kind: str) -> bool:
    """Whether a test asks for a part of this kind, of its reply, around or before `node`."""
    tests = (test for test in tests_before(draft, node) if not is_settled(draft, test))
    asked = (base for test in tests for base in bases(draft, test))
    replies = replies_of(draft, node)
    return any(
        kind in kinds_of(draft, base) and replies <= replies_of(draft, base) for base in asked
    )


def tests_before(draft: Draft, node: ast.AST) -> Iterator[ast.expr]:
    """The tests that have been asked where `node` stands, in its function."""
    current = node
    while (parent := draft.facts.structure.parent(current)) is not None:
        if isinstance(parent, (ast.If, ast.IfExp, ast.While)) and current is not parent.test:
            yield parent.test
        elif isinstance(parent, ast.BoolOp) and isinstance(current, ast.expr):
            yield from parent.values[: parent.values.index(current)]
        elif isinstance(parent, ast.comprehension) and current in parent.ifs:
            yield from parent.ifs[: parent.ifs.index(current)]
        yield from (test for test, _ in left_before(parent, current))
        if isinstance(parent, FUNCTION_TYPES):
            return
        current = parent
