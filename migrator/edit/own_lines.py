"""Lines of their own for statements that share one, where an edit touches them.

`if x: a(); b()` is laid out as a block first, and so is `a(); b()`; then no edit of a statement has
to know what else stands on its line. Statements that no edit touches keep their line.
"""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, cast

from migrator.edit.document import Document
from migrator.edits import Delete, Edit, InsertAfter, InsertBefore, Nest, Replace, Span

_BLANK = " \t\f"


@dataclass(frozen=True, slots=True)
class Gap:
    """What stands before or behind a statement on its line, and what is to stand there."""

    span: Span
    text: str


def with_own_lines(
    document: Document, edits: Sequence[Edit], spans: Sequence[Span] = ()
) -> tuple[str, list[Edit], Sequence[Span]]:
    """The text, the edits and `spans` once every statement that `edits` touch has its lines to
    itself.

    The program is the same, and the spans (those of the edits too) mean the same in it.
    """
    found: dict[Span, Gap] = {}
    for node in _touched(document, edits):
        for mate in _line_mates(document, node):
            for gap in _gaps(document, mate):
                found[gap.span] = gap
    if not found:
        return document.text, list(edits), spans
    gaps = [found[span] for span in sorted(found)]
    pieces: list[str] = []
    position = 0
    for gap in gaps:
        pieces += [document.text[position : gap.span.start], gap.text]
        position = gap.span.end
    moves = _Moves(gaps)
    text = "".join([*pieces, document.text[position:]])
    moved = [cast("Edit", moves.moved(edit)) for edit in edits]
    return text, moved, [cast("Span", moves.moved(span)) for span in spans]


def _touched(document: Document, edits: Sequence[Edit]) -> Iterator[ast.stmt]:
    """The statements that an edit puts something beside, replaces or moves.

    One that is only taken away leaves the others on their line, unless more of them go or a
    comment stays.
    """
    ends: dict[int, ast.stmt] | None = None
    deleted = {e.span for e in edits if isinstance(e, Delete) and e.span in document.statements}
    yield from _parted(document, {document.statements[span] for span in deleted})
    for edit in edits:
        if isinstance(edit, (InsertBefore, InsertAfter, Replace)):
            node = document.statements.get(edit.span)
            if node is None or (isinstance(edit, Replace) and edit.span in document.expressions):
                continue
            if edit.span in deleted or not _has_room(document, edit, node):
                yield node
        elif isinstance(edit, Nest):
            if ends is None:
                ends = {}
                for span, node in document.statements.items():
                    ends.setdefault(span.start, node)
                    ends.setdefault(-span.end, node)
            for span in (edit.span, edit.inner):
                yield from (ends[key] for key in (span.start, -span.end) if key in ends)


def _parted(document: Document, deleted: Collection[ast.stmt]) -> Iterator[ast.stmt]:
    """The deleted statements that can't be taken out of their line as it is."""
    for node in deleted:
        span = document.positions.statement(node)
        others = sum(mate in deleted for mate in _line_mates(document, node)) > 1
        if others or _trails_off(document, node) or document.scan.comments_in(span.start, span.end):
            yield node


def _has_room(document: Document, edit: Edit, node: ast.stmt) -> bool:
    """Whether something may be put beside `node` without parting the statements on its line."""
    mates = _line_mates(document, node)
    if isinstance(edit, Replace) or _follows(document, mates[0]) == ":":
        return False
    if _trails_off(document, mates[-1]):
        return False
    return node is (mates[0] if isinstance(edit, InsertBefore) else mates[-1])


def _line_mates(document: Document, node: ast.stmt) -> list[ast.stmt]:
    """The statements of one block that share a line with `node`, itself included."""
    block = document.blocks[node]
    first = last = block.index
    while first and _follows(document, block.body[first]) == ";":
        first -= 1
    while last + 1 < len(block.body) and _follows(document, block.body[last + 1]) == ";":
        last += 1
    return block.body[first : last + 1]


def _gaps(document: Document, node: ast.stmt) -> Iterator[Gap]:
    """What keeps `node` from having its lines to itself."""
    text = document.text
    start = document.positions.statement(node).start
    before = _before(document, node)
    what = _follows(document, node)
    if what == ";":
        block = document.blocks[node]
        before = document.positions.span(block.body[block.index - 1]).end
    if what:
        yield Gap(Span(before, start), document.newline + _indent(document, node))
    elif before < document.positions.line_start(start):  # it is continued from an empty line
        yield Gap(Span(before, start), document.positions.indent(before))
    end = document.positions.span(node).end
    after = _behind(document, node)
    if ";" in text[end:after] and text[after : after + 1] in ("", "\r", "\n", "#"):
        blank = len(text[end:after]) - len(text[end:after].rstrip(_BLANK))
        yield Gap(Span(end, after - blank), "")


def _behind(document: Document, node: ast.stmt) -> int:
    """Where the blanks, semicolons and continued lines behind a statement end."""
    text = document.text
    at = document.positions.span(node).end
    while at < len(text):
        if text[at] in _BLANK or text[at] == ";":
            at += 1
        elif text[at] == "\\":
            at += 3 if text[at + 1 : at + 3] == "\r\n" else 2
        else:
            break
    return at


def _trails_off(document: Document, node: ast.stmt) -> bool:
    """Whether the line goes on behind a statement: `a() \\`, and on the next line `;`."""
    return "\\" in document.text[document.positions.span(node).end : _behind(document, node)]


def _before(document: Document, node: ast.stmt) -> int:
    """Where the blanks and continued lines before a statement begin."""
    text = document.text
    at = document.positions.statement(node).start
    while at:
        if text[at - 1] in _BLANK:
            at -= 1
        elif text[at - 1] in "\r\n":
            end = at - 2 if text[at - 2 : at] == "\r\n" else at - 1
            if text[end - 1 : end] != "\\" or document.scan.comment_around(end) is not None:
                return at
            at = end - 1
        else:
            return at
    return at


def _follows(document: Document, node: ast.stmt) -> str:
    """The character that parts a statement from what stands before it on its line; "" where it
    begins the line.
    """
    before = _before(document, node)
    return "" if before == 0 or document.text[before - 1] in "\r\n" else document.text[before - 1]


def _indent(document: Document, node: ast.stmt) -> str:
    """The indentation a statement gets on a line of its own."""
    block = document.blocks[node]
    positions = document.positions
    first = block.body[0]
    if _follows(document, first) != ":":
        return positions.indent(max(_before(document, first), 0))
    return positions.indent(_header(document, first)) + document.indent_unit


def _header(document: Document, first: ast.stmt) -> int:
    """Where the header of the block that begins with `first` begins."""
    owner = document.blocks[first].owner
    positions, scan = document.positions, document.scan
    if document.blocks[first].body is getattr(owner, "body", None):
        if isinstance(owner, ast.match_case):
            pattern = positions.span_with_parentheses(positions.span(owner.pattern))
            return scan.skip_backward(pattern.start) - 1
        return positions.span(owner).start
    colon = scan.skip_backward(positions.statement(first).start) - 1
    return scan.skip_backward(colon) - 1


class _Moves:
    """Where places of the text went when its gaps were filled anew."""

    def __init__(self, gaps: Sequence[Gap]) -> None:
        self._ends = [gap.span.end for gap in gaps]
        self._shifts = [0]
        for gap in gaps:
            grown = len(gap.text) - (gap.span.end - gap.span.start)
            self._shifts.append(self._shifts[-1] + grown)

    def moved(self, value: object) -> object:
        """A part of an edit with its spans moved."""
        if isinstance(value, Span):
            return Span(self._place(value.start), self._place(value.end))
        if isinstance(value, tuple):
            return tuple(self.moved(part) for part in value)
        if is_dataclass(value) and not isinstance(value, type):
            parts = {f.name: self.moved(getattr(value, f.name)) for f in fields(value)}
            return replace(cast("Any", value), **parts)
        return value

    def _place(self, offset: int) -> int:
        return offset + self._shifts[bisect_right(self._ends, offset)]
