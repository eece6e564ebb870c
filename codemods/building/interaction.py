"""Expressions that read an interaction, and the old expressions that now mean the interaction."""

from __future__ import annotations

import ast

from codemods.tables.api import CANDIDATE, CANDIDATES, CONTENT, GROUNDING, RESPONSE
from migrator.edits import Binding, Code, Replace, Template
from migrator.plan import Draft, Reading, is_tested
from migrator.plan.units import Member
from migrator.understand.values import Object

WRAPPED = frozenset({CANDIDATES, CANDIDATE, CONTENT, GROUNDING})
"""Old objects that are parts of a response; the interaction itself takes their place."""

OUTPUT = ' for step in {}.steps or [] if step.type == "model_output"'
CONTENTS = OUTPUT + " for content in step.content or []"
TEXTS = CONTENTS + ' if content.type == "text"'


def interaction(draft: Draft, node: ast.expr, binding: Binding = Binding.ATOM) -> Code:
    """The interaction behind `node`: `response` for `response.candidates[0].content`."""
    current = node
    while True:
        inner = _inner(draft, current)
        if inner is None:
            return draft.hole(current, binding)
        current = inner


def _inner(draft: Draft, node: ast.expr) -> ast.expr | None:
    """The expression one step nearer to the response, if `node` is such a step."""
    if isinstance(node, (ast.Attribute, ast.Subscript)):
        base = node.value
        if any(isinstance(v, Object) and v.type in {RESPONSE, *WRAPPED} for v in draft.values(base)):
            wrapped = [v for v in draft.values(node) if isinstance(v, Object) and v.type in WRAPPED]
            return base if wrapped else None
    if isinstance(node, ast.Call) and len(node.args) >= 2 and _is_getattr(node):
        return node.args[0]
    return None


def _is_getattr(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Name) and node.func.id == "getattr"


def fill(pattern: str, code: Code) -> Template:
    """`pattern` with `code` in the place of its one `{}`; `{{` stands for a brace."""
    before, _, after = pattern.replace("{{", "\0").partition("{}")
    return Template((before.replace("\0", "{"), code, after.replace("\0", "{")))


def rename(draft: Draft, owner: Member, node: ast.AST, name: str) -> None:
    """Read another attribute, whether by a dot, by getattr or by hasattr."""
    if isinstance(node, ast.Attribute):
        draft.edit(owner, Replace(draft.positions.attribute_name(node), name))
        return
    assert isinstance(node, ast.Call)
    literal = node.args[1]
    quote = draft.source(literal)[0]
    draft.replace(owner, literal, f"{quote}{name}{quote}")


def is_probe(node: ast.AST) -> bool:
    """Whether `node` is `hasattr(x, …)`."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "hasattr"


def attribute_read(node: ast.AST) -> str:
    """The attribute that a read by dot, getattr or hasattr names."""
    if isinstance(node, ast.Attribute):
        return node.attr
    assert isinstance(node, ast.Call) and isinstance(node.args[1], ast.Constant)
    return str(node.args[1].value)


def keep(draft: Draft, reading: Reading) -> None:
    """The use means on the interaction what it meant on the response."""


def steps(draft: Draft, reading: Reading) -> None:
    """The truth of a candidate, its content or the list of them: has the model answered at all?"""
    draft.replace(
        reading.owner, reading.base, Template((interaction(draft, reading.base), ".steps"))
    )


def none_test(draft: Draft, reading: Reading, found: Code) -> None:
    """`x is None` -> `not <found>`, `x is not None` -> `<found>`."""
    compare = reading.node
    assert isinstance(compare, ast.Compare)
    if isinstance(compare.ops[0], (ast.Is, ast.Eq)):
        draft.replace(reading.owner, compare, Template(("not ", found)))
    elif is_tested(draft.facts, compare):
        draft.replace(reading.owner, compare, found)
    else:
        draft.replace(reading.owner, compare, Template(("bool(", found, ")")))
