"""How brackets with items are laid out: on one line, or an item a line, the way Black
does it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from migrator.edit.scan import breaks_outside_strings, has_break


class Place(NamedTuple):
    """Where new text will stand.

    `before` and `after` are the columns taken on its first and last line by what
    surrounds it, `indent` the blanks its first line starts with, `enclosed` whether a
    bracket is open there, `flat` asks for the one-line form at any width, `quote` is what
    new strings are put in, `hang` what a line within brackets is indented by, and `step` what a
    block is, where that isn't as in most of the file.
    """

    before: int = 0
    after: int = 0
    indent: str = ""
    enclosed: bool = False
    flat: bool = False
    quote: str = '"'
    hang: str = "    "
    step: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """An item ready to be laid out: `render` writes it, given its place."""

    render: Callable[[Place], str]
    before: Sequence[str] = ()
    after: Sequence[str] = ()
    noted: bool = False


@dataclass(frozen=True, slots=True)
class Style:
    """What the file asks of new text."""

    line_length: int
    newline: str
    unit: str


@dataclass(frozen=True, slots=True)
class Brackets:
    """A bracket with its items, before anyone knows whether it fits on a line.

    `spread` forbids the one-line form, `hugging` lets an item run over several lines
    without it, and `comma` says whether the last item of the spread form gets a comma.
    """

    opening: str
    closing: str
    entries: Sequence[Entry]
    spread: bool = False
    hugging: bool = False
    comma: bool = True
    opening_notes: Sequence[str] = ()
    end_notes: Sequence[str] = field(default=())


def within_brackets(place: Place, indent: str, after: int = 0) -> Place:
    """The place of a line in the brackets that open in `place`."""
    return Place(width(indent), after, indent, True, False, place.quote, place.hang)


def lay_out(brackets: Brackets, place: Place, style: Style) -> str:
    """The text of `brackets` in `place`."""
    entries = brackets.entries
    if not entries and not brackets.opening_notes and not brackets.end_notes:
        return brackets.opening + brackets.closing
    noted = bool(brackets.opening_notes or brackets.end_notes) or any(
        entry.before or entry.after or entry.noted for entry in entries
    )
    if not noted and (place.flat or not brackets.spread):
        flat = _flat(brackets, place)
        if place.flat or _fits(flat, brackets, place, style):
            return flat
    return _spread(brackets, place, style)


def width(text: str) -> int:
    """The columns `text` takes, wide characters counted twice as Black counts them."""
    if text.isascii():
        return len(text) + 3 * text.count("\t")
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    return len(text) + wide - sum(unicodedata.combining(c) > 0 for c in text)


def first_line(text: str) -> str:
    """`text` up to its first line end."""
    return text.partition("\n")[0].partition("\r")[0]


def last_line(text: str) -> str:
    """`text` after its last line end."""
    return text[max(text.rfind("\n"), text.rfind("\r")) + 1 :]


def advance(place: Place, written: str) -> Place:
    """`place`, moved on to behind the text `written` there."""
    if not has_break(written):
        indent = place.indent
        if not place.before and not place.flat and written:  # a line begins here
            indent = written[: len(written) - len(written.lstrip(" \t\f"))]
        return _moved(place, place.before + width(written), indent)
    line = last_line(written)
    indent = line[: len(line) - len(line.lstrip(" \t\f"))]
    return _moved(place, width(line), indent)


def _moved(place: Place, before: int, indent: str) -> Place:
    """The same place on other columns; `_replace` takes three times as long."""
    _, after, _, enclosed, flat, quote, hang, step = place
    return Place(before, after, indent, enclosed, flat, quote, hang, step)


def _flat(brackets: Brackets, place: Place) -> str:
    at = advance(place, brackets.opening)
    inner = at._replace(after=0, enclosed=True, flat=True)
    pieces: list[str] = []
    for entry in brackets.entries:
        piece = entry.render(inner)
        pieces.append(piece)
        inner = advance(inner, piece + ", ")
    return f"{brackets.opening}{', '.join(pieces)}{brackets.closing}"


def _fits(flat: str, brackets: Brackets, place: Place, style: Style) -> bool:
    limit = style.line_length
    if not has_break(flat):
        return place.before + width(flat) + place.after <= limit
    if not brackets.hugging:
        alone = len(brackets.entries) == 1
        if not alone or breaks_outside_strings(flat):
            return False
    first, last = width(first_line(flat)), width(last_line(flat))
    return place.before + first <= limit and last + place.after <= limit


def _spread(brackets: Brackets, place: Place, style: Style) -> str:
    indent = place.indent + place.hang
    head = brackets.opening + "".join(f"  {note}" for note in brackets.opening_notes[:1])
    lines = [head, *(indent + note for note in brackets.opening_notes[1:])]
    for number, entry in enumerate(brackets.entries):
        comma = "," if brackets.comma or number < len(brackets.entries) - 1 else ""
        inner = within_brackets(place, indent, len(comma))
        lines += [indent + note for note in (*entry.before, *entry.after[1:])]
        tail = f"  {entry.after[0]}" if entry.after else ""
        lines.append(f"{indent}{entry.render(inner)}{comma}{tail}")
    lines += [indent + note for note in brackets.end_notes]
    lines.append(place.indent + brackets.closing)
    return style.newline.join(lines)
