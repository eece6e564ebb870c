"""What the user wrote around and inside a change, broken over lines where the change
made it long.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from migrator.edit.binding import is_odd
from migrator.edit.document import Document
from migrator.edit.layout import (
    Brackets,
    Entry,
    Place,
    Style,
    first_line,
    lay_out,
    width,
    within_brackets,
)
from migrator.edit.operators import ends_in_bracket, pieces_of, statement_value
from migrator.edit.scan import breaks_outside_strings, has_break
from migrator.edit.units import Operation
from migrator.edit.writer import Region
from migrator.edits import Span


class Breaker:
    """Writes brackets and operations of one document, on one line if they fit."""

    def __init__(self, document: Document, style: Style, region: Region) -> None:
        self._document = document
        self._style = style
        self._region = region

    def bracket(self, index: int, pair: Span, place: Place) -> str:
        """A pair of brackets on one line, spread only where a change made the line too
        long.
        """
        document = self._document
        inside = document.inside(pair)
        opening, closing = document.text[pair.start], document.text[pair.end - 1]
        joined = place._replace(before=place.before + 1, after=0, flat=True)
        flat = opening + self._region(inside, joined, index) + closing
        items = document.items(pair) or [inside]
        broken = not document.on_one_line(pair)
        if not broken:
            flat = self._region(pair, place._replace(after=0, flat=True), index)
        bare = self._without_pair(flat, pair, place) if broken else None
        if bare is not None:
            return bare
        if self._stays_flat(flat, pair, len(items), place):
            return flat
        if broken:
            kept = self._region(pair, place, index)
            if kept.count("\n") == 2 or len(items) == 1:
                body = first_line(kept[len(first_line(kept)) :].lstrip("\r\n"))
                if width(body) <= self._style.line_length or len(items) == 1:
                    return kept
        comma = len(items) > 1 or "," in document.text[items[-1].end : pair.end - 1]
        comma = comma or self._holds_parameters(pair)
        entries = [Entry(partial(self._region, item, above=index)) for item in items]
        brackets = Brackets(opening, closing, entries, spread=True, comma=comma)
        return lay_out(brackets, place, self._style)

    def operation(self, index: int, unit: Operation, place: Place) -> str:
        """An expression with operators, broken before them where it got too long."""
        if unit.broken:
            return self._joined(index, unit, place)
        if not unit.wrap and not place.enclosed:
            return self._region(unit.span, place, index)  # a line that ends here ends the statement
        flat = self._region(unit.span, place._replace(after=0, flat=True), index)
        if self._stays_flat(flat, unit.span, 1, place):
            return flat
        if unit.wrap and len(unit.cuts.pieces) == 2 and not unit.cuts.commas:
            hugging = self._broken_at_its_end(index, unit, place)
            if hugging is not None:
                return hugging
        newline = self._style.newline
        indent = place.indent + place.hang if unit.wrap else place.indent
        comma = "," if unit.cuts.commas else ""
        inner = within_brackets(place, indent, len(comma))
        first = inner if unit.wrap else place._replace(after=0)
        pieces = []
        for number, piece in enumerate(unit.cuts.pieces):
            at = first if number == 0 else inner
            if number == len(unit.cuts.pieces) - 1 and not unit.wrap:
                at = at._replace(after=place.after)
            pieces.append(self._region(piece, at, index) + comma)
        body = f"{newline}{indent}".join(pieces)
        if not unit.wrap:
            return body
        return f"({newline}{indent}{body}{newline}{place.indent})"

    def new_operation(self, written: str, render: Callable[[Place], str], place: Place) -> str:
        """The new value of a statement, in parentheses and broken before its operators if
        it is too long.
        """
        limit = self._style.line_length
        if not has_break(written) and place.before + width(written) + place.after <= limit:
            return written
        pieces = pieces_of(written)
        if not pieces or (has_break(written) and not breaks_outside_strings(written)):
            return written
        if len(pieces) == 2 and ends_in_bracket(written) and not has_break(pieces[0]):
            return written
        indent = place.indent + place.hang
        spread = render(within_brackets(place, indent))
        separator = f"{self._style.newline}{indent}"
        if has_break(spread) or width(indent + spread) > limit:
            spread = separator.join(pieces_of(spread) or [spread])
        return f"({separator}{spread}{self._style.newline}{place.indent})"

    def _joined(self, index: int, unit: Operation, place: Place) -> str:
        """An operation that was broken, on one line if it now fits there."""
        at = place._replace(after=0, flat=True)
        flat = " ".join(self._region(piece, at, index) for piece in unit.cuts.pieces)
        fits = place.before + width(flat) + place.after <= self._style.line_length
        if not has_break(flat) and (place.flat or fits):
            return flat
        return self._region(unit.span, place, index)

    def _broken_at_its_end(self, index: int, unit: Operation, place: Place) -> str | None:
        """An operation of two, broken in the brackets its second operand ends with: what
        Black prefers to parentheses around it, where the rest fits.
        """
        first, second = unit.cuts.pieces
        gap = Span(first.end, second.start)
        flat = place._replace(after=0, flat=True)
        head = self._region(first, flat, index) + self._region(gap, flat, index)
        if has_break(head):
            return None
        before = place.before + width(head)
        written = self._region(second, place._replace(before=before), index)
        short = before + width(first_line(written)) <= self._style.line_length
        return head + written if short and ends_in_bracket(written) else None

    def _without_pair(self, flat: str, pair: Span, place: Place) -> str | None:
        """What stands in the needless parentheses of a statement's value, if it fits
        without them.
        """
        document, text = self._document, flat[1:-1]
        node = document.expressions.get(document.inside(pair))
        if place.flat or node is None or has_break(flat) or document.text[pair.start] != "(":
            return None
        fits = place.before + width(text) + place.after <= self._style.line_length
        parent = document.parents[node]
        if not fits or not statement_value(parent, node):
            return None
        if document.text[pair.start - 1] != " " or is_odd(text):
            return None
        return text

    def _holds_parameters(self, pair: Span) -> bool:
        """Whether the brackets are those of a `def`, where even a single parameter gets a comma."""
        if not self._document.text[pair.start + 1 : pair.end - 1].strip():
            return False
        head = self._document.text[self._document.positions.line_start(pair.start) : pair.start]
        return head.lstrip().startswith(("def ", "async def ")) and "(" not in head

    def _stays_flat(self, flat: str, span: Span, parts: int, place: Place) -> bool:
        if place.flat:
            return True
        if has_break(flat):
            return parts == 1 and not breaks_outside_strings(flat)
        if place.before + width(flat) + place.after <= self._style.line_length:
            return True
        # A line that was too long already is the user's decision.
        start = self._document.positions.line_start(span.start)
        line = self._document.text[start : self._document.positions.line_end(span.start)]
        was_long = width(line) > self._style.line_length
        return was_long and width(flat) <= span.end - span.start
