"""Where the headers of compound statements begin."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from migrator.edit.document import Document
from migrator.edits import Span


def sections(
    document: Document, node: ast.AST, swapped: Mapping[Span, Span]
) -> Iterator[tuple[int, list[ast.stmt]]]:
    """Where each header of a statement begins, and the block below it.

    `swapped` are handlers that stand where others stood.
    """
    positions = document.positions
    if isinstance(node, ast.Match):
        for case in node.cases:
            yield case_start(document, case), case.body
        return
    block: list[ast.stmt] = getattr(node, "body", [])
    yield positions.span(node).start, block
    handlers: list[ast.ExceptHandler] = getattr(node, "handlers", [])
    by_span = {positions.span(handler): handler for handler in handlers}
    for span in by_span:
        taken = by_span[swapped.get(span, span)]
        yield positions.span(taken).start, taken.body
    if handlers:
        block = handlers[-1].body
    for name in ("orelse", "finalbody"):
        following: list[ast.stmt] = getattr(node, name, [])
        if following:
            yield _behind(document, block[-1]), following
            block = following


def case_start(document: Document, case: ast.match_case) -> int:
    """Where a `case` begins."""
    pattern = document.positions.span(case.pattern).start
    return document.text.rindex("case", 0, pattern)


def _behind(document: Document, node: ast.stmt) -> int:
    """Where what follows a block begins: its last statement may end in a semicolon."""
    at = document.scan.skip_forward(document.positions.span(node).end)
    while document.text[at] == ";":
        at = document.scan.skip_forward(at + 1)
    return at
