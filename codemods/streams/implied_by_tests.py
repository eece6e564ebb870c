"""What a test says about the event at hand, on the branch where it comes out true, or false."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from codemods.streams.chunk_reads import Kind, Read, is_none_test

TEXT = "it brings text"
ANSWER = "its text is no thought"
MEDIA = "it brings an image or a sound"
CALL = "it completes a function call"
PIECE = "it brings any of these"
NO_TEXT = "it brings no text"
NO_MEDIA = "it brings neither image nor sound"
NO_CALL = "it completes no function call"
END = "it is the last one"
NOT_THE_END = "it is not the last one"
FINISHED = "the model has finished"
"""As END, and the old test held for the last chunk only."""
LACKING = {TEXT: NO_TEXT, MEDIA: NO_MEDIA, CALL: NO_CALL}
"""What an event may bring, and what is known where it doesn't."""
BRINGS = frozenset(LACKING)

Known = frozenset[str]
Reads = Mapping[ast.AST, Read]
"""The reads of a loop, by the expression that reads."""
NOTHING: Known = frozenset()


@dataclass(frozen=True, slots=True)
class Implied:
    """What is known of the event where a test came out true, and where it came out false."""

    true: Known = NOTHING
    false: Known = NOTHING

    def swapped(self) -> Implied:
        """What the opposite test says."""
        return Implied(self.false, self.true)


IS_LAST = Implied(frozenset({END}), frozenset({NOT_THE_END}))
HAS_CALL = Implied(frozenset({CALL}), frozenset({NO_CALL}))
SAYS = {
    Kind.TEXT: Implied(frozenset({TEXT}), frozenset({NO_TEXT})),
    Kind.ANSWER: Implied(frozenset({TEXT, ANSWER})),
    Kind.THOUGHT: Implied(frozenset({TEXT})),
    Kind.PARTS: Implied(frozenset({PIECE}), frozenset(LACKING.values())),
    Kind.MEDIA: Implied(frozenset({MEDIA}), frozenset({NO_MEDIA})),
    Kind.CALL: HAS_CALL,
    Kind.CALLS: HAS_CALL,
    Kind.USAGE: IS_LAST,
    Kind.IDENTITY: IS_LAST,
    Kind.FINISH: Implied(frozenset({END, FINISHED}), frozenset({NOT_THE_END})),
}


def implied(test: ast.expr, reads: Reads) -> Implied:
    """What `test` says about the event."""
    if isinstance(test, ast.NamedExpr):
        return implied(test.value, reads)
    if test in reads:
        return SAYS.get(reads[test].kind, Implied())
    if isinstance(test, ast.Call) and (counted := counted_by(test)) is not None:
        return implied(counted, reads)
    if isinstance(test, ast.Attribute) and test.attr == "data":
        inner = reads.get(test.value)
        if inner is not None and inner.kind is Kind.MEDIA:
            return SAYS[Kind.MEDIA]  # there is no image without data
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return implied(test.operand, reads).swapped()
    if isinstance(test, ast.Compare):
        return _compared(test, reads)
    if isinstance(test, ast.BoolOp):
        parts = [implied(value, reads) for value in test.values if not is_weak(value, reads)]
        if not parts:
            return Implied()
        if isinstance(test.op, ast.Or):
            parts = [part.swapped() for part in parts]
        every = NOTHING.union(*(part.true for part in parts))
        common = parts[0].false.intersection(*(part.false for part in parts[1:]))
        both = Implied(every, common)
        return both.swapped() if isinstance(test.op, ast.Or) else both
    return Implied()


def is_weak(test: ast.expr, reads: Reads) -> bool:
    """Whether a test is a guard that asks for less than the test beside it."""
    inner: ast.expr | None = test
    while inner is not None and inner not in reads:
        inner = _asked_inside(inner)
    return inner is not None and reads[inner].kind is Kind.ANYTHING


def _asked_inside(test: ast.expr) -> ast.expr | None:
    """What a test asks about, one step further in."""
    if isinstance(test, ast.UnaryOp):
        return test.operand
    if isinstance(test, ast.Compare):
        return test.left
    return counted_by(test) if isinstance(test, ast.Call) else None


def counted_by(call: ast.Call) -> ast.expr | None:
    """The x of `len(x)` and `bool(x)`, which are true where x is."""
    named = isinstance(call.func, ast.Name) and call.func.id in {"len", "bool"}
    return call.args[0] if named and len(call.args) == 1 and not call.keywords else None


def _compared(test: ast.Compare, reads: Reads) -> Implied:
    """`x is not None`; a comparison of what the last event says holds for that event only."""
    left = test.left
    while left not in reads and isinstance(left, ast.Attribute):
        left = left.value  # `finish_reason.name`
    if left not in reads:
        return Implied()
    read = reads[left]
    says = SAYS.get(read.kind, Implied())
    none = is_none_test(test, read.node)
    if none is not None:
        return says.swapped() if none else says
    if read.kind is Kind.FINISH and isinstance(test.ops[0], (ast.Eq, ast.Is, ast.In)):
        return Implied(says.true)
    return Implied()
