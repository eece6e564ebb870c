"""Who owns a comment inside brackets that are written anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import libcst as cst

from migrator.edit.marks import Notes
from migrator.edit.source import Source
from migrator.edit.spread import items_of
from migrator.edits import (
    CallCode,
    ClausesCode,
    Code,
    DictCode,
    HeaderCode,
    Item,
    ListCode,
    RowsCode,
    Span,
    Template,
)


@dataclass(frozen=True, slots=True)
class Owner:
    """A new item: which it is, in which brackets."""

    notes: Notes
    index: int


def owners(items: Sequence[Item], notes: dict[int, Notes]) -> Iterator[tuple[Span, Owner]]:
    """The new items that stand for original ones, nested ones too.

    `notes` gets the notes of all their brackets, by the identity of their items.
    """
    own = notes.setdefault(id(items), Notes())
    for index, item in enumerate(items):
        if item.source is not None:
            yield item.source, Owner(own, index)
        for nested in _nested(item.value):
            yield from owners(nested, notes)


def _nested(code: Code) -> Iterator[Sequence[Item]]:
    if isinstance(code, (DictCode, ListCode, CallCode)):
        yield code.items
        if isinstance(code, CallCode):
            yield from _nested(code.function)
        return
    parts: Iterable[Code] = ()
    if isinstance(code, Template):
        parts = code.parts
    elif isinstance(code, ClausesCode):
        parts = (code.element, *code.clauses)
    elif isinstance(code, RowsCode):
        parts = [row.code for row in code.rows]
    elif isinstance(code, HeaderCode):
        parts = code.operands
    for part in parts:
        yield from _nested(part)


def share_out(
    source: Source, pair: Span, comments: Sequence[tuple[Span, str]], items: Sequence[Item]
) -> dict[int, Notes]:
    """Give every one of `comments`, which stand in the brackets `pair`, to a new item."""
    notes: dict[int, Notes] = {}
    by_source: dict[int, Owner] = {}
    for span, owner in owners(items, notes):
        by_source.setdefault(span.start, owner)
        node = source.expression(span)
        if node is not None:
            by_source.setdefault(source.wide[id(node)].start, owner)
    for place, text in comments:
        _share(source, pair, place, text, by_source, notes[id(items)])
    return {key: found for key, found in notes.items() if found}


def _share(
    source: Source, pair: Span, comment: Span, text: str, by_source: dict[int, Owner], outer: Notes
) -> None:
    for around, originals in _brackets_around(source, pair, comment):
        done = sum(1 for item in originals if item.end <= comment.start)
        inside = done < len(originals) and originals[done].start < comment.start
        trailing = done > 0 and source.on_one_line(Span(originals[done - 1].end, comment.start))
        if not inside and trailing:
            owner = by_source.get(originals[done - 1].start)
            if owner is not None:
                owner.notes.after.setdefault(owner.index, []).append(text)
                return
        opening = source.on_one_line(Span(around.start, comment.start))
        if around == pair and opening and not inside and done == 0:
            outer.opening.append(text)
            return
        for original in originals[done:]:
            owner = by_source.get(original.start)
            if owner is not None:
                owner.notes.before.setdefault(owner.index, []).append(text)
                return
        if around == pair:
            break
    outer.end.append(text)


def _brackets_around(
    source: Source, pair: Span, comment: Span
) -> Iterator[tuple[Span, list[Span]]]:
    """The brackets around a comment up to `pair`, innermost first, with the items in them."""
    node = next(node for place, node in source.comments if place == comment)
    for holder in source.ancestors(node):
        found = [(span, []) for span in reversed(source.parens(holder))]
        own = source.own_pair(holder)
        if own is not None:
            items = source.items(holder) if items_of(holder) else []
            found = [(s, items if s == own else []) for s, _ in found if s != own]
            found.insert(0, (own, items))
        for span, items in found:
            if span.holds(comment):
                yield span, items
            if span == pair:
                return


def comments_of(source: Source, span: Span, kept: Sequence[cst.CSTNode]) -> list[tuple[Span, str]]:
    """The comments in `span` but for those within one of the nodes `kept`."""
    places = [source.wide[id(node)] for node in kept]
    return [
        (place, text)
        for place, text in source.comments_in(span)
        if not any(wide.holds(place) for wide in places)
    ]
