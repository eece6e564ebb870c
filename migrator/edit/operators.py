"""Where Black breaks an expression that is too long: before its loosest operators."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from migrator.edit.document import Document
from migrator.edit.scan import CLOSING
from migrator.edits import Span

_MATH = {
    ast.BitOr: 9,
    ast.BitXor: 8,
    ast.BitAnd: 7,
    ast.LShift: 6,
    ast.RShift: 6,
    ast.Add: 5,
    ast.Sub: 5,
    ast.Pow: 1,
}
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True, slots=True)
class Cuts:
    """The pieces of an expression between its loosest operators, each operator first in
    its piece.

    `commas` says the pieces are the elements of a bare tuple.
    """

    pieces: tuple[Span, ...]
    commas: bool = False


def cuts(document: Document, node: ast.AST, span: Span) -> Cuts | None:
    """Cut the expression `node`, which stands at `span`; None where no operator is in
    it.
    """
    if isinstance(node, ast.Tuple):
        wide = document.positions.span_with_parentheses
        elements = tuple(wide(document.positions.span(e)) for e in node.elts)
        return Cuts(elements, commas=True) if len(elements) > 1 else None
    level = _level(node)
    if level is None:
        return None
    ends = [part.end for part in _operands(document, node, level)][:-1]
    starts = [document.scan.skip_forward(end) for end in ends]
    pieces = zip([span.start, *starts], [*ends, span.end], strict=True)
    return Cuts(tuple(Span(*piece) for piece in pieces))


def broken_between(document: Document, found: Cuts) -> bool:
    """Whether every piece but the first starts a line of its own, without a comment."""
    if found.commas:
        return False
    pairs = zip(found.pieces, found.pieces[1:], strict=False)
    gaps = [Span(first.end, second.start) for first, second in pairs]
    return all(
        len(document.positions.breaks_in(gap)) == 1
        and not document.text[gap.start : gap.end].strip()
        for gap in gaps
    )


def broken_for_length(document: Document, pair: Span) -> bool:
    """Whether a pair of brackets holds nothing but an operation, broken before its
    operators because it was too long for one line.
    """
    inside, text = document.inside(pair), document.text
    blanks = (Span(pair.start + 1, inside.start), Span(inside.end, pair.end - 1))
    for blank in blanks:
        if len(document.positions.breaks_in(blank)) != 1 or text[blank.start : blank.end].strip():
            return False
    node = document.expressions.get(inside)
    if node is None or document.pair_ending(inside.end) == inside:
        node = document.expressions.get(pair, node)
    found = None if node is None else cuts(document, node, inside)
    return found is not None and was_too_long(document, inside, found)


def was_too_long(document: Document, span: Span, found: Cuts) -> bool:
    """Whether the operation at `span` is broken as Black breaks what is too long."""
    if not broken_between(document, found):
        return False
    text, positions = document.text, document.positions
    head = text[positions.line_start(span.start) : span.start]
    tail = text[span.end : positions.line_end(span.end)]
    pieces = " ".join(" ".join(text[p.start : p.end].split()) for p in found.pieces)
    return len(head + pieces + tail) > document.line_length


def ends_in_bracket(text: str) -> bool:
    """Whether `text`, over several lines, is broken inside its last brackets only."""
    lines = text.splitlines()
    return len(lines) > 1 and lines[0][-1:] in CLOSING and lines[-1].strip() in CLOSING.values()


def pieces_of(text: str) -> list[str]:
    """New code cut before its loosest operators; nothing where it is no operation."""
    document = Document(f"({text}\n)", 0)
    statement = document.tree.body[0]
    if not isinstance(statement, ast.Expr) or document.scan.comments:
        return []
    if isinstance(statement.value, COMPREHENSIONS):
        return []  # it breaks inside its brackets
    span = document.positions.span(statement.value)
    found = cuts(document, statement.value, span)
    if found is None or found.commas or span != Span(1, len(text) + 1):
        return []
    return [document.text[piece.start : piece.end] for piece in found.pieces]


def statement_value(parent: ast.AST, child: ast.AST) -> bool:
    """Whether `child` may be put in parentheses to break a statement."""
    if isinstance(parent, (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Return)):
        return parent.value is child
    return isinstance(parent, (ast.If, ast.While, ast.Assert)) and parent.test is child


def _level(node: ast.AST) -> int | None:
    if isinstance(node, COMPREHENSIONS):
        return 20
    if isinstance(node, ast.IfExp):
        return 16
    if isinstance(node, ast.BoolOp):
        return 14
    if isinstance(node, ast.Compare):
        return 10
    return _MATH.get(type(node.op), 4) if isinstance(node, ast.BinOp) else None


def _operands(document: Document, node: ast.AST, level: int) -> Iterator[Span]:
    """The operands between operators of one level, parentheses included, in order."""
    pending: list[ast.AST] = [node]
    while pending:
        part = pending.pop()
        plain = document.positions.span(part)
        wide = document.positions.span_with_parentheses(plain)
        nested = part is not node and (
            wide != plain or _level(part) != level or isinstance(part, COMPREHENSIONS)
        )
        if nested:
            yield wide
        else:
            pending.extend(reversed(list(_parts(part))))


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.BoolOp):
        yield from node.values
    elif isinstance(node, ast.BinOp):
        yield from (node.left, node.right)
    elif isinstance(node, ast.Compare):
        yield from (node.left, *node.comparators)
    elif isinstance(node, ast.IfExp):
        yield from (node.body, node.test, node.orelse)
    elif isinstance(node, COMPREHENSIONS):
        yield node.value if isinstance(node, ast.DictComp) else node.elt
        for generator in node.generators:
            yield generator.iter
            yield from generator.ifs
