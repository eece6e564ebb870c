"""Which edits go together, and which contradict each other."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from migrator.edit.conflict import EditConflict
from migrator.edit.templates import holes
from migrator.edits import (
    Arguments,
    Edit,
    Hole,
    InsertAfter,
    InsertBefore,
    NeedImport,
    Nest,
    Replace,
    Span,
)


def distinct(edits: Iterable[Edit]) -> list[Edit]:
    """The edits without duplicates, in their order.

    Raises `EditConflict` for different edits of one span and for spans that cross.
    """
    unique = list(dict.fromkeys(edit for edit in edits if not isinstance(edit, NeedImport)))
    ordered = sorted(unique, key=_rank)
    open_spans: list[Span] = []
    moved = {hole.span for edit in ordered for hole in _holes(edit) if hole.inside}
    for number, edit in enumerate(ordered):
        if number and ordered[number - 1].span == edit.span:
            _check_same_span(ordered[number - 1], edit, moved)
        while open_spans and open_spans[-1].end <= edit.span.start:
            open_spans.pop()
        if open_spans and not open_spans[-1].holds(edit.span):
            raise EditConflict(f"edits cross: {_place(open_spans[-1])} and {_place(edit.span)}")
        open_spans.append(edit.span)
    return list(unique)


def _rank(edit: Edit) -> tuple[int, int, bool]:
    return edit.span.start, -edit.span.end, isinstance(edit, Arguments)  # type: ignore[union-attr]


def _holes(edit: Edit) -> Iterator[Hole]:
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
