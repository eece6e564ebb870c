"""The text being edited with the nodes of the statements that hold an edit."""

from __future__ import annotations

import ast
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import cached_property

import libcst as cst

from migrator.edit.conflict import EditConflict
from migrator.edit.parse import Piece, Style, pieces
from migrator.edit.positions import Positions
from migrator.edit.spread import items_of, width
from migrator.edits import Span

Display = cst.Call | cst.List | cst.Set | cst.Dict | cst.Tuple
Statement = cst.BaseSmallStatement | cst.BaseCompoundStatement
COMPREHENSIONS = (cst.ListComp, cst.SetComp, cst.DictComp, cst.GeneratorExp)
_LITERAL = re.compile(r"""("{3}|'{3})(?s:\\.|.)*?\1|(["'])((?:\\.|[^\\])*?)\2""")
_STRINGS = (cst.FormattedString, cst.TemplatedString)


class Source:
    """One text; spans are those of `ast` in it. Raises `EditConflict` where it does not parse."""

    def __init__(self, text: str, line_length: int) -> None:
        self.text = text
        try:
            self.tree = ast.parse(text)
        except (SyntaxError, ValueError) as error:
            raise EditConflict(f"the text does not parse: {error}") from error
        self.positions = Positions(text, self.tree)
        self.style = Style(line_length, _newline(text), self._indent_unit())
        self.pieces: list[Piece] = []
        self.spans: dict[int, Span] = {}
        self.wide: dict[int, Span] = {}
        self.parents: dict[int, cst.CSTNode] = {}
        self.nodes: dict[Span, list[cst.CSTNode]] = {}
        self.comments: list[tuple[Span, cst.Comment]] = []

    def read(self, spans: Iterable[Span]) -> None:
        """Let LibCST read the statements that hold one of `spans`."""
        self.pieces = pieces(self.text, self.tree, self.positions, self.style, spans)
        for piece in self.pieces:
            self.spans |= piece.offsets.spans
            self.wide |= piece.offsets.wide
            self.parents |= piece.offsets.parents
            self.nodes |= piece.offsets.nodes
            self.comments += piece.offsets.comments

    # looking up

    def expression(self, span: Span) -> cst.BaseExpression | None:
        """The outermost expression at `span`."""
        found = [n for n in self.nodes.get(span, ()) if isinstance(n, cst.BaseExpression)]
        return found[-1] if found else None

    def statement(self, span: Span) -> Statement:
        """The statement at `span`, which may begin with its decorators.

        Raises `EditConflict` where there is none.
        """
        span = self.without_semicolon(span)
        for node in reversed(self.nodes.get(span, ())):
            if isinstance(node, (cst.BaseSmallStatement, cst.BaseCompoundStatement)):
                return node
            if isinstance(node, cst.Decorator):
                holder = self.parents[id(node)]
                assert isinstance(holder, cst.BaseCompoundStatement)
                return holder
        raise EditConflict(f"no statement stands at {span.start}:{span.end}")

    def without_semicolon(self, span: Span) -> Span:
        """`ast` counts a last semicolon in with the block that it ends, LibCST does not."""
        text = self.text[span.start : span.end]
        return Span(span.start, span.start + len(text.rstrip("; \t"))) if text[-1:] == ";" else span

    def starred(self, span: Span) -> cst.Arg | None:
        """The argument `*value` at `span`."""
        found = [n for n in self.nodes.get(span, ()) if isinstance(n, cst.Arg) and n.star]
        return found[0] if found else None

    def parameter(self, span: Span) -> cst.Param | None:
        """The parameter whose name and annotation stand at `span`, if it has both."""
        for node in self.nodes.get(Span(span.start, span.end), ()):
            if isinstance(node, cst.Param) and not isinstance(node, cst.BaseExpression):
                return node
        for place, nodes in self.nodes.items():
            if place.start == span.start and isinstance(nodes[-1], cst.Param):
                note = nodes[-1].annotation
                if note is not None and self.wide[id(note)].end == span.end:
                    return nodes[-1]
        return None

    def ancestors(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """What holds `node`, innermost first."""
        parent = self.parents.get(id(node))
        while parent is not None:
            yield parent
            parent = self.parents.get(id(parent))

    def comments_in(self, span: Span) -> list[tuple[Span, str]]:
        """The comments within `span`, with their text."""
        first = bisect_left(self.comments, span.start, key=lambda entry: entry[0].start)
        found = []
        for place, node in self.comments[first:]:
            if place.start >= span.end:
                break
            found.append((place, node.value.rstrip()))
        return found

    # what the text says

    def on_one_line(self, span: Span) -> bool:
        """Whether no line ends within `span`."""
        part = self.text[span.start : span.end]
        return "\n" not in part and "\r" not in part

    def in_field(self, node: cst.CSTNode) -> cst.BaseString | None:
        """The f-string in whose field `node` stands."""
        found = (a for a in self.ancestors(node) if isinstance(a, _STRINGS))
        return next(found, None)

    def indent(self, offset: int) -> str:
        """The blanks that the line of `offset` begins with, without those of its block."""
        whole = self.positions.indent(offset)
        return whole.removeprefix(self._block_indent(offset))

    def _block_indent(self, offset: int) -> str:
        """The indentation of the statement around `offset`."""
        index = bisect_right(self._statement_starts, offset) - 1
        return self.positions.indent(self._statement_starts[index]) if index >= 0 else ""

    @cached_property
    def _statement_starts(self) -> list[int]:
        starts = (
            self.positions.offset(node.lineno, node.col_offset)
            for node in ast.walk(self.tree)
            if isinstance(node, (ast.stmt, ast.ExceptHandler))
        )
        return sorted(starts)

    @cached_property
    def quote(self) -> str:
        """The quote of most plain strings; the double one when in doubt."""
        counts = {'"': 0, "'": 0}
        pending: list[ast.AST] = [self.tree]
        while pending:
            node = pending.pop()
            if isinstance(node, (ast.Constant, ast.JoinedStr)):
                span = self.positions.span(node)
                for match in _LITERAL.finditer(self.text, span.start, span.end):
                    if match[2] and '"' not in match[3] and "'" not in match[3]:
                        counts[match[2]] += 1
            else:
                pending.extend(ast.iter_child_nodes(node))
        return "'" if counts["'"] > counts['"'] else '"'

    def line_width(self, offset: int) -> int:
        """The columns of the line of `offset`."""
        return width(self.text[self.positions.line_start(offset) : self.positions.line_end(offset)])

    # brackets

    def own_pair(self, node: cst.CSTNode) -> Span | None:
        """The brackets that are part of what `node` is: those of a call, a list, parameters."""
        if isinstance(node, cst.Call):
            return Span(
                self.wide[id(node.whitespace_before_args)].start - 1, self.spans[id(node)].end
            )
        if isinstance(node, cst.Subscript):
            return Span(self.wide[id(node.lbracket)].start, self.spans[id(node)].end)
        if isinstance(node, cst.FunctionDef):
            start = self.wide[id(node.whitespace_before_params)].start - 1
            return Span(start, self.wide[id(node.params)].end + 1)
        if isinstance(node, (cst.ClassDef, cst.ImportFrom, cst.With)):
            if isinstance(node.lpar, cst.LeftParen) and isinstance(node.rpar, cst.RightParen):
                return Span(self.wide[id(node.lpar)].start, self.wide[id(node.rpar)].end)
            return None
        if isinstance(node, (cst.Tuple, cst.GeneratorExp)):
            return self.spans[id(node)] if node.lpar else None
        displays = (cst.List, cst.Set, cst.Dict, cst.ListComp, cst.SetComp, cst.DictComp)
        return self.spans[id(node)] if isinstance(node, displays) else None

    def parens(self, node: cst.CSTNode) -> list[Span]:
        """The parentheses around `node`, outermost first."""
        lpar, rpar = getattr(node, "lpar", ()), getattr(node, "rpar", ())
        if not isinstance(node, cst.BaseExpression):
            return []
        ends = [self.wide[id(one)].end for one in reversed(rpar)]
        return [Span(self.wide[id(one)].start, end) for one, end in zip(lpar, ends, strict=True)]

    def items(self, node: cst.CSTNode) -> list[Span]:
        """The spans of the arguments or elements of a call or display."""
        return [self._item_span(item) for item in items_of(node)]

    def _item_span(self, item: cst.CSTNode) -> Span:
        span = self.wide[id(item)]
        comma = getattr(item, "comma", None)
        if isinstance(comma, cst.Comma):
            return Span(span.start, self.wide[id(comma)].start)
        blank = getattr(item, "whitespace_after_arg", None)
        return span if blank is None else Span(span.start, self.wide[id(blank)].start)

    def _indent_unit(self) -> str:
        """What one more level of indentation adds: that of the first indented block."""
        for node in ast.walk(self.tree):
            blocks = [getattr(node, name, None) for name in ("body", "orelse", "finalbody")]
            first = [block[0] for block in blocks if isinstance(block, list) and block]
            first += [case.pattern for case in getattr(node, "cases", ())]
            for child in first if hasattr(node, "lineno") else ():
                inner = self.positions.indent(self.positions.offset(child.lineno, 0))
                outer = self.positions.indent(self.positions.offset(node.lineno, 0))
                if inner != outer and inner.startswith(outer):
                    return inner[len(outer) :]
        return "    "


def encloses(parent: cst.CSTNode, child: cst.CSTNode) -> bool:
    """Whether `child` stands in brackets of `parent`."""
    if getattr(parent, "lpar", ()) and isinstance(parent, cst.BaseExpression):
        return True
    if isinstance(parent, (cst.Call, cst.ClassDef)):
        return isinstance(child, cst.Arg)
    if isinstance(parent, cst.Subscript):
        return isinstance(child, cst.SubscriptElement)
    if isinstance(parent, cst.FunctionDef):
        return isinstance(child, cst.Parameters)
    if isinstance(parent, cst.With):
        return isinstance(child, cst.WithItem) and isinstance(parent.lpar, cst.LeftParen)
    displays = (cst.List, cst.Set, cst.Dict, cst.ListComp, cst.SetComp, cst.DictComp)
    return isinstance(parent, (*displays, cst.FormattedStringExpression))


def _newline(text: str) -> str:
    """The line end most lines have; LF in a text of one line."""
    windows = text.count("\r\n")
    counts = {"\n": text.count("\n") - windows, "\r\n": windows, "\r": text.count("\r") - windows}
    return max(counts, key=lambda kind: counts[kind])
