"""From edits to units: stretches of the text that are rendered anew, nested like
brackets.
"""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
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
    Hole,
    InsertAfter,
    InsertBefore,
    Item,
    ListCode,
    NeedImport,
    Nest,
    Replace,
    RowsCode,
    Span,
    Swap,
    Template,
    holes,
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
            if above >= 0 and unit.span == Span(span.end, span.end) == Span(end, end):
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
                raise EditConflict(f"edits cross: {_place(around[-1])} and {_place(unit.span)}")
            if unit.span.end > unit.span.start:
                around.append(unit.span)


def distinct(edits: Iterable[Edit]) -> list[Edit]:
    """The edits without duplicates, in their order.

    Raises `EditConflict` for different edits of one span and for spans that cross.
    """
    unique = list(dict.fromkeys(edit for edit in edits if not isinstance(edit, NeedImport)))
    ordered = sorted((e for e in unique if not isinstance(e, NeedImport)), key=_edit_rank)
    open_spans: list[Span] = []
    moved = {hole.span for edit in ordered for hole in _codes_holes(edit) if hole.inside}
    for number, edit in enumerate(ordered):
        if number and ordered[number - 1].span == edit.span:
            _check_same_span(ordered[number - 1], edit, moved)
        while open_spans and open_spans[-1].end <= edit.span.start:
            open_spans.pop()
        if open_spans and not open_spans[-1].holds(edit.span):
            raise EditConflict(f"edits cross: {_place(open_spans[-1])} and {_place(edit.span)}")
        open_spans.append(edit.span)
    return list(unique)


def check_runs(document: Document, edits: Sequence[Edit]) -> None:
    """Refuse an edit of several operands of `and` or `or`, each of which another edit keeps by a
    hole of its own: it would be lost.
    """
    runs = [e.span for e in edits if isinstance(e, Replace) and _is_run(document, e.span)]
    for edit in edits if runs else ():
        if not isinstance(edit, Replace):
            continue
        kept = [hole.span for hole in _codes_holes(edit)]
        for run in runs:
            if kept and edit.span.holds(run) and edit.span != run:
                if any(run.holds(span) for span in kept if span != run):
                    raise EditConflict(f"the edit of {_place(run)} would be lost")


def _is_run(document: Document, span: Span) -> bool:
    """Whether `span` is a part of a chain of operands, and more than one of them."""
    node = document.innermost(span)
    return isinstance(node, ast.BoolOp) and not span.holds(document.positions.span(node))


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
                raise EditConflict(f"no call or display ends at {_place(edit.span)}") from error
            units.append(NewItems(pair, edit.items))
    return units


def _to_line_end(document: Document, span: Span) -> Span:
    """The statements at `span` with the comment behind the last one."""
    return Span(span.start, document.positions.line_end(span.end))


def _exchange(document: Document, edit: Swap) -> Exchange:
    """Lines are exchanged whole, with the comments behind their last statements."""
    if edit.first.end > edit.second.start:
        raise EditConflict(f"the stretches to swap at {_place(edit.span)} overlap")
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


def _edit_rank(edit: Edit) -> tuple[int, int, bool]:
    assert not isinstance(edit, NeedImport)
    return edit.span.start, -edit.span.end, isinstance(edit, Arguments)


def _codes_holes(edit: Edit) -> Iterator[Hole]:
    """All holes in the new code of an edit."""
    if isinstance(edit, (Replace, InsertBefore, InsertAfter)):
        yield from holes(edit.code)
    elif isinstance(edit, Nest) and edit.header is not None:
        yield from holes(edit.header)
    elif isinstance(edit, Arguments):
        for item in edit.items:
            yield from holes(item.value)


def _check_same_span(first: Edit, second: Edit, moved: Collection[Span]) -> None:
    insertions = (InsertBefore, InsertAfter)
    if isinstance(first, insertions) or isinstance(second, insertions):
        return  # several statements may be put beside one
    if isinstance(first, Replace) and isinstance(second, Arguments):
        # A template may wrap the very call that gets new arguments.
        wrapped = any(hole.span == first.span for hole in holes(first.code))
        if wrapped or first.span in moved:
            return
    assert not isinstance(second, NeedImport)
    raise EditConflict(f"two different edits of {_place(second.span)}")


def _place(span: Span) -> str:
    return f"{span.start}:{span.end}"
