"""What programs ask of an error's status and code: `e.status == "UNAVAILABLE"`, `e.code in {…}`.

The name in capitals is gone from the documented body; the HTTP status says the same. Where it is
only shown, the word of the new body is.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from dataclasses import dataclass

from codemods.errors.caught_error import Caught
from codemods.errors.error_words import NAMES, Failures, by_status
from codemods.errors.text_searches import display_of, readers
from codemods.tables.errors import CODE, FAILURES, STATUS
from migrator.edits import Replace, Span
from migrator.plan import Draft, Use, context_of

SHARED = "{} becomes HTTP status {}, which stands for {} as well"
UNKNOWN = "`{}` is compared with something that can't be followed; the new errors have no status"
SHOWN = "`{}`: the documented body has a word such as rate_limit_exceeded where the name stood"
LOOKED_UP = (
    "`{}` is looked up here: the documented body has a word such as rate_limit_exceeded where the "
    "name stood; use the HTTP status, .status_code, for a key"
)
KEPT = "`{}` is used as well as compared: it is the HTTP status now"
COMPARING: dict[type[ast.cmpop], Callable[[int, int], bool]] = {
    ast.Eq: operator.eq,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
}


@dataclass(frozen=True, slots=True)
class Test:
    """A comparison of a code or status with `constants`, true for `failures` (unless `negated`)."""

    node: ast.Compare
    constants: tuple[ast.Constant, ...]
    failures: Failures
    negated: bool
    foreign: bool
    """Whether something else reads the constants, too."""
    inline: bool
    """Whether they stand in the comparison itself."""


def coded_tests(caught: Caught) -> dict[ast.expr, Failures]:
    """The comparisons of an error's code that are true for some failures: they stay as they are."""
    tests = (_coded(caught.draft, node) for node in caught.uses() if caught.is_part(node, CODE))
    return dict(test for test in tests if test is not None)


def _coded(draft: Draft, node: ast.expr) -> tuple[ast.expr, Failures] | None:
    compare = draft.facts.structure.parent(node)
    if not isinstance(compare, ast.Compare) or len(compare.ops) != 1 or compare.left is not node:
        return None
    wanted = [c.value for c in _constants(draft, compare.comparators[0]) or ()]
    numbers = [value for value in wanted if isinstance(value, int)]
    test = COMPARING.get(type(compare.ops[0]))
    if isinstance(compare.ops[0], ast.In):
        return compare, frozenset(f for f in FAILURES if f.status in numbers)
    if test is None or len(numbers) != 1:
        return None
    return compare, frozenset(f for f in FAILURES if test(f.status, numbers[0]))


def _constants(draft: Draft, node: ast.expr) -> tuple[ast.Constant, ...] | None:
    if isinstance(node, ast.Constant):
        return (node,)
    display = display_of(draft, node)
    if display is None:
        return None
    found = tuple(e for e in display.elts if isinstance(e, ast.Constant))
    return found if len(found) == len(display.elts) else None


def status_test(draft: Draft, node: ast.expr) -> Test | None:
    """The comparison of the status `node` with names that are in view."""
    compare = draft.facts.structure.parent(node)
    if not isinstance(compare, ast.Compare) or len(compare.ops) != 1:
        return None
    other = compare.comparators[0] if compare.left is node else compare.left
    if not isinstance(compare.ops[0], (ast.Eq, ast.NotEq, ast.In, ast.NotIn)):
        return None
    constants = _constants(draft, other)
    if constants is None or not all(isinstance(c.value, str) for c in constants):
        return None
    failures = frozenset(NAMES[str(c.value)] for c in constants if str(c.value) in NAMES)
    negated = isinstance(compare.ops[0], (ast.NotEq, ast.NotIn))
    display = display_of(draft, other)
    foreign = display is not None and any(use is not other for use in readers(draft, display))
    inline = compare.left is node and display is other
    return Test(compare, constants, failures, negated, foreign, inline)


class Statuses:
    """The comparisons of one error's status, and the reads that they compare."""

    def __init__(self, caught: Caught, coded: dict[ast.expr, Failures]) -> None:
        self.caught = caught
        self.draft = caught.draft
        self.coded = coded
        self.nodes = [node for node in caught.uses() if caught.is_part(node, STATUS)]
        tests = {node: status_test(self.draft, node) for node in self.nodes}
        self.tests = {node: test for node, test in tests.items() if test is not None}
        self.matched = {node for node in self.nodes if self._cases(node)}
        """What `match` statements compare with names."""
        self.dropped = {
            node: span
            for node, test in self.tests.items()
            if (span := self._said_already(test)) is not None
        }

    def true_for(self) -> dict[ast.expr, Failures]:
        """The comparisons, and the failures that they go on to be true for."""
        return {t.node: t.failures for t in self.tests.values() if not t.negated}

    def is_numeric(self, node: ast.expr) -> bool:
        """Whether what is read at `node` ends in a comparison, so that it becomes a number."""
        if node in self.tests:
            return True
        if node in self.matched:
            return True
        return bool(self.tests) and context_of(self.draft.facts, node).use is Use.MOVE

    def _cases(self, node: ast.expr) -> list[ast.Constant]:
        """The names that the cases of `match e.status:` are about."""
        parent = self.draft.facts.structure.parent(node)
        if not isinstance(parent, ast.Match) or parent.subject is not node:
            return []
        values = [
            pattern.value
            for case in parent.cases
            for pattern in ast.walk(case.pattern)
            if isinstance(pattern, ast.MatchValue)
        ]
        return [v for v in values if isinstance(v, ast.Constant) and str(v.value) in NAMES]

    def plan(self) -> None:
        """Put numbers where the names stood, once per test."""
        for node in self.matched:
            for constant in self._cases(node):
                number = str(NAMES[str(constant.value)].status)
                self.caught.edit(Replace(self.draft.span(constant), number))
        seen: set[ast.Compare] = set()
        for node, test in self.tests.items():
            if test.node in seen:
                continue
            seen.add(test.node)
            if node in self.dropped:
                self.caught.edit(Replace(self.dropped[node], ""))
            elif test.foreign:
                self.caught.block(test.node, UNKNOWN.format(self.draft.quote(node)))
            else:
                self._plan_test(test)

    def judge_other_uses(self, read: ast.expr) -> None:
        """What else is done with a status that becomes a number."""
        for node in self.nodes:
            parent = self.draft.facts.structure.parent(node)
            if node is read or node in self.tests or not isinstance(node, ast.Name):
                continue
            if isinstance(parent, ast.Compare):
                self.caught.block(parent, UNKNOWN.format(self.draft.quote(node)))
            else:
                self.caught.doubt(node, KEPT.format(self.draft.quote(node)))

    def _plan_test(self, test: Test) -> None:
        statuses, others = by_status(test.failures)
        if others:
            names = " or ".join(sorted(f.name for f in test.failures))
            text = SHARED.format(names, ", ".join(map(str, statuses)), ", ".join(others))
            self.caught.doubt(test.node, text)
        if len(statuses) == 1 and len(test.constants) > 1 and test.inline:
            sign = "!=" if test.negated else "=="
            start, end = self._span(test.node.left).end, self.draft.span(test.node).end
            self.caught.edit(Replace(Span(start, end), f" {sign} {statuses[0]}"))
        else:
            self._plan_constants(test)

    def _plan_constants(self, test: Test) -> None:
        """Each name becomes a number; those that share one are put once."""
        put: set[int] = set()
        last = [c for c in test.constants if str(c.value) in NAMES][-1:]
        for constant in test.constants:
            failure = NAMES.get(str(constant.value))
            if failure is None:
                continue
            span = self.draft.span(constant)
            if failure.status not in put:
                self.caught.edit(Replace(span, str(failure.status)))
            else:
                comma = "," if constant in last and len({*put, failure.status}) == 1 else ""
                self.caught.edit(Replace(Span(self._before(test, constant), span.end), comma))
            put.add(failure.status)

    def _span(self, node: ast.expr) -> Span:
        return self.draft.positions.span_with_parentheses(self.draft.span(node))

    def _before(self, test: Test, constant: ast.Constant) -> int:
        before = test.constants[test.constants.index(constant) - 1]
        return self.draft.span(before).end

    def _said_already(self, test: Test) -> Span | None:
        """What to take out where a test of the code beside this one says the same."""
        parent = self.draft.facts.structure.parent(test.node)
        if test.negated or not isinstance(parent, ast.BoolOp) or not test.failures:
            return None
        beside = [self.coded[v] for v in parent.values if v in self.coded]
        if isinstance(parent.op, ast.Or):
            said = bool(beside) and test.failures <= frozenset().union(*beside)
        else:
            said = any(failures and failures <= test.failures for failures in beside)
        return self._operand(parent, test.node) if said else None

    def _operand(self, parent: ast.BoolOp, node: ast.expr) -> Span | None:
        """The stretch of an operand and the `and` or `or` that joins it; comments stop it."""
        spans = [self._span(value) for value in parent.values]
        index = parent.values.index(node)
        span = Span(spans[index].start, spans[index + 1].start) if index == 0 else None
        span = span or Span(spans[index - 1].end, spans[index].end)
        return None if "#" in self.draft.text[span.start : span.end] else span


def is_looked_up(draft: Draft, node: ast.expr) -> bool:
    """`TEXTS[e.status]` or `TEXTS.get(e.status)`."""
    parent = draft.facts.structure.parent(node)
    if isinstance(parent, ast.Subscript) and isinstance(parent.ctx, ast.Load):
        return parent.slice is node
    called = parent.func if isinstance(parent, ast.Call) and parent.args[:1] == [node] else None
    return isinstance(called, ast.Attribute) and called.attr == "get"
