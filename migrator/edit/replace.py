"""Edits carried out on nodes, inner first; a hole is the node that stood there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import libcst as cst

from migrator.edit.comments import comments_of, share_out
from migrator.edit.conflict import EditConflict
from migrator.edit.fragments import respelled
from migrator.edit.marks import Bracket, Marks, Notes, Operation
from migrator.edit.operators import (
    COMPREHENSIONS,
    breaks_of,
    demanded,
    is_statement_value,
    needs_parentheses,
)
from migrator.edit.quotes import check_field, quote_within
from migrator.edit.source import Source, encloses
from migrator.edit.spread import items_of
from migrator.edit.statements import Statements
from migrator.edit.surroundings import mark_around, mark_ends, mark_own
from migrator.edit.templates import Builder, holes, in_parens
from migrator.edits import Arguments, Code, DictCode, Edit, Hole, ListCode, Replace, Span

_OWN_PARENS = (cst.Tuple, cst.GeneratorExp)


class Editor(cst.CSTTransformer):
    """Carries out the edits of one source."""

    def __init__(self, source: Source, edits: Sequence[Edit]) -> None:
        super().__init__()
        self.source = source
        self.marks = Marks()
        self._replaced: dict[int, Replace] = {}
        self._arguments: dict[int, Arguments] = {}
        self._path: set[int] = set()
        self._done: dict[int, Any] = {}
        self._inner: dict[int, cst.BaseExpression] = {}
        self._used: set[int] = set()
        self._lost: list[list[str]] = [[]]
        expressions, others, self._stripped, self._respelled = respelled(source, edits)
        self.statements = Statements(source, others, self)
        for node in self.statements.touched():
            self._reach(node)
        for edit in expressions:
            self._file(edit)

    def _file(self, edit: Replace | Arguments) -> None:
        node = self.source.expression(edit.span)
        if node is None:
            raise EditConflict(f"no expression stands at {edit.span.start}:{edit.span.end}")
        self._reach(node)
        if isinstance(edit, Replace):
            self._replaced[id(node)] = edit
            respelled = edit.span in self._respelled
            if respelled:
                mark_own(self.source, self.marks, node)
            mark_around(self.source, self.marks, node, itself=respelled)
            return
        if self.source.own_pair(node) is None or isinstance(node, cst.Subscript):
            message = f"no call or display ends at {edit.span.start}:{edit.span.end}"
            raise EditConflict(message)
        self._arguments[id(node)] = edit
        self._mark_items(node, edit)
        mark_around(self.source, self.marks, node, itself=True)

    def _mark_items(self, node: cst.CSTNode, edit: Arguments) -> None:
        for item in edit.items:
            for hole in holes(item.value):
                moved = self.source.expression(hole.span)
                if moved is not None:
                    mark_ends(self.source, self.marks, moved)
                    mark_around(self.source, self.marks, moved, itself=True)

    def _reach(self, node: cst.CSTNode) -> None:
        """Let the walk come to `node`."""
        for current in (node, *self.source.ancestors(node)):
            if id(current) in self._path:
                break
            self._path.add(id(current))

    # walking

    def on_visit(self, node: cst.CSTNode) -> bool:
        if id(node) not in self._path or id(node) in self._done:
            return False
        if hasattr(node, "leading_lines"):
            self._lost.append([])
        return True

    def on_leave(self, original: cst.CSTNode, updated: Any) -> Any:
        key = id(original)
        if key in self._done:
            return self._done[key]
        if key not in self._path:
            return updated
        self.marks.move(original, updated)
        if key in self._arguments:
            updated = self._with_items(original, updated, self._arguments[key])
        if isinstance(original, cst.BaseExpression):
            self._inner[key] = updated
        if key in self._replaced:
            updated = self._put(original, self._replaced[key])
        if key in self._replaced or key in self._arguments:
            self._check_field(original, updated)
        if hasattr(original, "leading_lines"):
            updated = with_comments(updated, self._lost.pop())
        updated = self.statements.left(original, updated)
        if key not in self._replaced and key not in self._arguments:
            self.marks.move(original, updated)
        self._done[key] = updated
        return updated

    def now(self, node: cst.CSTNode) -> Any:
        """What becomes of `node`."""
        if id(node) in self._path and id(node) not in self._done:
            node.visit(self)
        return self._done.get(id(node), node)

    # new code

    def builder(self, own: cst.CSTNode | None) -> Builder:
        """What builds the code that takes the place of `own`."""
        literal = None if own is None else self.source.in_field(own)
        quote = self.source.quote if literal is None else quote_within(literal)
        style = self.source.style
        return Builder(
            self.marks, lambda hole: self._hole(hole, own), quote, style.unit, style.newline
        )

    def _hole(self, hole: Hole, own: cst.CSTNode | None) -> cst.BaseExpression:
        node = self.source.expression(hole.span)
        if node is None:
            starred = self.source.starred(hole.span)
            if starred is None:
                raise EditConflict(f"no expression stands at {hole.span.start}:{hole.span.end}")
            value = self.source.spans[id(starred.value)]
            return cst.StarredElement(self._hole(Hole(value, inside=hole.inside), own))
        if node is own or hole.inside:
            if node is not own:
                self.now(node)
            found = self._inner.get(id(node), node)
        else:
            found = self.now(node)
        within = own is not None and node is not own
        bare = not (within and self.source.wide[id(own)].holds(self.source.wide[id(node)]))
        if bare:
            own_parens = int(isinstance(node, _OWN_PARENS) and bool(node.lpar))
            found = self._bare(found, len(node.lpar) - own_parens)
        if id(node) in self._used:
            found = self._cloned(found)
        self._used.add(id(node))
        start = hole.span.start if bare else self.source.wide[id(node)].start
        self.marks.of(found).indent = self.source.indent(start)
        return found

    def _cloned(self, node: cst.BaseExpression) -> cst.BaseExpression:
        """A copy of `node`, to stand in a second place."""
        new = node.deep_clone()
        pending: list[tuple[cst.CSTNode, cst.CSTNode]] = [(node, new)]
        while pending:
            one, other = pending.pop()
            self.marks.move(one, other)
            pending += zip(one.children, other.children, strict=True)
        return new

    def _bare(self, node: cst.BaseExpression, count: int) -> cst.BaseExpression:
        """`node` without the outermost `count` pairs of parentheses around it."""
        if not count or len(node.lpar) < count:
            return node
        new = node.with_changes(lpar=node.lpar[count:], rpar=node.rpar[: len(node.rpar) - count])
        self.marks.move(node, new)
        mark = self.marks.of(new)
        mark.parens = {level - count: b for level, b in mark.parens.items() if level >= count}
        return new

    def _with_items(self, original: Any, updated: Any, edit: Arguments) -> Any:
        source = self.source
        pair = source.own_pair(original)
        assert pair is not None
        originals = source.items(original)
        builder = self.builder(original)
        builder.notes = self._notes(pair, edit.items, [h for i in edit.items for h in _holes(i)])
        kind = cst.List if isinstance(original, cst.List) else cst.Dict
        kind = cst.Call if isinstance(original, cst.Call) else kind  # type: ignore[assignment]
        items = builder.items(kind, edit.items)
        starts = [pair.start, *(item.end for item in originals)]
        ends = [*(item.start for item in originals), pair.end]
        if originals:
            starts, ends = starts[:-1], ends[:-1]
        gaps = [Span(*gap) for gap in zip(starts, ends, strict=True)]
        bracket = Bracket(
            new=True,
            spread=not all(source.on_one_line(gap) for gap in gaps),
            hugging=len(originals) > 1 and not source.on_one_line(pair),
            notes=builder.notes.get(id(edit.items), Notes()),
        )
        blank = cst.SimpleWhitespace("")
        if isinstance(original, cst.Call):
            new = updated.with_changes(args=items, whitespace_before_args=blank)
        elif isinstance(original, cst.List):
            new = updated.with_changes(
                elements=items, lbracket=cst.LeftSquareBracket(), rbracket=cst.RightSquareBracket()
            )
        else:
            new = updated.with_changes(
                elements=items, lbrace=cst.LeftCurlyBrace(), rbrace=cst.RightCurlyBrace()
            )
        self.marks.move(updated, new)
        self.marks.of(new).own = bracket
        return new

    def _check_field(self, original: cst.CSTNode, updated: cst.CSTNode) -> None:
        literal = self.source.in_field(original)
        if literal is not None:
            span = self.source.spans[id(original)]
            new = cst.Module([]).code_for_node(updated)
            check_field(new, self.source.text[span.start : span.end], literal, span.start)

    def _notes(self, pair: Span, items: Any, kept: Sequence[Hole]) -> dict[int, Notes]:
        found = self._comments(pair, kept)
        return share_out(self.source, pair, found, items) if found else {}

    def _comments(self, span: Span, kept: Sequence[Hole]) -> list[tuple[Span, str]]:
        nodes = [self.source.expression(hole.span) for hole in kept]
        return comments_of(self.source, span, [node for node in nodes if node is not None])

    def _put(self, original: Any, edit: Replace) -> cst.BaseExpression:
        """New code in the place of `original`, in the parentheses it stood in."""
        builder = self.builder(original)
        comments = self._comments(edit.span, list(holes(edit.code)))
        if comments and isinstance(edit.code, (DictCode, ListCode)):
            pair = self.source.own_pair(original)
            if pair is not None:
                inside = [c for c in comments if pair.holds(c[0])]
                comments = [c for c in comments if not pair.holds(c[0])]
                builder.notes = share_out(self.source, pair, inside, edit.code.items)
        self._lost[-1] += [text for _, text in comments]
        new = builder.expression(edit.code)
        if new is original:
            return new
        if isinstance(original, cst.GeneratorExp) and not original.lpar and new.lpar:
            call = self.source.parents[id(self.source.parents[id(original)])]
            self.marks.of(call).own = Bracket(new=True, comma=False)
            return self._bare(new, 1)  # the brackets of the call are those of the generator
        if edit.span in self._respelled and type(new) is type(original):
            old = self.marks.get(original)
            if old is not None:
                mark = self.marks.of(new)
                mark.own, mark.parens, mark.operation = old.own, dict(old.parens), old.operation
                mark.indent = self.source.positions.indent(edit.span.start)
        own = int(isinstance(original, _OWN_PARENS) and bool(original.lpar))
        count = len(original.lpar) - own - self._stripped.get(edit.span, 0)
        if count:
            return self._in_parens(original, new, count)
        parent = self.source.parents[id(original)]
        demand = demanded(parent, original)
        needed = demand is not None and needs_parentheses(new, demand)
        if isinstance(parent, cst.FormattedStringExpression):
            # There `{{` is a brace, and the colon of a lambda starts a format.
            needed |= isinstance(new, (cst.Dict, cst.Set, cst.DictComp, cst.SetComp, cst.Lambda))
        if needed:
            return builder.parenthesised(new)
        operation = bool(breaks_of(new)) and not isinstance(new, COMPREHENSIONS)
        if operation and is_statement_value(parent, original) and not new.lpar:
            self.marks.of(new).operation = Operation(wrap=True)
        return new

    def _in_parens(self, original: Any, new: Any, count: int) -> cst.BaseExpression:
        rpar = original.rpar[len(original.rpar) - count :]
        placed = in_parens(new, original.lpar[:count], rpar, self.marks)
        old = self.marks.get(original)
        if old is not None:
            parens = {level: b for level, b in old.parens.items() if level < count}
            self.marks.of(placed).parens |= parens
        return placed


def _holes(item: Any) -> list[Hole]:
    return [*holes(item.value), *([item.key] if item.key is not None else [])]


def with_comments(node: Any, comments: Sequence[str]) -> Any:
    """`node` with comments on lines of their own above it."""
    if not comments:
        return node
    lines = [cst.EmptyLine(comment=cst.Comment(text)) for text in comments]
    return node.with_changes(leading_lines=[*node.leading_lines, *lines])


__all__ = ["Code", "Editor", "encloses", "items_of"]
