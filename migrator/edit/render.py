"""The edited text: everything outside the edits verbatim, everything inside laid out
anew.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import partial

from migrator.edit.binding import (
    breaks_bare,
    demanded,
    needs_parentheses,
)
from migrator.edit.breaking import Breaker
from migrator.edit.comments import Display, brackets_of, share_out
from migrator.edit.document import Document
from migrator.edit.layout import (
    Brackets,
    Place,
    Style,
    advance,
    first_line,
    lay_out,
    width,
    within_brackets,
)
from migrator.edit.operators import statement_value
from migrator.edit.quotes import check_field, quote_within
from migrator.edit.scan import CLOSING, has_break
from migrator.edit.units import (
    Bracket,
    Exchange,
    Nested,
    NewCode,
    NewItems,
    Operation,
    Unit,
    Units,
)
from migrator.edit.writer import INSIDE, OPENING, Writer
from migrator.edits import (
    Span,
    Template,
)


class Renderer:
    """Writes regions, units and new code of one document."""

    def __init__(self, document: Document, units: Units) -> None:
        self.document = document
        self.units = units
        self.style = Style(document.line_length, document.newline, document.indent_unit)
        self.writer = Writer(document, self.style, self.region)
        self.breaker = Breaker(document, self.style, partial(self.region, expression=True))
        self._flat: dict[tuple[int, bool, str], str] = {}

    def region(self, span: Span, place: Place, above: int = -1, *, expression: bool = False) -> str:
        """The text of `span` with the units in it whose number is over `above`."""
        if above == INSIDE:
            above = self.units.replacing(span)
        old = self.document.positions.indent(span.start)
        pieces: list[str] = []
        at, position = place, span.start
        for index, unit in self.units.within(span, above, expression=expression):
            passed = Span(position, unit.span.start)
            kept = self._kept(passed, old, place.indent, resumed=position > span.start)
            at = advance(at, kept)
            rest = Span(unit.span.end, self._next_bracket(unit.span, span.end))
            after = 0 if place.flat else self._rest(rest, index, place)
            enclosed = place.enclosed or any(
                pair.start >= span.start for pair in self.document.pairs_around(unit.span)
            )
            new = at._replace(after=after, enclosed=enclosed)
            if isinstance(unit, NewCode) and (above_it := unit.follows) is not None:
                indent = self.document.positions.indent(above_it.start)
                new = new._replace(indent=_moved(indent, old, place.indent))
            written = self.unit(index, new)
            if not written and self.document.positions.is_empty_line(unit.span.end):
                kept = kept.rstrip(" \t")  # which no statement comes to any more
            at = advance(at, written)
            pieces += [kept, written]
            position = unit.span.end
        passed = Span(position, span.end)
        pieces.append(self._kept(passed, old, place.indent, resumed=position > span.start))
        return "".join(pieces)

    def _next_bracket(self, span: Span, end: int) -> int:
        """How far of what follows `span` an annotation makes room for: up to the bracket that the
        value behind it begins with, which is broken sooner than the annotation is.
        """
        value = self.document.annotated_value(span)
        if value is None or span.end > value.start:
            return end
        new = self.units.replacing(value)
        if new >= 0:
            return value.start if self.unit(new, Place(flat=True)).startswith("[") else end
        opens = self.document.text[value.start : value.start + 1] in ("[", "{", "(")
        return value.start + 1 if opens else end

    def _kept(self, span: Span, old: str, new: str, *, resumed: bool) -> str:
        """Verbatim text, its lines moved along from indentation `old` to `new`.

        The first line is one where the text is `resumed` behind lines that were taken out; the end
        of what stands before those has been given any indentation that is added.
        """
        text = self._continued(span, old, new)
        starts = span.start == self.document.positions.line_start(span.start)
        if not resumed or not starts or len(new) >= len(old):
            return text
        stripped = text.lstrip(" \t")
        return _moved(text[: len(text) - len(stripped)], old, new) + stripped

    def _continued(self, span: Span, old: str, new: str) -> str:
        """Verbatim text, its continuation lines moved along."""
        text = self.document.text[span.start : span.end]
        if old == new or not has_break(text):
            return text
        pieces: list[str] = []
        position = 0
        for line in self.document.breaks_outside_strings(span):
            end = line.end - span.start
            pieces.append(text[position:end])
            stripped = text[end:].lstrip(" \t")
            blanks = text[end : len(text) - len(stripped)]
            position = end + len(blanks)
            blank = stripped[:1] in ("\r", "\n")
            pieces.append(blanks if blank else _moved(blanks, old, new))
        return "".join([*pieces, text[position:]])

    def _rest(self, span: Span, above: int, place: Place) -> int:
        """The columns of what follows on the line of `span.start`, all of it on one
        line.
        """
        taken, position = 0, span.start
        flat = place._replace(before=0, after=0, flat=True)
        text = self.document.text
        limit = min(self.document.positions.line_end(span.start), span.end)
        for index, unit in self.units.within(span, above):
            if unit.span.start > limit:
                break
            kept = text[position : unit.span.start]
            if has_break(kept):
                break
            written = self.unit(index, flat)
            taken += width(kept) + width(first_line(written))
            if has_break(written):
                return taken
            position = unit.span.end
        end = self.document.positions.line_end(position)
        taken += width(text[position : min(end, span.end)])
        return taken if end < span.end else taken + place.after

    def unit(self, index: int, place: Place) -> str:
        """The text a unit becomes in `place`."""
        unit = self.units.all[index]
        literal = self.document.formatted_around(unit.span)
        if literal is not None:
            place = place._replace(flat=True, enclosed=True, quote=quote_within(literal))
        key = (index, place.enclosed, place.quote)
        if place.flat and key in self._flat:
            return self._flat[key]
        written = self._unit(index, unit, place)
        if literal is not None:
            old = self.document.text[unit.span.start : unit.span.end]
            check_field(written, old, literal, unit.span)
        if place.flat and not has_break(written):
            self._flat[key] = written
        return written

    def _unit(self, index: int, unit: Unit, place: Place) -> str:
        if isinstance(unit, Bracket):
            return self.breaker.bracket(index, unit.span, place)
        if isinstance(unit, NewItems):
            return self._new_items(index, unit, place)
        if isinstance(unit, Exchange):
            return self._exchange(index, unit, place)
        if isinstance(unit, Nested):
            return self._nested(index, unit, place)
        if isinstance(unit, Operation):
            return self.breaker.operation(index, unit, place)
        template = Template(unit.parts)
        if not unit.expression:
            place = place._replace(step=self.document.indents.step_at(unit.span.start))
            return self.writer.code(template, place, index, unit.span)
        return self._expression(index, unit, template, place)

    def _expression(self, index: int, unit: NewCode, template: Template, place: Place) -> str:
        document = self.document
        render = partial(self.writer.code, template, above=index, within=unit.span)
        code = template.parts[0]
        pair = brackets_of(document, unit.span, code)
        if pair is not None and isinstance(code, Display):
            render = partial(self._display, code, above=index, within=unit.span, pair=pair)
        if document.positions.span_with_parentheses(unit.span) != unit.span:
            return render(place)
        written = render(place)
        node = document.expressions.get(unit.span)
        needed = not place.enclosed and breaks_bare(written)
        if node is not None and not needed:
            demand = demanded(document.parents[node], node)
            needed = demand is not None and needs_parentheses(written, demand)
            if document.formatted_around(unit.span) is not None:
                # There `{{` is a brace, and the colon of a lambda starts a format.
                needed |= written.startswith("{") or "lambda" in written
        if needed:
            return self.writer.parenthesised(render, place)
        if node is None or place.flat or place.enclosed:
            return written
        if not statement_value(document.parents[node], node):
            return written
        return self.breaker.new_operation(written, render, place)

    def _exchange(self, index: int, unit: Exchange, place: Place) -> str:
        """Two stretches, each with its own edits, in each other's place."""
        between = Span(unit.first.end, unit.second.start)
        old = self.document.positions.indent(unit.first.start)
        at = place._replace(after=0)
        second = self.region(unit.second, at, index)
        kept = self._kept(between, old, place.indent, resumed=False)
        if second[-1:] in ("\n", "\r"):  # whole lines: they begin anew
            stripped = kept.lstrip(" \t")
            kept = _moved(kept[: len(kept) - len(stripped)], old, place.indent) + stripped
        at = advance(at, second + kept)._replace(indent=place.indent, after=place.after)
        return second + kept + self.region(unit.first, at, index)

    def _nested(self, index: int, unit: Nested, place: Place) -> str:
        """Statements under a header, one level deeper than it; or in the place of others."""
        if unit.header is None:
            written = self.region(unit.inner, place._replace(after=0), index)
            # What was an `elif` begins a statement of its own now.
            return written.removeprefix("el") if self._is_chained(unit.inner.start) else written
        indent = place.indent + self.document.indents.step_at(unit.span.start)
        head = self.writer.code(unit.header, place._replace(after=0), index, unit.span)
        body = within_brackets(place, indent)._replace(enclosed=False)
        written = self.region(unit.inner, body, index)
        if self._is_chained(unit.inner.start):
            written = written.removeprefix("el")
        return f"{head}{self.style.newline}{indent}{written}"

    def _is_chained(self, start: int) -> bool:
        node = self.document.starting(start)
        return isinstance(node, ast.If) and self.document.text.startswith("elif", start)

    def _display(self, code: Display, place: Place, above: int, within: Span, pair: Span) -> str:
        """A display in the place of the brackets `pair`, whose comments it takes over."""
        notes = share_out(self.document, pair, code.items)
        opening = OPENING[type(code)]
        brackets = Brackets(
            opening,
            CLOSING[opening],
            self.writer.entries(code.items, opening, above, within, notes),
            opening_notes=notes.opening,
            end_notes=notes.end,
        )
        return lay_out(brackets, self._hanging(pair, place), self.style)

    def _hanging(self, pair: Span, place: Place) -> Place:
        """`place` with the indentation that the lines in the brackets `pair` have already."""
        return place._replace(hang=self.document.hang(pair) or place.hang)

    def _new_items(self, index: int, unit: NewItems, place: Place) -> str:
        document, pair = self.document, unit.span
        originals = document.items(pair)
        gaps = _gaps(pair, originals)
        spread = not all(document.on_one_line(gap) for gap in gaps)
        hugging = len(originals) > 1 and not document.on_one_line(pair)
        notes = share_out(document, pair, unit.items)
        opening = document.text[pair.start]
        brackets = Brackets(
            opening,
            CLOSING[opening],
            self.writer.entries(unit.items, opening, index, pair, notes),
            spread=spread,
            hugging=hugging,
            opening_notes=notes.opening,
            end_notes=notes.end,
        )
        return lay_out(brackets, self._hanging(pair, place), self.style)


def _gaps(pair: Span, items: Sequence[Span]) -> list[Span]:
    """What stands between the brackets and the items, and between the items."""
    starts = [pair.start, *(item.end for item in items)]
    ends = [*(item.start for item in items), pair.end]
    if items:
        # A bracket that closes on its own line does not spread the items.
        starts, ends = starts[:-1], ends[:-1]
    return [Span(*gap) for gap in zip(starts, ends, strict=True)]


def _moved(blanks: str, old: str, new: str) -> str:
    """A line's indentation once the line it continues went from `old` to `new`."""
    if blanks.startswith(old):
        return new + blanks[len(old) :]
    if new.startswith(old):
        return new[len(old) :] + blanks
    return blanks[: max(len(blanks) - (len(old) - len(new)), 0)]
