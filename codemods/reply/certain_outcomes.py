"""Tests of things that are always there: what they guard stays, what they would stop goes.

`if not result.parts or result.parts[0] is None: raise …` never raises where both are always there.
Unlike `certain_tests`, which takes out one test at a time, this looks at the whole of a condition.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass

from codemods.reply.certain_tests import shorten
from codemods.reply.vanished_reads import left_of
from migrator.edits import Delete, Nest
from migrator.plan import Draft, is_tested
from migrator.plan.units import Member


@dataclass(frozen=True, slots=True)
class Certain:
    """How tests come out that ask for something always there.

    `there` says so of an expression that is never None, `filled` of one that is true as well.
    """

    draft: Draft
    there: Callable[[Draft, ast.expr], bool]
    filled: Callable[[Draft, ast.expr], bool]

    def outcome(self, node: ast.expr) -> bool | None:
        """What the truth of `node` always is; None where that can't be told."""
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            inner = self.outcome(node.operand)
            return None if inner is None else not inner
        if isinstance(node, ast.BoolOp):
            return self._chained(node)
        if isinstance(node, ast.Compare):
            return self._compared(node)
        return True if self.filled(self.draft, node) else None

    def _chained(self, node: ast.BoolOp) -> bool | None:
        """The first operand that decides, if nothing before it has to be asked."""
        decides = isinstance(node.op, ast.Or)
        found = [self.outcome(value) for value in node.values]
        if None in found:
            return decides if found[0] is decides else None
        return decides if decides in found else not decides

    def _compared(self, node: ast.Compare) -> bool | None:
        other = node.comparators[0]
        none = isinstance(other, ast.Constant) and other.value is None
        if len(node.ops) > 1 or not none or not self.there(self.draft, node.left):
            return None
        if isinstance(node.ops[0], (ast.Is, ast.Eq)):
            return False
        return True if isinstance(node.ops[0], (ast.IsNot, ast.NotEq)) else None


def settle_tests(owner: Member, node: ast.expr, certain: Certain) -> bool:
    """Take out the condition that asks for `node`, or its part; False where none can be."""
    draft = certain.draft
    test = node
    while isinstance(parent := draft.facts.structure.parent(test), ast.expr):
        if certain.outcome(parent) is None and not (
            test is node and isinstance(parent, ast.Compare)
        ):
            break
        test = parent
    if certain.outcome(test) is None or not is_tested(draft.facts, test):
        return False
    done = draft.once("settled conditions", set[ast.AST])
    if test in done:
        return True
    if isinstance(parent, ast.BoolOp):
        idle = certain.outcome(test) is isinstance(parent.op, ast.And)
        settled = idle and is_tested(draft.facts, parent) and shorten(draft, owner, parent, [test])
    else:
        settled = parent is not None and _settle(draft, owner, test, parent, certain)
    if settled:
        done.add(test)
    return settled


def _settle(draft: Draft, owner: Member, test: ast.expr, holder: ast.AST, certain: Certain) -> bool:
    """Take a condition out of the statement or the expression that it decides."""
    outcome = certain.outcome(test)
    if isinstance(holder, ast.IfExp) and holder.test is test:
        draft.replace(owner, holder, draft.hole(holder.body if outcome else holder.orelse))
        return True
    if isinstance(holder, ast.Assert) and holder.test is test and outcome:
        draft.edit(owner, Delete(draft.span(holder)))
        return True
    if isinstance(holder, ast.If) and holder.test is test:
        return _settle_if(draft, owner, holder, outcome is True)
    return False


def _settle_if(draft: Draft, owner: Member, node: ast.If, truth: bool) -> bool:
    span = draft.span(node)
    if any(draft.source(n).startswith("elif") for n in (node, *node.orelse[:1])):
        return False
    if not truth and not node.orelse:
        draft.edit(owner, Delete(span))
        return True
    kept = node.body if truth else node.orelse
    draft.edit(owner, Nest(span, left_of(draft, kept), None))
    return True
