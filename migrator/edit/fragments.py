"""Edits of a stretch that is no node, such as two operands of three: the node around it is spelled
anew, with holes for what is in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from migrator.edit.conflict import EditConflict
from migrator.edit.source import Source
from migrator.edits import (
    Arguments,
    Code,
    Edit,
    HeaderCode,
    Hole,
    NeedImport,
    Replace,
    RowsCode,
    Span,
    Template,
)

Piece = tuple[Span, Code]


def respelled(
    source: Source, edits: Sequence[Edit]
) -> tuple[list[Replace | Arguments], list[Edit], dict[Span, int], set[Span]]:
    """The edits of expressions, each of a node, and the edits of statements.

    Also by span how many pairs of parentheses around an expression are replaced with it, and which
    nodes are spelled anew.
    """
    stripped: dict[Span, int] = {}
    expressions: list[Replace | Arguments] = []
    others: list[Edit] = []
    fragments: dict[Span, list[Replace]] = {}
    for edit in edits:
        if isinstance(edit, Arguments):
            expressions.append(edit)
        elif isinstance(edit, Replace):
            if _is_node(source, edit):
                expressions.append(edit)
            elif _is_statement(source, edit.span) or source.parameter(edit.span) is not None:
                others.append(edit)
            else:
                bare = _without_parens(source, edit)
                if bare is not None:
                    expressions.append(bare[0])
                    stripped[bare[0].span] = bare[1]
                else:
                    fragments.setdefault(_around(source, edit.span), []).append(edit)
        elif not isinstance(edit, NeedImport):
            others.append(edit)
    for span, found in fragments.items():
        new = Replace(span, _spelled(source, span, found))
        if source.expression(span) is not None:
            expressions.append(new)
        else:
            others.append(new)
    return expressions, others, stripped, set(fragments)


def _is_node(source: Source, edit: Replace) -> bool:
    node = source.expression(edit.span)
    if node is None:
        return False
    if isinstance(source.parents[id(node)], cst.Expr) and not _is_expression(edit.code):
        return False
    parent = source.parents[id(node)]
    named = isinstance(parent, cst.Attribute) and parent.attr is node
    return not named or (isinstance(edit.code, str) and edit.code.isidentifier())


def _is_expression(code: Code) -> bool:
    """Whether new code can stand where an expression does."""
    if isinstance(code, Template):
        try:
            text = "".join(part if isinstance(part, str) else "_" for part in code.parts)
            cst.parse_expression(text)
        except cst.ParserSyntaxError:
            return False
    return not isinstance(code, (RowsCode, HeaderCode))


def _is_statement(source: Source, span: Span) -> bool:
    kinds = (cst.BaseSmallStatement, cst.BaseCompoundStatement)
    return any(isinstance(node, kinds) for node in source.nodes.get(span, ()))


def _without_parens(source: Source, edit: Replace) -> tuple[Replace, int] | None:
    """The edit of what stands in the parentheses that an edit is of, and how many they are."""
    for span in source.nodes:
        node = source.expression(span) if edit.span.holds(span) else None
        parens = [] if node is None else source.parens(node)
        if edit.span in parens:
            return Replace(span, edit.code), len(parens) - parens.index(edit.span)
    return None


def _around(source: Source, span: Span) -> Span:
    """The innermost expression or statement around a stretch."""
    kinds = (cst.BaseExpression, cst.BaseSmallStatement, cst.ExceptHandler)
    found = [
        place
        for place, nodes in source.nodes.items()
        if place.holds(span)
        and place != span
        and (span.start < span.end or place.start < span.start < span.end + 1 <= place.end)
        and any(isinstance(node, kinds) for node in nodes)
    ]
    if span.start == span.end:
        found = [place for place in found if place.end > span.end]
    if not found:
        raise EditConflict(f"no expression stands around {span.start}:{span.end}")
    return min(found, key=lambda place: place.end - place.start)


def _spelled(source: Source, span: Span, edits: Sequence[Replace]) -> Template:
    """The text of the node at `span` with the edits in it, and holes for the expressions."""
    pieces: list[Piece] = [(edit.span, edit.code) for edit in edits]
    node = source.nodes[span][-1]
    if isinstance(node, cst.ExceptHandler):
        span = Span(span.start, source.wide[id(node.body)].start)
    for child in _expressions(source, node, [edit.span for edit in edits]):
        if span.holds(source.wide[id(child)]):
            place = source.spans[id(child)]
            pieces.append((source.wide[id(child)], Hole(place)))
    parts: list[Code] = []
    position = span.start
    for place, code in sorted(pieces, key=lambda piece: (piece[0].start, piece[0].end)):
        parts += [source.text[position : place.start], code]
        position = place.end
    return Template((*parts, source.text[position : span.end]))


def _expressions(
    source: Source, node: cst.CSTNode, taken: Sequence[Span]
) -> Iterator[cst.BaseExpression]:
    """The outermost expressions in `node` that no stretch in `taken` touches."""
    for child in node.children:
        span = source.wide.get(id(child))
        if span is None:
            continue
        touched = any(
            span.start < place.end and place.start < span.end
            if place.start < place.end
            else span.start < place.start < span.end
            for place in taken
        )
        if isinstance(child, cst.BaseExpression) and id(child) in source.spans and not touched:
            yield child
        elif span.start < span.end:
            yield from _expressions(source, child, taken)
