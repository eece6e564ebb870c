"""Who owns a comment inside brackets that are written anew."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from migrator.edit.document import Document
from migrator.edit.units import items_within
from migrator.edits import Code, DictCode, Item, ListCode, Span, holes

Display = DictCode | ListCode


@dataclass(slots=True)
class Notes:
    """Comments by the item they go to; the lists hold the comments' text.

    `before` and `after` are keyed by `id` of an `Item`. `opening` is the comment after
    the opening bracket, `end` the comments before the closing one.
    """

    before: dict[int, list[str]] = field(default_factory=dict)
    after: dict[int, list[str]] = field(default_factory=dict)
    opening: list[str] = field(default_factory=list)
    end: list[str] = field(default_factory=list)

    def of(self, items: Iterable[Item]) -> bool:
        """Whether one of the items, or an item nested in one, has a comment."""
        return any(
            id(item) in self.before or id(item) in self.after for item in items_within(items)
        )


def kept_holes(document: Document, item: Item, within: Span) -> list[Span]:
    """The spans of an item's holes with the parentheses that come along."""
    found = [*holes(item.value)]
    if item.key is not None:
        found.append(item.key)
    return [widened(document, hole.span, within) for hole in found]


def widened(document: Document, span: Span, within: Span) -> Span:
    """`span` with the user's own parentheses around it, if they lie in `within`."""
    wide = document.positions.span_with_parentheses(span)
    return wide if within.holds(wide) else span


def brackets_of(document: Document, span: Span, code: Code) -> Span | None:
    """The brackets at the end of `span` whose comments `code` takes over, if it is a display."""
    if not isinstance(code, Display):
        return None
    try:
        return document.positions.last_brackets(span)
    except ValueError:
        return None


def share_out(document: Document, pair: Span, items: tuple[Item, ...]) -> Notes:
    """Give every comment in the brackets `pair` that no hole keeps to a new item."""
    notes = Notes()
    comments = document.scan.comments_in(pair.start, pair.end)
    if not comments:
        return notes
    kept = [span for item in items for span in kept_holes(document, item, pair)]
    by_source = _by_source(document, items)
    for comment in comments:
        if not any(span.holds(comment) for span in kept):
            text = document.text[comment.start : comment.end].rstrip()
            _place(document, pair, comment, text, by_source, notes)
    return notes


def _by_source(document: Document, items: tuple[Item, ...]) -> dict[int, Item]:
    """The new items by where their sources start, with and without parentheses."""
    found: dict[int, Item] = {}
    for item in items_within(items):
        if item.source is not None:
            found.setdefault(item.source.start, item)
            wide = document.positions.span_with_parentheses(item.source)
            found.setdefault(wide.start, item)
    return found


def _place(
    document: Document,
    pair: Span,
    comment: Span,
    text: str,
    by_source: dict[int, Item],
    notes: Notes,
) -> None:
    for around in document.pairs_around(comment):
        originals = document.items(around)
        done = sum(1 for item in originals if item.end <= comment.start)
        inside = done < len(originals) and originals[done].start < comment.start
        trailing = done > 0 and document.on_one_line(Span(originals[done - 1].end, comment.start))
        if not inside and trailing:
            item = by_source.get(originals[done - 1].start)
            if item is not None:
                notes.after.setdefault(id(item), []).append(text)
                return
        opening = document.on_one_line(Span(around.start, comment.start))
        if around == pair and opening and not inside and done == 0:
            notes.opening.append(text)
            return
        for original in originals[done:]:
            item = by_source.get(original.start)
            if item is not None:
                notes.before.setdefault(id(item), []).append(text)
                return
        if around == pair:
            break
    notes.end.append(text)
