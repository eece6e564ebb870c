"""The statuses that the words of finish reasons stand for, in tests of them."""

from __future__ import annotations

import ast

from codemods.reply.interaction import interaction, stand_ins
from codemods.reply.reason_sets import named_reasons
from codemods.reply.reason_words import is_no_reason
from codemods.tables.api import CANDIDATE, FINISH_REASON
from codemods.tables.settings import FINISH_REASONS, REFUSALS
from migrator.edits import Code, Template
from migrator.plan import Draft, Reading
from migrator.understand.values import Constant, Symbol, may_be

MEMBERSHIP = {"==": "in", "!=": "not in"}
CALLS = ("functions", "callables")
FAILED = (
    'SAFETY, RECITATION and the like become the status "failed", which stands for every refusal '
    "and failure; such an interaction may have no steps, so that a test around this may skip it"
)


def status(draft: Draft, node: ast.expr) -> Code:
    """The status for `candidate.finish_reason`, `….name`, or a name that holds either."""
    current = node
    while isinstance(current, ast.Attribute):
        if current in stand_ins(draft):
            return stand_ins(draft)[current]
        if may_be(draft.values(current.value), CANDIDATE) and current.attr == "finish_reason":
            return Template((interaction(draft, current.value), ".status"))
        if not may_be(draft.values(current.value), FINISH_REASON):
            break  # an attribute of the program's own, which holds the reason
        current = current.value
    if isinstance(current, ast.Call) and getattr(current.func, "id", "") == "getattr":
        if current in stand_ins(draft):
            return stand_ins(draft)[current]
        return Template((interaction(draft, current.args[0]), ".status"))
    return draft.hole(current)


def wanted_statuses(
    draft: Draft, reading: Reading, operator: str, other: ast.expr
) -> tuple[str, str]:
    """How to compare with the statuses that stand for the reasons `other`, and with which."""
    if operator in {"in", "not in"} and isinstance(other, (ast.Name, ast.Attribute)):
        other = named_reasons(draft, reading.owner, other) or other
    several = isinstance(other, (ast.Tuple, ast.List, ast.Set))
    wanted = other.elts if isinstance(other, (ast.Tuple, ast.List, ast.Set)) else [other]
    known = [node for node in wanted if not is_no_reason(node)] or wanted
    found = [name for node in known for name in _translated(draft, reading, node)]
    names = list(dict.fromkeys(found))
    if len(names) == 1:
        return {"in": "==", "not in": "!="}.get(operator, operator), names[0]
    return operator if several else MEMBERSHIP[operator], f"({', '.join(names)})"


def may_call(draft: Draft, reading: Reading) -> bool:
    """Whether the reply may ask for a function to be called, which stopped it as well."""
    return any(draft.has_feature(reading.base, reading.owner, name) for name in CALLS)


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
    elif isinstance(value, Constant) and value.kind == "int":
        return [draft.source(node)]  # neither is a number
    elif isinstance(value, Constant):
        name = str(value.value)
    new = FINISH_REASONS.get(name)
    if name in REFUSALS:
        draft.doubt(reading.owner, node, FAILED)
        return ['"failed"']
    if new is None:
        shown = name or draft.source(node)
        text = f"the finish reason {shown} has no equivalent; finish_reason is a status now"
        draft.block(reading.owner, node, text)
    called = ['"requires_action"'] if name == "STOP" and may_call(draft, reading) else []
    return [f'"{new}"', *called]
