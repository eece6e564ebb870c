"""Statements taken out, with their lines, blank lines and comments in mind."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from migrator.edit.document import Document
from migrator.edits import Span
from migrator.linter_comments import is_pragma


@dataclass(frozen=True, slots=True)
class Removal:
    """The stretch that goes, and what stands there afterwards."""

    span: Span
    text: str = ""


def removals(
    document: Document, nodes: Sequence[ast.stmt], busy: Collection[int] = ()
) -> list[Removal]:
    """How to take the statements `nodes` out.

    An emptied block keeps a `pass`, unless its list's `id` is in `busy`: something is
    put in there.
    """
    by_block: dict[int, list[ast.stmt]] = {}
    for node in nodes:
        by_block.setdefault(id(document.blocks[node].body), []).append(node)
    found: list[Removal] = []
    for key, gone in by_block.items():
        gone.sort(key=lambda node: document.blocks[node].index)
        left = [node for node in document.blocks[gone[0]].body if node not in gone]
        is_module = isinstance(document.blocks[gone[0]].owner, ast.Module)
        emptied = not is_module and key not in busy and not any(map(_counts, left))
        whole = _else_branch(document, gone) if emptied and not left else None
        if whole is not None:
            found.append(Removal(whole))
            continue
        if emptied:
            found.append(Removal(document.positions.statement(gone[0]), "pass"))
            gone = gone[1:]
        found.extend(_block_removals(document, gone))
    return found


def _else_branch(document: Document, gone: list[ast.stmt]) -> Span | None:
    """The lines of `else:` and of all that stands under it, if that is what goes."""
    owner, positions = document.blocks[gone[0]].owner, document.positions
    if not isinstance(owner, ast.If) or gone != owner.orelse:
        return None
    start = positions.next_line(positions.span(owner.body[-1]).end)
    end = positions.next_line(positions.span(gone[-1]).end)
    words = document.text[start : positions.statement(gone[0]).start].split()
    commented = any(document.scan.comments_in(start, end))
    return Span(start, end) if words == ["else:"] and not commented else None


def _counts(node: ast.stmt) -> bool:
    """Whether a statement is content, which a docstring is not."""
    return not (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _block_removals(document: Document, nodes: list[ast.stmt]) -> Iterator[Removal]:
    run: list[ast.stmt] = []
    for node in nodes:
        if not _owns_lines(document, node):
            yield _shared(document, node, nodes)
            continue
        if run and not _adjoin(document, run[-1], node):
            yield _lines(document, run)
            run = []
        run.append(node)
    if run:
        yield _lines(document, run)


def _owns_lines(document: Document, node: ast.stmt) -> bool:
    """Whether no other statement shares a line with `node`."""
    span, positions = document.positions.statement(node), document.positions
    before = document.text[positions.line_start(span.start) : span.start]
    if before.strip(" \t\f") or document.text[: span.start].rstrip(" \t")[-2:-1] == "\\":
        return False
    block = document.blocks[node]
    if block.index + 1 == len(block.body):
        return True
    following = positions.statement(block.body[block.index + 1])
    return positions.line_start(following.start) != positions.line_start(span.end)


def _shared(document: Document, node: ast.stmt, gone: list[ast.stmt]) -> Removal:
    """Take out one statement of `a(); b()`."""
    block = document.blocks[node]
    span = document.positions.statement(node)
    end = document.positions.line_end(span.end)
    for following in block.body[block.index + 1 :]:
        start = document.positions.statement(following).start
        if start > end:
            break
        return Removal(Span(span.start, start))
    for index in range(block.index - 1, -1, -1):
        previous = block.body[index]
        if previous not in gone:
            return Removal(Span(document.positions.span(previous).end, span.end))
        span = Span(document.positions.statement(previous).end, span.end)
        break
    return Removal(span)


def _adjoin(document: Document, first: ast.stmt, second: ast.stmt) -> bool:
    """Whether only blank lines stand between two statements."""
    end = document.positions.span(first).end
    start = document.positions.statement(second).start
    return not document.text[end:start].strip(" \t\f\r\n;")


def _lines(document: Document, run: list[ast.stmt]) -> Removal:
    """Take out the lines of statements that follow each other, and the blank lines too
    many.
    """
    positions, text = document.positions, document.text
    first = positions.statement(run[0]).start
    start = positions.line_start(first)
    last = positions.span(run[-1]).end
    end = positions.next_line(last)
    comments = [
        text[comment.start : comment.end].rstrip()
        for node in run
        for comment in document.scan.comments_in(
            positions.statement(node).start,
            positions.line_end(positions.span(node).end),
        )
        if not is_pragma(text[comment.start : comment.end])
    ]
    if comments:
        head = [""] if _ends_imports(document, run) else []
        separator = document.newline + positions.indent(first)
        return Removal(Span(first, positions.line_end(last)), separator.join([*head, *comments]))
    above, below = _blank_start(document, start), _blank_end(document, end)
    opens_block = document.blocks[run[0]].index == 0 and _is_header(document, above)
    if below == len(text):
        return Removal(Span(above, below))
    if opens_block or above == 0:
        return Removal(Span(start, below))
    # Of the blank lines above and below the longer run stays.
    more_above = _lines_in(document, above, start) > _lines_in(document, end, below)
    return Removal(Span(start, below) if more_above else Span(above, end))


def _ends_imports(document: Document, run: list[ast.stmt]) -> bool:
    """Whether other imports stand right above the imports `run`, and none below: a blank
    line belongs between those and a comment.
    """
    kinds = (ast.Import, ast.ImportFrom)
    block = document.blocks[run[0]]
    body, end = block.body, document.blocks[run[-1]].index + 1
    if block.index == 0 or not isinstance(run[0], kinds):
        return False
    start = document.positions.statement(run[0]).start
    above = document.positions.span(body[block.index - 1]).end
    near = len(document.positions.breaks_in(Span(above, start))) == 1
    ends = end == len(body) or not isinstance(body[end], kinds)
    return near and ends and isinstance(body[block.index - 1], kinds)


def _lines_in(document: Document, start: int, end: int) -> int:
    return len(document.positions.breaks_in(Span(start, end)))


def _is_header(document: Document, offset: int) -> bool:
    """Whether the line that ends before `offset` ends with a colon: the header of a
    block.
    """
    end = document.scan.skip_backward(offset)
    last_line = document.positions.line_start(max(offset - 1, 0))
    return end > last_line and document.text[end - 1 : end] == ":"


def _blank_start(document: Document, start: int) -> int:
    """Where the blank lines above the line at `start` begin."""
    while start:
        line = document.positions.line_start(start - 1)
        if document.text[line:start].strip(" \t\r\n"):
            break
        start = line
    return start


def _blank_end(document: Document, end: int) -> int:
    """Where the blank lines from the line at `end` on stop."""
    while end < len(document.text):
        following = document.positions.next_line(end)
        if document.text[end:following].strip(" \t\r\n"):
            break
        end = following
    return end
