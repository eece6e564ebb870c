"""What a change may break over lines: brackets and operations around and in it."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from migrator.edit.document import Document
from migrator.edit.operators import (
    COMPREHENSIONS,
    broken_for_length,
    cuts,
    statement_value,
    was_too_long,
)
from migrator.edit.units import Bracket, NewItems, Operation, Unit
from migrator.edits import Span, holes


def soft_units(document: Document, units: Sequence[Unit]) -> list[Unit]:
    """What may have to break because of `units`: brackets and operations around and in
    them.
    """
    taken = {unit.span for unit in units}
    brackets: dict[Span, None] = {}
    for unit in units:
        for pair in document.pairs_around(unit.span):
            if pair in brackets or not breakable(document, pair):
                break
            brackets[pair] = None
        in_field = document.formatted_around(unit.span) is not None
        if isinstance(unit, NewItems) and not in_field:
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
    changed = sorted(unit.span for unit in units)
    for operation in operations(document, wanted, taken):
        whole = _whole_pieces(operation, changed)
        if whole is not None:
            found.append(whole)
    return found


def _whole_pieces(operation: Operation, changed: Sequence[Span]) -> Operation | None:
    """The operation with what a change covers in one piece; None where that is all of it."""
    pieces = list(operation.cuts.pieces)
    for span in changed[bisect_left(changed, Span(operation.span.start, 0)) :]:
        if span.start > operation.span.end:
            break
        if not operation.span.holds(span) or any(piece.holds(span) for piece in pieces):
            continue
        crossed = [p for p in pieces if p.start < span.end and span.start < p.end]
        if not crossed:
            continue
        index = pieces.index(crossed[0])
        pieces[index : index + len(crossed)] = [Span(crossed[0].start, crossed[-1].end)]
    if len(pieces) == len(operation.cuts.pieces):
        return operation
    return (
        replace(operation, cuts=replace(operation.cuts, pieces=tuple(pieces)))
        if pieces[1:]
        else None
    )


def breakable(document: Document, pair: Span) -> bool:
    """Whether a pair of brackets is on one line, or was broken only because it was too
    long.
    """
    if document.on_one_line(pair) or document.body_line(pair) is not None:
        return True
    return broken_for_length(document, pair)


def operations(
    document: Document, spans: Sequence[Span], taken: Collection[Span]
) -> Iterator[Operation]:
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
    if document.formatted_around(span) is not None:
        return None
    found = cuts(document, node, span)
    if found is None:
        return None
    if not document.on_one_line(span):
        broken = was_too_long(document, span, found)
        return Operation(span, found, False, broken=True) if broken else None
    value = statement_value(parent, node) and wide == span
    if found.commas and not value:
        return None
    has_line = wide != span or _gives_lines(document, parent)
    return Operation(span, found, value) if value or has_line or comprehension else None


def _gives_lines(document: Document, parent: ast.AST) -> bool:
    """Whether what is in `parent` may stand on lines of its own."""
    if isinstance(parent, (ast.BoolOp, ast.BinOp, ast.Compare, ast.IfExp)):
        return not document.on_one_line(document.positions.span(parent))
    displays = (ast.Call, ast.keyword, ast.List, ast.Set, ast.Tuple, ast.Dict)
    return isinstance(parent, displays)


def _last_pairs(document: Document, span: Span) -> Iterator[Span]:
    """The brackets a moved expression ends with, and those its items end with, and so
    on.
    """
    pending = [span]
    while pending:
        end = pending.pop().end
        pair = document.pair_ending(end)
        if pair is not None and breakable(document, pair):
            yield pair
            pending.extend(document.items(pair))
