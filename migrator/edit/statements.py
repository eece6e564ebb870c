"""Statements put in and taken out, as units of the text.

Each of them has its lines to itself (see `own_lines`).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from migrator.edit.comments import Display, brackets_of, kept_holes
from migrator.edit.conflict import EditConflict
from migrator.edit.document import Document
from migrator.edit.removal import Removal, removals
from migrator.edit.units import NewCode, Unit
from migrator.edits import (
    Arguments,
    Code,
    Delete,
    Edit,
    InsertAfter,
    InsertBefore,
    Item,
    Nest,
    Replace,
    Row,
    RowsCode,
    Span,
    holes,
)


def statement_units(document: Document, edits: Sequence[Edit]) -> list[Unit]:
    """The units of all edits of statements, and of comments that would be lost with
    expressions.

    Raises `EditConflict` for a span that is no statement.
    """
    deleted = [_statement(document, e.span) for e in edits if isinstance(e, Delete)]
    edits, replaced = _stand_ins(document, edits, deleted)
    units: list[Unit] = [
        NewCode(document.positions.statement(node), (code,), expression=False)
        for node, code in replaced.items()
    ]
    for statement, comments in _lost_comments(document, edits, deleted, list(replaced)):
        code = RowsCode(tuple(Row(comment) for comment in comments))
        units += _before(document, _begins_line(document, statement), [code])
    before: dict[ast.stmt, list[Code]] = {}
    after: dict[ast.stmt, list[Code]] = {}
    for edit in edits:
        if isinstance(edit, InsertBefore):
            before.setdefault(_statement(document, edit.span), []).append(edit.code)
        elif isinstance(edit, InsertAfter):
            after.setdefault(_statement(document, edit.span), []).append(edit.code)
    for node, codes in before.items():
        units += [*_blank_lines(document, node, codes), *_before(document, node, codes)]
    # What follows a block's last statement comes before what follows the block.
    innermost = sorted(after.items(), key=lambda pair: -document.positions.span(pair[0]).start)
    units += [_after(document, node, codes) for node, codes in innermost]
    busy = {id(document.blocks[node].body) for node in (*before, *after, *replaced)}
    gone = [node for node in deleted if node not in replaced]
    units += [_removed(removal) for removal in removals(document, gone, busy)]
    return units


def _before(document: Document, node: ast.stmt, codes: Sequence[Code]) -> list[NewCode]:
    """Statements, or comments, on lines of their own before `node`."""
    place = document.positions.statement(node)
    if document.text.startswith("elif", place.start):
        raise EditConflict(f"something is put before the `elif` at {place.start}")
    at = Span(place.start, place.start)
    made = [code for code in (_without_blanks(code)[0] for code in codes) if code != RowsCode(())]
    rows = tuple(RowsCode((Row(code), Row(""))) for code in made)
    return [NewCode(at, rows, expression=False, beside=place)] if rows else []


def _without_blanks(code: Code) -> tuple[Code, int]:
    """New statements without the blank lines they begin with, and how many these are."""
    if not isinstance(code, RowsCode):
        return code, 0
    blank = next((n for n, row in enumerate(code.rows) if row.code), len(code.rows))
    return RowsCode(code.rows[blank:]), blank


def _blank_lines(document: Document, node: ast.stmt, codes: Sequence[Code]) -> list[NewCode]:
    """The blank lines above what is put before `node`: without the indentation of its line."""
    blank = _without_blanks(codes[0])[1]
    line = document.positions.line_start(document.positions.statement(node).start)
    if not blank or _begins_line(document, node) is not node:
        return []
    at = Span(line, line)
    return [NewCode(at, (document.newline * blank,), expression=False)]


def _begins_line(document: Document, node: ast.stmt) -> ast.stmt:
    """The statement that the line of `node` begins with: its header, or one before it."""
    start = document.positions.statement(node).start
    line = document.positions.line_start(start)
    if not document.text[line:start].strip(" \t\f"):
        return node
    block = document.blocks[node]
    if block.index:
        return _begins_line(document, block.body[block.index - 1])
    return _begins_line(document, block.owner) if isinstance(block.owner, ast.stmt) else node


def _after(document: Document, node: ast.stmt, codes: Sequence[Code]) -> NewCode:
    """Statements on lines of their own after `node`."""
    place = document.positions.span(node)
    end = document.positions.line_end(place.end)
    rows = [Row("")]
    blanks = 0
    for code in codes:
        rest, blank = _without_blanks(code)
        blanks += blank
        if not isinstance(rest, RowsCode) or rest.rows:
            rows += [*[Row("")] * blanks, Row(rest)]
            blanks = 0
    parts: tuple[Code, ...] = (document.newline * blanks,)
    if len(rows) > 1:
        parts = (RowsCode(tuple(rows)), *parts)
    return NewCode(Span(end, end), parts, expression=False, beside=place)


def _stand_ins(
    document: Document, edits: Sequence[Edit], deleted: Sequence[ast.stmt]
) -> tuple[list[Edit], dict[ast.stmt, Code]]:
    """Take out the insertion next to each deleted statement: it stands in."""
    chosen: dict[ast.stmt, InsertBefore | InsertAfter] = {}
    for edit in edits:
        if isinstance(edit, (InsertBefore, InsertAfter)):
            node = _statement(document, edit.span)
            if node in deleted and (node not in chosen or isinstance(edit, InsertBefore)):
                chosen[node] = edit
    standing = {id(edit) for edit in chosen.values()}
    rest = [edit for edit in edits if id(edit) not in standing]
    return rest, {node: edit.code for node, edit in chosen.items()}


def _removed(removal: Removal) -> Unit:
    rows = tuple(Row(line.strip()) for line in removal.text.splitlines())
    return NewCode(removal.span, (RowsCode(rows),), expression=False)


def _statement(document: Document, span: Span) -> ast.stmt:
    try:
        return document.statements[span]
    except KeyError:
        message = f"no statement stands at {span.start}:{span.end}"
        raise EditConflict(message) from None


def _lost_comments(
    document: Document,
    edits: Sequence[Edit],
    deleted: Sequence[ast.stmt],
    replaced: Sequence[ast.stmt],
) -> list[tuple[ast.stmt, list[str]]]:
    """Comments inside replaced expressions that no hole keeps, by the statement they
    stand in.
    """
    lost: dict[Span, None] = {}
    for edit in edits:
        if isinstance(edit, Replace):
            kept = [
                document.positions.span_with_parentheses(hole.span) for hole in holes(edit.code)
            ]
            for comment in document.scan.comments_in(edit.span.start, edit.span.end):
                if not any(span.holds(comment) for span in kept):
                    lost[comment] = None
        elif isinstance(edit, Nest):
            for comment in document.scan.comments_in(edit.span.start, edit.span.end):
                if not edit.inner.holds(comment):
                    lost[comment] = None
    found = _left_behind(document, edits, replaced)
    if not lost:
        return found
    pairs = [*_sharing(document, edits)]
    gone = [document.positions.statement(node) for node in deleted]
    by_statement: dict[ast.stmt, list[str]] = {}
    for comment in sorted(lost):
        shared = any(
            pair.holds(comment) and not any(span.holds(comment) for span in kept)
            for pair, kept in pairs
        )
        if not shared and not any(span.holds(comment) for span in gone):
            statement = _around(document, _nested(edits, comment))
            text = document.text[comment.start : comment.end].rstrip()
            by_statement.setdefault(statement, []).append(text)
    return [*found, *by_statement.items()]


def _sharing(document: Document, edits: Sequence[Edit]) -> Iterator[tuple[Span, list[Span]]]:
    """The new brackets, which share out their comments but for those in their holes."""
    for edit in edits:
        pair: Span | None = None
        items: Sequence[Item] = ()
        if isinstance(edit, Arguments):
            pair, items = document.positions.last_brackets(edit.span), edit.items
        elif isinstance(edit, Replace) and isinstance(edit.code, Display):
            pair, items = brackets_of(document, edit.span, edit.code), edit.code.items
        if pair is not None:
            yield pair, [span for item in items for span in kept_holes(document, item, pair)]


def _left_behind(
    document: Document, edits: Sequence[Edit], replaced: Sequence[ast.stmt]
) -> list[tuple[ast.stmt, list[str]]]:
    """Comments in the brackets of statements that others take the place of, but for those that a
    hole takes elsewhere.
    """
    codes = [e.code for e in edits if isinstance(e, (Replace, InsertBefore, InsertAfter))]
    codes += [i.value for e in edits if isinstance(e, Arguments) for i in e.items]
    kept = [hole.span for code in codes for hole in holes(code)]
    found: list[tuple[ast.stmt, list[str]]] = []
    for node in replaced:
        span = document.positions.statement(node)
        comments = [
            document.text[c.start : c.end].rstrip()
            for c in document.scan.comments_in(span.start, span.end)
            if not any(hole.holds(c) for hole in kept)
        ]
        if comments:
            found.append((node, comments))
    return found


def _nested(edits: Sequence[Edit], comment: Span) -> Span:
    """The comment, or the statements it goes with where those get a new header."""
    for edit in edits:
        if isinstance(edit, Nest) and edit.span.holds(comment) and not edit.inner.holds(comment):
            return edit.span
    return comment


def _around(document: Document, span: Span) -> ast.stmt:
    """The innermost statement around `span`, or the first of several."""
    start = Span(span.start, span.start)
    wanted = span if any(found.holds(span) for found in document.statements) else start
    holding = [(found, node) for found, node in document.statements.items() if found.holds(wanted)]
    return max(holding, key=lambda pair: (pair[0].start, -pair[0].end))[1]
