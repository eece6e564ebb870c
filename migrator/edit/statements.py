"""Statements put in and taken out, as units of the text.

Statements that share a line, or stand behind the colon of a header, get lines of their
own where something is put beside them.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field

from migrator.edit.comments import brackets_of
from migrator.edit.conflict import EditConflict
from migrator.edit.document import Block, Document
from migrator.edit.removal import Removal, removals
from migrator.edit.units import NewCode, Unit, holes
from migrator.edits import (
    Arguments,
    Code,
    Delete,
    Edit,
    InsertAfter,
    InsertBefore,
    Nest,
    Replace,
    Row,
    RowsCode,
    Span,
)


@dataclass(slots=True)
class _Plan:
    """What is to happen to the gaps between statements and to whole lines.

    `gaps` maps the stretch between two statements of a line to the statements put in
    there and the indentation; `lines` maps an offset to the parts put in there.
    """

    gaps: dict[Span, tuple[str, list[Code]]] = field(default_factory=dict)
    lines: dict[int, list[Code]] = field(default_factory=dict)


def statement_units(document: Document, edits: Sequence[Edit]) -> list[Unit]:
    """The units of all edits of statements, and of comments that would be lost with
    expressions.

    Raises `EditConflict` for a span that is no statement.
    """
    plan = _Plan()
    deleted = [_statement(document, e.span) for e in edits if isinstance(e, Delete)]
    edits, replaced = _stand_ins(document, edits, deleted)
    for edit in sorted(edits, key=_inner_first):
        if isinstance(edit, InsertBefore):
            _insert_before(document, plan, _statement(document, edit.span), edit.code)
        elif isinstance(edit, InsertAfter):
            _insert_after(document, plan, _statement(document, edit.span), edit.code)
    for statement, comments in _lost_comments(document, edits, deleted, list(replaced)):
        at = _line_of(document, statement)
        parts = plan.lines.setdefault(at, [])
        parts.insert(0, RowsCode((*(Row(comment) for comment in comments), Row(""))))
    units: list[Unit] = [
        NewCode(document.positions.statement(node), (code,), expression=False)
        for node, code in replaced.items()
    ]
    for gap, (indent, codes) in plan.gaps.items():
        newline = document.newline + indent
        parts = [part for code in codes for part in (newline, code)]
        units.append(NewCode(gap, (*parts, newline), expression=False))
    for offset, codes in plan.lines.items():
        units.append(NewCode(Span(offset, offset), tuple(codes), expression=False))
    busy = set(_blocks_with_insertions(document, edits))
    replaced_blocks = {id(document.blocks[node].body) for node in replaced}
    gone = [node for node in deleted if node not in replaced]
    for removal in removals(document, gone, busy | replaced_blocks):
        _check_gaps(removal, plan, [document.positions.statement(n) for n in gone])
        units.append(_removed(removal))
    return units


def _check_gaps(removal: Removal, plan: _Plan, gone: Sequence[Span]) -> None:
    """Refuse to take out the gap that something else is to be put into."""
    for gap in plan.gaps:
        if removal.span.holds(gap) and not any(span.holds(gap) for span in gone):
            raise EditConflict(
                f"edits cross: the statement at {removal.span.start} goes, and"
                f" something goes into its line at {gap.start}"
            )


def _stand_ins(
    document: Document, edits: Sequence[Edit], deleted: Sequence[ast.stmt]
) -> tuple[list[Edit], dict[ast.stmt, Code]]:
    """Take out the first insertion beside each deleted statement: it stands in."""
    rest: list[Edit] = []
    found: dict[ast.stmt, Code] = {}
    for edit in edits:
        if isinstance(edit, (InsertBefore, InsertAfter)):
            node = _statement(document, edit.span)
            if node in deleted and node not in found:
                found[node] = edit.code
                continue
        rest.append(edit)
    return rest, found


def _inner_first(edit: Edit) -> tuple[bool, int]:
    """Insertions after a block's last statement come before those after the block."""
    if isinstance(edit, InsertAfter):
        return True, -edit.span.start
    return False, 0


def _removed(removal: Removal) -> Unit:
    return NewCode(removal.span, (removal.text,), expression=False)


def _blocks_with_insertions(document: Document, edits: Sequence[Edit]) -> list[int]:
    return [
        id(document.blocks[_statement(document, edit.span)].body)
        for edit in edits
        if isinstance(edit, (InsertBefore, InsertAfter))
    ]


def _statement(document: Document, span: Span) -> ast.stmt:
    try:
        return document.statements[span]
    except KeyError:
        message = f"no statement stands at {span.start}:{span.end}"
        raise EditConflict(message) from None


def _insert_before(document: Document, plan: _Plan, node: ast.stmt, code: Code) -> None:
    gap = gap_before(document, node)
    if gap is not None:
        _, codes = plan.gaps.setdefault(gap, (body_indent(document, node), []))
        codes.append(code)
        _open_header(document, plan, node)
        return
    start = document.positions.statement(node).start
    plan.lines.setdefault(start, []).append(RowsCode((Row(code), Row(""))))


def _insert_after(document: Document, plan: _Plan, node: ast.stmt, code: Code) -> None:
    _open_header(document, plan, node)
    block = document.blocks[node]
    indent = body_indent(document, node)
    if block.index + 1 < len(block.body):
        gap = gap_before(document, block.body[block.index + 1])
        if gap is not None:
            _, codes = plan.gaps.setdefault(gap, (indent, []))
            codes.append(code)
            return
    end = document.positions.line_end(document.positions.span(node).end)
    parts = plan.lines.setdefault(end, [])
    parts += [document.newline + indent, code]


def _open_header(document: Document, plan: _Plan, node: ast.stmt) -> None:
    """Put the body of `if x: a(); b()` on a line of its own."""
    first = document.blocks[node].body[0]
    gap = gap_before(document, first)
    if gap is not None:
        plan.gaps.setdefault(gap, (body_indent(document, node), []))


def gap_before(document: Document, node: ast.stmt) -> Span | None:
    """What stands between a statement and the one, or the header, before it on its
    line.
    """
    start = document.positions.statement(node).start
    before = document.text[document.positions.line_start(start) : start]
    continued = document.text[:start].rstrip(" \t\f")[-2:].startswith("\\")
    if not before.strip(" \t\f") and not continued:
        return None
    block = document.blocks[node]
    if block.index:
        previous = document.positions.span(block.body[block.index - 1])
        return Span(previous.end, start)
    return Span(document.scan.skip_backward(start), start)


def body_indent(document: Document, node: ast.stmt) -> str:
    """The indentation of a statement, or the one it gets on a line of its own."""
    block = document.blocks[node]
    first = block.body[0]
    indent = document.positions.indent(document.positions.statement(first).start)
    if gap_before(document, first) is None or isinstance(block.owner, ast.Module):
        return indent
    return indent + document.indent_unit


def _line_of(document: Document, node: ast.stmt) -> int:
    """Where comments that belong before a statement go."""
    while gap_before(document, node) is not None:
        block: Block = document.blocks[node]
        if block.index:
            node = block.body[block.index - 1]
        elif isinstance(block.owner, ast.stmt):
            node = block.owner
        else:
            break
    return document.positions.statement(node).start


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
    # New brackets share out their comments themselves.
    pairs = [
        document.positions.last_brackets(edit.span) for edit in edits if isinstance(edit, Arguments)
    ]
    displays = (
        brackets_of(document, edit.span, edit.code) for edit in edits if isinstance(edit, Replace)
    )
    pairs += [pair for pair in displays if pair is not None]
    gone = [document.positions.statement(node) for node in deleted]
    by_statement: dict[ast.stmt, list[str]] = {}
    for comment in sorted(lost):
        if not any(outer.holds(comment) for outer in (*pairs, *gone)):
            statement = _around(document, _nested(edits, comment))
            text = document.text[comment.start : comment.end].rstrip()
            by_statement.setdefault(statement, []).append(text)
    return [*found, *by_statement.items()]


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
