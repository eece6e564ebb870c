"""Parts of a turn, as typed content: what is written out here, and what comes from elsewhere.

Each form of a part (the constructor `from_bytes`, the field `inline_data`, …) has a rule of its
own, `("part", form)`; things that are sent as they are (an uploaded file, a picture) have one under
`("part value", type)`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from codemods.content.pictures_assumed import assume_picture
from codemods.content.resent_parts import are_received, join_replies
from codemods.content.text_assumed import ADVICE, assume_text, is_placeholder
from codemods.objects.written_objects import class_path, fields_of
from codemods.tables.api import PART, PICTURE
from codemods.tables.parts import CONSTRUCTORS, FIELDS, MODIFIERS
from migrator.edits import Binding, ClausesCode, Code, DictCode, Item, Template
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.understand.values import (
    Constant,
    Object,
    Symbol,
    Unknown,
    Value,
    Values,
    is_none,
    is_text,
)


@dataclass(frozen=True, slots=True)
class Part:
    """A part that is written out at `node`; `form` is its constructor or its field with data."""

    owner: Member
    node: ast.expr
    form: str
    fields: dict[str, ast.expr]


def read_part(draft: Draft, node: ast.expr, owner: Member) -> Part | None:
    """The part written at `node` as `types.Part(…)`, `Part.from_…(…)` or a dict; else None."""
    if isinstance(node, ast.Call):
        path = class_path(draft, node)
        if path.startswith(PART + "."):
            named = {k.arg: k.value for k in node.keywords if k.arg}
            return Part(owner, node, path.removeprefix(PART + "."), named)
    fields = fields_of(draft, node, PART)
    if fields is None:
        return None
    named = {f.name: f.value for f in fields}
    form = next((name for name in FIELDS if name in named), None)
    if form is None or not set(named) <= FIELDS.keys() | MODIFIERS:
        return None
    return Part(owner, node, form, named)


def is_step(part: Part) -> bool:
    """Whether the part becomes a step of its own instead of content of its turn's step."""
    return FIELDS.get(part.form, CONSTRUCTORS.get(part.form, False))


def convert_part(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """The typed content (or the step) for the element `node` of a list of parts."""
    if is_placeholder(node):
        return draft.hole(node)
    part = read_part(draft, node, owner)
    if part is not None:
        return convert_written(draft, part)
    values = draft.values(node)
    join_replies(draft, values, owner)
    there = [v for v in values if not is_none(v)]
    if there and all(draft.can_rebuild(v, "part") for v in there):
        return draft.convert(node, "part", owner)
    if isinstance(node, ast.IfExp) and not all_text(values):
        return _convert_either(draft, node, owner)
    rule = value_rule(draft, values)
    if rule is None and assume_picture(draft, node, owner):
        rule = draft.rule("part value", PICTURE)
    if rule is not None:
        code: Code = rule(draft, node, owner)
        return code
    for value in values or {Unknown()}:
        judge_element(draft, node, value, owner)
    return text_content(draft, node)


def _convert_either(draft: Draft, node: ast.IfExp, owner: Member) -> Code:
    """Typed content for one thing or the other."""
    test = Template(("if ", draft.hole(node.test, Binding.OR)))
    other = Template(("else ", convert_part(draft, node.orelse, owner)))
    return ClausesCode("(", convert_part(draft, node.body, owner), (test, other), ")", soft=True)


def value_rule(draft: Draft, values: Values) -> Callable[..., Any] | None:
    """The rule for things of one type that are sent as they are, if `values` are such things."""
    there = [v for v in values if not is_none(v)]
    if are_received(draft, there):
        return draft.rule("received", "part")
    types = {v.type if isinstance(v, Object) else "" for v in there}
    return draft.rule("part value", *types) if len(types) == 1 else None


def convert_written(draft: Draft, part: Part) -> Code:
    """The typed content for a part that is written out."""
    rule = draft.rule("part", part.form)
    if rule is None:
        text = f"`{draft.quote(part.node)}`: no rule translates a part made by {part.form}; "
        draft.block(part.owner, part.node, text + ADVICE)
        return draft.hole(part.node)
    code: Code = rule(draft, part)
    return code


def text_content(draft: Draft, node: ast.expr) -> Code:
    """`{"type": "text", "text": …}`."""
    return DictCode((Item('"text"', "type"), Item(draft.hole(node), "text")))


def all_text(values: Iterable[Value]) -> bool:
    """Whether there is a value, and each is certainly text."""
    values = tuple(values)
    return bool(values) and all(is_text(v) for v in values)


def judge_element(draft: Draft, node: ast.expr, value: Value, owner: Member) -> None:
    """Say what stops an element that is not written out as a part."""
    if is_text(value):
        return
    if is_none(value):
        return
    if isinstance(value, (Unknown, Symbol)):
        if isinstance(node, (ast.Name, ast.Attribute, ast.Subscript, ast.Call)):
            assume_text(draft, node, owner)
        else:
            draft.block(owner, node, f"`{draft.quote(node)}`: its type can't be known; {ADVICE}")
        return
    spread = _spread_in(value)
    if spread is not None:
        text = (
            f"only `{draft.quote(spread)}` says which kind of part it is, when the program runs; "
        )
        draft.block(owner, node, text + "map what it holds to typed content by hand")
        return
    draft.block(owner, node, f"`{draft.quote(node)}` is {describe(value)}; {ADVICE}")


def _spread_in(value: Value) -> ast.expr | None:
    """`fields` of a part that is made as `types.Part(**fields)`."""
    origin = value.origin if isinstance(value, Object) else None
    keywords = origin.keywords if isinstance(origin, ast.Call) else []
    return next((k.value for k in keywords if k.arg is None), None)


def describe(value: Value) -> str:
    """The value for a message."""
    if isinstance(value, Object):
        return f"a {value.type.rpartition('.')[2]}"
    if isinstance(value, Constant):
        return f"a {value.kind}"
    return "no text"
