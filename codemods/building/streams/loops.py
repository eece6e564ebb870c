"""Plan a loop over a stream: the head that looks at the event, and the statements below it."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from codemods.building.streams.body import Body, read_body
from codemods.building.streams.events import Head, errors_module
from codemods.building.streams.implied import NOTHING, TEXT, implied
from codemods.building.streams.naming import (
    ENDED,
    TEXTS,
    THOUGHTS,
    event_name,
    free_name,
    give_names,
)
from codemods.building.streams.needs import Needing, Needs, is_harmless
from codemods.building.streams.parts import plan_part_loops
from codemods.building.streams.reads import TEXTUAL, Kind, chunk_type
from codemods.building.streams.rewrite import Rewrite, between
from codemods.building.streams.survey import Taken
from codemods.tables.streams import CHUNK, CHUNK_PART, COMPLETED
from migrator.edits import (
    Code,
    Delete,
    HeaderCode,
    InsertBefore,
    Nest,
    Row,
    RowsCode,
    Template,
)
from migrator.plan import Draft
from migrator.plan.units import Member

MANY = 3
"""More statements than this are not put under an `if`; the loop goes on to the next event."""
LEFT_EARLY = "the loop may be left before the event that holds what is read of the last chunk"
APART = "this uses text and what only the last event says; write it in two statements"
COUNTED = "this ran for every chunk, also for those without text; it runs once for each piece now"


class LoopPlan:
    """The plan of one loop."""

    def __init__(self, draft: Draft, owner: Member, taken: Taken) -> None:
        self.draft = draft
        self.owner = owner
        self.taken = taken
        self.body = read_body(draft, taken)
        self.head = Head(event_name(draft, taken))
        self.needing = Needing(
            draft, self.body.reads, self.body.part_loops, {*self.body.deleted, *self.body.named}
        )
        self.ends: set[ast.stmt] = set()
        self.texts: set[ast.stmt] = set()
        self.left_early = False

    def plan(self, carry: Code | None, then: Sequence[Code] = ()) -> str | None:
        """Plan the loop; `carry` is what the id of the interaction is assigned to, if anything.

        The statements `then` follow the assignment.
        Returns the name of the variable that holds the interaction after the loop, where chunks are
        read there.
        """
        for node, reason in self.body.problems:
            self.draft.block(self.owner, node, reason)
        if self.body.problems:
            return None
        if self.body.yields:
            if carry is not None:
                text = "the stream is part of a conversation; read its text before it is handed on"
                self.draft.block(self.owner, self.taken.loop, text)
            self._pass_on()
            return None
        self.head.errors = errors_module(self.draft, self.owner, self.taken.loop)
        self._weigh()
        self._name()
        after = self._after()
        if carry is not None:
            self.head.ending.append(Template((carry, f" = {self.head.event}.interaction.id")))
            self.head.ending.extend(then)
        Rewrite(self.draft, self.owner, self.body, self.head).run()
        plan_part_loops(self.draft, self.owner, self.taken, self.body, self.head)
        self._target()
        self._arrange()
        return after

    def _pass_on(self) -> None:
        """`for chunk in stream: yield chunk`: whoever takes the chunks takes events now."""
        statements = self.taken.loop.body
        if len(statements) > 1 or self.body.reads or self.taken.counter is not None:
            text = "the chunks are handed on, and used here as well; an event is not a chunk"
            self.draft.block(self.owner, statements[0], text)
            return
        for node in (self.taken.target, *(y.value for y in self.body.yields)):
            assert node is not None
            self.draft.replace(self.owner, node, self.head.event)

    # what the statements need

    def _weigh(self) -> None:
        known = NOTHING
        early = False
        late = False
        for statement in self.taken.loop.body:
            needs = self.needing.of(statement, known)
            for node, reason in needs.problems:
                self.draft.block(self.owner, node, reason)
            for node, reason in needs.doubts:
                self.draft.doubt(self.owner, node, reason)
            self._sort(statement, needs)
            early |= needs.leaves
            late |= needs.uses_end
            known = self.needing.after(statement, known)
        late |= bool(self.taken.after)
        self.left_early = early
        if early and late:
            self.draft.doubt(self.owner, self.taken.loop, LEFT_EARLY)

    def _sort(self, statement: ast.stmt, needs: Needs) -> None:
        """A statement that must be guarded is."""
        if needs.end or (needs.uses_end and needs.free):
            if needs.uses_text or needs.free:
                text = (
                    "this uses text and what only the last event says; write it in two statements"
                )
                self.draft.block(self.owner, statement, text)
            self.ends.add(statement)
        elif needs.uses_end and needs.text:
            self.draft.block(self.owner, statement, APART)
        elif needs.text or needs.free:
            self.texts.add(statement)
            self._doubt_none(statement, needs)
            if needs.free and not needs.uses_text and self._tells_chunks_apart():
                self.draft.doubt(self.owner, statement, COUNTED)

    def _doubt_none(self, statement: ast.stmt, needs: Needs) -> None:
        """Thoughts and calls came in chunks of their own, whose text was None."""
        source = self.taken.source
        for feature in ("thoughts", "tools"):
            if needs.text and self.draft.has_feature(source, self.owner, feature):
                if self._reads_text_of_chunk(statement):
                    text = f"chunks of {feature} had no text; this ran for them, too, with None"
                    self.draft.doubt(self.owner, statement, text)

    def _reads_text_of_chunk(self, statement: ast.stmt) -> bool:
        return any(
            n in self.body.reads and chunk_type(self.draft, self.body.reads[n].name) == CHUNK
            and self.body.reads[n].attribute == "text"
            for n in ast.walk(statement)
        )  # fmt: skip

    def _tells_chunks_apart(self) -> bool:
        """Whether the body has tests for chunks without text, so that a count means something."""
        kinds = {read.kind for read in self.body.reads.values()}
        if not kinds & TEXTUAL:
            return True
        return any(
            TEXT in self.needing.after(s, NOTHING) or _asks_for_text(s, self.body)
            for s in self.taken.loop.body
        )

    # names

    def _name(self) -> None:
        kinds = {read.kind for read in self.body.reads.values()}
        taken = {self.head.event}
        if kinds & TEXTUAL or self.texts or self.body.part_loops:
            near = self.taken.loop
            self.head.text = self.body.text or free_name(self.draft, near, TEXTS, taken)
            taken.add(self.head.text)
        if Kind.THOUGHT in kinds:
            self.head.thought = free_name(self.draft, self.taken.loop, THOUGHTS, taken)
        by_part = bool(self.body.part_loops) or any(
            isinstance(n, ast.Attribute) and chunk_type(self.draft, n.value) == CHUNK_PART
            for n in self.body.reads
        )
        asked = self.draft.has_feature(self.taken.source, self.owner, "thoughts")
        give_names(self.draft, self.taken.loop, *taken, self.head.thought)
        self.head.thoughts = by_part and (asked or self.head.thought is not None)

    def _after(self) -> str | None:
        """The chunk is still read behind the loop: the interaction is kept for that."""
        if not self.taken.after:
            return None
        name = free_name(self.draft, self.taken.loop, ENDED, {self.head.event})
        give_names(
            self.draft, self.taken.loop, self.head.event, self.head.text, self.head.thought, name
        )
        self.head.ending.append(f"{name} = {self.head.event}.interaction")
        return name

    # the edits

    def _target(self) -> None:
        counter, loop = self.taken.counter, self.taken.loop
        if counter is None:
            if self.head.event != self.taken.target.id:
                self.draft.replace(self.owner, self.taken.target, self.head.event)
            return
        self.draft.replace(self.owner, loop.target, self.head.event)
        self.draft.replace(self.owner, loop.iter, self.draft.hole(self.taken.source))
        begin: Code = f"{counter.id} = -1"
        if self.taken.start is not None:
            start = self.draft.constant(self.taken.start)
            begin = Template((f"{counter.id} = ", self.draft.hole(self.taken.start), " - 1"))
            if start is not None and isinstance(start.value, int):
                begin = f"{counter.id} = {start.value - 1}"
        self.draft.edit(self.owner, InsertBefore(self.draft.span(loop), begin))

    def _arrange(self) -> None:
        """Insert the head, and put statements under the tests they need."""
        statements = self.taken.loop.body
        for statement in self.body.deleted:
            self.draft.edit(self.owner, Delete(self.draft.span(statement)))
        rows = [*self.head.rows().rows]
        groups = self._groups()
        counted = self._count()
        if counted is not None and all(group[0] in self.ends for group in groups):
            host = self._host(self.taken.counter)
            if host is not None:
                self.draft.edit(self.owner, InsertBefore(self.draft.span(host.body[0]), counted))
            else:
                rows += [Row(f"if {self.head.text}:"), Row(counted, 1)]
            counted = None
        for group in groups:
            ending = group[0] in self.ends
            test = self.head.asks(COMPLETED) if ending else (self.head.text or "",)
            more = [Row(counted, 1)] if counted and not ending else []
            if not ending and self._goes_on(group):
                guard = [
                    Row(f"if not {self.head.text}:"),
                    Row("continue", 1),
                    *(Row(row.code) for row in more),
                ]
                if group[0] is statements[0]:
                    rows += guard
                else:
                    span = self.draft.span(group[0])
                    self.draft.edit(self.owner, InsertBefore(span, RowsCode(tuple(guard))))
            else:
                span = between(self.draft.span(group[0]), self.draft.span(group[-1]))
                header: Code = HeaderCode("if", test)
                if more:
                    header = RowsCode((Row(header), *more))
                self.draft.edit(self.owner, Nest(span, span, header))
            if not ending:
                counted = None
        first = self.draft.span(statements[0])
        self.draft.edit(self.owner, InsertBefore(first, RowsCode(tuple(rows))))

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

    def _groups(self) -> list[list[ast.stmt]]:
        """Runs of statements that need the same guard."""
        groups: list[list[ast.stmt]] = []
        neutral: list[ast.stmt] | None = None
        for statement in self.taken.loop.body:
            needed = self.ends if statement in self.ends else self.texts
            if statement not in needed:
                if statement in self.body.deleted or is_harmless(self.draft, statement):
                    neutral = None if neutral is None else [*neutral, statement]
                else:
                    neutral = None
            elif neutral is not None and groups[-1][0] in needed:
                groups[-1] += [*neutral, statement]
                neutral = []
            else:
                groups.append([statement])
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
        text = self.draft.text[
            self.draft.positions.line_start(start) : self.draft.span(group[-1]).end
        ]
        widest = max(len(line) for line in text.splitlines())
        return len(text.splitlines()) > 12 or widest + 4 > self.draft.options.line_length


def _asks_for_text(statement: ast.stmt, body: Body) -> bool:
    if not isinstance(statement, ast.If):
        return False
    return any(n in body.reads and body.reads[n].kind in TEXTUAL for n in ast.walk(statement.test))
