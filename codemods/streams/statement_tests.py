"""Under which test each statement of a loop must stand, so that it runs for what it did before."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeGuard

from codemods.streams.chunk_reads import TEXTUAL, Kind, chunk_type
from codemods.streams.chunks_without_text import (
    PIECES,
    doubt_ran,
    named_text,
    tell_empty,
    tell_nones,
    tell_raised,
    tell_signed,
    tell_uncounted,
)
from codemods.streams.event_needs import JUMPS, Needing, Needs
from codemods.streams.events import ENDS_EARLY
from codemods.streams.first_chunk import happens_once
from codemods.streams.implied_by_tests import (
    ANSWER,
    BRINGS,
    END,
    NOTHING,
    PIECE,
    TEXT,
    Known,
    implied,
)
from codemods.streams.last_chunks import BEFORE, UNREACHED, goes_away, is_rare
from codemods.streams.loop_body import Body, asks_for_text
from codemods.streams.stale_variables import binding_guard, stale_names
from codemods.streams.stream_facts import Loop, Taken
from codemods.tables.streams import CHUNK
from migrator.plan import Draft
from migrator.plan.units import Member

LEFT_EARLY = "the loop may be left before the event that holds what is read of the last chunk"
APART = "this uses text and what only the last event says; write it in two statements"
SEVERAL = "this uses what comes in different events; write a statement for each"
ANY_PIECE = (
    "a reply without text came in a chunk, and this ran for that as well; it runs for pieces that "
    "hold something only"
)
SETTING = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Pass, ast.If)
COUNTED = "this ran for every chunk, also for those without text; it runs once for each piece now"


@dataclass(slots=True)
class Weighed:
    """What the statements of a loop need.

    `guards` says which pieces a statement runs for, END for the last event, where its own tests
    don't; `others` the same for the `else` of an `if`. `dissolved` are loops over the parts of a
    chunk, of which an event has one; `wrapped` are those of them alone under a test for parts.
    """

    guards: dict[ast.stmt, Known] = field(default_factory=dict)
    others: dict[ast.If, Known] = field(default_factory=dict)
    dissolved: list[Loop] = field(default_factory=list)
    wrapped: dict[Loop, ast.If] = field(default_factory=dict)
    left_early: bool = False
    left_at_the_end: bool = False
    late: bool = False

    def wanted(self) -> set[str]:
        """Everything that a guard asks for."""
        return {fact for guard in (*self.guards.values(), *self.others.values()) for fact in guard}


class Weighing:
    """Weighs the statements of one loop."""

    def __init__(self, draft: Draft, owner: Member, taken: Taken, body: Body) -> None:
        self.draft = draft
        self.owner = owner
        self.taken = taken
        self.body = body
        self.brings = body.brings
        settled = {*body.deleted, *body.named, *body.aliased}
        self.needing = Needing(draft, body.reads, self.brings, body.part_loops, settled)
        self.found = Weighed(late=bool(taken.after or taken.ended))
        self._acted: list[ast.stmt] = []
        self._named = named_text(draft, body)

    def run(self) -> Weighed:
        """Weigh all of them."""
        self._block(self.taken.loop.body, NOTHING)
        tell_raised(self.draft, self.owner, filter(_is_indexed, self._old_reads()))
        tell_signed(self.draft, self.owner, self._texts(of_chunk=False))
        tell_empty(self.draft, self.owner, self.taken.loop, self.body)
        counts = [r.node for r in self.body.reads.values() if r.kind is Kind.USAGE]
        tell_uncounted(self.draft, self.owner, counts)
        if self.taken.counter is not None:
            self.draft.note(self.owner, PIECES)
            if self.brings <= {TEXT, ANSWER}:
                doubt_ran(self.draft, self.owner, self.owner, self.taken.loop)
        if self.found.left_early and self.found.late:
            self.draft.doubt(self.owner, self.taken.loop, LEFT_EARLY)
        for node, reason in stale_names(self.draft, self.taken, self.needing, self.found.guards):
            self.draft.block(self.owner, node, reason)
        return self.found

    def _old_reads(self) -> Iterator[ast.AST]:
        """Every read of the chunk or a part of it, those of names for parts included."""
        yield from self.body.reads
        for statement in self.body.deleted:
            yield from ast.walk(statement)

    def _block(self, statements: list[ast.stmt], known: Known) -> None:
        acted = False
        for statement in statements:
            if self._opens(statement, known):
                acted = True
            else:
                acted = self._whole(statement, known, acted=acted) or acted
            known = self.needing.after(statement, known)

    def _opens(self, node: ast.stmt, known: Known) -> bool:
        """Whether the parts of a statement are weighed one by one.

        In loops that tell several kinds of pieces apart, they may need different things.
        """
        if node in (*self.body.single, *self.body.certain):
            assert isinstance(node, (ast.For, ast.If))
            self._block(node.body, known)
            return True
        if len(self.brings) == 1 or node in self.needing.settled:
            return False
        if isinstance(node, (ast.For, ast.AsyncFor)):
            read = self.body.part_loops.get(node)
            if read is None or read.kind is not Kind.PARTS:
                return False
            self.found.dissolved.append(node)
            self._block(node.body, known)
            return True
        if not isinstance(node, ast.If):
            return False
        return self._wraps(node, known) or self._branches(node, known)

    def _wraps(self, node: ast.If, known: Known) -> bool:
        """Whether `node` only asks whether there are parts for the loop in it."""
        loop = node.body[0]
        if len(node.body) > 1 or node.orelse or not isinstance(loop, (ast.For, ast.AsyncFor)):
            return False
        if not self.body.asks_only(node.test, frozenset({Kind.PARTS})):
            return False
        if not self.draft.source(node).startswith("if") or not self._opens(loop, known):
            return False
        self.found.wrapped[loop] = node
        return True

    def _branches(self, node: ast.If, known: Known) -> bool:
        test = Needs()
        self.needing.test(node.test, known, test)
        if test.wants or test.problems:
            return False
        says = implied(node.test, self.body.reads)
        self._block(node.body, self.needing.learn(known, says.true))
        if not node.orelse:
            return True
        known = self.needing.learn(known, says.false)
        before = dict(self.found.guards)
        self._block(node.orelse, known)
        if _is_elif(self.draft, node):
            if node.orelse[0] in self.found.guards:
                self.draft.block(self.owner, node.orelse[0], SEVERAL)
            return True
        asked = {self.found.guards.get(s) for s in node.orelse}
        guard = asked.pop() if len(asked) == 1 else None
        if guard is not None and END not in guard:
            self.found.guards = before
            self.found.others[node] = guard
        return True

    def _whole(self, statement: ast.stmt, known: Known, *, acted: bool) -> bool:
        """Whether the statement does something for a piece; `acted` if one before it does."""
        needs = self.needing.of(statement, known)
        for node, reason in needs.problems:
            self.draft.block(self.owner, node, reason)
        for node, reason in needs.doubts:
            self.draft.doubt(self.owner, node, reason)
        self._guard(statement, needs, known)
        if needs.jumps and statement not in self.found.guards:
            if acted or isinstance(statement, JUMPS) or self._counts(statement):
                self.found.guards[statement] = self.needing.possible(known)
                self.draft.note(self.owner, PIECES)
        self._guard_reader(statement, needs)
        self._tell_order(statement, needs, known)
        self.found.left_early |= needs.leaves
        self.found.left_at_the_end |= needs.ends
        self.found.late |= END in needs.uses
        return statement in self.found.guards or bool(needs.uses & {*BRINGS, PIECE})

    def _guard_reader(self, statement: ast.stmt, needs: Needs) -> None:
        """`if not clean: continue` is for the pieces that `clean` is bound for."""
        if statement in self.found.guards or statement in self.needing.settled:
            return
        guard = binding_guard(statement, needs.uses, self.found.guards)
        if guard is not None and len(self.brings) == 1:
            self.found.guards[statement] = guard

    def _tell_order(self, statement: ast.stmt, needs: Needs, known: Known) -> None:
        """What is done for the last chunk stands above what its own text is used for."""
        ends = END in known | needs.uses
        later = END in needs.uses or needs.uses & {*BRINGS, PIECE}
        for acted in self._acted if later else ():
            if ends and not goes_away(acted):
                continue
            if is_rare(self.draft, acted, self.body):
                self.draft.note(self.owner, BEFORE)
            else:
                self.draft.doubt(self.owner, acted, UNREACHED if ends else BEFORE)
        simple = [n for n in ast.walk(statement) if isinstance(n, ast.stmt)]
        if ends and not all(isinstance(n, SETTING) for n in simple):
            self._acted.append(statement)

    def _counts(self, statement: ast.stmt) -> bool:
        """Whether a statement asks how many chunks there were."""
        counter = self.taken.counter
        names = (n.id for n in ast.walk(statement) if isinstance(n, ast.Name))
        return counter is not None and counter.id in names

    def _guard(self, statement: ast.stmt, needs: Needs, known: Known) -> None:
        """A statement that must be guarded is."""
        pieces = needs.uses & BRINGS
        if END in needs.uses and (END in needs.wants or needs.free):
            if pieces or needs.free:
                self.draft.block(self.owner, statement, APART)
            self.found.guards[statement] = frozenset({END})
        elif END in needs.uses and needs.wants:
            self.draft.block(self.owner, statement, APART)
        elif needs.wants or needs.free:
            guard = frozenset(needs.wants) or self.needing.possible(known)
            if len(self.brings) > 1 and len(pieces | needs.wants & BRINGS) > 1:
                guard = self.needing.possible(known)
                if self.needing.of(statement, self.needing.learn(known, frozenset({PIECE}))).wants:
                    self.draft.block(self.owner, statement, SEVERAL)
            self.found.guards[statement] = guard
            if guard <= {TEXT, ANSWER}:
                self._doubt_none(statement)
                if needs.free:
                    self.draft.note(self.owner, PIECES)
                    if not pieces and not happens_once(statement):
                        doubt_ran(self.draft, self.owner, self.owner, statement)
            elif guard == self.needing.possible(known) and not guard & {END}:
                self.draft.note(self.owner, ANY_PIECE)
            if needs.free and not pieces and self._tells_chunks_apart():
                if happens_once(statement):
                    if binding_guard(statement, set(), self.found.guards) is None:
                        self.found.guards[statement] = guard | {END}
                    self.draft.note(self.owner, ENDS_EARLY)
                else:
                    self.draft.doubt(self.owner, statement, COUNTED)

    def _doubt_none(self, statement: ast.stmt) -> None:
        """Whatever is no text came in chunks of its own, whose text was None."""
        inside = set(ast.walk(statement))
        texts = [n for n in self._texts(of_chunk=True) if n in inside]
        named = self._named
        uses = [n for n in named.uses if n in inside] if named is not None else []
        if named is not None and named.of_chunk:
            tell_nones(self.draft, self.owner, [*texts, *uses], uses if named.filled else ())
        else:
            tell_nones(self.draft, self.owner, texts)

    def _texts(self, *, of_chunk: bool) -> list[ast.expr]:
        """Where the text of a chunk, or that of a part, is read."""
        return [
            read.node
            for read in self.body.reads.values()
            if read.attribute == "text" and (chunk_type(self.draft, read.name) == CHUNK) is of_chunk
        ]

    def _tells_chunks_apart(self) -> bool:
        """Whether the body has tests for chunks without text, so that a count means something."""
        kinds = {read.kind for read in self.body.reads.values()}
        if not kinds & TEXTUAL:
            return True
        return any(
            TEXT in self.needing.after(s, NOTHING) or asks_for_text(s, self.body)
            for s in self.taken.loop.body
        )


def _is_elif(draft: Draft, node: ast.If) -> bool:
    """Whether the other branch of `node` is an `elif`."""
    other = node.orelse[0] if len(node.orelse) == 1 else None
    return isinstance(other, ast.If) and draft.text.startswith("elif", draft.span(other).start)


def _is_indexed(node: ast.AST) -> TypeGuard[ast.expr]:
    """Whether a read takes a candidate or a part by its number."""
    return isinstance(node, ast.expr) and any(
        isinstance(inner, ast.Subscript) for inner in ast.walk(node)
    )
