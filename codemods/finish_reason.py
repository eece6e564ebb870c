"""Test `status` instead of a candidate's `finish_reason`.

Why: an interaction has one status. `STOP` is "completed", or "requires_action" where a function is
to be called, and `MAX_TOKENS` is "incomplete"; the other reasons can't be told apart any more.

Rewrites: comparisons with `STOP` and `MAX_TOKENS`, as enum members, names or strings. A reason that
is printed or handed on becomes the status, with --unsafe-fixes only.

Leaves alone: tests for SAFETY, RECITATION and the other reasons.
"""

from __future__ import annotations

import ast

from codemods.building.interaction import interaction, keep, stand_ins
from codemods.tables.api import CANDIDATE, FINISH_REASON
from codemods.tables.settings import FINISH_REASONS
from codemods.tables.streams import STREAM
from migrator.codemod import Codemod
from migrator.edits import Code, Template
from migrator.plan import Draft, Reading
from migrator.understand.values import Constant, Symbol

OPERATORS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Is: "==",
    ast.IsNot: "!=",
    ast.In: "in",
    ast.NotIn: "not in",
}
MEMBERSHIP = {"==": "in", "!=": "not in"}
CALLS = ("functions", "callables")


def status(draft: Draft, node: ast.expr) -> Code:
    """The status for `candidate.finish_reason`, `….name`, or a name that holds either."""
    current = node
    while isinstance(current, ast.Attribute):
        if current in stand_ins(draft):
            return stand_ins(draft)[current]
        if current.attr == "finish_reason":
            return Template((interaction(draft, current.value), ".status"))
        current = current.value
    return draft.hole(current)


def compared(draft: Draft, reading: Reading) -> None:
    """`finish_reason == STOP` -> `status == "completed"`."""
    compare = reading.node
    assert isinstance(compare, ast.Compare)
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
    other = compare.comparators[0]
    several = isinstance(other, (ast.Tuple, ast.List, ast.Set))
    wanted = other.elts if isinstance(other, (ast.Tuple, ast.List, ast.Set)) else [other]
    names = [name for node in wanted for name in _translated(draft, reading, node)]
    right = f"({', '.join(names)}{',' * (len(names) == 1)})"
    if not several:
        right = names[0] if len(names) == 1 else right
        operator = operator if len(names) == 1 else MEMBERSHIP[operator]
    code = Template((status(draft, reading.base), f" {operator} ", right))
    draft.replace(reading.owner, compare, code)


def _is_streamed(draft: Draft, reading: Reading) -> bool:
    """Whether the last event of a stream is asked, which no test of steps stands beside."""
    site = next((s for s in draft.facts.sites if s.call is reading.owner), None)
    return site is not None and site.kind.returns.endswith(STREAM)


def _may_call(draft: Draft, reading: Reading) -> bool:
    """Whether the reply may ask for a function to be called, which stopped it as well."""
    return any(draft.has_feature(reading.base, reading.owner, name) for name in CALLS)


def _whole(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute)


def _translated(draft: Draft, reading: Reading, node: ast.expr) -> list[str]:
    """The statuses for one finish reason, as code; blocks those that have none."""
    if isinstance(node, ast.Constant) and node.value is None:
        return ["None"]
    values = draft.values(node)
    value = next(iter(values)) if len(values) == 1 else None
    name = ""
    if isinstance(value, Symbol) and value.path.startswith(FINISH_REASON + "."):
        name = value.path.removeprefix(FINISH_REASON + ".").removesuffix(".name")
        name = name.removesuffix(".value")
    elif isinstance(value, Constant):
        name = str(value.value)
    new = FINISH_REASONS.get(name)
    if new is None:
        shown = name or draft.source(node)
        text = f"the finish reason {shown} has no equivalent; finish_reason is a status now"
        draft.block(reading.owner, node, text)
    called = ['"requires_action"'] if name == "STOP" and _may_call(draft, reading) else []
    return [f'"{new}"', *called]


def handed_on(draft: Draft, reading: Reading) -> None:
    """A reason that leaves as it is reads differently."""
    source = draft.quote(reading.base)
    text = f"`{source}` is handed on as it is; a status has other values (completed, incomplete)"
    draft.doubt(reading.owner, reading.base, text)
    if _whole(reading.base):
        draft.replace(reading.owner, reading.base, status(draft, reading.base))


def moved(draft: Draft, reading: Reading) -> None:
    """`reason = candidate.finish_reason` -> `reason = response.status`."""
    if _whole(reading.base):
        draft.replace(reading.owner, reading.base, status(draft, reading.base))


CODEMOD = Codemod(
    code="GM015",
    name="finish-reason",
    summary="test status instead of finish_reason",
    doc=__doc__ or "",
    rules={
        ("read", CANDIDATE, "finish_reason"): keep,
        ("read", FINISH_REASON, "name"): keep,
        ("read", FINISH_REASON, "value"): keep,
        ("use", FINISH_REASON, "COMPARE"): compared,
        ("use", FINISH_REASON, "TRUTH"): moved,
        ("use", FINISH_REASON, "IS_NONE"): moved,
        ("use", FINISH_REASON, "FORMAT"): handed_on,
        ("use", FINISH_REASON, "RETURNED"): handed_on,
        ("use", FINISH_REASON, "ARGUMENT"): handed_on,
        ("moved", FINISH_REASON): moved,
    },
)
