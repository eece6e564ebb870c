"""The text being edited, and the questions the renderer asks about it."""

from __future__ import annotations

import ast
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator
from functools import cached_property

from migrator.edit.conflict import EditConflict
from migrator.edit.indents import Block, Indents
from migrator.edit.positions import module_positions
from migrator.edit.scan import Literal, has_break
from migrator.edits import Span
from migrator.syntax import children, parse

_LEVELS = frozenset({" ", "  ", "   ", "    ", "\t"})
_HANGING = re.compile(
    r"[ \t]*(?:#[^\r\n]*)?(?:\r\n?|\n)(?:[ \t]*(?:#[^\r\n]*)?(?:\r\n?|\n))*([ \t]*)"
)
"""The end of a line behind an opening bracket, and the blanks that the next line begins with."""
Display = ast.Call | ast.Dict | ast.List | ast.Set | ast.Tuple | ast.ClassDef


class Document:
    """One module's text with its tree, read once and never changed.

    Raises `EditConflict` where the text does not parse.
    """

    def __init__(self, text: str, line_length: int) -> None:
        self.text = text
        self.line_length = line_length
        try:
            self.tree = parse(text)
        except (SyntaxError, ValueError) as error:
            raise EditConflict(f"the text does not parse: {error}") from error
        self.positions = module_positions(text, self.tree)
        self.scan = self.positions.scan
        self._starts = [pair.start for pair in self.scan.brackets]
        self._outer = _outer_pairs(self.scan.brackets)

    @cached_property
    def newline(self) -> str:
        """The line end most lines have; LF in a text of one line."""
        both = self.text.count("\r\n")
        counts = {
            "\n": self.text.count("\n") - both,
            "\r\n": both,
            "\r": self.text.count("\r") - both,
        }
        return max(counts, key=lambda kind: counts[kind])

    @cached_property
    def quote(self) -> str:
        """The quote of most plain strings; the double one when in doubt."""
        counts = {'"': 0, "'": 0}
        for literal in self.scan.literals:
            body = self.text[literal.body.start : literal.body.end]
            if len(literal.quote) == 1 and '"' not in body and "'" not in body:
                counts[literal.quote] += 1
        return "'" if counts["'"] > counts['"'] else '"'

    @cached_property
    def indents(self) -> Indents:
        """What a block is indented by."""
        return Indents(self.positions, self.blocks)

    @property
    def indent_unit(self) -> str:
        """What one more level of indentation adds: what it does in most blocks."""
        return self.indents.usual

    @cached_property
    def hang_unit(self) -> str:
        """What most lines within brackets are indented by; as a block is where there are none."""
        counts = Counter(filter(None, map(self.hang, self.scan.brackets)))
        counts[self.indent_unit] += 1
        return max(counts, key=lambda unit: counts[unit])

    def hang(self, pair: Span) -> str | None:
        """What the first line in the brackets `pair` is indented by, where that is a level."""
        found = _HANGING.match(self.text, pair.start + 1, pair.end)
        if found is None:
            return None
        outer = self.positions.indent(pair.start)
        unit = found[1].removeprefix(outer)
        return unit if found[1].startswith(outer) and unit in _LEVELS else None

    @cached_property
    def blocks(self) -> dict[ast.stmt, Block]:
        """Every statement's place, in the order of the text within a block."""
        found: dict[ast.stmt, Block] = {}
        pending: list[ast.AST] = [self.tree]
        while pending:
            owner = pending.pop()
            for body in _bodies(owner):
                for index, statement in enumerate(body):
                    found[statement] = Block(body, index, owner)
                pending.extend(body)
            pending.extend(getattr(owner, "handlers", ()))
            pending.extend(getattr(owner, "cases", ()))
        return found

    @cached_property
    def _nodes(self) -> list[ast.AST]:
        return [self.tree, *self.parents]

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        """Who holds whom, in the order of `ast.walk`."""
        found: dict[ast.AST, ast.AST] = {}
        pending: list[ast.AST] = [self.tree]
        for node in pending:  # which grows
            below = children(node)
            for child in below:
                found[child] = node
            pending += below
        return found

    @cached_property
    def expressions(self) -> dict[Span, ast.expr]:
        """The outermost expression of every span that is one."""
        found: dict[Span, ast.expr] = {}
        for node in self._nodes:
            if isinstance(node, ast.expr):
                found.setdefault(self.positions.span(node), node)
        return found

    def innermost(self, span: Span) -> ast.AST | None:
        """The innermost expression around `span`, or the one that is `span`."""
        last = bisect_right(self._ordered, (span.start, -span.end))
        for index in range(last - 1, -1, -1):
            start, end = self._ordered[index]  # which is not behind that of `span`
            if span.end <= -end:
                return self.expressions[Span(start, -end)]
        return None

    def annotated_value(self, span: Span) -> Span | None:
        """The value of the annotated assignment that `span` lies in, if it has one."""
        node = self.innermost(span)
        while node is not None and not isinstance(node, ast.AnnAssign):
            node = self.parents.get(node)
        return None if node is None or node.value is None else self.positions.span(node.value)

    @cached_property
    def _ordered(self) -> list[tuple[int, int]]:
        return sorted([(start, -end) for start, end in self.expressions])

    def pair_ending(self, end: int) -> Span | None:
        """The pair of brackets that closes right before `end`."""
        return self._ends.get(end)

    @cached_property
    def _ends(self) -> dict[int, Span]:
        return {pair.end: pair for pair in self.scan.brackets}

    def inside(self, pair: Span) -> Span:
        """What stands in a pair of brackets, without the blanks around it."""
        start = self.scan.skip_forward(pair.start + 1)
        return Span(start, self.scan.skip_backward(pair.end - 1))

    def body_line(self, pair: Span) -> Span | None:
        """What stands in brackets that were broken only because they were too long for
        a line.

        That is: the brackets end their lines, one line without a trailing comma stands
        between them, and all of it would not have fitted on a line.
        """
        inside = self.inside(pair)
        text, positions = self.text, self.positions
        breaks = positions.breaks_in(pair)
        if len(breaks) != 2 or not self.on_one_line(inside):
            return None
        blank = text[pair.start + 1 : inside.start] + text[inside.end : pair.end - 1]
        if blank.strip() or text[inside.end - 1] == ",":
            return None
        head = text[positions.line_start(pair.start) : pair.start + 1]
        tail = text[pair.end - 1 : positions.line_end(pair.end)]
        joined = head + text[inside.start : inside.end] + tail
        return inside if len(joined) > self.line_length else None

    @cached_property
    def displays(self) -> dict[Span, Display]:
        """The call, display or class whose items stand in a pair of brackets, by that
        pair.
        """
        found: dict[Span, Display] = {}
        for node in self._nodes:
            if isinstance(node, Display) and not isinstance(node, ast.ClassDef):
                pair = self._ends.get(self.positions.span(node).end)
                if pair is not None and self._owns(node, pair):
                    found.setdefault(pair, node)
        return found

    def _owns(self, node: Display, pair: Span) -> bool:
        start = self.positions.span(node).start
        return pair.start == start or isinstance(node, ast.Call)

    @cached_property
    def statements(self) -> dict[Span, ast.stmt]:
        """Every statement, by its span without and with decorators."""
        found: dict[Span, ast.stmt] = {}
        for node in self.blocks:
            found[self.positions.span(node)] = node
            if getattr(node, "decorator_list", None):
                found[self.positions.statement(node)] = node
        return found

    def starting(self, offset: int) -> ast.stmt | None:
        """The statement that begins at `offset`, with its decorators."""
        return self._by_start.get(offset)

    @cached_property
    def _by_start(self) -> dict[int, ast.stmt]:
        return {self.positions.statement(node).start: node for node in self.blocks}

    def pairs_around(self, span: Span) -> Iterator[Span]:
        """The pairs of brackets around `span`, innermost first, never `span` itself."""
        index = bisect_left(self._starts, span.start) - 1
        while index >= 0:
            pair = self.scan.brackets[index]
            if pair.end >= span.end and pair.start < span.start:
                yield pair
            index = self._outer[index]

    def formatted_around(self, span: Span) -> Literal | None:
        """The f-string whose field holds `span`."""
        literal = self.scan.literal_around(span.start)
        return literal if literal is not None and literal.formatted else None

    def on_one_line(self, span: Span) -> bool:
        """Whether no line ends within `span`."""
        return not has_break(self.text[span.start : span.end])

    def breaks_outside_strings(self, span: Span) -> list[Span]:
        """The line ends in `span` that are not part of a string."""
        breaks = self.positions.breaks_in(span)
        return [b for b in breaks if self.scan.literal_around(b.start) is None]

    def items(self, pair: Span) -> list[Span]:
        """The spans of the arguments or elements in a pair of brackets, their
        parentheses included.
        """
        node = self.displays.get(pair)
        if node is None or isinstance(node, ast.ClassDef):
            return []
        spans = [self._item_span(item) for item in _item_nodes(node)]
        inside = Span(pair.start + 1, pair.end - 1)
        return sorted(span if inside.holds(span) else self.inside(pair) for span in spans)

    def _item_span(self, item: ast.AST | tuple[ast.expr | None, ast.expr]) -> Span:
        positions = self.positions
        if isinstance(item, tuple):
            key, value = item
            end = positions.span_with_parentheses(positions.span(value))
            if key is None:
                return Span(self.scan.skip_backward(end.start) - 2, end.end)
            start = positions.span_with_parentheses(positions.span(key)).start
            return Span(start, end.end)
        if isinstance(item, ast.keyword):
            end = positions.span_with_parentheses(positions.span(item.value))
            return Span(positions.span(item).start, end.end)
        return positions.span_with_parentheses(positions.span(item))


def _item_nodes(
    node: Display,
) -> list[ast.AST | tuple[ast.expr | None, ast.expr]]:
    if isinstance(node, ast.Call):
        return [*node.args, *node.keywords]
    if isinstance(node, ast.Dict):
        return list(zip(node.keys, node.values, strict=True))
    if isinstance(node, ast.ClassDef):
        return [*node.bases, *node.keywords]
    return [*node.elts]


def _bodies(owner: ast.AST) -> Iterator[list[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        body = getattr(owner, name, None)
        if isinstance(body, list) and body:
            yield body


def _outer_pairs(pairs: list[Span]) -> list[int]:
    """For each pair of the sorted list, the index of the pair around it, or -1."""
    outer: list[int] = []
    around: list[int] = []
    for index, pair in enumerate(pairs):
        while around and pairs[around[-1]].end <= pair.start:
            around.pop()
        outer.append(around[-1] if around else -1)
        around.append(index)
    return outer
