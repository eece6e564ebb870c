"""From edits to units: stretches of the text that are rendered anew, nested like
brackets.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from migrator.edit.conflict import EditConflict
from migrator.edit.document import Document
from migrator.edit.operators import (
    Cuts,
)
from migrator.edits import (
    Arguments,
    CallCode,
    ClausesCode,
    Code,
    DictCode,
    Edit,
    HeaderCode,
    Item,
    ListCode,
    Nest,
    Replace,
    RowsCode,
    Span,
    Swap,
    Template,
)


@dataclass(frozen=True, slots=True)
class NewCode:
    """`span` becomes `parts`, laid end to end; an expression gets the parentheses it
    needs.

    `beside` is the statement before or after which new ones are put.
    """

    span: Span
    parts: tuple[Code, ...]
    expression: bool = True
    beside: Span | None = None

    @property
    def follows(self) -> Span | None:
        """The statement that this is put after, if it is put after one."""
        after = self.beside is not None and self.span.start >= self.beside.end
        return self.beside if after else None


@dataclass(frozen=True, slots=True)
class NewItems:
    """The pair of brackets at `span` gets new items."""

    span: Span
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Bracket:
    """A pair of brackets on one line around a change: kept, or spread when the line
    gets too long.
    """

    span: Span


@dataclass(frozen=True, slots=True)
class Operation:
    """An expression with operators on one line around a change: kept, or broken before
    them.

    `wrap` says it is the value of a statement and needs parentheses to be broken;
    `broken` that it was broken already, for its length, and may be joined.
    """

    span: Span
    cuts: Cuts
    wrap: bool
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Exchange:
    """Two stretches of the text change places; what is between them stays there."""

    first: Span
    second: Span

    @property
    def span(self) -> Span:
        """From the start of the first stretch to the end of the second."""
        return Span(self.first.start, self.second.end)


@dataclass(frozen=True, slots=True)
class Nested:
    """The statements at `inner` take the place of `span`, under a `header` if there is one."""

    span: Span
    inner: Span
    header: Code | None


Unit = NewCode | NewItems | Bracket | Operation | Exchange | Nested


class Units:
    """The units of a text in its order, outer before inner."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self.all = sorted(units, key=_rank)
        self._starts = [unit.span.start for unit in self.all]
        self._check_nesting()
        self._homes = _homes(self.all)

    def within(
        self, span: Span, above: int = -1, *, expression: bool = False
    ) -> Iterator[tuple[int, Unit]]:
        """The outermost units in `span`, with their numbers; only those with a number
        over `above`, the unit that is being written, and no statements in an `expression`.
        """
        position = span.start
        end = self.all[above].span.end if above >= 0 else -1
        home = self._homes[above] if above >= 0 else -1
        if above >= 0 and isinstance(self.all[above], Nested):
            home = above
        for index in range(max(bisect_left(self._starts, span.start), above + 1), len(self.all)):
            unit = self.all[index]
            if unit.span.start > span.end:
                return
            if isinstance(unit, NewCode) and not self._belongs(index, unit, span, home, expression):
                continue
            behind = unit.span == Span(span.end, span.end) == Span(end, end)
            if above >= 0 and behind and self._homes[index] != above:
                continue  # it stands behind the unit that is being written
            if position <= unit.span.start and unit.span.end <= span.end:
                yield index, unit
                position = unit.span.end

    def _belongs(self, index: int, unit: NewCode, span: Span, home: int, expression: bool) -> bool:
        """Whether new code that may stand at the edge of `span` is a part of it."""
        if unit.beside is not None:
            return not expression and self._homes[index] == home and span.holds(unit.beside)
        if expression:
            return unit.expression
        return unit.span.start < unit.span.end or self._homes[index] == home

    def replacing(self, span: Span) -> int:
        """The number of the new code that takes the place of `span`; -1 where none does."""
        found = [n for n, u in enumerate(self.all) if u.span == span and isinstance(u, NewCode)]
        return found[-1] if found else -1

    def _check_nesting(self) -> None:
        """Refuse units that cross: one of them would be lost without a word."""
        around: list[Span] = []
        for unit in self.all:
            while around and around[-1].end <= unit.span.start:
                around.pop()
            if around and not around[-1].holds(unit.span):
                raise EditConflict(f"edits cross: {place_of(around[-1])} and {place_of(unit.span)}")
            if unit.span.end > unit.span.start:
                around.append(unit.span)


def expression_units(document: Document, edits: Sequence[Edit]) -> list[Unit]:
    """The units of all edits of expressions."""
    units: list[Unit] = []
    for edit in edits:
        if isinstance(edit, Replace):
            units.append(NewCode(edit.span, (edit.code,)))
        elif isinstance(edit, Swap):
            units.append(_exchange(document, edit))
        elif isinstance(edit, Nest):
            units.append(
                Nested(
                    _to_line_end(document, edit.span),
                    _to_line_end(document, edit.inner),
                    edit.header,
                )
            )
        elif isinstance(edit, Arguments):
            try:
                pair = document.positions.last_brackets(edit.span)
            except ValueError as error:
                raise EditConflict(f"no call or display ends at {place_of(edit.span)}") from error
            units.append(NewItems(pair, edit.items))
    return units


def _to_line_end(document: Document, span: Span) -> Span:
    """The statements at `span` with the comment behind the last one."""
    return Span(span.start, document.positions.line_end(span.end))


def _exchange(document: Document, edit: Swap) -> Exchange:
    """Lines are exchanged whole, with the comments behind their last statements."""
    if edit.first.end > edit.second.start:
        raise EditConflict(f"the stretches to swap at {place_of(edit.span)} overlap")
    ends = [document.positions.next_line(span.end) for span in (edit.first, edit.second)]
    if ends[0] > edit.second.start or not document.text[: ends[1]].endswith("\n"):
        return Exchange(edit.first, edit.second)
    return Exchange(Span(edit.first.start, ends[0]), Span(edit.second.start, ends[1]))


def items_within(items: Iterable[Item]) -> Iterator[Item]:
    """Items, and the items nested in their values."""
    for item in items:
        yield item
        pending: list[Code] = [item.value]
        while pending:
            part = pending.pop()
            if isinstance(part, Template):
                pending.extend(part.parts)
            elif isinstance(part, ClausesCode):
                pending.extend((part.element, *part.clauses))
            elif isinstance(part, RowsCode):
                pending.extend(row.code for row in part.rows)
            elif isinstance(part, HeaderCode):
                pending.extend(part.operands)
            elif isinstance(part, (DictCode, ListCode, CallCode)):
                yield from items_within(part.items)
                if isinstance(part, CallCode):
                    pending.append(part.function)


def _homes(units: Sequence[Unit]) -> list[int]:
    """For each unit the number of the nested statements it is written with, or -1.

    What is put before the first of them stands before their header; what is put after the last of
    them goes with it.
    """
    homes: list[int] = []
    around: list[int] = []
    for number, unit in enumerate(units):
        place = unit.span
        if isinstance(unit, NewCode) and unit.beside is not None:
            place = unit.beside
        nests = [cast("Nested", units[index]) for index in around]
        around = [n for n, nest in zip(around, nests, strict=True) if nest.span.end >= place.start]
        holding = [n for n in around if cast("Nested", units[n]).inner.holds(place)]
        homes.append(holding[-1] if holding else -1)
        if isinstance(unit, Nested):
            around.append(number)
    return homes


def _rank(unit: Unit) -> tuple[int, bool, int]:
    span = unit.span
    return span.start, span.end > span.start, -span.end


def place_of(span: Span) -> str:
    """A span as a message names it."""
    return f"{span.start}:{span.end}"
