"""Which way a program goes where candidates, their content or its parts are missing.

An interaction tells none of these from the others. That is the same to a program that does the same
for each, and to one that failed.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from codemods.reply.early_ends import CUT, EMPTY_TURN, RAISES, Way
from codemods.reply.early_reads import TEXT, Failed, replies_in
from codemods.reply.reply_ends import ENDS, End, ends_of
from codemods.reply.same_reply import replies_of
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.understand.structure import FUNCTION_TYPES
from migrator.understand.values import FunctionNode

APART = (
    "a reply without candidates, one without content and one without parts go different ways here; "
    "an interaction does not tell them apart"
)
TOGETHER = (
    "a reply without content or parts goes the way of one without candidates here now; an "
    "interaction does not tell them apart"
)
NO_TEXT = ast.dump(ast.Constant(""))
RAISING = "one of them raises an error"


def check_ways(draft: Draft, owner: Member, node: ast.expr) -> None:
    """Doubt a rewrite in a function (or module) that tells apart what can't be told apart."""
    scope = draft.facts.structure.scope_of[node]
    seen = draft.once("ways", set[tuple[ast.AST, ast.AST]])
    if (owner, scope) in seen or not isinstance(scope, (ast.Module, *FUNCTION_TYPES)):
        return
    seen.add((owner, scope))
    body = _body(scope)
    for reply in (None, *told_apart(draft, body)):
        ends = ends_of(reply)
        now = Way(draft, ends[0], fails=False, goes_on=True).through(body)
        ways = [Way(draft, end, goes_on=True).branch(body) for end in ends]
        if any(not alike(way, now, texts=True) for way in ways):
            raising = len({_raises(way) for way in (now, *ways)}) > 1
            draft.doubt(owner, node, f"{APART}; {RAISING}" if raising else APART)
            return
        if any(not alike(way, now) for way in ways):
            draft.note(owner, TOGETHER)


def told_apart(draft: Draft, block: Sequence[ast.stmt]) -> list[ast.AST]:
    """The replies that a block reads, in the order of the source, if there are several."""
    found = replies_in(draft, block)
    return sorted(found, key=lambda reply: getattr(reply, "lineno", 0)) if len(found) > 1 else []


def ending_early(
    draft: Draft, node: ast.expr, block: Sequence[ast.stmt]
) -> list[ast.AST] | list[None]:
    """The replies that `node` may be read of, where a block reads those of others as well.

    None alone stands for all.
    """
    others = told_apart(draft, block)
    return [reply for reply in others if reply in replies_of(draft, node)] or [None]


def may_fail(draft: Draft, node: ast.expr) -> bool:
    """Whether the function of `node` reads what is missing in some replies, without a guard."""
    scope = draft.facts.structure.scope_of[node]
    known = draft.once("failing", dict[ast.AST, bool])
    if scope not in known and isinstance(scope, (ast.Module, *FUNCTION_TYPES)):
        body = _body(scope)
        replies = (None, *told_apart(draft, body))
        known[scope] = any(_fails(draft, body, end) for r in replies for end in ends_of(r))
    return known.get(scope, False)


def fails(draft: Draft, test: ast.expr) -> bool:
    """Whether a test reads what is missing in some replies."""
    for end in ENDS:
        try:
            Way(draft, end, strict=True).truth(test)
        except Failed:
            return True
    return False


def failures(
    draft: Draft, node: ast.expr, block: list[ast.stmt], before: Sequence[ast.stmt] = ()
) -> list[ast.expr | ast.Raise] | None:
    """Where a block fails, or what it raises, if the reply ends early that `node` is read of.

    The statements `before` it have run. None if one such reply goes through it, or leaves it in
    another way.
    """
    found: list[ast.expr | ast.Raise] = []
    replies = ending_early(draft, node, [*before, *block])
    for end in (end for reply in replies for end in ends_of(reply)):
        way = Way(draft, end, goes_on=True)
        way.names.learn_all(before)
        try:
            done = way.through(block)
        except Failed as failed:
            if way.unsure:
                return None
            found.append(failed.node)
            continue
        if way.failed or not ends_by_raising(done) or way.raised is None:
            return None
        found.append(way.raised)
    return found


def ends_by_raising(done: list[object]) -> bool:
    """Whether all that is done comes to an error of the program's own."""
    return len(done) > 2 and done[-3] == RAISES and done[-1] == "leaves"


def _fails(draft: Draft, body: list[ast.stmt], end: End) -> bool:
    way = Way(draft, end, strict=True)
    try:
        way.through(body)
    except Failed:
        return True
    return way.failed


def _body(scope: ast.Module | FunctionNode) -> list[ast.stmt]:
    return [ast.Expr(scope.body)] if isinstance(scope, ast.Lambda) else scope.body


def alike(one: object, other: object, *, texts: bool = False) -> bool:
    """Whether two ways are the same, as far as both go; a text of None has a note of its own.

    With `texts`, ways may part where one of them comes to a text, and where one of them keeps a
    turn that holds nothing: the API refuses the next request for it.
    """
    if TEXT in (one, other):
        return texts or one == other or any(_is_no_text(way) for way in (one, other))
    if not isinstance(one, list) or not isinstance(other, list):
        return one == other
    if texts:
        one, other = ([way for way in side if way != EMPTY_TURN] for side in (one, other))
    for left, right in zip(one, other, strict=False):
        if CUT in (left, right):
            return True
        if not alike(left, right, texts=texts):
            return texts and (_holds_text(left) or _holds_text(right))
    longer = one if len(one) > len(other) else other
    rest = longer[min(len(one), len(other)) :]
    return not rest or rest[0] == CUT


def _is_no_text(way: object) -> bool:
    """Whether what a program has in the place of a text is none, or an empty one."""
    return way in (None, NO_TEXT, [NO_TEXT], CUT)


def _raises(way: object) -> int:
    """How often a way raises; a handler that does so for failed requests is on all of them."""
    return sum(map(_raises, way)) if isinstance(way, list) else int(way == RAISES)


def _holds_text(way: object) -> bool:
    return way == TEXT or (isinstance(way, list) and any(map(_holds_text, way)))
