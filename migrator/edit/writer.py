"""New code as text: templates, displays and calls, with original expressions in their
holes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple, Protocol

from migrator.edit.binding import breaks_bare, is_generator, needs_parentheses
from migrator.edit.comments import Notes, widened
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
    within_brackets,
)
from migrator.edit.quotes import quoted, requoted
from migrator.edit.scan import CLOSING, breaks_outside_strings, has_break, scan
from migrator.edits import (
    CallCode,
    ClausesCode,
    Code,
    DictCode,
    HeaderCode,
    Hole,
    Item,
    ListCode,
    RowsCode,
    Span,
    Template,
)

INSIDE = -2
"""As the number to be over: all units in the stretch but those of its very span."""

OPENING: dict[type[Code], str] = {DictCode: "{", ListCode: "[", CallCode: "("}
"""The brackets of new code."""


class Region(Protocol):
    """Renders a stretch of the original with the units in it numbered over `above`."""

    def __call__(
        self, span: Span, place: Place, above: int = -1, *, expression: bool = False
    ) -> str: ...


class _Listing(NamedTuple):
    """What is the same for all items between two brackets.

    `alone` says that there is one, in parentheses; `above` and `within` are as for `Writer.code`.
    """

    opening: str
    alone: bool
    above: int
    within: Span
    notes: Notes


class Writer:
    """Writes new code into one document; `region` renders what is in its holes."""

    def __init__(self, document: Document, style: Style, region: Region) -> None:
        self._document = document
        self._style = style
        self._region = region

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
        if isinstance(code, ClausesCode):
            return self._clauses(code, place, above, within, notes)
        if isinstance(code, RowsCode):
            return self._rows(code, place, above, within)
        if isinstance(code, HeaderCode):
            return self._header(code, place, above, within)
        notes = notes if notes is not None else Notes()
        function = ""
        opening = OPENING[type(code)]
        if isinstance(code, CallCode):
            function = self.code(code.function, place, above, within, notes)
        brackets = Brackets(
            opening,
            CLOSING[opening],
            self.entries(code.items, opening, above, within, notes),
        )
        return function + lay_out(brackets, advance(place, function), self._style)

    def _rows(self, code: RowsCode, place: Place, above: int, within: Span) -> str:
        """Statements, each indented by its depth from where the first one stands.

        Lines between them stay blank; the indentation of a last one is that of what follows.
        """
        written: list[str] = []
        for row in code.rows:
            indent = place.indent + row.depth * (place.step or self._style.unit)
            at = place._replace(before=width(indent), after=0, indent=indent)
            text = self.code(row.code, at, above, within)
            if written:
                written[-1] = written[-1].rstrip(" \t")
            written.append(indent + text if written else text)
        return self._style.newline.join(written)

    def _clauses(
        self,
        code: ClausesCode,
        place: Place,
        above: int,
        within: Span,
        notes: Notes | None,
    ) -> str:
        """A comprehension; its element and clauses get a line each where needed."""
        head = requoted(code.before, place.quote)
        tail = requoted(code.after, place.quote)
        parts = (code.element, *code.clauses)
        outside = "" if code.soft else head
        at = advance(place, outside)._replace(after=0, enclosed=True, flat=True)
        pieces: list[str] = []
        for part in parts:
            pieces.append(self.code(part, at, above, within, notes))
            at = advance(at, pieces[-1] + " ")
        flat = f"{outside}{' '.join(pieces)}{'' if code.soft else tail}"
        fits = place.before + width(flat) + place.after <= self._style.line_length
        if place.flat or (fits and not has_break(flat)):
            return flat
        indent = place.indent + place.hang
        inner = within_brackets(place, indent)
        joined = " ".join(pieces)
        if not has_break(joined) and width(indent + joined) <= self._style.line_length:
            return self._style.newline.join([head, indent + joined, place.indent + tail])
        rows = [indent + self.code(p, inner, above, within, notes) for p in parts]
        return self._style.newline.join([head, *rows, place.indent + tail])

    def _header(self, code: HeaderCode, place: Place, above: int, within: Span) -> str:
        """`if a and b:`; each operand gets a line where needed, but brackets of its own do."""
        alone = code.operands[0] if len(code.operands) == 1 else None
        if isinstance(alone, ClausesCode) and not alone.soft:
            at = advance(place, code.keyword + " ")._replace(after=1)
            return f"{code.keyword} {self.code(alone, at, above, within)}:"
        at = advance(place, code.keyword + " ")._replace(after=0, enclosed=True, flat=True)
        operands = [self.code(operand, at, above, within) for operand in code.operands]
        joined = " and ".join(operands)
        flat = f"{code.keyword} {joined}:"
        fits = place.before + width(flat) <= self._style.line_length
        if fits and not has_break(flat):
            return flat
        indent = place.indent + place.hang
        rows = [f"{indent}{'and ' if number else ''}{o}" for number, o in enumerate(operands)]
        if not has_break(joined) and width(indent + joined) <= self._style.line_length:
            rows = [indent + joined]
        return self._style.newline.join([f"{code.keyword} (", *rows, f"{place.indent}):"])

    def entries(
        self,
        items: Sequence[Item],
        opening: str,
        above: int,
        within: Span,
        notes: Notes,
    ) -> list[Entry]:
        listing = _Listing(opening, opening == "(" and len(items) == 1, above, within, notes)
        return [
            Entry(
                partial(self._item, item, listing),
                notes.before.get(id(item), ()),
                notes.after.get(id(item), ()),
                notes.of((item,)),
            )
            for item in items
        ]

    def _item(self, item: Item, listing: _Listing, place: Place) -> str:
        above, within = listing.above, listing.within
        head = ""
        if item.key is not None:
            head = self.code(item.key, place._replace(after=1), above, within) + ": "
        elif item.name is not None and set(item.name) == {"*"}:
            head = item.name
        elif item.name is not None and listing.opening == "{":
            head = quoted(item.name, place.quote) + ": "
        elif item.name is not None:
            head = item.name + "="
        at = advance(place, head)
        value = self.code(item.value, at, above, within, listing.notes)
        if listing.alone and not head and place.flat and is_generator(value):
            value = value[1:-1]
        return head + value

    def _hole(self, hole: Hole, place: Place, above: int, within: Span) -> str:
        span = hole.span if hole.inside else widened(self._document, hole.span, within)
        if hole.inside:
            above = INSIDE  # it is taken from where something else is put
        elif not within.holds(hole.span):
            above = -1  # it is taken from elsewhere, with its edits
        render = partial(self._region, span, above=above, expression=True)
        written = render(place._replace(enclosed=True))
        needed = needs_parentheses(written, hole.binding) or (
            not place.enclosed and breaks_bare(written)
        )
        return self.parenthesised(render, place) if needed else written

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
                flat = at._replace(before=0, after=0, flat=True)
                rest = self._template(Template(tail), flat, above, within, notes)
                after = width(first_line(rest)) + (0 if has_break(rest) else place.after)
            enclosed = place.enclosed or _is_open(written)
            at = at._replace(after=after, enclosed=enclosed)
            piece = self.code(part, at, above, within, notes)
            at = advance(at, piece)
            written += piece
        return written

    def parenthesised(self, render: Callable[[Place], str], place: Place) -> str:
        """What `render` writes, in parentheses, on its own lines if it has several."""
        inner = place._replace(before=place.before + 1, after=place.after + 1, enclosed=True)
        written = render(inner)
        if not breaks_outside_strings(written) or place.flat:
            return f"({written})"
        indent = place.indent + place.hang
        spread = render(within_brackets(place, indent))
        newline = self._style.newline
        return f"({newline}{indent}{spread}{newline}{place.indent})"


def _is_open(text: str) -> bool:
    """Whether a bracket stays open in `text`."""
    if not any(bracket in text for bracket in CLOSING):
        return False
    found = scan(text + "\n")
    closed = {pair.start for pair in found.brackets}
    return any(
        character in CLOSING and index not in closed and found.literal_around(index) is None
        for index, character in enumerate(text)
    )
