"""The layout of edited statements: what breaks over lines, the way Black does it.

A group is put on one line if it fits there; else its brackets get an item a line, or an operation a
line before each operator, and the groups in it are asked in turn. What is decided is then written
into the nodes.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import NamedTuple

import libcst as cst

from migrator.edit.marks import Bracket, Marks, Operation
from migrator.edit.relay import Decisions
from migrator.edit.spread import width
from migrator.edit.stream import IN_STRING, Break, Group, Part, Stream

CLOSERS = (")", "]", "}")


class Place(NamedTuple):
    """Where text is going to stand.

    `before` and `after` are the columns that are taken on its first and last line, `indent` the
    blanks that its first line begins with. `flat` asks for the one-line form at any width;
    `enclosed` says that new brackets are open there; `shift` is the old and the new indentation of the user's own lines.
    """

    before: int = 0
    after: int = 0
    indent: str = ""
    flat: bool = False
    enclosed: bool = False
    shift: tuple[str, str] | None = None


def lay_out(module: cst.Module, marks: Marks, line_length: int) -> cst.Module:
    """`module` with the groups that `marks` speak of laid out."""
    stream = Stream(module, marks)
    printer = Printer(module.default_newline, module.default_indent, line_length)
    printer.parts(stream.parts, Place())
    return printer.decisions.written(module, stream.parents)


class Printer:
    """Writes the groups of one module, and notes what it decides about each."""

    def __init__(self, newline: str, unit: str, limit: int) -> None:
        self.newline = newline
        self.unit = unit
        self.limit = limit
        self.decisions = Decisions()

    def parts(self, parts: list[Part], place: Place) -> str:
        """The text of `parts`."""
        written: list[str] = []
        rest: list[int] | None = None
        at = place
        for index, part in enumerate(parts):
            if isinstance(part, str):
                text = part
            elif isinstance(part, Break):
                text = part.moved(place.shift, self.newline)
            else:
                if rest is None and not place.flat:
                    rest = self._rest(parts, place.after)
                after = 0 if rest is None else rest[index + 1]
                text = self.group(part, at._replace(after=after))
            written.append(text)
            at = advance(at, text)
        return "".join(written)

    def _rest(self, parts: list[Part], after: int) -> list[int]:
        """For each part the columns of its line from there on, with everything on one line."""
        rest = [after]
        for part in reversed(parts):
            line = self.flat(part)
            if has_break(line):
                rest.append(width(first_line(line)))
            else:
                rest.append(width(line) + rest[-1])
        return rest[::-1]

    def flat(self, part: Part) -> str:
        """A part with every group in it on one line."""
        if isinstance(part, str):
            return part
        if isinstance(part, Break):
            return part.text
        if part.flat is None:
            part.flat = self._flat(part)
        return part.flat

    def _flat(self, group: Group) -> str:
        items = ["".join(map(self.flat, item)) for item in group.items]
        kind = group.kind
        if isinstance(kind, str):
            return items[0]
        if isinstance(kind, Operation):
            text = (", " if kind.commas else " ").join(items)
            if not kind.broken or not has_break(text):
                return text
            gaps = [*map(self.flat, group.gaps), ""]  # it stays as it is
            return "".join(item + gap for item, gap in zip(items, gaps, strict=True))
        if kind.notes:
            return self.newline
        if len(items) > 1 and not items[-1].strip():
            items.pop()  # what follows the last comma
            if not kind.broken and len(group.gaps) > 2 and isinstance(group.gaps[-2], str):
                items[-1] += group.gaps[-2].rstrip() if group.several else ""
        edges = [gap if isinstance(gap, str) else "" for gap in (group.gaps[0], group.gaps[-1])]
        gaps = [gap if isinstance(gap, str) else ", " for gap in group.gaps[1 : len(items)]]
        text = items[0] + "".join(gap + item for gap, item in zip(gaps, items[1:], strict=True))
        return edges[0] + text + (edges[1] if len(group.gaps) > 1 else "")

    # one group

    def group(self, group: Group, place: Place) -> str:
        """The text of a group in `place`."""
        if isinstance(group.kind, str):
            return self._region(group, group.kind, place)
        if isinstance(group.kind, Operation):
            return self._operation(group, group.kind, place)
        if group.kind.new:
            return self._new_bracket(group, group.kind, place)
        return self._bracket(group, group.kind, place)

    def _region(self, group: Group, old: str, place: Place) -> str:
        if group.bare and not place.enclosed and not place.flat:
            inner = place.indent + self.unit
            shift = self._shift(group, old, inner)
            self.decisions.wrap(group, place.indent, self.unit, shift)
            at = Place(width(inner), 0, inner, False, True, shift)
            written = self.parts(group.items[0], at)
            return f"({self.newline}{inner}{written}{self.newline}{place.indent})"
        shift = self._shift(group, old, place.indent)
        self.decisions.shift(group.node, shift)
        return self.parts(group.items[0], place._replace(shift=shift))

    def _shift(self, group: Group, old: str | None, indent: str) -> tuple[str, str] | None:
        new = indent.removeprefix(group.block)
        return None if old is None or old == new else (old, new)

    def _joined(self, group: Group, place: Place) -> str:
        """A group on one line, with all that is in it."""
        self.decisions.join(group)
        at = place._replace(flat=True, after=0)
        if not any(isinstance(gap, Break) for gap in group.gaps):
            return self._kept(group, at)
        for item in group.items:
            at = advance(at, self.parts(item, at) + ", ")
        return self.flat(group)

    def _new_bracket(self, group: Group, kind: Bracket, place: Place) -> str:
        if kind.tight and not place.flat:
            decisions, self.decisions = self.decisions, Decisions()
            written = self._kept(group, place)
            trial, self.decisions = self.decisions, decisions
            if not has_line(written):
                decisions.add(trial)
                return written
            return self._spread(group, kind, place)
        if not kind.notes and (place.flat or not kind.spread):
            flat = self.flat(group)
            if place.flat or self._fits_new(flat, group, kind, place):
                return self._joined(group, place)
        return self._spread(group, kind, place)

    def _fits_new(self, flat: str, group: Group, kind: Bracket, place: Place) -> bool:
        if not has_break(flat):
            return place.before + width(flat) + place.after <= self.limit
        if not kind.hugging and (len(group.items) > 1 or has_line(flat)):
            return False
        first, last = width(first_line(flat)), width(last_line(flat))
        return place.before + first <= self.limit and last + place.after <= self.limit

    def _bracket(self, group: Group, kind: Bracket, place: Place) -> str:
        flat = self.flat(group)
        if kind.broken and not place.flat and self._fits_bare(flat, kind, place):
            self.decisions.drop(group)
            return self.parts(group.items[0], place._replace(before=place.before - 1))
        if self._stays_flat(flat, len(group.items), kind.allowed - 2, place):
            return self._joined(group, place)
        if kind.broken:
            body = width(group_indent(group) + self.unit + flat.strip())
            if len(group.items) == 1 or body <= self.limit:
                return self._kept(group, place)
        return self._spread(group, kind, place)

    def _fits_bare(self, flat: str, kind: Bracket, place: Place) -> bool:
        """Whether the value of a statement fits on its line without its parentheses."""
        fits = place.before - 1 + width(flat) + place.after - 1 <= self.limit
        return kind.needless and fits and not has_break(flat)

    def _stays_flat(self, flat: str, parts: int, allowed: int, place: Place) -> bool:
        if place.flat:
            return True
        if has_break(flat):
            return parts == 1 and not has_line(flat)
        if place.before + width(flat) + place.after <= self.limit:
            return True
        return width(flat) <= allowed  # a line that was too long is the user's decision

    def _kept(self, group: Group, place: Place) -> str:
        """A group as it was, but for what is in it."""
        edges = len(group.gaps) - len(group.items) == 1
        sequence: list[Part] = []
        gaps = list(group.gaps)
        if edges:
            sequence.append(gaps.pop(0))
        for item in group.items:
            sequence += item
            if gaps:
                sequence.append(gaps.pop(0))
        return self.parts(sequence, place)

    def _spread(self, group: Group, kind: Bracket, place: Place) -> str:
        indent = place.indent
        inner = indent + self.unit
        items = group.items
        if len(items) > 1 and not items[-1]:
            items = items[:-1]
        if len(items) == 1 and not items[0]:
            items = []
        shift = self._shift(group, kind.indent, inner)
        comma = kind.comma and bool(items)
        at = Place(width(inner), int(comma or len(items) > 1), inner, False, True, shift)
        self.decisions.spread(group, indent, self.unit, comma, shift)
        lines = [self.parts(item, at) for item in items]
        body = f",{self.newline}{inner}".join(lines) + ("," if comma else "")
        return f"{self.newline}{inner}{body}{self.newline}{indent}"

    # operations

    def _operation(self, group: Group, kind: Operation, place: Place) -> str:
        flat = self.flat(group)
        if kind.broken:
            fits = place.before + width(flat) + place.after <= self.limit
            joined = not has_break(flat) and (place.flat or fits)
            return self._joined(group, place) if joined else self._kept(group, place)
        if self._stays_flat(flat, 1, kind.allowed, place):
            return self._joined(group, place)
        if not group.enclosed and not kind.wrap:
            kind = replace(kind, wrap=True)
        if kind.wrap and len(group.items) == 2 and not kind.commas:
            hugging = self._broken_at_its_end(group, place)
            if hugging is not None:
                return hugging
        return self._broken(group, kind, place)

    def _broken(self, group: Group, kind: Operation, place: Place) -> str:
        indent = place.indent + self.unit if kind.wrap else place.indent
        shift = self._shift(group, kind.indent, indent)
        inner = Place(width(indent), int(kind.commas), indent, False, True, shift)
        after = 0 if kind.wrap else place.after
        first = inner if kind.wrap else place._replace(after=0)
        if kind.wrap and not kind.commas and self._stays_flat(self.flat(group), 1, 0, inner):
            self.decisions.wrap(group, place.indent, self.unit, shift)
            body = self._joined(group, inner)
        else:
            self.decisions.breaks(group, indent, kind.commas, shift)
            if kind.wrap:
                self.decisions.wrap(group, place.indent, self.unit, shift)
            pieces = []
            for number, item in enumerate(group.items):
                at = first if number == 0 else inner
                if number == len(group.items) - 1:
                    at = at._replace(after=after)
                pieces.append(self.parts(item, at))
            comma = "," if kind.commas else ""
            body = f"{comma}{self.newline}{indent}".join(pieces) + comma
        if not kind.wrap:
            return body
        return f"({self.newline}{indent}{body}{self.newline}{place.indent})"

    def _broken_at_its_end(self, group: Group, place: Place) -> str | None:
        """An operation of two, broken in the brackets that its second operand ends with: what
        Black prefers to parentheses around it, where the rest fits.
        """
        head = "".join(map(self.flat, group.items[0]))
        head += group.gaps[0] if isinstance(group.gaps[0], str) else " "
        if has_break(head):
            return None
        decisions = self.decisions
        self.decisions = Decisions()
        self.parts(group.items[0], place._replace(after=0, flat=True))
        before = place.before + width(head)
        written = self.parts(group.items[1], place._replace(before=before))
        if before + width(first_line(written)) <= self.limit and ends_in_bracket(written):
            decisions.add(self.decisions)
            self.decisions = decisions
            return head + written
        self.decisions = decisions
        return None


def group_indent(group: Group) -> str:
    """The indentation of the line a bracket was on."""
    return group.block + (getattr(group.kind, "indent", None) or "")


def has_line(text: str) -> bool:
    """Whether a line ends in `text`, outside of strings."""
    return "\n" in text or "\r" in text


def has_break(text: str) -> bool:
    """Whether a line ends in `text`, be it in a string."""
    return "\n" in text or "\r" in text or IN_STRING in text


def first_line(text: str) -> str:
    """`text` up to its first line end."""
    return text.partition("\n")[0].partition("\r")[0].partition(IN_STRING)[0]


def last_line(text: str) -> str:
    """`text` after its last line end."""
    return text[max(map(partial(str.rfind, text), ("\n", "\r", IN_STRING))) + 1 :]


def advance(place: Place, written: str) -> Place:
    """`place`, moved on to behind the text `written` there."""
    if not has_break(written):
        indent = place.indent
        if place.before == width(indent) and not place.flat and written:  # a line begins here
            indent += written[: len(written) - len(written.lstrip(" \t\f"))]
        return place._replace(before=place.before + width(written), indent=indent)
    line = last_line(written)
    indent = line[: len(line) - len(line.lstrip(" \t\f"))]
    return place._replace(before=width(line), indent=indent)


def ends_in_bracket(text: str) -> bool:
    """Whether `text`, over several lines, is broken inside its last brackets only."""
    lines = text.splitlines()
    return len(lines) > 1 and lines[0][-1:] in ("(", "[", "{") and lines[-1].strip() in CLOSERS
