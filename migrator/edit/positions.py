"""The bridge from `ast` to the text: every offset of the tool is counted here.

`ast` counts lines, split at LF, CRLF and CR, and columns in UTF-8 bytes. Edits count
characters from the start of the text. The text carries no byte order mark (`ast`
refuses one).
"""

from __future__ import annotations

import ast
import re
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import lru_cache
from keyword import iskeyword

from migrator.edit import fstrings
from migrator.edit.scan import CLOSING, Scan, line_breaks, module_lines, scan, scan_module
from migrator.edits import Span

# From 3.12 on the tokenizer reads f-strings itself and gets the positions right.
_FIELDS_ARE_WRONG = sys.version_info < (3, 12)


_LINE_END = re.compile(r"[ \t]*\\?(?:\r\n|\r|\n)[ \t]*")


@lru_cache(maxsize=2)
def module_positions(text: str, tree: ast.Module) -> Positions:
    """Those of a whole module: the last few are kept, for all who ask about them."""
    return Positions(text, tree)


class Positions:
    """Where the nodes of `text` stand, as spans in characters.

    `tree` is the module parsed from `text`. Without it the nodes inside f-strings get
    the places `ast` gives them, which are wrong before Python 3.12.
    """

    def __init__(self, text: str, tree: ast.AST | None = None) -> None:
        self.text = text
        self._module = tree is not None
        self.breaks = module_lines(text) if self._module else line_breaks(text)
        self._starts = [0, *(line.end for line in self.breaks)]
        self._ascii = text.isascii()
        self._scan: Scan | None = None
        self._tree = tree if fstrings.may_have_fields(text) else None
        self._spans: dict[ast.AST, Span] = {}

    @property
    def scan(self) -> Scan:
        """The strings, comments and brackets of the text, read when first asked for."""
        if self._scan is None:
            self._scan = scan_module(self.text) if self._module else scan(self.text)
        return self._scan

    def offset(self, line: int, column: int) -> int:
        """The character offset of an `ast` position: 1-based line, 0-based column in
        bytes.
        """
        start = self._starts[line - 1]
        if self._ascii:
            return start + column
        # A character takes at least a byte: `column` characters are enough.
        head = self.text[start : start + column].encode("utf-8", "surrogatepass")
        return start + len(head[:column].decode("utf-8", "surrogatepass"))

    def span(self, node: ast.AST) -> Span:
        """The span `ast` means by the positions of `node`, right inside f-strings too.

        Raises `ValueError` for a node that has no position, such as a module or an
        operator.
        """
        # No statement stands in a field: who asks for nothing else pays for no search of fields.
        if self._tree is not None and _FIELDS_ARE_WRONG and not isinstance(node, ast.stmt):
            tree, self._tree = self._tree, None
            for joined in fstrings.outermost_formatted(tree):
                self.relocate(joined)
        known = self._spans.get(node)
        if known is None:
            known = self._spans[node] = self._plain_span(node)
        return known

    def relocate(self, joined: ast.JoinedStr) -> None:
        """Find the places of the expressions in an f-string's fields; `span` then tells
        them.
        """
        whole = self.span(joined)
        pending = [(joined, whole.start, whole.end)]
        while pending:
            node, start, end = pending.pop()
            for original, offset, twin, source in fstrings.locate_fields(
                node, self.text, start, end
            ):
                specs: set[ast.AST | None] = set()
                within = Positions(source)
                for left, right in fstrings.pair_up(original, twin):
                    if not hasattr(right, "lineno"):
                        continue
                    span = within._moved_to(right, offset - 1)
                    self._spans[left] = span
                    if isinstance(left, ast.FormattedValue):
                        # A spec shares its f-string's span and is walked with it.
                        specs.add(left.format_spec)
                    elif isinstance(left, ast.JoinedStr) and left not in specs:
                        pending.append((left, span.start, span.end))

    def _moved_to(self, node: ast.AST, base: int) -> Span:
        """The span of a node of a field's source, which is the text in brackets, in the
        file.
        """
        found = self._plain_span(node)
        if found == Span(0, len(self.text)):
            found = Span(1, len(self.text) - 1)  # a bare tuple took the brackets for its own
        return Span(base + found.start, base + found.end)

    def on_one_line(self, span: Span) -> str:
        """The text of `span` with its lines joined, strings excepted, and without comments."""
        text = self.text[span.start : span.end]
        if not ("\n" in text or "#" in text or "\\" in text or "\r" in text):
            return text
        if self.scan.literal_around(span.start) is not None:  # a part of an f-string's field
            return text
        pieces: list[str] = []
        position = span.start
        for literal in self.scan.literals_in(span.start, span.end):
            pieces.append(self._joined(Span(position, literal.start)))
            position = min(literal.end, span.end)
            pieces.append(self.text[literal.start : position])
        return "".join([*pieces, self._joined(Span(position, span.end))])

    def _joined(self, span: Span) -> str:
        """Lines without strings, joined."""
        pieces: list[str] = []
        position = span.start
        for comment in self.scan.comments_in(span.start, span.end):
            pieces.append(self.text[position : comment.start])
            position = comment.end
        return _LINE_END.sub(" ", "".join([*pieces, self.text[position : span.end]]))

    def line_column(self, offset: int) -> tuple[int, int]:
        """The 1-based line and the 1-based column in characters of an offset."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def line_start(self, offset: int) -> int:
        """The offset at which the line of `offset` starts."""
        return self._starts[bisect_right(self._starts, offset) - 1]

    def is_empty_line(self, offset: int) -> bool:
        """Whether a line without anything on it starts at `offset`."""
        return self.line_start(offset) == offset and self.text[offset : offset + 1] in ("\r", "\n")

    def line_end(self, offset: int) -> int:
        """The offset at which the line of `offset` ends, its line end not included."""
        line = bisect_right(self._starts, offset)
        if line == len(self._starts):
            return len(self.text)
        end = self._starts[line]
        return end - 2 if self.text[end - 2 : end] == "\r\n" else end - 1

    def next_line(self, offset: int) -> int:
        """The offset at which the line after that of `offset` starts, or the end of the
        text.
        """
        line = bisect_right(self._starts, offset)
        return len(self.text) if line == len(self._starts) else self._starts[line]

    def breaks_in(self, span: Span) -> Sequence[Span]:
        """The line ends that begin in `span`, those inside strings included."""
        first = bisect_left(self.breaks, Span(span.start, 0))
        return self.breaks[first : bisect_left(self.breaks, Span(span.end, 0))]

    def indent(self, offset: int) -> str:
        """The blanks the line of `offset` starts with."""
        line = self.text[self.line_start(offset) : self.line_end(offset)]
        return line[: len(line) - len(line.lstrip(" \t\f"))]

    def statement(self, node: ast.stmt) -> Span:
        """The span of a statement with its decorators."""
        span = self.span(node)
        decorators: list[ast.expr] = getattr(node, "decorator_list", [])
        if not decorators:
            return span
        first = self.span_with_parentheses(self.span(decorators[0]))
        at = self.scan.skip_backward(first.start)
        return Span(at - 1, span.end)

    def attribute_name(self, node: ast.Attribute) -> Span:
        """The identifier after the dot."""
        end = self.span(node).end
        # The name may be written in another Unicode form than `ast` normalises it to.
        start = end
        while (start > 0 and (self.text[start - 1].isalnum() or self.text[start - 1] == "_")) or (
            start > 0 and not self.text[start - 1].isascii() and not self.text[start - 1].isspace()
        ):
            start -= 1
        return Span(start, end)

    def keyword_name(self, node: ast.keyword) -> Span:
        """The name of a keyword argument, or the stars of `**value`."""
        start = self.span(node).start
        if node.arg is None:
            return Span(start, start + 2)
        end = start
        while end < len(self.text) and (self.text[start : end + 1]).isidentifier():
            end += 1
        return Span(start, end)

    def arguments(self, node: ast.Call) -> Span:
        """The brackets of a call and what is in them."""
        return self.last_brackets(self.span(node))

    def last_brackets(self, span: Span) -> Span:
        """The pair of brackets that closes at the end of `span`.

        Raises `ValueError` where no bracket closes there.
        """
        literal = self.scan.literal_around(span.start)
        pairs = self.scan.brackets
        if literal is not None:
            inner = scan(self.text[span.start : span.end]).brackets
            pairs = [Span(span.start + p.start, span.start + p.end) for p in inner]
        first = bisect_right(pairs, Span(span.start, 0))
        last = bisect_right(pairs, Span(span.end, 0))
        for pair in reversed(pairs[first:last]):
            if pair.end == span.end:
                return pair
        raise ValueError("no bracket closes at the end of the span")

    def span_with_parentheses(self, span: Span) -> Span:
        """`span`, widened to the redundant parentheses around the expression, if there
        are any.

        The parentheses of a call belong to the call, not to its only argument.
        """
        while True:
            before = self.scan.skip_backward(span.start)
            if self.text[before - 1 : before] != "(" or before == 0:
                return span
            after = self.scan.skip_forward(span.end)
            if self.text[after : after + 1] != ")" or self._is_call(before - 1):
                return span
            span = Span(before - 1, after + 1)

    def _is_call(self, bracket: int) -> bool:
        """Whether the parenthesis at `bracket` opens the arguments of a call."""
        end = self.scan.skip_backward(bracket)
        if end == 0:
            return False
        last = self.text[end - 1]
        if last in ")]}":
            # In a field the brace before is the end of another one, never a value.
            return True
        if last in "\"'":
            return self.scan.literal_around(bracket) is None
        start = end
        while start > 0 and (self.text[start - 1].isalnum() or self.text[start - 1] == "_"):
            start -= 1
        word = self.text[start:end]
        return bool(word) and not (iskeyword(word) and word not in CLOSING)

    def _plain_span(self, node: ast.AST) -> Span:
        line: int | None = getattr(node, "lineno", None)
        end_line: int | None = getattr(node, "end_lineno", None)
        if line is None or end_line is None:
            raise ValueError(f"{type(node).__name__} has no position")
        column: int = getattr(node, "col_offset", 0)
        end_column: int = getattr(node, "end_col_offset", 0)
        if self._ascii:
            return Span(self._starts[line - 1] + column, self._starts[end_line - 1] + end_column)
        return Span(self.offset(line, column), self.offset(end_line, end_column))
