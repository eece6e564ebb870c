"""The program that edits come to, written without a thought for its layout.

What `apply_edits` writes is held against it: a tree is a tree, whatever its brackets, lines and
comments. Here no layout is kept: every statement has one line, and every expression that is put
somewhere gets parentheses. So there is little to go wrong.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from migrator.edit.conflict import EditConflict
from migrator.edit.document import Document
from migrator.edit.headers import case_start, sections
from migrator.edit.programs import difference
from migrator.edit.quotes import quote_within, requoted
from migrator.edits import (
    Arguments,
    CallCode,
    ClausesCode,
    Code,
    Delete,
    DictCode,
    Edit,
    HeaderCode,
    Hole,
    InsertAfter,
    InsertBefore,
    Item,
    ListCode,
    Nest,
    Replace,
    RowsCode,
    Span,
    Swap,
    Template,
)
from migrator.syntax import parse

_BARE = re.compile(r"[^\W\d][\w.]*")
_Line = tuple[int, str]


def check_program(
    document: Document, edits: Sequence[Edit], written: str, gone: Sequence[Span] = ()
) -> None:
    """Raises `EditConflict` unless the text `written` is the program that `edits` make of
    `document`, or if it keeps something of what should be `gone`.
    """
    try:
        found = parse(written)
    except SyntaxError as error:
        raise EditConflict(f"the new text does not parse: {error}") from error
    try:
        wanted = ast.parse(_Plain(document, edits, gone).program())
    except (SyntaxError, LookupError, ValueError) as error:
        raise EditConflict(f"the edits make no program: {error}") from error
    node = difference(wanted, found)
    if node is not None:
        raise EditConflict(f"another program comes out at line {getattr(node, 'lineno', 1)}")


def plain_text(document: Document, edits: Sequence[Edit]) -> str:
    """The program of `document` after `edits`, in a text that is good for parsing only."""
    return _Plain(document, edits).program()


class _Plain:
    """The edits of a document, by what they are about."""

    def __init__(
        self, document: Document, edits: Sequence[Edit], gone: Sequence[Span] = ()
    ) -> None:
        self.document = document
        self.gone = sorted(gone, key=lambda span: span.start)
        self.text = document.text
        self.before: dict[ast.stmt, list[Code]] = {}
        self.after: dict[ast.stmt, list[Code]] = {}
        self.deleted: set[ast.stmt] = set()
        self.nests: dict[int, list[Nest]] = {}
        self.swapped: dict[Span, Span] = {}
        self.changes: list[tuple[Span, Replace | Arguments]] = []
        self.replaced: dict[Span, Replace] = {}
        self.starts = {span.start: node for span, node in document.statements.items()}
        for edit in edits:
            self._file(edit)
        self.changes.sort(key=lambda c: (c[0].start, -c[0].end, isinstance(c[1], Arguments)))
        for nests in self.nests.values():
            nests.sort(key=lambda nest: nest.span.end)

    def _file(self, edit: Edit) -> None:
        statements = self.document.statements
        if isinstance(edit, InsertBefore):
            self.before.setdefault(statements[edit.span], []).append(edit.code)
        elif isinstance(edit, InsertAfter):
            self.after.setdefault(statements[edit.span], []).append(edit.code)
        elif isinstance(edit, Delete):
            self.deleted.add(statements[edit.span])
        elif isinstance(edit, Nest):
            self.nests.setdefault(edit.span.start, []).append(edit)
        elif isinstance(edit, Swap):
            self.swapped |= {edit.first: edit.second, edit.second: edit.first}
        elif isinstance(edit, Replace):
            self.changes.append((edit.span, edit))
            self.replaced[edit.span] = edit
        elif isinstance(edit, Arguments):
            self.changes.append((self.document.positions.last_brackets(edit.span), edit))

    # statements

    def program(self) -> str:
        """All of it."""
        lines = self._block(self.document.tree.body, 0, ())
        return "".join(f"{' ' * depth}{text}\n" for depth, text in lines)

    def _block(self, body: Sequence[ast.stmt], depth: int, within: tuple[Nest, ...]) -> list[_Line]:
        """Statements that follow each other; `within` are the headers they were put under."""
        lines: list[_Line] = []
        index = 0
        while index < len(body):
            node = body[index]
            start = self.document.positions.statement(node).start
            if not any(nest.span.start == start for nest in within):
                for code in self.before.get(node, ()):
                    lines += self._rows(code, depth)
            nests = [nest for nest in self.nests.get(start, ()) if nest not in within]
            if nests:
                lines += self._nested(nests[-1], depth, within)
                end = nests[-1].span.end
                while index < len(body) and self.document.positions.span(body[index]).end <= end:
                    index += 1
                continue
            lines += self._statement(node, depth)
            for code in self.after.get(node, ()):
                lines += self._rows(code, depth)
            index += 1
        return lines

    def _nested(self, nest: Nest, depth: int, within: tuple[Nest, ...]) -> list[_Line]:
        first = self.starts[nest.inner.start]
        siblings = self.document.blocks[first]
        positions = self.document.positions
        inner = [
            node
            for node in siblings.body[siblings.index :]
            if positions.span(node).end <= nest.inner.end
        ]
        if nest.header is None:
            return self._block(inner, depth, (*within, nest))
        lines = self._rows(nest.header, depth)
        return [*lines, *(self._block(inner, depth + 1, (*within, nest)) or [(depth + 1, "pass")])]

    def _statement(self, node: ast.stmt, depth: int) -> list[_Line]:
        if node in self.deleted:
            return []
        positions = self.document.positions
        whole = positions.statement(node)
        replaced = self.replaced.get(whole) or self.replaced.get(positions.span(node))
        if replaced is not None:
            return self._rows(replaced.code, depth, replaced)
        if not isinstance(getattr(node, "body", getattr(node, "cases", None)), list):
            return [(depth, self._source(whole))]
        lines: list[_Line] = []
        for decorator in getattr(node, "decorator_list", ()):
            lines.append((depth, f"@({self._source(positions.span(decorator))})"))
        return [*lines, *self._compound(node, depth)]

    def _compound(self, node: ast.stmt, depth: int, *, chained: bool = False) -> list[_Line]:
        """The headers of a statement and the blocks below them."""
        lines: list[_Line] = []
        if isinstance(node, ast.Match):
            start = self.document.positions.span(node).start
            case = case_start(self.document, node.cases[0])
            colon = self.document.scan.skip_backward(case)
            lines.append((depth, self._source(Span(start, colon))))
            depth += 1
        for at, block in sections(self.document, node, self.swapped):
            first = block[0]
            place = self.document.positions.statement(first).start
            if at == place and isinstance(first, ast.If):
                lines += self._compound(first, depth, chained=True)
                continue
            header = self._source(Span(at, self.document.scan.skip_backward(place)))
            if header.startswith("elif") and isinstance(node, ast.If) and not chained:
                header = header.removeprefix("el") if block is node.body else header
            lines.append((depth, header))
            lines += self._block(block, depth + 1, ()) or [(depth + 1, "pass")]
        return lines

    def _rows(self, code: Code, depth: int, own: Replace | Arguments | None = None) -> list[_Line]:
        """New statements, a line each."""
        if isinstance(code, RowsCode):
            return [
                (depth + row.depth + more, line)
                for row in code.rows
                for more, line in self._rows(row.code, 0, own)
            ]
        written = self._code(code, own)
        return [(depth, written)] if written else []

    # expressions

    def _source(
        self, span: Span, own: Replace | Arguments | None = None, *, inside: bool = False
    ) -> str:
        """The original at `span` on one line, with the changes in it but for its `own`.

        `inside` leaves out what would take the place of all of it.
        """
        pieces: list[str] = []
        position = span.start
        for place, edit in self._changes_in(span):
            if own is not None and place.start == place.end == span.end == own.span.end:
                continue  # it stands behind what is being replaced
            alone = inside and isinstance(edit, Replace) and place == span
            if edit is own or alone or place.start < position:
                continue
            pieces.append(self._kept(Span(position, place.start)))
            pieces.append(self._changed(place, edit))
            position = place.end
        pieces.append(self._kept(Span(position, span.end)))
        return "".join(pieces).strip()

    def _kept(self, span: Span) -> str:
        """The original at `span` as it is."""
        first = bisect_left(self.gone, span.start, key=lambda gone: gone.start)
        if first < len(self.gone) and span.holds(self.gone[first]):
            left = self.gone[first]
            line = self.text.count("\n", 0, left.start) + 1
            name = self.text[left.start : left.end]
            raise EditConflict(f"the read of {name} on line {line} would be left as it is")
        return self.document.positions.on_one_line(span)

    def _changes_in(self, span: Span) -> Iterator[tuple[Span, Replace | Arguments]]:
        first = bisect_left(self.changes, span.start, key=lambda change: change[0].start)
        for index in range(first, len(self.changes)):
            place, edit = self.changes[index]
            if place.start > span.end:
                break
            if place.end <= span.end:
                yield place, edit

    def _changed(self, place: Span, edit: Replace | Arguments) -> str:
        if isinstance(edit, Arguments):
            opening, closing = self.text[place.start], self.text[place.end - 1]
            written = opening + self._items(edit.items, opening, edit) + closing
        else:
            written = self._alone(self._code(edit.code, edit), place)
        literal = self.document.formatted_around(place)
        return written if literal is None else requoted(written, quote_within(literal))

    def _alone(self, written: str, place: Span) -> str:
        """An expression for the place of the one at `place`, in parentheses."""
        node = self.document.expressions.get(place)
        if node is None or isinstance(node, (ast.Starred, ast.Slice)) or _BARE.fullmatch(written):
            return written
        shown = self.text[place.end :].lstrip()[:1] == "="  # `{name=}` shows itself
        if shown and self.document.formatted_around(place) is not None:
            return written
        return f"({written})"

    def _code(self, code: Code, own: Replace | Arguments | None) -> str:
        """New code on one line."""
        if isinstance(code, str):
            return code
        if isinstance(code, Hole):
            return self._alone(self._source(code.span, own, inside=code.inside), code.span)
        if isinstance(code, Template):
            return "".join(self._code(part, own) for part in code.parts)
        if isinstance(code, ClausesCode):
            parts = (code.element, *code.clauses)
            inner = " ".join(self._code(part, own) for part in parts)
            return f"({inner})" if code.soft else f"{code.before}{inner}{code.after}"
        if isinstance(code, HeaderCode):
            operands = " and ".join(self._code(operand, own) for operand in code.operands)
            return f"{code.keyword} {operands}:"
        if isinstance(code, DictCode):
            return "{" + self._items(code.items, "{", own) + "}"
        if isinstance(code, ListCode):
            return "[" + self._items(code.items, "[", own) + "]"
        if isinstance(code, CallCode):
            return f"{self._code(code.function, own)}({self._items(code.items, '(', own)})"
        raise EditConflict("statements stand where an expression is wanted")

    def _items(self, items: Sequence[Item], opening: str, own: Replace | Arguments | None) -> str:
        written: list[str] = []
        for item in items:
            head = ""
            if item.key is not None:
                head = self._code(item.key, own) + ": "
            elif item.name is not None and set(item.name) == {"*"}:
                head = item.name
            elif item.name is not None:
                head = f"{item.name!r}: " if opening == "{" else f"{item.name}="
            written.append(head + self._code(item.value, own))
        return ", ".join(written)
