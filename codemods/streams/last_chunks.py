"""What a program does at the last chunk of a stream: at the end of every one, or of few."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.streams.chunk_reads import Kind, is_none_test
from codemods.streams.loop_body import Body
from migrator.plan import Draft

BEFORE = (
    "what is done at the finish reason, or for the counts, ran before what the last chunk brought "
    "was used, which stands below; it runs behind all pieces now"
)
UNREACHED = (
    "this leaves the last event before what it says is read below; each chunk had some of that"
)
USUAL = "STOP"
"""The finish reason of a stream that nothing cut short."""


def goes_away(statement: ast.stmt) -> bool:
    """Whether what stands below `statement` may not be reached behind it."""
    leaving = (ast.Break, ast.Continue, ast.Return)
    return any(isinstance(node, leaving) for node in ast.walk(statement))


def is_rare(draft: Draft, statement: ast.stmt, body: Body) -> bool:
    """Whether a statement is for a finish reason that few streams end with (`== "SAFETY"`)."""
    return any(_is_rare(test, body) for test in _tests(draft, statement))


def _tests(draft: Draft, statement: ast.stmt) -> Iterator[ast.expr]:
    """The tests in a statement, and those around it."""
    yield from (node.test for node in ast.walk(statement) if isinstance(node, ast.If))
    current: ast.AST | None = statement
    while current is not None and not isinstance(current, (ast.For, ast.AsyncFor)):
        current = draft.facts.structure.parent(current)
        if isinstance(current, ast.If):
            yield current.test


def _is_rare(test: ast.expr, body: Body) -> bool:
    for node in ast.walk(test):
        if not isinstance(node, ast.Compare) or len(node.ops) != 1:
            continue
        read = next((body.reads[n] for n in ast.walk(node.left) if n in body.reads), None)
        if (
            read is None
            or read.kind is not Kind.FINISH
            or is_none_test(node, read.node) is not None
        ):
            continue
        other = isinstance(node.ops[0], (ast.NotEq, ast.IsNot, ast.NotIn))
        if other is (USUAL in ast.unparse(node.comparators[0])):
            return True
    return False
