"""Test `status` instead of a candidate's `finish_reason`.

Why: an interaction has one status. `STOP` is "completed", or "requires_action" where a function is
to be called, and `MAX_TOKENS` is "incomplete"; the other reasons can't be told apart any more.

Rewrites: comparisons with `STOP` and `MAX_TOKENS`, as enum members, names or strings. A reason that
is printed or handed on becomes the status, with --unsafe-fixes only.

Tests for SAFETY, RECITATION and other refusals become tests for "failed", also with --unsafe-fixes.

Leaves alone: reasons that can't be told, that are keys, or compared where they are gathered, and
FINISH_REASON_UNSPECIFIED.
"""

from __future__ import annotations

import ast

from codemods.reply.asked_before import is_asked_before
from codemods.reply.caught_failures import doubt_failure
from codemods.reply.certain_fields import is_always_there
from codemods.reply.finish_words import FAILED, MEMBERSHIP, may_call, status, wanted_statuses
from codemods.reply.interaction import interaction, is_probe, keep
from codemods.reply.missing_names import check_default
from codemods.reply.path_kinds import kinds_of, reads_field
from codemods.reply.path_prefixes import WAY, bases, presence
from codemods.reply.reason_words import Words, statuses_of, words_tested
from codemods.reply.repeated_tests import drop_repeated
from codemods.reply.vanished_reads import settle
from codemods.tables.api import CANDIDATE, CANDIDATES, FINISH_REASON
from codemods.tables.streams import STREAM
from migrator.codemod import Codemod
from migrator.edits import Replace, Span, Template
from migrator.plan import Draft, Reading, Use, context_of
from migrator.understand.values import may_be

OPERATORS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Is: "==",
    ast.IsNot: "!=",
    ast.In: "in",
    ast.NotIn: "not in",
}


DEFAULT = (
    "`{}` gave its default for a reply without candidates, as for a blocked prompt; the status of "
    "an interaction is always there"
)


def read(draft: Draft, reading: Reading) -> None:
    """`hasattr(candidate, "finish_reason")` -> `hasattr(response, "status")`; else see its uses."""
    node = reading.node
    if is_probe(node):
        code = Template(("hasattr(", interaction(draft, reading.base), ', "status")'))
        draft.replace(reading.owner, node, code)
    check_default(draft, reading)
    if _may_be_default(draft, node):
        draft.doubt(reading.owner, node, DEFAULT.format(draft.quote(node)))


def _may_be_default(draft: Draft, node: ast.AST) -> bool:
    """Whether `getattr` gave its default for a reply without candidates, which no test asks for."""
    if not isinstance(node, ast.Call) or len(node.args) < 3 or is_always_there(draft, node.args[0]):
        return False
    return not any(is_asked_before(draft, node, kind) for kind in WAY)


def compared(draft: Draft, reading: Reading) -> None:
    """`finish_reason == STOP` -> `status == "completed"`."""
    compare = reading.node
    assert isinstance(compare, ast.Compare)
    doubt_failure(draft, reading.owner, reading.base)
    if len(compare.ops) != 1 or compare.left is not reading.base:
        draft.block(reading.owner, compare, "compare response.status by hand")
        return
    operator = OPERATORS.get(type(compare.ops[0]))
    if operator is None:
        draft.block(reading.owner, compare, "compare response.status by hand")
        return
    guarded = isinstance(draft.facts.structure.parent(compare), ast.BoolOp)
    if operator in {"!=", "not in"} and guarded and not _is_streamed(draft, reading):
        text = "a reply that is stopped for safety has no steps, so a test beside this may skip it"
        draft.doubt(reading.owner, compare, text)
    operator, right = wanted_statuses(draft, reading, operator, compare.comparators[0])
    code = Template((status(draft, reading.base), f" {operator} ", right))
    if drop_repeated(draft, reading.owner, compare, f"{operator} {right}"):
        return
    stopped = operator in {"==", "in"} and "completed" not in right
    span = _with_guards(draft, compare) if stopped else draft.span(compare)
    draft.edit(reading.owner, Replace(span, code))


def _with_guards(draft: Draft, compare: ast.Compare) -> Span:
    """Where a comparison stands with the guards before it, which a status does not need.

    A reply may be stopped before there is any content, so they could even skip the comparison.
    """
    chain = draft.facts.structure.parent(compare)
    if not isinstance(chain, ast.BoolOp) or not isinstance(chain.op, ast.And):
        return draft.span(compare)
    index = first = chain.values.index(compare)
    while first and _guards_status(draft, chain.values[first - 1]):
        first -= 1
    if first and presence(draft, chain.values[first - 1]) is not None:
        return draft.span(compare)  # a question about content, which is one with those behind it
    for guard in chain.values[first:index]:
        draft.settled.update(n for n in ast.walk(guard) if isinstance(n, ast.expr))
    if first == 0 and index == len(chain.values) - 1 and index:
        return draft.positions.span_with_parentheses(draft.span(chain))
    start = draft.positions.span_with_parentheses(draft.span(chain.values[first])).start
    return Span(start, draft.positions.span_with_parentheses(draft.span(compare)).end)


def _guards_status(draft: Draft, test: ast.expr) -> bool:
    """Whether a test asks for the way to a finish reason, and nothing more."""
    reason = isinstance(test, (ast.Attribute, ast.Name)) and _is_reason(draft, test)
    kinds = {kind for base in bases(draft, test) for kind in kinds_of(draft, base)}
    asked = presence(draft, test) is True and kinds <= {CANDIDATES, CANDIDATE}
    return reason or asked


def _is_reason(draft: Draft, node: ast.expr) -> bool:
    return may_be(draft.values(node), FINISH_REASON)


def _is_streamed(draft: Draft, reading: Reading) -> bool:
    """Whether the last event of a stream is asked, which no test of steps stands beside."""
    site = next((s for s in draft.facts.sites if s.call is reading.owner), None)
    return site is not None and site.kind.returns.endswith(STREAM)


def handed_on(draft: Draft, reading: Reading) -> None:
    """A reason that leaves as it is reads differently; one whose words are tested is compared."""
    words = words_tested(draft, reading.base)
    if words is not None:
        _test_words(draft, reading, words)
        return
    source = draft.quote(reading.base)
    if _is_looked_up(draft, reading.base):
        text = f"`{source}` is looked up among finish reasons; give the statuses their own keys"
        draft.block(reading.owner, reading.base, text)
        return
    text = f"`{source}` is handed on as it is; a status has other values (completed, incomplete)"
    draft.doubt(reading.owner, reading.base, text)
    moved(draft, reading)


def _is_looked_up(draft: Draft, node: ast.expr) -> bool:
    """`MESSAGES.get(reason)`"""
    call = draft.facts.structure.parent(node)
    return (
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in {"get", "setdefault", "pop"}
        and call.args[:1] == [node]
    )


def _test_words(draft: Draft, reading: Reading, tested: Words) -> None:
    """Compare the status with what stands for the words of the reason's name."""
    statuses: list[str] = []
    for word in tested.words:
        found = statuses_of(word)
        if len(found) != 1:
            text = f"{draft.source(word)} names no single finish reason; test response.status "
            draft.block(reading.owner, tested.test, text + "by hand")
            return
        statuses += found
        if found == ["completed"] and may_call(draft, reading):
            statuses.append("requires_action")
    if "failed" in statuses:
        draft.doubt(reading.owner, tested.test, FAILED)
    if (unmatched := tested.unmatched()) is not None:
        text = f"no finish reason was printed as {draft.source(unmatched)}; the one of that name "
        draft.doubt(reading.owner, tested.test, text + "is meant")
    names = [f'"{name}"' for name in dict.fromkeys(statuses)]
    code = f" {tested.operator} {names[0]}"
    if len(names) > 1:
        code = f" {MEMBERSHIP[tested.operator]} ({', '.join(names)})"
    draft.replace(reading.owner, tested.test, Template((status(draft, reading.base), code)))


def moved(draft: Draft, reading: Reading) -> None:
    """`reason = candidate.finish_reason` -> `reason = response.status`, which is always there."""
    if not reads_field(draft, reading.base):
        return
    doubt_failure(draft, reading.owner, reading.base)
    node: ast.expr = reading.base
    choice: ast.AST | None = draft.facts.structure.parent(node)
    body: ast.AST = node
    if isinstance(choice, ast.Call) and getattr(choice.func, "id", "") == "str":
        body = choice
        choice = draft.facts.structure.parent(body)
    if (
        isinstance(choice, ast.IfExp)
        and choice.body is body
        and isinstance(choice.orelse, ast.Constant)
        and presence(draft, choice.test)
        and not _is_asked_for_stop(draft, reading)
    ):
        node = choice
        settle(draft, choice.test)
    draft.replace(reading.owner, node, status(draft, reading.base))


def _is_asked_for_stop(draft: Draft, reading: Reading) -> bool:
    """Whether the program asks whether the reply came to its end, or whether there is a reason.

    A reply without candidates has no reason, and yet an interaction without steps is completed.
    """
    for node in draft.facts.uses.get(reading.owner, ()):
        if not _is_reason(draft, node) or isinstance(node, (ast.BoolOp, ast.IfExp)):
            continue  # operands are asked one by one
        context = context_of(draft.facts, node)
        if context.use is Use.COMPARE and "STOP" in draft.source(context.node):
            if not _follows_truth(draft, node, context.node):
                return True
        if context.use in {Use.TRUTH, Use.IS_NONE} and not _is_asked_beside(draft, node):
            return True
    return False


def _follows_truth(draft: Draft, node: ast.expr, compare: ast.AST) -> bool:
    """`reason and reason != STOP`: neither holds without a reason."""
    chain = draft.facts.structure.parent(compare)
    other = isinstance(compare, ast.Compare) and isinstance(compare.ops[0], (ast.NotEq, ast.NotIn))
    if not other or not isinstance(chain, ast.BoolOp) or not isinstance(chain.op, ast.And):
        return False
    name = ast.unparse(node).removesuffix(".name").removesuffix(".value")
    return ast.unparse(chain.values[0]) == name


def _is_asked_beside(draft: Draft, node: ast.expr) -> bool:
    """`reason and reason == …`: the truth of a reason says nothing more than what follows."""
    chain = draft.facts.structure.parent(node)
    if not isinstance(chain, ast.BoolOp) or not isinstance(chain.op, ast.And):
        return False
    following = chain.values[chain.values.index(node) + 1 :]
    same = ast.unparse(node)
    return any(isinstance(n, ast.Compare) and same in ast.unparse(n.left) for n in following)


CODEMOD = Codemod(
    code="GM015",
    name="finish-reason",
    summary="test status instead of finish_reason",
    doc=__doc__ or "",
    rules={
        ("read", CANDIDATE, "finish_reason"): read,
        ("read", FINISH_REASON, "name"): keep,
        ("read", FINISH_REASON, "value"): keep,
        ("use", FINISH_REASON, "COMPARE"): compared,
        ("use", FINISH_REASON, "TRUTH"): moved,
        ("use", FINISH_REASON, "IS_NONE"): moved,
        ("use", FINISH_REASON, "FORMAT"): handed_on,
        ("use", FINISH_REASON, "RETURNED"): handed_on,
        ("use", FINISH_REASON, "ARGUMENT"): handed_on,
        ("moved", FINISH_REASON): moved,
        ("beside", "constant", FINISH_REASON): keep,  # `reason or "unknown"`
    },
)
