"""Statements put in, taken out, put under a header and exchanged: the blocks of the tree."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import libcst as cst

from migrator.edit.conflict import EditConflict
from migrator.edit.removal import Removals
from migrator.edit.source import Source, Statement
from migrator.edit.templates import holes
from migrator.edits import (
    Code,
    Delete,
    Edit,
    InsertAfter,
    InsertBefore,
    Nest,
    Replace,
    Row,
    RowsCode,
    Span,
    Swap,
    Template,
)

if TYPE_CHECKING:
    from migrator.edit.replace import Editor

BLANKS = re.compile(r"(?:[ \t\f]*(?:\r\n|\r|\n))*")


@dataclass(slots=True)
class Line:
    """A line of statements, or a compound statement, as it is and as it becomes."""

    statements: list[Any]
    node: Any


@dataclass(slots=True)
class Orders:
    """What is to be done with one statement."""

    before: list[Code] = field(default_factory=list)
    after: list[Code] = field(default_factory=list)
    replaced: Replace | None = None
    deleted: bool = False
    nests: list[Nest] = field(default_factory=list)
    parted: bool = False


class Statements:
    """The edits of statements of one source."""

    def __init__(self, source: Source, edits: Sequence[Edit], editor: Editor) -> None:
        self.source = source
        self.editor = editor
        self.orders: dict[int, Orders] = {}
        self.nodes: list[cst.CSTNode] = []
        self.swaps: dict[int, tuple[Any, Any]] = {}
        self.handlers: dict[int, Replace] = {}
        self.params: dict[int, Replace] = {}
        for edit in edits:
            self._file(edit)
        for node in self.nodes:
            self._stand_in(self.orders[id(node)])
        self.removals = Removals(source)

    def touched(self) -> list[cst.CSTNode]:
        """The nodes that something happens to."""
        more = [node for pair in self.swaps.values() for node in pair]
        return [*self.nodes, *more, *self._handler_nodes]

    def _file(self, edit: Edit) -> None:
        if isinstance(edit, Swap):
            self._file_swap(edit)
            return
        if isinstance(edit, Nest):
            start = self._starting(edit.span)
            self._of(start).nests.append(edit)
            for node in (start, self._starting(edit.inner), *self._ending(edit)):
                self._of(node).parted = True
            return
        if isinstance(edit, Replace):
            param = self.source.parameter(edit.span)
            if param is not None:
                self.params[id(param)] = edit
                self._handler_nodes.append(param)
                return
            for node in self.source.nodes[edit.span]:
                if isinstance(node, cst.ExceptHandler):
                    self.handlers[id(node)] = edit
                    self._handler_nodes.append(node)
                    return
            self._of(self.source.statement(edit.span)).replaced = edit
            return
        orders = self._of(self.source.statement(edit.span))
        if isinstance(edit, InsertBefore):
            orders.before.append(edit.code)
        elif isinstance(edit, InsertAfter):
            orders.after.append(edit.code)
        elif isinstance(edit, Delete):
            orders.deleted = True

    @property
    def _handler_nodes(self) -> list[cst.CSTNode]:
        if not hasattr(self, "_handlers_found"):
            self._handlers_found: list[cst.CSTNode] = []
        return self._handlers_found

    def _of(self, node: cst.CSTNode) -> Orders:
        if id(node) not in self.orders:
            self.nodes.append(node)
        return self.orders.setdefault(id(node), Orders())

    def _starting(self, span: Span) -> Statement:
        """The outermost statement that starts where `span` does, and ends in it."""
        return self._edge(span, lambda place: place.start == span.start)

    def _ending(self, nest: Nest) -> Iterator[Statement]:
        for span in map(self.source.without_semicolon, (nest.span, nest.inner)):
            yield self._edge(span, lambda place, end=span.end: place.end == end)  # type: ignore

    def _edge(self, span: Span, fits: Any) -> Statement:
        span = self.source.without_semicolon(span)
        found = [
            (place, node)
            for place, nodes in self.source.nodes.items()
            if span.holds(place) and fits(place)
            for node in nodes
            if isinstance(node, (cst.BaseSmallStatement, cst.BaseCompoundStatement))
        ]
        if not found:
            raise EditConflict(f"no statement stands at the edge of {span.start}:{span.end}")
        return max(found, key=lambda pair: pair[0].end - pair[0].start)[1]

    def _file_swap(self, edit: Swap) -> None:
        if edit.first.end > edit.second.start:
            raise EditConflict(f"the stretches to swap at {edit.span.start} overlap")
        nodes = []
        for span in (edit.first, edit.second):
            found = [n for n in self.source.nodes.get(span, ()) if isinstance(n, cst.ExceptHandler)]
            if not found:
                raise EditConflict(f"no handler stands at {span.start}:{span.end}")
            nodes.append(found[0])
        self.swaps[id(self.source.parents[id(nodes[0])])] = (nodes[0], nodes[1])

    def _stand_in(self, orders: Orders) -> None:
        """What is put beside a deleted statement takes its place."""
        if not orders.deleted:
            return
        if orders.before:
            rows = RowsCode(tuple(Row(code) for code in orders.before))
            orders.replaced, orders.before, orders.deleted = Replace(Span(0, 0), rows), [], False
        elif orders.after:
            orders.replaced = Replace(Span(0, 0), orders.after.pop(0))
            orders.deleted = False

    # walking

    def left(self, original: cst.CSTNode, updated: Any) -> Any:
        """What becomes of a node with statements in it, once they are edited."""
        if isinstance(original, (cst.Module, cst.IndentedBlock)):
            body, footer = self.block(original.body, original)
            if isinstance(original, cst.Module):
                return updated.with_changes(body=body, footer=[*footer, *updated.footer])
            return updated.with_changes(body=body, footer=[*footer, *updated.footer])
        if isinstance(original, cst.SimpleStatementSuite):
            return self._suite(original, updated)
        if id(original) in self.swaps:
            first, second = self.swaps[id(original)]
            handlers = list(updated.handlers)
            one, other = original.handlers.index(first), original.handlers.index(second)  # type: ignore
            lines = handlers[one].leading_lines, handlers[other].leading_lines
            handlers[one], handlers[other] = (
                handlers[other].with_changes(leading_lines=lines[0]),
                handlers[one].with_changes(leading_lines=lines[1]),
            )
            return updated.with_changes(handlers=handlers)
        if id(original) in self.handlers:
            return self._respelled(original, updated, self.handlers[id(original)])
        if id(original) in self.params:
            rows = Template(("def f(", self.params[id(original)].code, "): 0"))
            new: Any = self.editor.builder(original).statements(rows).body[2]
            param = new.params.params[0]
            return updated.with_changes(name=param.name, annotation=param.annotation)
        return updated

    def _respelled(self, original: Any, updated: Any, edit: Replace) -> Any:
        rows = RowsCode((Row("try:"), Row("0", 1), Row(edit.code), Row("0", 1)))
        code = self.editor.builder(original).statements(rows)
        statement: Any = code.body[2]
        new = statement.handlers[0]
        return updated.with_changes(
            type=new.type, name=new.name, whitespace_after_except=new.whitespace_after_except
        )

    def _suite(self, original: cst.SimpleStatementSuite, updated: Any) -> Any:
        if not self._needs_parting(original.body, suite=True):
            kept = [self.editor.now(s) for s in original.body if not self._orders(s).deleted]
            kept = kept or [cst.Pass()]
            if len(kept) == len(original.body) and not self._any_deleted(original.body):
                return updated
            kept[-1] = kept[-1].with_changes(semicolon=original.body[-1].semicolon)
            return updated.with_changes(body=kept)
        line = cst.SimpleStatementLine(
            list(original.body), trailing_whitespace=original.trailing_whitespace
        )
        body, footer = self.block([line], original)
        return cst.IndentedBlock(body, footer=footer)

    def _any_deleted(self, statements: Sequence[Any]) -> bool:
        return any(self._orders(s).deleted for s in statements)

    def _orders(self, node: cst.CSTNode) -> Orders:
        return self.orders.get(id(node)) or Orders()

    def _needs_parting(self, mates: Sequence[Any], *, suite: bool) -> bool:
        """Whether statements on one line get lines of their own."""
        deleted = [mate for mate in mates if self._orders(mate).deleted]
        for mate in mates:
            orders = self._orders(mate)
            if orders.parted or orders.replaced is not None:
                return True
            if orders.before and (suite or mate is not mates[0]):
                return True
            if orders.after and (suite or mate is not mates[-1]):
                return True
        if len(deleted) > 1 and len(mates) > 1:
            return True
        return any(self.source.comments_in(self.source.spans[id(node)]) for node in deleted) and (
            len(mates) > 1 or suite
        )

    def block(self, body: Sequence[Any], owner: cst.CSTNode) -> tuple[list[Any], list[Any]]:
        """The statements of a block, and the lines to stand behind them."""
        lines = [line for node in body for line in self._lines(node)]
        if not isinstance(owner, cst.Module):
            lines = self._with_pass(lines)
        return self._edited(lines, (), owner)

    def _lines(self, node: Any) -> Iterator[Line]:
        """A line of the original, or a line for each statement on it."""
        if not isinstance(node, cst.SimpleStatementLine):
            yield Line([node], self.editor.now(node))
            return
        smalls = [self.editor.now(small) for small in node.body]
        updated = self.editor.now(node)
        if updated is node and any(
            new is not old for new, old in zip(smalls, node.body, strict=True)
        ):
            smalls[-1] = smalls[-1].with_changes(semicolon=cst.MaybeSentinel.DEFAULT)
            updated = node.with_changes(body=smalls)  # it was a suite
        if len(smalls) == 1:
            yield Line([node.body[0]], updated)
            return
        if not self._needs_parting(node.body, suite=False):
            kept = [s for s in node.body if not self._orders(s).deleted]
            if not self._any_deleted(node.body):
                yield Line(list(node.body), updated)
                return
            new = [self.editor.now(small) for small in kept]
            new[-1] = new[-1].with_changes(semicolon=smalls[-1].semicolon)
            yield Line(kept, updated.with_changes(body=new))
            return
        last = len(smalls) - 1
        for index, (original, small) in enumerate(zip(node.body, smalls, strict=True)):
            bare = small.with_changes(semicolon=cst.MaybeSentinel.DEFAULT)
            self.editor.marks.move(small, bare)
            line = cst.SimpleStatementLine(
                [bare],
                leading_lines=updated.leading_lines if index == 0 else (),
                trailing_whitespace=updated.trailing_whitespace
                if index == last
                else cst.TrailingWhitespace(),
            )
            yield Line([original], line)

    def _with_pass(self, lines: list[Line]) -> list[Line]:
        """An emptied block keeps a `pass`."""
        gone = [line for line in lines if self._gone(line)]
        if not gone or any(self._stays(line) for line in lines):
            return lines
        first = gone[0]
        node = cst.SimpleStatementLine(
            [cst.Pass()],
            leading_lines=first.node.leading_lines,
            trailing_whitespace=getattr(
                first.node, "trailing_whitespace", cst.TrailingWhitespace()
            ),
        )
        return [Line([], node) if line is first else line for line in lines]

    def _gone(self, line: Line) -> bool:
        return len(line.statements) == 1 and self._orders(line.statements[0]).deleted

    def _stays(self, line: Line) -> bool:
        """Whether a line is content, which a docstring is not, or has something put beside it."""
        for node in line.statements:
            orders = self._orders(node)
            if orders.before or orders.after or orders.replaced:
                return True
            string = isinstance(node, cst.Expr) and isinstance(
                node.value, (cst.SimpleString, cst.ConcatenatedString)
            )
            if not orders.deleted and not string:
                return True
        return False

    # a block

    def _edited(
        self, lines: list[Line], within: tuple[Nest, ...], owner: cst.CSTNode
    ) -> tuple[list[Any], list[Any]]:
        out: list[Any] = []
        above: list[Any] = []  # lines that wait for the next statement
        index = 0

        def put(node: Any) -> None:
            if above:
                new = node.with_changes(leading_lines=[*above, *node.leading_lines])
                self.editor.marks.move(node, new)
                node = new
            above.clear()
            out.append(node)

        while index < len(lines):
            line = lines[index]
            if self._gone(line):
                run = self.removals.run(lines[index:], self._gone)
                index += len(run)
                following = lines[index] if index < len(lines) else None
                lead, drop = self.removals.lines(run, following, owner, bool(out), self.editor)
                above += lead
                if following is not None and drop:
                    rest = following.node.leading_lines[drop:]
                    following.node = following.node.with_changes(leading_lines=rest)
                continue
            first = line.statements[0] if line.statements else None
            last = line.statements[-1] if line.statements else None
            orders = self._orders(first) if first is not None else Orders()
            start = self.source.spans[id(first)].start if first is not None else -1
            node = line.node
            if not any(nest.span.start == start for nest in within):
                for code in orders.before:
                    above += node.leading_lines
                    node = node.with_changes(leading_lines=[])
                    above = self._insert(code, put, above, first)
            nests = sorted((n for n in orders.nests if n not in within), key=lambda n: n.span.end)
            if nests:
                index = self._nested(nests[-1], lines, index, within, owner, node, put, above)
                continue
            if orders.replaced is not None:
                above = self._replaced(orders.replaced, node, put, above, first)
            else:
                put(node)
            if last is not None:
                for code in self._orders(last).after:
                    above = self._insert(code, put, above, last)
            index += 1
        return out, above

    def _insert(self, code: Code, put: Any, above: list[Any], own: Any) -> list[Any]:
        module = self.editor.builder(None).statements(code)
        for node in module.body[2:]:
            put(node)
        above += module.footer
        return above

    def _replaced(
        self, edit: Replace, node: Any, put: Any, above: list[Any], own: Any
    ) -> list[Any]:
        """Statements in the place of one; the comment behind it stays, those in it go above."""
        module = self.editor.builder(None).statements(edit.code)
        above += node.leading_lines
        kept = [h.span for h in holes(edit.code)]
        for place, text in self.source.comments_in(self.source.spans[id(own)]):
            if not any(span.holds(place) for span in kept):
                above.append(cst.EmptyLine(comment=cst.Comment(text)))
        rows = list(module.body[2:])
        tail = getattr(node, "trailing_whitespace", None)
        if rows and tail is not None and isinstance(rows[-1], cst.SimpleStatementLine):
            rows[-1] = rows[-1].with_changes(trailing_whitespace=tail)
        for row in rows:
            put(row)
        above += module.footer
        return above

    def _nested(
        self,
        nest: Nest,
        lines: list[Line],
        index: int,
        within: tuple[Nest, ...],
        owner: cst.CSTNode,
        node: Any,
        put: Any,
        above: list[Any],
    ) -> int:
        source = self.source
        end = index
        while end < len(lines) and self._end(lines[end]) <= nest.span.end:
            end += 1
        if nest.inner == nest.span:
            inner = [Line(line.statements, line.node) for line in lines[index:end]]
        else:
            inner = self._inner_lines(nest)
        above += node.leading_lines
        for place, text in source.comments_in(nest.span):
            behind = source.positions.line_end(nest.inner.end)
            if not nest.inner.holds(place) and not nest.inner.end <= place.start < behind:
                above.append(cst.EmptyLine(comment=cst.Comment(text)))
        inner[0].node = inner[0].node.with_changes(leading_lines=[])
        body, footer = self._edited(inner, (*within, nest), owner)
        if nest.header is None:
            for statement in body:
                put(statement)
            above += footer
            return end
        rows = nest.header.rows if isinstance(nest.header, RowsCode) else (Row(nest.header),)
        code = RowsCode((*rows, Row("0", 1)))
        module = self.editor.builder(None).statements(code)
        *heads, header = module.body[2:]
        for head in heads:
            put(head)
        inside = [*header.body.body[:-1], *body] or [cst.SimpleStatementLine([cst.Pass()])]
        block = cst.IndentedBlock(inside, footer=footer)
        new = header.with_changes(body=block)
        self.editor.marks.move(header, new)
        put(new)
        return end

    def _inner_lines(self, nest: Nest) -> list[Line]:
        first = self._starting(nest.inner)
        holder = self.source.parents[id(first)]
        if isinstance(holder, cst.SimpleStatementLine):
            holder = self.source.parents[id(holder)]
        if isinstance(holder, cst.If):  # it is an `elif`
            return [Line([first], self.editor.now(first))]
        body: Sequence[Any] = holder.body  # type: ignore[attr-defined]
        if isinstance(holder, cst.SimpleStatementSuite):
            tail = holder.trailing_whitespace
            body = [cst.SimpleStatementLine(list(holder.body), trailing_whitespace=tail)]
        lines = [line for node in body for line in self._lines(node)]
        return [
            line
            for line in lines
            if line.statements and nest.inner.holds(self.source.spans[id(line.statements[0])])
        ]

    def _end(self, line: Line) -> int:
        if not line.statements:
            return 0
        return self.source.spans[id(line.statements[-1])].end
