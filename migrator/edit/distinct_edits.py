"""Edits without duplicates, and those that can't stand beside each other."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Sequence

from migrator.edit.conflict import EditConflict
from migrator.edit.document import Document
from migrator.edit.units import place_of
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
    holes,
)


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
            raise EditConflict(f"edits cross: {place_of(open_spans[-1])} and {place_of(edit.span)}")
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
                    raise EditConflict(f"the edit of {place_of(run)} would be lost")


def _is_run(document: Document, span: Span) -> bool:
    """Whether `span` is a part of a chain of operands, and more than one of them."""
    node = document.innermost(span)
    return isinstance(node, ast.BoolOp) and not span.holds(document.positions.span(node))


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
    raise EditConflict(f"two different edits of {place_of(second.span)}")
