"""The edited text: everything outside the edits verbatim, everything inside laid out anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from migrator.edit.binding import (
    breaks_bare,
    demanded,
    is_generator,
    needs_parentheses,
)
from migrator.edit.comments import Notes, share_out, widened
from migrator.edit.conflict import EditConflict
from migrator.edit.document import Document
from migrator.edit.layout import (
    Brackets,
    Entry,
    Place,
    Style,
    advance,
    first_line,
    lay_out,
    width,
)
from migrator.edit.quotes import check_field, quote_within, quoted, requoted
from migrator.edit.scan import CLOSING, breaks_outside_strings, has_break, scan
from migrator.edit.statements import statement_units
from migrator.edit.units import (
    Bracket,
    NewCode,
    NewItems,
    Operation,
    Unit,
    Units,
    distinct,
    expression_units,
)
from migrator.edits import (
    CallCode,
    Code,
    DictCode,
    Edit,
    Hole,
    Item,
    ListCode,
    Span,
    Template,
)


def apply_edits(text: str, edits: Sequence[Edit], *, line_length: int) -> str:
    """The text after `edits`; what no edit covers stays as it is, character by character.

    `text` is a decoded module without byte order mark, with its own line ends; `line_length` is in
    columns. `NeedImport` is not for this function and is passed over. Raises `EditConflict` where
    the edits contradict each other, cannot be written down, or the text does not parse.
    """
    wanted = distinct(edits)
    if not wanted:
        return text
    try:
        document = Document(text, line_length)
        units = [
            *expression_units(document, wanted),
            *statement_units(document, wanted),
        ]
        renderer = Renderer(document, Units(units))
        return renderer.region(Span(0, len(text)), Place(quote=document.quote))
    except RecursionError as error:
        raise EditConflict("the edits are nested too deeply") from error


class Renderer:
    """Writes regions, units and new code of one document."""

    def __init__(self, document: Document, units: Units) -> None:
        self.document = document
        self.units = units
        self.style = Style(document.line_length, document.newline, document.indent_unit)
        self._flat: dict[tuple[int, bool, str], str] = {}

    def region(self, span: Span, place: Place, above: int = -1) -> str:
        """The text of `span` with the units in it whose number is over `above`."""
        old = self.document.positions.indent(span.start)
        pieces: list[str] = []
        at, position = place, span.start
        for index, unit in self.units.within(span, above):
            kept = self._kept(Span(position, unit.span.start), old, place.indent)
            at = advance(at, kept)
            rest = Span(unit.span.end, span.end)
            after = 0 if place.flat else self._rest(rest, index, place)
            enclosed = place.enclosed or any(
                pair.start >= span.start
                for pair in self.document.pairs_around(unit.span)
            )
            written = self.unit(index, replace(at, after=after, enclosed=enclosed))
            at = advance(at, written)
            pieces += [kept, written]
            position = unit.span.end
        pieces.append(self._kept(Span(position, span.end), old, place.indent))
        return "".join(pieces)

    def _kept(self, span: Span, old: str, new: str) -> str:
        """Verbatim text, its continuation lines moved along from indentation `old` to `new`."""
        text = self.document.text[span.start : span.end]
        if old == new or not has_break(text):
            return text
        pieces: list[str] = []
        position = 0
        for line in breaks_outside_strings_at(self.document, span):
            end = line.end - span.start
            pieces.append(text[position:end])
            stripped = text[end:].lstrip(" \t")
            blanks = text[end : len(text) - len(stripped)]
            position = end + len(blanks)
            blank = stripped[:1] in ("\r", "\n")
            pieces.append(blanks if blank else _moved(blanks, old, new))
        return "".join([*pieces, text[position:]])

    def _rest(self, span: Span, above: int, place: Place) -> int:
        """The columns of what follows on the line of `span.start`, all of it on one line."""
        taken, position = 0, span.start
        flat = replace(place, before=0, after=0, flat=True)
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
        kept = text[position : span.end]
        taken += width(first_line(kept))
        return taken if has_break(kept) else taken + place.after

    def unit(self, index: int, place: Place) -> str:
        """The text a unit becomes in `place`."""
        unit = self.units.all[index]
        literal = self.document.formatted_around(unit.span)
        if literal is not None:
            place = replace(
                place, flat=True, enclosed=True, quote=quote_within(literal)
            )
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
            return self._bracket(index, unit.span, place)
        if isinstance(unit, NewItems):
            return self._new_items(index, unit, place)
        if isinstance(unit, Operation):
            return self._operation(index, unit, place)
        template = Template(unit.parts)
        if not unit.expression:
            return self.code(template, place, index, unit.span)
        return self._expression(index, unit, template, place)

    def _expression(
        self, index: int, unit: NewCode, template: Template, place: Place
    ) -> str:
        document = self.document
        render = partial(self.code, template, above=index, within=unit.span)
        if document.positions.span_with_parentheses(unit.span) != unit.span:
            return render(place)
        written = render(place)
        node = document.expressions.get(unit.span)
        needed = not place.enclosed and breaks_bare(written)
        if node is not None and not needed:
            demand = demanded(document.parents[node], node)
            needed = demand is not None and needs_parentheses(written, demand)
            # `{{` in an f-string is a brace, not a field with a dict.
            needed |= document.formatted_around(
                unit.span
            ) is not None and written.startswith("{")
        return self._parenthesised(render, place) if needed else written

    def _parenthesised(self, render: Callable[[Place], str], place: Place) -> str:
        inner = replace(
            place, before=place.before + 1, after=place.after + 1, enclosed=True
        )
        written = render(inner)
        if not breaks_outside_strings(written) or place.flat:
            return f"({written})"
        indent = place.indent + self.style.unit
        spread = render(Place(width(indent), 0, indent, True, False, place.quote))
        newline = self.style.newline
        return f"({newline}{indent}{spread}{newline}{place.indent})"

    def _bracket(self, index: int, pair: Span, place: Place) -> str:
        """A pair of brackets on one line, spread only where a change made the line too long."""
        document = self.document
        inside = document.inside(pair)
        opening, closing = document.text[pair.start], document.text[pair.end - 1]
        joined = replace(place, before=place.before + 1, after=0, flat=True)
        flat = opening + self.region(inside, joined, index) + closing
        items = document.items(pair) or [inside]
        broken = not document.on_one_line(pair)
        if not broken:
            flat = self.region(pair, replace(place, after=0, flat=True), index)
        if self._stays_flat(flat, pair, len(items), place):
            return flat
        if broken:
            kept = self.region(pair, place, index)
            if kept.count("\n") == 2 or len(items) == 1:
                body = first_line(kept[len(first_line(kept)) :].lstrip("\r\n"))
                if width(body) <= self.style.line_length or len(items) == 1:
                    return kept
        comma = len(items) > 1 or "," in document.text[items[-1].end : pair.end - 1]
        entries = [Entry(partial(self.region, item, above=index)) for item in items]
        brackets = Brackets(opening, closing, entries, spread=True, comma=comma)
        return lay_out(brackets, place, self.style)

    def _stays_flat(self, flat: str, span: Span, parts: int, place: Place) -> bool:
        if place.flat:
            return True
        if has_break(flat):
            return parts == 1 and not breaks_outside_strings(flat)
        if place.before + width(flat) + place.after <= self.style.line_length:
            return True
        # A line that was too long already is the user's decision.
        start = self.document.positions.line_start(span.start)
        line = self.document.text[start : self.document.positions.line_end(span.start)]
        was_long = width(line) > self.style.line_length
        return was_long and width(flat) <= span.end - span.start

    def _operation(self, index: int, unit: Operation, place: Place) -> str:
        """An expression with operators, broken before them where it got too long."""
        flat = self.region(unit.span, replace(place, after=0, flat=True), index)
        if self._stays_flat(flat, unit.span, 1, place):
            return flat
        newline = self.style.newline
        indent = place.indent + self.style.unit if unit.wrap else place.indent
        comma = "," if unit.cuts.commas else ""
        inner = Place(width(indent), len(comma), indent, True, False, place.quote)
        first = inner if unit.wrap else replace(place, after=0)
        pieces = []
        for number, piece in enumerate(unit.cuts.pieces):
            at = first if number == 0 else inner
            if number == len(unit.cuts.pieces) - 1 and not unit.wrap:
                at = replace(at, after=place.after)
            pieces.append(self.region(piece, at, index) + comma)
        body = f"{newline}{indent}".join(pieces)
        if not unit.wrap:
            return body
        return f"({newline}{indent}{body}{newline}{place.indent})"

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
            self._entries(unit.items, opening, index, pair, notes),
            spread=spread,
            hugging=hugging,
            opening_notes=notes.opening,
            end_notes=notes.end,
        )
        return lay_out(brackets, place, self.style)

    def _entries(
        self,
        items: Sequence[Item],
        opening: str,
        above: int,
        within: Span,
        notes: Notes,
    ) -> list[Entry]:
        alone = opening == "(" and len(items) == 1
        return [
            Entry(
                partial(
                    self._item,
                    item,
                    opening=opening,
                    alone=alone,
                    above=above,
                    within=within,
                    notes=notes,
                ),
                notes.before.get(id(item), ()),
                notes.after.get(id(item), ()),
                notes.of((item,)),
            )
            for item in items
        ]

    def _item(
        self,
        item: Item,
        place: Place,
        *,
        opening: str,
        alone: bool,
        above: int,
        within: Span,
        notes: Notes,
    ) -> str:
        head = ""
        if item.key is not None:
            head = self.code(item.key, replace(place, after=1), above, within) + ": "
        elif item.name is not None and set(item.name) == {"*"}:
            head = item.name
        elif item.name is not None and opening == "{":
            head = quoted(item.name, place.quote) + ": "
        elif item.name is not None:
            head = item.name + "="
        at = advance(place, head)
        value = self.code(item.value, at, above, within, notes)
        if alone and not head and place.flat and is_generator(value):
            value = value[1:-1]
        return head + value

    def code(
        self,
        code: Code,
        place: Place,
        above: int,
        within: Span,
        notes: Notes | None = None,
    ) -> str:
        """New code as text; its holes take the units numbered over `above` along."""
        if isinstance(code, str):
            return requoted(code, place.quote)
        if isinstance(code, Hole):
            return self._hole(code, place, above, within)
        if isinstance(code, Template):
            return self._template(code, place, above, within, notes)
        notes = notes if notes is not None else Notes()
        function = ""
        opening = {DictCode: "{", ListCode: "[", CallCode: "("}[type(code)]
        if isinstance(code, CallCode):
            function = self.code(code.function, place, above, within, notes)
        brackets = Brackets(
            opening,
            CLOSING[opening],
            self._entries(code.items, opening, above, within, notes),
        )
        return function + lay_out(brackets, advance(place, function), self.style)

    def _hole(self, hole: Hole, place: Place, above: int, within: Span) -> str:
        span = widened(self.document, hole.span, within)
        render = partial(self.region, span, above=above)
        written = render(place)
        needed = needs_parentheses(written, hole.binding) or (
            not place.enclosed and breaks_bare(written)
        )
        return self._parenthesised(render, place) if needed else written

    def _template(
        self,
        template: Template,
        place: Place,
        above: int,
        within: Span,
        notes: Notes | None,
    ) -> str:
        written = ""
        at = place
        for number, part in enumerate(template.parts):
            tail = template.parts[number + 1 :]
            after = place.after
            if tail and not isinstance(part, str) and not place.flat:
                flat = replace(at, before=0, after=0, flat=True)
                rest = Template(tail)
                after = width(
                    first_line(self._template(rest, flat, above, within, notes))
                )
                after += place.after
            enclosed = place.enclosed or _is_open(written)
            at = replace(at, after=after, enclosed=enclosed)
            piece = self.code(part, at, above, within, notes)
            at = advance(at, piece)
            written += piece
        return written


def breaks_outside_strings_at(document: Document, span: Span) -> list[Span]:
    """The line ends in `span` that are not part of a string."""
    return [
        line
        for line in document.positions.breaks_in(span)
        if document.scan.literal_around(line.start) is None
    ]


def _is_open(text: str) -> bool:
    """Whether a bracket stays open in `text`."""
    if not any(bracket in text for bracket in CLOSING):
        return False
    found = scan(text + "\n")
    closed = {pair.start for pair in found.brackets}
    return any(
        character in CLOSING
        and index not in closed
        and found.literal_around(index) is None
        for index, character in enumerate(text)
    )


def _gaps(pair: Span, items: Sequence[Span]) -> list[Span]:
    """What stands between the brackets and the items, and between the items."""
    starts = [pair.start, *(item.end for item in items)]
    ends = [*(item.start for item in items), pair.end]
    if items:
        # A bracket that closes on its own line does not spread the items.
        starts, ends = starts[:-1], ends[:-1]
    return [Span(*gap) for gap in zip(starts, ends, strict=True)]


def _moved(blanks: str, old: str, new: str) -> str:
    """A line's indentation after the move of the line it continues from `old` to `new`."""
    if blanks.startswith(old):
        return new + blanks[len(old) :]
    if new.startswith(old):
        return new[len(old) :] + blanks
    return blanks[: max(len(blanks) - (len(old) - len(new)), 0)]
