"""The bridge from spans to LibCST nodes: both trees describe the same text.

LibCST's own codegen says where each node begins and ends; one pass of it over the parsed statements
files every node under its span. That is a third of what parsing them costs, where LibCST's
`PositionProvider` costs twice the parse.
"""

from __future__ import annotations

from contextlib import AbstractContextManager

import libcst as cst
from libcst._nodes.internal import CodegenState

from migrator.edits import Span


class Offsets(CodegenState):
    """A codegen that counts: where every node of a module stands, in characters from `start`.

    What stands before `first` is not of the file, and not looked up.

    A span is that of `ast`: without the parentheses and blanks around an expression, but for tuples
    and generators, whose parentheses are theirs.
    """

    def __init__(self, module: cst.Module, start: int, first: int = 0) -> None:
        super().__init__(module.default_indent, module.default_newline)
        self.spans: dict[int, Span] = {}
        self.wide: dict[int, Span] = {}
        self.comments: list[tuple[Span, cst.Comment]] = []
        self.parents: dict[int, cst.CSTNode] = {}
        self.nodes: dict[Span, list[cst.CSTNode]] = {}
        self._at = start
        self._first = first
        self._open: list[cst.CSTNode] = []
        self._starts: list[int] = []
        module._codegen(self)

    def add_token(self, value: str) -> None:
        self.tokens.append(value)
        self._at += len(value)

    def add_indent_tokens(self) -> None:
        for token in self.indent_tokens:
            self.add_token(token)

    def pop_trailing_newline(self) -> None:
        if self.tokens:
            self._at -= len(self.tokens.pop())

    def before_codegen(self, node: cst.CSTNode) -> None:
        if self._open:
            self.parents[id(node)] = self._open[-1]
        self._open.append(node)
        self._starts.append(self._at)

    def after_codegen(self, node: cst.CSTNode) -> None:
        self._open.pop()
        span = self.wide[id(node)] = Span(self._starts.pop(), self._at)
        if type(node) is cst.Comment:
            self.comments.append((span, node))

    def record_syntactic_position(
        self,
        node: cst.CSTNode,
        *,
        start_node: cst.CSTNode | None = None,
        end_node: cst.CSTNode | None = None,
    ) -> AbstractContextManager[None]:
        return _Stretch(self, node, start_node, end_node)

    def record(
        self,
        node: cst.CSTNode,
        start: int,
        start_node: cst.CSTNode | None,
        end_node: cst.CSTNode | None,
    ) -> None:
        """File `node`, which began at `start` and ends here, or with a node of its own."""
        end = self._at
        if start_node is not None and id(start_node) in self.spans:
            start = self.spans[id(start_node)].start
        if end_node is not None and id(end_node) in self.spans:
            end = self.spans[id(end_node)].end
        kind = type(node)
        if kind is cst.GeneratorExp and not node.lpar:  # type: ignore[attr-defined]
            call = self._open[-3] if len(self._open) > 2 else None
            if isinstance(call, cst.Call):  # its brackets are those of the generator
                start = self.wide[id(call.whitespace_before_args)].start - 1
                end += 1 + _length(call.args[0].whitespace_after_arg)
        elif (kind is cst.Tuple or kind is cst.GeneratorExp) and node.lpar:  # type: ignore
            start -= 1 + _length(node.lpar[-1].whitespace_after)  # type: ignore[attr-defined]
            end += 1 + _length(node.rpar[0].whitespace_before)  # type: ignore[attr-defined]
        span = Span(start, end)
        self.spans[id(node)] = span
        if start < self._first:
            return
        self.nodes.setdefault(span, []).append(node)
        if kind is cst.FunctionDef or kind is cst.ClassDef:
            self._record_with_decorators(node, end)

    def _record_with_decorators(self, node: cst.CSTNode, end: int) -> None:
        decorators = node.decorators  # type: ignore[attr-defined]
        if decorators:
            first = decorators[0]
            lines = "".join(cst.Module([]).code_for_node(line) for line in first.leading_lines)
            start = self.wide[id(first)].start + len(lines)
            self.nodes.setdefault(Span(start, end), []).append(node)


class _Stretch(AbstractContextManager[None]):
    """The text of one node while it is written."""

    __slots__ = ("_end_node", "_node", "_offsets", "_start", "_start_node")

    def __init__(
        self,
        offsets: Offsets,
        node: cst.CSTNode,
        start_node: cst.CSTNode | None,
        end_node: cst.CSTNode | None,
    ) -> None:
        self._offsets = offsets
        self._node = node
        self._start_node = start_node
        self._end_node = end_node

    def __enter__(self) -> None:
        self._start = self._offsets._at

    def __exit__(self, *error: object) -> None:
        self._offsets.record(self._node, self._start, self._start_node, self._end_node)


def _length(blanks: cst.BaseParenthesizableWhitespace) -> int:
    return len(cst.Module([]).code_for_node(blanks))
