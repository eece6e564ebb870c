"""What each statement of a loop needs to know of the event at hand before it may run.

The old body ran once for each chunk, and a chunk held everything at once. An event holds one
thing: a statement that uses text must run for pieces of text only, one that uses counts or the
finish reason for the last event only.
"""

from __future__ import annotations

import ast
import enum
from collections.abc import Collection
from dataclasses import dataclass, field

from codemods.streams.chunk_forms import is_or_empty, or_nothing
from codemods.streams.chunk_reads import ENDING, TEXTUAL, Kind, Read
from codemods.streams.harmless_code import is_harmless, only_binds
from codemods.streams.implied_by_tests import (
    BRINGS,
    END,
    FINISHED,
    LACKING,
    NOT_THE_END,
    NOTHING,
    PIECE,
    Implied,
    Known,
    Reads,
    implied,
)
from migrator.plan import Draft
from migrator.reasoning.statement_effects import always_leaves
from migrator.understand.structure import FUNCTION_TYPES

JUMPS = (ast.Break, ast.Return, ast.Raise)
"""Statements after which a loop takes no more chunks."""
OVERWRITES = (ast.Assign, ast.AnnAssign, ast.Pass, ast.Break, ast.Continue, ast.Return)
FOR_NOTHING = "this runs for chunks without text; there are no such chunks any more"
BEFORE_THE_END = "this runs for every chunk but the last; only the last event says that it is that"
TOGETHER = "this uses what a chunk brings together with what only the last event says"
ALONE = (
    "this ran only if the last chunk brought nothing else, such as text; it runs at the end of "
    "every stream now"
)
REPEATED = "this ran for every chunk, as each had counts; it runs once now, for the last event"


class Mode(enum.Enum):
    """How the value of an expression is used."""

    TRUTH = "only its truth counts"
    TEST = "it is part of a test; a text that is empty there makes no difference"
    VALUE = "its value counts"


@dataclass(slots=True)
class Needs:
    """What a statement needs that its own tests do not make sure of.

    `uses` are what it reads: TEXT, MEDIA, CALL, PIECE or END; `wants` those of them that its own
    tests don't make sure of. `free` says that it does something without reading the chunk, `jumps`
    that it may leave the loop whatever comes; `leaves` that it may do so before the last event,
    `ends` at that one. `problems` are what no guard can put right, `doubts` what happens another
    number of times.
    """

    uses: set[str] = field(default_factory=set)
    wants: set[str] = field(default_factory=set)
    free: bool = False
    leaves: bool = False
    ends: bool = False
    jumps: bool = False
    problems: list[tuple[ast.AST, str]] = field(default_factory=list)
    doubts: list[tuple[ast.AST, str]] = field(default_factory=list)


class Needing:
    """Works out the needs of the statements of one loop, whose reads are `reads`.

    `brings` are the pieces that the loop tells apart. `part_loops` are the loops over the parts or
    the calls of a chunk: their bodies run for these only. `settled` statements need nothing.
    """

    def __init__(
        self,
        draft: Draft,
        reads: Reads,
        brings: Known,
        part_loops: Collection[ast.AST],
        settled: Collection[ast.AST],
    ) -> None:
        self.draft = draft
        self.reads = reads
        self.brings = brings
        self.part_loops = part_loops
        self.settled = settled

    def of(self, statement: ast.stmt, known: Known) -> Needs:
        """The needs of a statement, given what is known of the event before it."""
        needs = Needs()
        self._statement(statement, known, needs)
        return needs

    def after(self, statement: ast.stmt, known: Known) -> Known:
        """What is known behind `if not chunk.text: continue`, or `if chunk.text: … else: continue`.

        `if not chunk.text: break` leaves for another piece; an event without any goes on behind it.
        """
        if not isinstance(statement, ast.If):
            return known
        says = implied(statement.test, self.reads)
        if always_leaves(statement.body):
            leaving, left, stays = statement.body, says.true, says.false
        elif statement.orelse and always_leaves(statement.orelse):
            leaving, left, stays = statement.orelse, says.false, says.true
        else:
            return self._after_chain(statement, known)
        jumps = isinstance(leaving[-1], JUMPS)
        if jumps and PIECE not in known and not left.isdisjoint(LACKING.values()):
            return self.learn(known, stays - BRINGS)
        return self.learn(known, stays)

    def _after_chain(self, statement: ast.If, known: Known) -> Known:
        """`if chunk.text: … elif chunk.function_calls: … else: continue` leaves without a piece."""
        if len(statement.orelse) != 1:
            return known
        says = implied(statement.test, self.reads)
        other = self.after(statement.orelse[0], self.learn(known, says.false))
        brought = all(way & {*BRINGS, PIECE} for way in (says.true, other))
        return self.learn(known, frozenset({PIECE})) if brought else known

    def says(self, test: ast.expr) -> Implied:
        """What a test says of the event."""
        return implied(test, self.reads)

    def learn(self, known: Known, more: Known) -> Known:
        """Both, and what follows: a piece that is nothing else is the one that is left."""
        known = known | more
        possible = self.possible(known)
        return known | possible if PIECE in known and len(possible) == 1 else known

    def possible(self, known: Known) -> Known:
        """What the event may bring."""
        return frozenset(piece for piece in self.brings if LACKING[piece] not in known)

    def block(self, statements: list[ast.stmt], known: Known, needs: Needs) -> None:
        for statement in statements:
            self._statement(statement, known, needs)
            known = self.after(statement, known)

    def _statement(self, node: ast.stmt, known: Known, needs: Needs) -> None:
        if node in self.settled:
            return
        if isinstance(node, ast.If):
            self.test(node.test, known, needs)
            says = implied(node.test, self.reads)
            self.block(node.body, self.learn(known, says.true), needs)
            self.block(node.orelse, self.learn(known, says.false), needs)
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            self._loop(node, known, needs)
        elif isinstance(node, (ast.With, ast.AsyncWith, ast.While, ast.Try, ast.Match)):
            self._compound(node, known, needs)
        else:
            self._simple(node, known, needs)

    def test(self, node: ast.expr, known: Known, needs: Needs) -> None:
        """The needs of a test."""
        self._expression(node, known, needs, Mode.TRUTH)

    def _loop(self, node: ast.For | ast.AsyncFor, known: Known, needs: Needs) -> None:
        over = self.reads.get(node.iter)
        inner = known
        if node in self.part_loops:
            brought = implied(node.iter, self.reads).true
            needs.uses |= brought
            inner = self.learn(known, brought)
        else:
            if over is not None and over.kind in TEXTUAL:
                inner = self.learn(known, implied(node.iter, self.reads).true)
            self._expression(node.iter, known, needs, Mode.TEST)
        self.block([*node.body, *node.orelse], inner, needs)

    def _compound(self, node: ast.stmt, known: Known, needs: Needs) -> None:
        if not known and isinstance(node, (ast.With, ast.AsyncWith)):
            needs.free = True  # entering is an effect of its own
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self._expression(child, known, needs, Mode.VALUE)
            elif isinstance(child, ast.withitem):
                self._expression(child.context_expr, known, needs, Mode.VALUE)
        for name in ("body", "orelse", "finalbody"):
            self.block(getattr(node, name, []), known, needs)
        for part in (*getattr(node, "handlers", []), *getattr(node, "cases", [])):
            self.block(part.body, known, needs)

    def _simple(self, node: ast.stmt, known: Known, needs: Needs) -> None:
        before, wanted = needs.uses, needs.wants
        needs.uses, needs.wants = set(), set()
        self._expression(node, known, needs, Mode.VALUE)
        uses, wants = needs.uses, needs.wants
        needs.uses, needs.wants = before | uses, wanted | wants
        if isinstance(node, (ast.Break, ast.Return)) and END not in known:
            needs.leaves = True
        needs.ends |= isinstance(node, JUMPS) and END in known
        if isinstance(node, (ast.Pass, ast.Continue)):
            return
        if not self.possible(known) and END not in known:
            needs.problems.append((node, FOR_NOTHING))
        elif NOT_THE_END in known and not known & {*BRINGS, PIECE} and not uses:
            needs.problems.append((node, BEFORE_THE_END))
        aware = bool(wants or known & {*BRINGS, PIECE, END}) or END in uses
        aware = aware or (bool(uses) and only_binds(node))
        if not aware and not is_harmless(self.draft, node):
            needs.free = True
        needs.jumps |= not aware and isinstance(node, JUMPS)
        ends = END in known or END in uses
        if ends and not known.isdisjoint(LACKING.values()) and not isinstance(node, ast.Break):
            needs.doubts.append((node, ALONE))
        elif ends and FINISHED not in known and not isinstance(node, OVERWRITES):
            needs.doubts.append((node, REPEATED))
        if END in known and isinstance(node, (ast.Break, ast.Return)) and FINISHED not in known:
            needs.doubts.append((node, REPEATED))

    def _expression(self, node: ast.AST, known: Known, needs: Needs, mode: Mode) -> None:
        """The reads in an expression."""
        read = self.reads.get(node)
        if read is not None:
            self._read(read, known, needs, mode)
        elif isinstance(node, ast.IfExp):
            says = implied(node.test, self.reads)
            self._expression(node.test, known, needs, Mode.TRUTH)
            self._choice(node.body, self.learn(known, says.true), needs, mode)
            self._choice(node.orelse, self.learn(known, says.false), needs, mode)
        elif isinstance(node, ast.BoolOp):
            for value in node.values:
                result = isinstance(node.op, ast.Or) or value is node.values[-1]
                whole = result and mode is not Mode.TEST and not self._is_replaced(node, value)
                self._choice(value, known, needs, mode if whole else Mode.TRUTH)
                says = implied(value, self.reads)
                more = says.true if isinstance(node.op, ast.And) else says.false
                known = self.learn(known, more)
        elif not isinstance(node, FUNCTION_TYPES):
            inner = self._inner(node, mode)
            for child in ast.iter_child_nodes(node):
                self._expression(child, known, needs, inner)

    def _choice(self, node: ast.expr, known: Known, needs: Needs, mode: Mode) -> None:
        """One of several values; what stands in for a missing text never comes now."""
        if mode is Mode.VALUE and END not in known and not self.possible(known):
            if not (isinstance(node, ast.Constant) and not node.value):
                needs.doubts.append((node, FOR_NOTHING))
        self._expression(node, known, needs, mode)

    def _inner(self, node: ast.AST, mode: Mode) -> Mode:
        """How the operands of `node` are used."""
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return Mode.TRUTH
        if isinstance(node, ast.NamedExpr):
            return mode
        if isinstance(node, ast.Compare):
            says = implied(node, self.reads)
            return Mode.TRUTH if says.true or says.false else Mode.TEST
        if isinstance(node, ast.Call):
            method = isinstance(node.func, ast.Attribute) and node.func.value in self.reads
            pure = isinstance(node.func, ast.Name) and node.func.id in {"len", "isinstance", "any"}
            return Mode.TEST if mode is not Mode.VALUE and (method or pure) else Mode.VALUE
        return Mode.TEST if mode is not Mode.VALUE else Mode.VALUE

    def _is_replaced(self, choice: ast.BoolOp, value: ast.expr) -> bool:
        """Whether something else stands for `value` where other pieces come: `text or "image"`."""
        several = len(self.brings) > 1 and isinstance(choice.op, ast.Or)
        empty = is_or_empty(choice, value) or or_nothing(self.draft, value) is choice
        return several and value is not choice.values[-1] and not empty

    def _read(self, read: Read, known: Known, needs: Needs, mode: Mode) -> None:
        if read.kind in ENDING or read.kind is Kind.WHOLE:
            if read.kind is Kind.WHOLE and mode is Mode.TRUTH:
                return  # a chunk is true, and so is an event
            needs.uses.add(END)
            if END not in known and mode is not Mode.TRUTH:
                needs.wants.add(END)
            if known & {*BRINGS, PIECE}:
                needs.problems.append((read.node, TOGETHER))
            return
        for piece in implied(read.node, self.reads).true:
            needs.uses.add(piece)
            empty = mode is Mode.TEST and read.kind in {Kind.TEXT, Kind.THOUGHT}
            lenient = mode is Mode.TRUTH or empty
            if piece not in known and not lenient:
                needs.wants.add(piece)
            if END in known and piece not in known:
                needs.problems.append((read.node, TOGETHER))


__all__ = ["NOTHING", "Needing", "Needs"]
