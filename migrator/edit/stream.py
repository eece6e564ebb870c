"""A statement as a formatter sees it: text, with the groups in it that may be broken over lines."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field

import libcst as cst
from libcst._nodes.internal import CodegenState

from migrator.edit.marks import Bracket, Marks, Operation
from migrator.edit.operators import breaks_of
from migrator.edit.source import encloses
from migrator.edit.spread import edges, items_of, parameters, shifted

IN_STRING = "\x1f"
"""Stands for a line end within a string."""
_STRINGS = (cst.SimpleString, cst.FormattedString, cst.TemplatedString)
_BRACKETS = (
    cst.BaseStatement,
    cst.LeftParen,
    cst.RightParen,
    cst.LeftSquareBracket,
    cst.RightSquareBracket,
)
_NOTHING = nullcontext()
_OWN_BRACKETS = (cst.ListComp, cst.SetComp, cst.DictComp)


@dataclass(slots=True)
class Break:
    """Blanks of the user's that end a line; `block` is the indentation of the statement."""

    blank: cst.ParenthesizedWhitespace
    text: str
    block: str

    def moved(self, shift: tuple[str, str] | None, newline: str) -> str:
        """The text of the blanks, their lines moved from one indentation to another."""
        if shift is None:
            return self.text
        module = cst.Module([], default_newline=newline)
        code = module.code_for_node(shifted(self.blank, *shift).with_changes(indent=False))
        if not self.blank.indent:
            return code
        return code.replace(newline, newline + self.block)


@dataclass(slots=True)
class Group:
    """Brackets, an operation, or an expression that was moved.

    `items` are what `gaps` stand between; brackets have a gap at each edge as well. `blanks` are
    the nodes of the gaps. `several` says that the items are those of a call or display, `enclosed`
    that the group stands in brackets; a `bare` one has lines that end outside of any.
    """

    node: cst.CSTNode
    kind: Bracket | Operation | str
    level: int | None
    block: str
    items: list[list[Part]] = field(default_factory=lambda: [[]])
    gaps: list[str | Break] = field(default_factory=list)
    blanks: list[cst.CSTNode] = field(default_factory=list)
    several: bool = False
    enclosed: bool = True
    bare: bool = False
    flat: str | None = None


Part = str | Break | Group


class Stream(CodegenState):
    """A codegen that files the text of a module under the groups that `marks` speak of."""

    def __init__(self, module: cst.Module, marks: Marks) -> None:
        super().__init__(module.default_indent, module.default_newline)
        self.parts: list[Part] = []
        self.parents: dict[int, cst.CSTNode] = {}
        self._marks = marks
        self._out = [self.parts]
        self._groups: list[Group] = []
        self._opening: dict[int, Group] = {}
        self._closing: dict[int, Group] = {}
        self._between: dict[int, Group] = {}
        self._gap: cst.CSTNode | None = None
        self._captured: list[str] = []
        self._open: list[cst.CSTNode] = []
        self._strings = 0
        module._codegen(self)

    def add_token(self, value: str) -> None:
        if self._gap is not None:
            self._captured.append(value)
            return
        if self._strings and ("\n" in value or "\r" in value):
            value = value.replace("\r\n", IN_STRING).replace("\n", IN_STRING)
            value = value.replace("\r", IN_STRING)
        out = self._out[-1]
        if out and type(out[-1]) is str and len(out[-1]) < 200:
            out[-1] += value
        else:
            out.append(value)

    def add_indent_tokens(self) -> None:
        for token in self.indent_tokens:
            self.add_token(token)

    def pop_trailing_newline(self) -> None:
        if self.parts and type(self.parts[-1]) is str:
            self.parts[-1] = self.parts[-1].removesuffix(self.default_newline)

    def before_codegen(self, node: cst.CSTNode) -> None:
        if self._gap is not None:
            return
        if self._open:
            self.parents[id(node)] = self._open[-1]
        self._open.append(node)
        key = id(node)
        if key in self._opening or key in self._closing or key in self._between:
            self._gap = node
        elif type(node) is cst.ParenthesizedWhitespace:
            self._gap = node
        elif type(node) in _STRINGS:
            self._strings += 1
        elif not self._strings:
            self._enter(node)

    def after_codegen(self, node: cst.CSTNode) -> None:
        if self._gap is not None and self._gap is not node:
            return
        self._open.pop()
        if self._gap is node:
            self._end_gap(node)
        elif type(node) in _STRINGS:
            self._strings -= 1
        elif not self._strings:
            mark = self._marks.get(node)
            if mark is not None and mark.indent is not None:
                self._pop()

    def record_syntactic_position(
        self,
        node: cst.CSTNode,
        *,
        start_node: cst.CSTNode | None = None,
        end_node: cst.CSTNode | None = None,
    ) -> AbstractContextManager[None]:
        mark = None if self._strings else self._marks.get(node)
        operation = None if mark is None else mark.operation
        if operation is None or isinstance(node, _OWN_BRACKETS):
            return _NOTHING
        return self._within(self._operation(node, operation))

    @contextmanager
    def _within(self, group: Group) -> Iterator[None]:
        self._push(group)
        yield
        self._pop()

    def _enter(self, node: cst.CSTNode) -> None:
        mark = self._marks.get(node)
        if mark is None:
            return
        if mark.indent is not None:
            self._push(Group(node, mark.indent, None, self._block()))
        for level, bracket in mark.parens.items():
            self._register(node, level, bracket)
        if mark.own is not None:
            self._register(node, None, mark.own)

    def _register(self, node: cst.CSTNode, level: int | None, bracket: Bracket) -> None:
        opening, closing = edges(node, level)
        if opening is None:
            return
        if closing is None and not bracket.notes:
            return
        group = Group(node, bracket, level, self._block())
        self._opening[id(opening)] = group
        if closing is not None:
            self._closing[id(closing)] = group
        is_own = level is None or (isinstance(node, cst.Tuple) and level == len(node.lpar) - 1)
        items = items_of(node) if is_own else ()
        group.several = bool(items)
        for item in items:
            comma = item.comma  # type: ignore[attr-defined]
            if isinstance(comma, cst.Comma):
                self._between[id(comma)] = group
        if isinstance(node, cst.FunctionDef):
            last = parameters(node.params)[-1].comma
            if isinstance(last, cst.Comma):
                self._between[id(last)] = group

    def _is_enclosed(self, node: cst.CSTNode) -> bool:
        """Whether `node`, which is being written, stands in brackets; its own parentheses count."""
        if getattr(node, "lpar", ()) and isinstance(node, cst.BaseExpression):
            return True
        return self._stands_in_brackets(node)

    def _operation(self, node: cst.CSTNode, operation: Operation) -> Group:
        group = Group(node, operation, None, self._block(), enclosed=self._is_enclosed(node))
        group.enclosed |= isinstance(node, _OWN_BRACKETS)
        blanks: list[cst.CSTNode] = list(breaks_of(node))
        if operation.commas:
            assert isinstance(node, cst.Tuple)
            blanks = [e.comma for e in node.elements if isinstance(e.comma, cst.Comma)]
        for blank in blanks:
            self._between[id(blank)] = group
        return group

    def _end_gap(self, node: cst.CSTNode) -> None:
        text, self._gap, self._captured = "".join(self._captured), None, []
        gap: str | Break = text
        if isinstance(node, cst.ParenthesizedWhitespace):
            gap = Break(node, text, self._block())
        key = id(node)
        if key in self._opening:
            group = self._opening[key]
            group.gaps.append(gap)
            group.blanks.append(node)
            self._push(group)
            mark = self._marks.get(group.node)
            if isinstance(group.node, _OWN_BRACKETS) and mark and mark.operation:
                self._push(self._operation(group.node, mark.operation))
            if not items_of(group.node) and isinstance(group.node, cst.Call):
                self._pop()
        elif key in self._closing:
            group = self._closing[key]
            while self._groups[-1] is not group:
                self._pop()
            group.gaps.append(gap)
            group.blanks.append(node)
            self._pop()
        elif key in self._between:
            group = self._between[key]
            group.gaps.append(gap)
            group.blanks.append(node)
            group.items.append([])
            self._out[-1] = group.items[-1]
        else:
            self._out[-1].append(gap)
            self._note_bare_line(node)

    def _note_bare_line(self, blank: cst.CSTNode) -> None:
        """A line has ended: an expression that was moved needs parentheses, unless it is in some."""
        child = blank
        regions = [group for group in self._groups if isinstance(group.kind, str)]
        if not regions:
            return
        for parent in reversed(self._open):
            if encloses(parent, child) or isinstance(parent, _BRACKETS):
                return
            if isinstance(parent, cst.Call) and parent.whitespace_before_args is blank:
                return
            if regions[-1].node is parent:
                regions[-1].bare = not self._stands_in_brackets(parent)
                return
            child = parent

    def _stands_in_brackets(self, node: cst.CSTNode) -> bool:
        index = max(i for i, opened in enumerate(self._open) if opened is node)
        child = node
        for parent in reversed(self._open[:index]):
            if encloses(parent, child):
                return True
            child = parent
        return False

    def _push(self, group: Group) -> None:
        self._out[-1].append(group)
        self._groups.append(group)
        self._out.append(group.items[-1])

    def _pop(self) -> None:
        self._groups.pop()
        self._out.pop()

    def _block(self) -> str:
        return "".join(self.indent_tokens)
