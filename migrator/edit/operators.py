"""Where Black breaks an expression that is too long: before its loosest operators."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from migrator.edit.document import Document
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


def prefers_last_bracket(document: Document, node: ast.AST, found: Cuts, span: Span) -> bool:
    """Whether Black breaks inside the last brackets of a statement's value instead."""
    if found.commas or len(found.pieces) > 2:
        return False
    return document.text[span.end - 1] in ")}" and document.text[span.end - 2] not in "({"


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
        nested = part is not node and (wide != plain or _level(part) != level)
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
