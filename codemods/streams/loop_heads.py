"""Put the head at the top of a loop, and its statements under the tests they need."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.streams.branches_never_run import keep_body
from codemods.streams.chunk_places import between
from codemods.streams.events import Head
from codemods.streams.harmless_code import is_harmless
from codemods.streams.implied_by_tests import END, TEXT, Known, implied
from codemods.streams.loop_body import Body
from codemods.streams.statement_tests import Weighed
from codemods.streams.stream_facts import Taken
from codemods.tables.streams import COMPLETED
from migrator.edits import (
    Code,
    Delete,
    HeaderCode,
    InsertBefore,
    Nest,
    Replace,
    Row,
    RowsCode,
    Span,
)
from migrator.plan import Draft
from migrator.plan.units import Member

MANY = 3
"""More statements than this are not put under an `if`; the loop goes on to the next event."""


class Arranging:
    """The edits that arrange the statements of one loop."""

    def __init__(
        self, draft: Draft, owner: Member, taken: Taken, body: Body, head: Head, weighed: Weighed
    ) -> None:
        self.draft = draft
        self.owner = owner
        self.taken = taken
        self.body = body
        self.head = head
        self.weighed = weighed

    def run(self) -> None:
        """Arrange all of them."""
        statements = self.taken.loop.body
        for statement in self.body.deleted:
            self.draft.edit(self.owner, Delete(self.draft.span(statement)))
        for node in self.body.certain:
            keep_body(self.draft, self.owner, node, self.body.deleted)
        rows = [*self.head.rows().rows]
        groups = self._groups(statements)
        counted = self._count()
        if counted is not None and len(self.body.brings) > 1:
            rows += [Row(self._header(self.body.brings)), Row(counted, 1)]
            counted = None
        elif counted is not None and all(END in guard for guard, _ in groups):
            host = self._host(self.taken.counter)
            if host is not None:
                self.draft.edit(self.owner, InsertBefore(self.draft.span(host.body[0]), counted))
            else:
                rows += [Row(f"if {self.head.text}:"), Row(counted, 1)]
            counted = None
        for guard, group in groups:
            more = [Row(counted, 1)] if counted and END not in guard else []
            if END not in guard and self._goes_on(group):
                skip = [
                    Row(self._header(guard, negated=True)),
                    Row("continue", 1),
                    *(Row(row.code) for row in more),
                ]
                if group[0] is statements[0]:
                    rows += skip
                else:
                    span = self.draft.span(group[0])
                    self.draft.edit(self.owner, InsertBefore(span, RowsCode(tuple(skip))))
            else:
                self._nest(guard, group, more)
            if END not in guard:
                counted = None
        for block in self._inner_blocks():
            for guard, group in self._groups(block):
                self._nest(guard, group, [])
        for node, guard in self.weighed.others.items():
            self._choose(node, guard)
        first = self.draft.span(statements[0])
        self.draft.edit(self.owner, InsertBefore(first, RowsCode(tuple(rows))))

    def _header(self, guard: Known, *, negated: bool = False) -> HeaderCode:
        (ended,) = self.head.asks(COMPLETED)
        asked = self.head.asked(guard)
        if END in guard:
            return HeaderCode("if", (f"{asked} or {ended}" if asked else ended,))
        if negated:
            asked = f"not ({asked})" if len(guard) > 1 else f"not {asked}"
        return HeaderCode("if", (asked,))

    def _nest(self, guard: Known, group: list[ast.stmt], more: list[Row]) -> None:
        span = between(self.draft.span(group[0]), self.draft.span(group[-1]))
        header: Code = self._header(guard)
        if more:
            header = RowsCode((Row(header), *more))
        self.draft.edit(self.owner, Nest(span, span, header))

    def _choose(self, node: ast.If, guard: Known) -> None:
        """`else:` -> `elif text:`."""
        end, start = self.draft.span(node.body[-1]).end, self.draft.span(node.orelse[0]).start
        word = self.draft.text.rindex("else", end, start)
        span = Span(word, word + len("else"))
        self.draft.edit(self.owner, Replace(span, f"elif {self.head.asked(guard)}"))

    def _inner_blocks(self) -> Iterator[list[ast.stmt]]:
        """The blocks below the loop's own, some of whose statements have guards."""
        guarded = set(self.weighed.guards)
        for node in ast.walk(self.taken.loop):
            for name in ("body", "orelse", "finalbody"):
                block = getattr(node, name, None)
                if isinstance(block, list) and block is not self.taken.loop.body:
                    if guarded & set(block):
                        yield block

    def _count(self) -> Code | None:
        counter = self.taken.counter
        return f"{counter.id} += 1" if counter is not None else None

    def _host(self, counter: ast.Name | None) -> ast.If | None:
        """The one `if chunk.text:` in which the count is read, if it is read nowhere else."""
        using = [
            s
            for s in self.taken.loop.body
            if any(isinstance(n, ast.Name) and counter and n.id == counter.id for n in ast.walk(s))
        ]
        only = using[0] if len(using) == 1 else None
        if not isinstance(only, ast.If) or TEXT not in implied(only.test, self.body.reads).true:
            return None
        outside = [n for part in (only.test, *only.orelse) for n in ast.walk(part)]
        used = any(isinstance(n, ast.Name) and counter and n.id == counter.id for n in outside)
        return None if used else only

    def _groups(self, statements: list[ast.stmt]) -> list[tuple[Known, list[ast.stmt]]]:
        """Runs of statements that need the same guard."""
        guards = self.weighed.guards
        groups: list[tuple[Known, list[ast.stmt]]] = []
        neutral: list[ast.stmt] | None = None
        for statement in statements:
            guard = guards.get(statement)
            if guard is None:
                if statement in self.body.deleted or is_harmless(self.draft, statement):
                    neutral = None if neutral is None else [*neutral, statement]
                else:
                    neutral = None
            elif neutral is not None and groups[-1][0] == guard:
                groups[-1][1].extend([*neutral, statement])
                neutral = []
            else:
                groups.append((guard, [statement]))
                neutral = []
        return groups

    def _goes_on(self, group: list[ast.stmt]) -> bool:
        """Whether `continue` reads better than one more level of indentation."""
        statements = self.taken.loop.body
        if group[-1] is not statements[-1]:
            return False
        if len(group) > MANY:
            return True
        start = self.draft.span(group[0]).start
        lines = self.draft.text[start : self.draft.span(group[-1]).end].splitlines()
        indent = len(self.draft.positions.indent(self.draft.span(self.taken.loop).start)) + 4
        widest = max(indent + len(lines[0]), *map(len, lines))
        return len(lines) > 12 or widest + 4 > self.draft.options.line_length
