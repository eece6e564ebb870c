"""What is known of the body of a loop over chunks, while it is read."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from codemods.streams.chunk_reads import BRINGING, CALLING, ENDING, TEXTUAL, Kind, Read
from codemods.streams.implied_by_tests import CALL, MEDIA, TEXT, Known
from codemods.streams.stream_facts import Loop
from migrator.plan import Draft

STRONG = frozenset({*BRINGING, *ENDING})
BESIDE = "the text of the chunk is kept beside that of its parts, which may be thoughts; read parts"
ONE_THING = "this asks whether a chunk has a candidate; every event means one thing"
FIRST = "of several calls in a chunk only the first was used; each comes by itself now"


@dataclass(slots=True)
class Body:
    """The reads of a loop, by the expression that reads.

    `dropped` are guards (`chunk.candidates and …`) that ask for less than the test beside them;
    `unwrapped` are conditional expressions with such a guard; `deleted` statements that only served
    the old shape. `text` is the program's own variable for the text, `named` variables that hold
    what only the last event says, `aliased` ones that hold an image, a sound or a call. `thoughts`
    come as text as well. `yields` hands the chunk itself to whoever iterates. `single` are loops
    over the candidates of a chunk, of which only the body is left, `certain` tests likewise.
    """

    reads: dict[ast.AST, Read] = field(default_factory=dict)
    part_loops: dict[Loop, Read] = field(default_factory=dict)
    dropped: dict[ast.BoolOp, list[ast.expr]] = field(default_factory=dict)
    unwrapped: list[ast.IfExp] = field(default_factory=list)
    deleted: list[ast.stmt] = field(default_factory=list)
    named: list[ast.stmt] = field(default_factory=list)
    aliased: list[ast.stmt] = field(default_factory=list)
    text: str | None = None
    thoughts: bool = False
    yields: list[ast.Yield] = field(default_factory=list)
    single: list[Loop] = field(default_factory=list)
    certain: list[ast.If] = field(default_factory=list)
    problems: list[tuple[ast.AST, str]] = field(default_factory=list)
    doubts: list[tuple[ast.AST, str]] = field(default_factory=list)

    @property
    def brings(self) -> Known:
        """The pieces that the loop tells apart; text is always one of them."""
        kinds = {read.kind for read in self.reads.values()}
        found = {TEXT}
        if Kind.MEDIA in kinds:
            found.add(MEDIA)
        if kinds & CALLING:
            found.add(CALL)
        return frozenset(found)

    @property
    def asks_for_end(self) -> bool:
        """Whether anything is read that the last event says."""
        return any(read.kind in {*ENDING, Kind.WHOLE} for read in self.reads.values())

    def asks_only(self, test: ast.expr, kinds: frozenset[Kind]) -> bool:
        """Whether a test asks for `kinds`, and for nothing else."""
        operands = [test]
        if isinstance(test, ast.BoolOp):
            operands = [v for v in test.values if v not in self.dropped.get(test, ())]
        return all(o in self.reads and self.reads[o].kind in kinds for o in operands)

    def kinds(self, nodes: Iterable[ast.AST]) -> set[Kind]:
        """What is read below any of `nodes`."""
        return {read.kind for read in self._within(nodes)}

    def of_kind(self, kind: Kind, nodes: Iterable[ast.AST]) -> Read:
        """The first read of `kind` below any of `nodes`, which hold one."""
        return next(read for read in self._within(nodes) if read.kind is kind)

    def _within(self, nodes: Iterable[ast.AST]) -> Iterator[Read]:
        return (self.reads[n] for root in nodes for n in ast.walk(root) if n in self.reads)


def parent_in(draft: Draft, node: ast.AST) -> ast.AST | None:
    return draft.facts.structure.parent(node)


def is_or_none(choice: ast.expr) -> bool:
    """Whether a conditional expression is None where its test fails."""
    other = choice.orelse if isinstance(choice, ast.IfExp) else None
    return isinstance(other, ast.Constant) and other.value is None


def asks_for_text(statement: ast.stmt, body: Body) -> bool:
    """Whether the test of an `if` asks for text."""
    if not isinstance(statement, ast.If):
        return False
    return any(n in body.reads and body.reads[n].kind in TEXTUAL for n in ast.walk(statement.test))


def bound(statement: ast.stmt) -> ast.Name | None:
    """The variable that a statement binds anew."""
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target = statement.targets[0]
    elif isinstance(statement, ast.AnnAssign):
        target = statement.target
    else:
        return None
    if not isinstance(target, ast.Name) or statement.value is None:
        return None
    names = {n.id for n in ast.walk(statement.value) if isinstance(n, ast.Name)}
    return None if target.id in names else target
