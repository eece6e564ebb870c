"""The statements that hold an edit, as LibCST reads them: nothing else of a file is parsed."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import libcst as cst

from migrator.edit.conflict import EditConflict, UnreadableSyntax
from migrator.edit.locate import Offsets
from migrator.edit.positions import Positions
from migrator.edits import Span


@dataclass(frozen=True, slots=True)
class Style:
    """What the file asks of new code."""

    line_length: int
    newline: str
    unit: str


@dataclass(frozen=True, slots=True)
class Piece:
    """Statements of the module, with all that stands above and behind them on their lines.

    `module` has some statements more on top, which tell LibCST the file's newline and indentation,
    and which make what stands above the piece the statement's own: `head` is their text.
    """

    span: Span
    head: str
    module: cst.Module
    offsets: Offsets

    def code(self, module: cst.Module) -> str:
        """The text of the piece once it is `module`."""
        return module.code[len(self.head) :]


def pieces(
    text: str, tree: ast.Module, positions: Positions, style: Style, spans: Iterable[Span]
) -> list[Piece]:
    """Parse the top-level statements of `text` that hold one of `spans`, in their order.

    Raises `UnreadableSyntax` where LibCST can't.
    """
    wanted = sorted(set(spans))
    starts = [span.start for span in wanted]
    joined: list[Span] = []
    for stretch in _stretches(text, tree, positions):
        if bisect_left(starts, stretch.start) == bisect_left(starts, stretch.end):
            continue
        if joined and joined[-1].end == stretch.start:
            stretch = Span(joined.pop().start, stretch.end)
        joined.append(stretch)
    found = [_piece(text, stretch, style, positions) for stretch in joined]
    outside = [s for s in wanted if not any(piece.span.holds(s) for piece in found)]
    if outside:
        raise EditConflict(f"no statement holds {outside[0].start}:{outside[0].end}")
    return found


def _stretches(text: str, tree: ast.Module, positions: Positions) -> Sequence[Span]:
    """The module's statements, each from the end of the one before to the end of its last line."""
    found: list[Span] = []
    start = 0
    for number, node in enumerate(tree.body):
        end = positions.span(node).end
        if number + 1 < len(tree.body):
            following = positions.span(tree.body[number + 1]).start
            if positions.line_start(following) <= positions.line_start(end):
                continue
        stop = positions.next_line(end)
        while text[end:stop].rstrip().endswith("\\") and "#" not in text[end:stop]:
            stop = positions.next_line(stop)
        if start < stop:
            found.append(Span(start, stop))
            start = stop
    return found


def _piece(text: str, span: Span, style: Style, positions: Positions) -> Piece:
    newline = style.newline
    head = f"if 0:{newline}{style.unit}0{newline}0{newline}"
    try:
        module = cst.parse_module(head + text[span.start : span.end])
    except cst.ParserSyntaxError as error:
        line = positions.line_column(span.start)[0] + max(error.raw_line - 4, 0)
        raise UnreadableSyntax(line, error.message) from error
    if text[span.start : span.end].endswith("\r"):
        module = module.with_changes(has_trailing_newline=True)
    offsets = Offsets(module, span.start - len(head), span.start)
    if "".join(offsets.tokens) != head + text[span.start : span.end]:
        raise EditConflict(f"LibCST would not keep the text at {span.start}:{span.end}")
    return Piece(span, head, module, offsets)
