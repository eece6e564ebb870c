"""What an edit may make too long for its line: the brackets and operations around it."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from migrator.edit.marks import Bracket, Mark, Marks, Operation
from migrator.edit.operators import breaks_of, is_part_of_chain, is_statement_value
from migrator.edit.source import COMPREHENSIONS, Source, encloses
from migrator.edit.spread import items_of, width
from migrator.edits import Span

_DISPLAYS = (cst.Arg, cst.Element, cst.DictElement)
_ODD = (cst.StarredElement, cst.Await, cst.NamedExpr, cst.Yield, cst.GeneratorExp, cst.Tuple)


def mark_around(source: Source, marks: Marks, node: cst.CSTNode, *, itself: bool) -> None:
    """Mark what may be broken around an edited `node`; `itself` says that it may be, too."""
    if _in_annotation(source, node):
        return
    if itself and isinstance(node, cst.BaseExpression):
        _mark_operation(source, marks, node)
    growing = True
    for holder, level, pair in _brackets_around(source, node):
        if source.in_field(holder) is not None:
            continue
        mark = marks.of(holder)
        known = mark.own if level is None else mark.parens.get(level)
        if (known is not None and not known.new) or not breakable(source, holder, pair):
            growing = False
        if growing and known is None:
            _mark_bracket(source, mark, holder, level, pair)
    for holder in source.ancestors(node):
        if isinstance(holder, cst.BaseExpression):
            _mark_operation(source, marks, holder)
        if isinstance(holder, (cst.BaseSmallStatement, cst.BaseCompoundStatement)):
            break


def mark_own(source: Source, marks: Marks, node: cst.CSTNode) -> None:
    """Mark the brackets that `node` itself is made of."""
    pair, level = source.own_pair(node), None
    if isinstance(node, cst.Tuple) and node.lpar:
        level = len(node.lpar) - 1
    if pair is not None and source.in_field(node) is None and breakable(source, node, pair):
        _mark_bracket(source, marks.of(node), node, level, pair)


def _in_annotation(source: Source, node: cst.CSTNode) -> bool:
    """Whether a node is part of the annotation of a value whose own brackets break sooner."""
    for holder in source.ancestors(node):
        if isinstance(holder, cst.Annotation):
            owner = source.parents[id(holder)]
            return (
                isinstance(owner, cst.AnnAssign)
                and owner.value is not None
                and source.own_pair(owner.value) is not None
                and not isinstance(owner.value, (cst.Call, cst.Subscript))
            )
    return False


def mark_ends(source: Source, marks: Marks, node: cst.CSTNode) -> None:
    """Mark the brackets that a moved expression ends with, and those its items end with."""
    pending = [node]
    while pending:
        last = pending.pop()
        pair, level = source.own_pair(last), None
        parens = source.parens(last)
        if parens:
            pair, level = parens[0], 0
        if pair is None or pair.end != source.wide[id(last)].end or source.in_field(last):
            continue
        if breakable(source, last, pair):
            _mark_bracket(source, marks.of(last), last, level, pair)
            if level is None:
                pending += [_value(item) for item in items_of(last)]


def _value(item: cst.CSTNode) -> cst.CSTNode:
    value: cst.CSTNode = getattr(item, "value", item)
    return value


def _brackets_around(
    source: Source, node: cst.CSTNode
) -> Iterator[tuple[cst.CSTNode, int | None, Span]]:
    """The pairs of brackets around `node`: whose, which of its parentheses, and where."""
    child = node
    parens = source.parens(node)
    for level in reversed(range(len(parens))):
        if not isinstance(node, (cst.Tuple, cst.GeneratorExp)) or level < len(parens) - 1:
            yield node, level, parens[level]
    for parent in source.ancestors(node):
        pair = source.own_pair(parent)
        parens = source.parens(parent)
        if isinstance(parent, (cst.Tuple, cst.GeneratorExp)):
            pair = None
        if pair is not None and encloses(parent, child):
            yield parent, None, pair
        for level in reversed(range(len(parens))):
            yield parent, level, parens[level]
        child = parent
        if isinstance(parent, (cst.BaseSmallStatement, cst.BaseCompoundStatement)):
            return


def breakable(source: Source, node: cst.CSTNode, pair: Span) -> bool:
    """Whether brackets are on one line, or were broken only because they were too long for it."""
    return source.on_one_line(pair) or _was_body(source, pair) or _was_broken(source, node, pair)


def _edges(source: Source, pair: Span) -> tuple[str, str, str]:
    """The blanks behind the opening bracket, what is in the brackets, and the blanks behind it."""
    inner = source.text[pair.start + 1 : pair.end - 1]
    body = inner.strip()
    start = len(inner) - len(inner.lstrip())
    return inner[:start], body, inner[start + len(body) :]


def _was_body(source: Source, pair: Span) -> bool:
    """Whether brackets hold one line, and only because all was too long for one."""
    head, body, tail = _edges(source, pair)
    if len(source.positions.breaks_in(pair)) != 2 or source.comments_in(pair):
        return False
    if "\n" not in head.replace("\r", "\n") or "\n" not in tail.replace("\r", "\n"):
        return False
    inside = Span(pair.start + 1, pair.end - 1)
    return not body.endswith(",") and _joined_width(source, inside, body) > source.style.line_length


def _joined_width(source: Source, span: Span, body: str) -> int:
    """The width of the line with `body` in the place of `span`."""
    text, positions = source.text, source.positions
    before = text[positions.line_start(span.start) : span.start]
    after = text[span.end : positions.line_end(span.end)]
    return len(before) + len(body) + len(after)


def _was_broken(source: Source, node: cst.CSTNode, pair: Span) -> bool:
    """Whether brackets hold an operation that was broken for its length."""
    head, body, tail = _edges(source, pair)
    start = pair.start + 1 + len(head)
    inside = Span(start, start + len(body))
    for blank in (head, tail):
        if len(blank.replace("\r\n", "\n").replace("\r", "\n").split("\n")) != 2:
            return False
    if source.comments_in(Span(pair.start, inside.start)) or source.comments_in(
        Span(inside.end, pair.end)
    ):
        return False
    inner = source.expression(inside) or source.expression(pair)
    if isinstance(node, COMPREHENSIONS) and source.own_pair(node) in (pair, None):
        inner = node
    return inner is not None and _was_too_long(source, inner, inside)


def _was_too_long(source: Source, node: cst.CSTNode, span: Span) -> bool:
    """Whether the operation at `span` is broken before each operator, for its length."""
    gaps = breaks_of(node)
    if not gaps:
        return False
    for gap in gaps:
        plain = isinstance(gap, cst.ParenthesizedWhitespace) and not gap.empty_lines
        if not plain or gap.first_line.comment is not None:  # type: ignore[union-attr]
            return False
    body = " ".join(source.text[span.start : span.end].split())
    return _joined_width(source, span, body) > source.style.line_length


def _mark_bracket(
    source: Source, mark: Mark, node: cst.CSTNode, level: int | None, pair: Span
) -> None:
    one_line = source.on_one_line(pair)
    _, body, _ = _edges(source, pair)
    long = source.line_width(pair.start) > source.style.line_length
    bracket = Bracket(
        new=False,
        broken=not one_line,
        comma=body.endswith(",") or isinstance(node, cst.FunctionDef) or _several(node, level),
        allowed=pair.end - pair.start if long else 0,
        indent=source.indent(
            pair.start + 1 if one_line else pair.end - 1 - len(_edges(source, pair)[2])
        ),
        needless=level is not None and _is_needless(source, node, level, pair),
    )
    if level is None:
        mark.own = bracket
    else:
        mark.parens[level] = bracket


def _several(node: cst.CSTNode, level: int | None) -> bool:
    """Whether an item a line asks for a comma behind the last one."""
    own = level is None or (isinstance(node, cst.Tuple) and level == len(node.lpar) - 1)
    return own and len(items_of(node)) > 1


def _is_needless(source: Source, node: cst.CSTNode, level: int, pair: Span) -> bool:
    """Whether parentheses are there only to break the statement whose value they hold."""
    parent = source.parents[id(node)]
    alone = len(getattr(node, "lpar", ())) == 1 and not isinstance(node, _ODD)
    spaced = source.text[pair.start - 1 : pair.start] == " "
    return alone and spaced and is_statement_value(parent, node)


def _mark_operation(source: Source, marks: Marks, node: cst.BaseExpression) -> None:
    parent = source.parents[id(node)]
    if is_part_of_chain(node, parent) or source.in_field(node) is not None:
        return
    mark = marks.get(node)
    if mark is not None and mark.operation is not None:
        return
    found = _operation(source, node, parent)
    if found is not None:
        marks.of(node).operation = found


def _operation(source: Source, node: cst.BaseExpression, parent: cst.CSTNode) -> Operation | None:
    commas = isinstance(node, cst.Tuple) and len(node.elements) > 1 and not node.lpar
    if not commas and not breaks_of(node):
        return None
    span = source.spans[id(node)]
    comprehension = isinstance(node, COMPREHENSIONS)
    if comprehension:
        head, body, _ = _edges(source, span)
        start = span.start + 1 + len(head)
        span = Span(start, start + len(body))
    if not source.on_one_line(span):
        broken = not commas and _was_too_long(source, node, span)
        return Operation(False, broken=True, indent=source.indent(span.start)) if broken else None
    value = is_statement_value(parent, node) and not node.lpar and not comprehension
    if commas and not value:
        return None
    if not (value or node.lpar or comprehension or _gives_lines(source, parent)):
        return None
    long = source.line_width(span.start) > source.style.line_length
    allowed = width(source.text[span.start : span.end]) if long else 0
    return Operation(value, commas=commas, allowed=allowed, indent=source.indent(span.start))


def _gives_lines(source: Source, parent: cst.CSTNode) -> bool:
    """Whether what is in `parent` may stand on lines of its own."""
    branches = (cst.BooleanOperation, cst.BinaryOperation, cst.Comparison, cst.IfExp)
    if isinstance(parent, cst.ComparisonTarget):
        parent = source.parents[id(parent)]
    if isinstance(parent, branches):
        return not source.on_one_line(source.spans[id(parent)])
    if isinstance(parent, cst.Arg):
        return not parent.star
    return isinstance(parent, (cst.Element, cst.DictElement))
