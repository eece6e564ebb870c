"""New code as nodes: templates are parsed with names in the place of their holes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import libcst as cst

from migrator.edit.conflict import EditConflict
from migrator.edit.marks import Bracket, Marks, Notes, Operation
from migrator.edit.operators import COMPREHENSIONS, breaks_of, needs_parentheses
from migrator.edit.quotes import quoted, requoted
from migrator.edit.spread import DISPLAYS
from migrator.edits import (
    CallCode,
    ClausesCode,
    Code,
    DictCode,
    HeaderCode,
    Hole,
    Item,
    ListCode,
    RowsCode,
    Template,
)

Fill = Callable[[Hole], cst.BaseExpression]
_COMMA = cst.SimpleWhitespace(" ")


def holes(code: Code) -> Iterator[Hole]:
    """All holes in new code, in order."""
    if isinstance(code, Hole):
        yield code
    elif isinstance(code, Template):
        for part in code.parts:
            yield from holes(part)
    elif isinstance(code, ClausesCode):
        yield from holes(code.element)
        for clause in code.clauses:
            yield from holes(clause)
    elif isinstance(code, RowsCode):
        for row in code.rows:
            yield from holes(row.code)
    elif isinstance(code, HeaderCode):
        for operand in code.operands:
            yield from holes(operand)
    elif not isinstance(code, str):
        if isinstance(code, CallCode):
            yield from holes(code.function)
        for item in code.items:
            if item.key is not None:
                yield item.key
            yield from holes(item.value)


def in_parens(
    node: cst.BaseExpression,
    lpar: Sequence[cst.LeftParen],
    rpar: Sequence[cst.RightParen],
    marks: Marks,
) -> cst.BaseExpression:
    """`node` with more parentheses around it."""
    new = node.with_changes(lpar=[*lpar, *node.lpar], rpar=[*node.rpar, *rpar])
    marks.move(node, new)
    if (mark := marks.get(new)) is not None:
        mark.parens = {level + len(lpar): bracket for level, bracket in mark.parens.items()}
    return new


class Builder:
    """Builds nodes for one place; `fill` gives what stands in a hole, `quote` is for strings."""

    def __init__(self, marks: Marks, fill: Fill, quote: str, unit: str, newline: str) -> None:
        self._marks = marks
        self._fill = fill
        self._quote = quote
        self._unit = unit
        self._newline = newline
        self._nodes: dict[str, cst.BaseExpression] = {}
        self.notes: dict[int, Notes] = {}
        self._loose_clauses = False

    def expression(self, code: Code) -> cst.BaseExpression:
        """The expression that `code` says."""
        if isinstance(code, Hole):
            return self._hole(code)
        if isinstance(code, (DictCode, ListCode, CallCode)):
            return self.display(code)
        if isinstance(code, ClausesCode):
            return self._clauses(code)
        node = self._parsed(self._text(code))
        if self._loose_clauses:
            self._mark_clauses(node, "", False)
        return node

    def statements(self, code: Code) -> cst.Module:
        """New statements, below one that stands for what comes before them."""
        text = self._rows(code, "")
        head = f"if 0:{self._newline}{self._unit}0{self._newline}0{self._newline}"
        try:
            module = cst.parse_module(head + text + self._newline)
        except cst.ParserSyntaxError as error:
            raise EditConflict(f"the new code can't be read: {text}") from error
        filled: cst.Module = self._filled(module)
        self._mark_tests(filled)
        if self._loose_clauses:
            for node in filled.body[2:]:
                self._mark_clauses(node, "", False)
        return filled

    def _mark_tests(self, module: cst.Module) -> None:
        """Conditions that are too long for their line get parentheses."""
        pending: list[Any] = list(module.body)
        while pending:
            node = pending.pop()
            if isinstance(node, (cst.If, cst.While)) and breaks_of(node.test):
                if not node.test.lpar and not isinstance(node.test, COMPREHENSIONS):
                    self._marks.of(node.test).operation = Operation(wrap=True)
            if isinstance(node, cst.BaseCompoundStatement) and hasattr(node, "body"):
                pending += node.body.body
            orelse = getattr(node, "orelse", None)
            if orelse is not None:
                pending += orelse.body.body if isinstance(orelse, cst.Else) else [orelse]

    def display(self, code: DictCode | ListCode | CallCode) -> cst.BaseExpression:
        """A dict, list or call that may be broken at its items."""
        node: Any
        if isinstance(code, DictCode):
            node = cst.Dict(self.items(cst.Dict, code.items))
        elif isinstance(code, ListCode):
            node = cst.List(self.items(cst.List, code.items))
        else:
            node = cst.Call(self.expression(code.function), self.items(cst.Call, code.items))
        self._marks.of(node).own = Bracket(True, notes=self.notes.get(id(code.items), Notes()))
        return node

    def items(self, kind: type[Any], items: Sequence[Item]) -> list[Any]:
        """The items of a display or call, on one line."""
        alone = kind is cst.Call and len(items) == 1
        last = len(items) - 1
        found = []
        for number, item in enumerate(items):
            comma = cst.Comma(whitespace_after=_COMMA) if number < last else None
            node = self._item(kind, item, alone)
            found.append(node if comma is None else node.with_changes(comma=comma))
        return found

    def _item(self, kind: type[Any], item: Item, alone: bool) -> Any:
        value = self.expression(item.value)
        stars = item.name if item.name is not None and set(item.name) == {"*"} else ""
        if kind is cst.Dict:
            if stars:
                return cst.StarredDictElement(value)
            key = (
                cst.SimpleString(quoted(item.name or "", self._quote))
                if item.key is None
                else self._hole(item.key)
            )
            return cst.DictElement(key, value)
        if kind is not cst.Call:
            return cst.StarredElement(value) if stars else cst.Element(value)
        if alone and not item.name and isinstance(value, cst.GeneratorExp) and len(value.lpar) == 1:
            new = value.with_changes(lpar=[], rpar=[])
            self._marks.move(value, new)
            self._marks.of(new).parens = {}
            value = new
        if isinstance(value, cst.StarredElement):
            return cst.Arg(value.value, star="*")
        keyword = cst.Name(item.name) if item.name is not None and not stars else None
        tight = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
        if keyword is None:
            return cst.Arg(value, star=stars)
        return cst.Arg(value, keyword=keyword, equal=tight)

    def _hole(self, hole: Hole) -> cst.BaseExpression:
        node = self._fill(hole)
        return self.parenthesised(node) if needs_parentheses(node, hole.binding) else node

    def parenthesised(self, node: cst.BaseExpression) -> cst.BaseExpression:
        """`node` in parentheses, which are on lines of their own if it has several."""
        new = in_parens(node, [cst.LeftParen()], [cst.RightParen()], self._marks)
        mark = self._marks.of(new)
        soft = mark.operation is not None and mark.operation.wrap
        if soft:
            mark.operation = Operation(wrap=False)
        mark.parens[0] = Bracket(new=True, comma=False, tight=not soft)
        return new

    # text with names in the place of holes

    def _text(self, code: Code) -> str:
        if isinstance(code, str):
            return code
        if isinstance(code, Template):
            text = ""
            for part in code.parts:
                glued = isinstance(part, ClausesCode) and text[-1:].isidentifier()
                text += self._clauses_text(part) if glued else self._text(part)  # type: ignore
            return text
        if isinstance(code, HeaderCode):
            return f"{code.keyword} {' and '.join(map(self._text, code.operands))}:"
        if isinstance(code, RowsCode):
            raise EditConflict("statements stand where an expression is wanted")
        if isinstance(code, ClausesCode):
            try:
                return self._name(self._clauses(code))
            except EditConflict:  # what stands before the bracket makes it a statement
                return self._clauses_text(code)
        return self._name(self.expression(code))

    def _clauses_text(self, code: ClausesCode) -> str:
        """A comprehension that is marked once all around it is parsed."""
        self._loose_clauses = True
        body = " ".join(map(self._text, (code.element, *code.clauses)))
        return f"{code.before}{body}{code.after}"

    def _clauses(self, code: ClausesCode) -> cst.BaseExpression:
        body = " ".join(map(self._text, (code.element, *code.clauses)))
        node = self._parsed(body if code.soft else f"{code.before}{body}{code.after}")
        self._mark_clauses(node, code.before, code.soft)
        return node

    def _parsed(self, text: str) -> cst.BaseExpression:
        try:
            node: cst.BaseExpression = self._filled(cst.parse_expression(text))
        except cst.ParserSyntaxError as error:
            raise EditConflict(f"the new code can't be read: {text}") from error
        return node

    def _name(self, node: cst.BaseExpression) -> str:
        name = f"__hole_{len(self._nodes)}__"
        self._nodes[name] = node
        return name

    def _rows(self, code: Code, indent: str) -> str:
        if not isinstance(code, RowsCode):
            return indent + self._text(code) if code != "" else ""
        rows = (self._rows(row.code, indent + row.depth * self._unit) for row in code.rows)
        return self._newline.join(rows)

    def _filled(self, node: Any) -> Any:
        return node.visit(_Filler(self._nodes, self._quote, self._marks))

    def _mark_clauses(self, node: cst.CSTNode, before: str, soft: bool) -> None:
        """A comprehension breaks in its brackets, a `soft` condition gets parentheses for that."""
        if soft:
            self._marks.of(node).operation = Operation(wrap=True)
            return
        bracket = Bracket(new=True, comma=False)
        if before == "(" and not isinstance(node, COMPREHENSIONS):
            mark = self._marks.of(node)
            mark.parens[len(getattr(node, "lpar", ())) - 1] = bracket
            mark.operation = Operation(wrap=False) if breaks_of(node) else None
            return
        given = {id(hole) for hole in self._nodes.values()}
        pending: list[tuple[cst.CSTNode, cst.CSTNode | None]] = [(node, None)]
        for current, holder in pending:
            if id(current) in given:
                continue
            if isinstance(current, COMPREHENSIONS):
                mark = self._marks.of(current)
                mark.operation = Operation(wrap=False)
                if not isinstance(current, cst.GeneratorExp):
                    mark.own = bracket
                elif current.lpar:
                    mark.parens[len(current.lpar) - 1] = bracket
                elif holder is not None:
                    self._marks.of(holder).own = bracket
                return
            for child in current.children:
                keep = holder if isinstance(current, cst.Arg) else current
                pending.append((child, current if isinstance(current, DISPLAYS) else keep))


class _Filler(cst.CSTTransformer):
    """Puts nodes in the place of names, and new strings in the file's quotes."""

    def __init__(self, nodes: dict[str, cst.BaseExpression], quote: str, marks: Marks) -> None:
        super().__init__()
        self._marks = marks
        self._nodes = nodes
        self._quote = quote

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
        node = self._nodes.get(updated_node.value, updated_node)
        if node is updated_node or not updated_node.lpar:
            return node
        return in_parens(node, updated_node.lpar, updated_node.rpar, self._marks)

    def leave_SimpleString(
        self, original_node: cst.SimpleString, updated_node: cst.SimpleString
    ) -> cst.BaseExpression:
        return requoted(updated_node, self._quote)

    def leave_FormattedString(
        self, original_node: cst.FormattedString, updated_node: cst.FormattedString
    ) -> cst.BaseExpression:
        return requoted(updated_node, self._quote)
