"""From edits to units: stretches of the text that are rendered anew, nested like brackets."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from migrator.edit.conflict import EditConflict
from migrator.edit.document import Document
from migrator.edit.operators import (
    COMPREHENSIONS,
    Cuts,
    cuts,
    prefers_last_bracket,
    statement_value,
)
from migrator.edits import (
    Arguments,
    CallCode,
    Code,
    DictCode,
    Edit,
    Hole,
    InsertAfter,
    InsertBefore,
    Item,
    ListCode,
    NeedImport,
    Replace,
    Span,
    Template,
)


@dataclass(frozen=True, slots=True)
class NewCode:
    """`span` becomes `parts`, laid end to end; an expression gets the parentheses it needs."""

    span: Span
    parts: tuple[Code, ...]
    expression: bool = True


@dataclass(frozen=True, slots=True)
class NewItems:
    """The pair of brackets at `span` gets new items."""

    span: Span
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Bracket:
    """A pair of brackets on one line around a change: kept, or spread when the line gets too long."""

    span: Span


@dataclass(frozen=True, slots=True)
class Operation:
    """An expression with operators on one line around a change: kept, or broken before them.

    `wrap` says it is the value of a statement and needs parentheses to be broken.
    """

    span: Span
    cuts: Cuts
    wrap: bool


Unit = NewCode | NewItems | Bracket | Operation


class Units:
    """The units of a text in its order, outer before inner."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self.all = sorted(units, key=_rank)
        self._starts = [unit.span.start for unit in self.all]

    def within(self, span: Span, above: int = -1) -> Iterator[tuple[int, Unit]]:
        """The outermost units in `span`, with their numbers; only those with a number over `above`."""
        position = span.start
        for index in range(
            max(bisect_left(self._starts, span.start), above + 1), len(self.all)
        ):
            unit = self.all[index]
            if unit.span.start > span.end:
                return
            if position <= unit.span.start and unit.span.end <= span.end:
                yield index, unit
                position = unit.span.end


def distinct(edits: Iterable[Edit]) -> list[Edit]:
    """The edits without duplicates, in their order.

    Raises `EditConflict` for different edits of one span and for spans that cross.
    """
    unique = list(
        dict.fromkeys(edit for edit in edits if not isinstance(edit, NeedImport))
    )
    ordered = sorted(
        (e for e in unique if not isinstance(e, NeedImport)), key=_edit_rank
    )
    open_spans: list[Span] = []
    for number, edit in enumerate(ordered):
        if number and ordered[number - 1].span == edit.span:
            _check_same_span(ordered[number - 1], edit)
        while open_spans and open_spans[-1].end <= edit.span.start:
            open_spans.pop()
        if open_spans and not open_spans[-1].holds(edit.span):
            raise EditConflict(
                f"edits cross: {_place(open_spans[-1])} and {_place(edit.span)}"
            )
        open_spans.append(edit.span)
    return list(unique)


def expression_units(document: Document, edits: Sequence[Edit]) -> list[Unit]:
    """The units of all edits of expressions, and of the brackets around them."""
    units: list[Unit] = []
    for edit in edits:
        if isinstance(edit, Replace):
            units.append(NewCode(edit.span, (edit.code,)))
        elif isinstance(edit, Arguments):
            try:
                pair = document.positions.last_brackets(edit.span)
            except ValueError as error:
                raise EditConflict(
                    f"no call or display ends at {_place(edit.span)}"
                ) from error
            units.append(NewItems(pair, edit.items))
    return [*units, *soft_units(document, units)]


def soft_units(document: Document, units: Sequence[Unit]) -> list[Unit]:
    """What may have to break because of `units`: brackets and operations around and in them."""
    taken = {unit.span for unit in units}
    brackets: dict[Span, None] = {}
    for unit in units:
        if document.formatted_around(unit.span) is not None:
            continue
        for pair in document.pairs_around(unit.span):
            if pair in brackets or not breakable(document, pair):
                break
            brackets[pair] = None
        if isinstance(unit, NewItems):
            for item in unit.items:
                for hole in holes(item.value):
                    brackets.update(dict.fromkeys(_last_pairs(document, hole.span)))
    found: list[Unit] = [Bracket(pair) for pair in brackets if pair not in taken]
    wanted = [unit.span for unit in units] + [
        hole.span
        for unit in units
        if isinstance(unit, NewItems)
        for item in unit.items
        for hole in holes(item.value)
    ]
    return [*found, *operations(document, wanted, taken)]


def breakable(document: Document, pair: Span) -> bool:
    """Whether a pair of brackets is on one line, or was broken only because it was too long."""
    return document.on_one_line(pair) or document.body_line(pair) is not None


def operations(
    document: Document, spans: Sequence[Span], taken: Collection[Span]
) -> Iterator[Unit]:
    """The operations around (or at) the spans that Black would break."""
    seen: set[ast.AST] = set()
    for inner in spans:
        node: ast.AST | None = document.innermost(inner)
        while isinstance(node, (ast.expr, ast.keyword, ast.comprehension)):
            if node in seen:
                break
            seen.add(node)
            parent = document.parents[node]
            if isinstance(node, ast.expr):
                unit = _operation(document, node, parent)
                if unit is not None and unit.span not in taken:
                    yield unit
            node = parent


def _operation(document: Document, node: ast.expr, parent: ast.AST) -> Operation | None:
    span = document.positions.span(node)
    wide = document.positions.span_with_parentheses(span)
    text = document.text
    comprehension = isinstance(node, COMPREHENSIONS)
    if comprehension:
        span = document.inside(span)
    elif isinstance(node, ast.Tuple) and text[span.start] == "(":
        return None
    if not document.on_one_line(span) or document.formatted_around(span) is not None:
        return None
    found = cuts(document, node, span)
    if found is None:
        return None
    value = statement_value(parent, node) and wide == span
    if value and prefers_last_bracket(document, node, found, span):
        return None
    if found.commas and not value:
        return None
    lines = wide != span or isinstance(
        parent, (ast.Call, ast.keyword, ast.List, ast.Set, ast.Tuple, ast.Dict)
    )
    return Operation(span, found, value) if value or lines or comprehension else None


def _last_pairs(document: Document, span: Span) -> Iterator[Span]:
    """The brackets a moved expression ends with, and those its items end with, and so on."""
    pending = [span]
    while pending:
        end = pending.pop().end
        pair = document.pair_ending(end)
        if pair is not None and document.on_one_line(pair):
            yield pair
            pending.extend(document.items(pair))


def holes(code: Code) -> Iterator[Hole]:
    """All holes in new code, in order."""
    pending: list[Code] = [code]
    while pending:
        part = pending.pop()
        if isinstance(part, Hole):
            yield part
        elif isinstance(part, Template):
            pending.extend(reversed(part.parts))
        elif isinstance(part, (DictCode, ListCode, CallCode)):
            for item in reversed(part.items):
                pending.append(item.value)
                if item.key is not None:
                    pending.append(item.key)
            if isinstance(part, CallCode):
                pending.append(part.function)


def items_within(items: Iterable[Item]) -> Iterator[Item]:
    """Items, and the items nested in their values."""
    for item in items:
        yield item
        pending: list[Code] = [item.value]
        while pending:
            part = pending.pop()
            if isinstance(part, Template):
                pending.extend(part.parts)
            elif isinstance(part, (DictCode, ListCode, CallCode)):
                yield from items_within(part.items)
                if isinstance(part, CallCode):
                    pending.append(part.function)


def _rank(unit: Unit) -> tuple[int, bool, int]:
    span = unit.span
    return span.start, span.end > span.start, -span.end


def _edit_rank(edit: Edit) -> tuple[int, int, bool]:
    assert not isinstance(edit, NeedImport)
    return edit.span.start, -edit.span.end, isinstance(edit, Arguments)


def _check_same_span(first: Edit, second: Edit) -> None:
    insertions = (InsertBefore, InsertAfter)
    if isinstance(first, insertions) or isinstance(second, insertions):
        if type(first) is not type(second):
            return
    elif isinstance(first, Replace) and isinstance(second, Arguments):
        # A template may wrap the very call that gets new arguments.
        if any(hole.span == first.span for hole in holes(first.code)):
            return
    assert not isinstance(second, NeedImport)
    raise EditConflict(f"two different edits of {_place(second.span)}")


def _place(span: Span) -> str:
    return f"{span.start}:{span.end}"
