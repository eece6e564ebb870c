"""Decisions about the layout, and how they are written into the nodes."""

from __future__ import annotations

from typing import Any

import libcst as cst

from migrator.edit.marks import Bracket
from migrator.edit.spread import NOTHING, items_of, line_break, parameters, shifted
from migrator.edit.stream import Group

Shift = tuple[str, str] | None
_SPACE = cst.SimpleWhitespace(" ")


class Decisions:
    """What becomes of the blanks, commas and parentheses of some nodes."""

    def __init__(self) -> None:
        self._nodes: list[cst.CSTNode] = []
        self._blanks: dict[int, cst.CSTNode] = {}
        self._commas: dict[int, cst.Comma | cst.MaybeSentinel] = {}
        self._wrapped: dict[int, cst.ParenthesizedWhitespace] = {}
        self._closing: dict[int, cst.ParenthesizedWhitespace] = {}
        self._dropped: set[int] = set()
        self._shifts: dict[int, Shift] = {}

    def add(self, other: Decisions) -> None:
        """Take over what somebody else decided."""
        self._nodes += other._nodes
        self._blanks |= other._blanks
        self._commas |= other._commas
        self._wrapped |= other._wrapped
        self._closing |= other._closing
        self._dropped |= other._dropped
        self._shifts |= other._shifts

    def shift(self, node: cst.CSTNode, shift: Shift) -> None:
        """The user's lines in `node` move from one indentation to another."""
        self._nodes.append(node)
        self._shifts[id(node)] = shift

    def join(self, group: Group) -> None:
        """A group goes on one line."""
        kind = group.kind
        self._nodes += [group.node, *group.blanks]
        if isinstance(kind, Bracket):
            if all(isinstance(gap, str) for gap in group.gaps):
                return
            for blank in group.blanks:
                is_comma = isinstance(blank, cst.Comma)
                self._blanks[id(blank)] = (
                    cst.Comma(whitespace_after=_SPACE) if is_comma else NOTHING
                )
            self._last_comma(group, False)
            return
        for blank in group.blanks:
            if isinstance(blank, cst.ParenthesizedWhitespace):
                self._blanks[id(blank)] = _SPACE

    def spread(self, group: Group, indent: str, unit: str, comma: bool, shift: Shift) -> None:
        """Brackets get an item a line, or a line for what is in them."""
        kind = group.kind
        assert isinstance(kind, Bracket)
        self._nodes += [group.node, *group.blanks]
        indent = indent.removeprefix(group.block)
        inner = indent + unit
        notes = kind.notes
        items = items_of(group.node) if group.several else ()
        head = notes.opening[0] if notes.opening else None
        first = [*notes.opening[1:], *notes.before.get(0, ()), *notes.after.get(0, ())[1:]]
        if not items and notes:
            first += notes.end
            self._blanks[id(group.blanks[0])] = line_break(indent, head, first, inner)
            return
        self._blanks[id(group.blanks[0])] = line_break(inner, head, first)
        last = len(items) - 1
        for index, item in enumerate(items):
            self.shift(item, shift)
            if index < last:
                following = [*notes.before.get(index + 1, ()), *notes.after.get(index + 1, ())[1:]]
                after = notes.after.get(index, [None])[0]
                blank = line_break(inner, after, following)
                self._blanks[id(item.comma)] = cst.Comma(whitespace_after=blank)  # type: ignore
        if not items and shift is not None:
            self._shifts[id(group.node)] = shift
        tail = notes.after.get(last, [None])[0] if items else None
        self._blanks[id(group.blanks[-1])] = line_break(indent, tail, notes.end, inner)
        self._last_comma(group, comma)

    def _last_comma(self, group: Group, comma: bool) -> None:
        items: Any = items_of(group.node) if group.several else ()
        if isinstance(group.node, cst.FunctionDef) and group.level is None:
            items = parameters(group.node.params)
        if not items:
            return
        self._nodes.append(items[-1])
        single = isinstance(group.node, cst.Tuple) and len(items) == 1
        self._commas[id(items[-1])] = cst.Comma() if comma or single else cst.MaybeSentinel.DEFAULT

    def breaks(self, group: Group, indent: str, commas: bool, shift: Shift) -> None:
        """An operation gets a line before each operator, a bare tuple behind each comma."""
        self._nodes += [group.node, *group.blanks]
        self._shifts[id(group.node)] = shift
        indent = indent.removeprefix(group.block)
        for blank in group.blanks:
            new: Any = line_break(indent)
            self._blanks[id(blank)] = cst.Comma(whitespace_after=new) if commas else new
        if commas:
            assert isinstance(group.node, cst.Tuple)
            last = group.node.elements[-1]
            self._nodes.append(last)
            self._commas[id(last)] = cst.Comma()

    def wrap(self, group: Group, indent: str, unit: str, shift: Shift) -> None:
        """An operation gets parentheses on lines of their own."""
        self._nodes.append(group.node)
        self._shifts[id(group.node)] = shift
        indent = indent.removeprefix(group.block)
        self._wrapped[id(group.node)] = line_break(indent + unit)
        self._closing[id(group.node)] = line_break(indent)

    def drop(self, group: Group) -> None:
        """The parentheses around a node go."""
        self._nodes.append(group.node)
        self._dropped.add(id(group.node))

    def written(self, module: cst.Module, parents: dict[int, cst.CSTNode]) -> cst.Module:
        """`module` as it was decided."""
        path: set[int] = set()
        for node in self._nodes:
            current: cst.CSTNode | None = node
            while current is not None and id(current) not in path:
                path.add(id(current))
                current = parents.get(id(current))
        return _Writer(self, path).written(module) if path else module


class _Writer(cst.CSTTransformer):
    def __init__(self, decisions: Decisions, path: set[int]) -> None:
        super().__init__()
        self._decisions = decisions
        self._path = path
        self._shifts: list[Shift] = [None]

    def written(self, module: cst.Module) -> cst.Module:
        return module.visit(self)

    def on_visit(self, node: cst.CSTNode) -> bool:
        if id(node) in self._decisions._shifts:
            self._shifts.append(self._decisions._shifts[id(node)])
        return id(node) in self._path or self._shifts[-1] is not None

    def on_leave(self, original: cst.CSTNode, updated: Any) -> Any:
        decisions = self._decisions
        key = id(original)
        if key in decisions._blanks:
            return decisions._blanks[key]
        if isinstance(original, cst.ParenthesizedWhitespace):
            shift = self._shifts[-1]
            return updated if shift is None else shifted(updated, *shift)
        if key in decisions._shifts:
            self._shifts.pop()
        if key in decisions._commas:
            updated = updated.with_changes(comma=decisions._commas[key])
        if key in decisions._dropped:
            updated = updated.with_changes(lpar=[], rpar=[])
        if key in decisions._wrapped:
            opening = cst.LeftParen(whitespace_after=decisions._wrapped[key])
            closing = cst.RightParen(whitespace_before=decisions._closing[key])
            updated = updated.with_changes(lpar=[opening], rpar=[closing])
        return updated
