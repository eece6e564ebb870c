"""Turns of a conversation as steps: written out, made elsewhere, or taken from a reply."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from codemods.building.part_lists import convert_list, convert_parts
from codemods.building.parts import (
    ADVICE,
    all_text,
    convert_written,
    is_step,
    read_part,
    text_content,
)
from codemods.building.shapes import class_path
from codemods.tables.api import CONTENT, TYPES
from codemods.tables.parts import RESULT_ROLES, ROLES
from migrator.edits import Binding, Code, DictCode, Item, ListCode, Span, Template
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.understand.values import Object, Values, element_type

TURN_CLASSES = {TYPES + "UserContent": "user", TYPES + "ModelContent": "model"}


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn that is written out at `node`; the role is "?" where it is only known at run time."""

    node: ast.expr
    role: str
    parts: ast.expr


def read_turn(draft: Draft, node: ast.expr) -> Turn | None:
    """The turn written at `node` as `types.Content(…)`, one of its kinds, or a dict; else None."""
    if isinstance(node, ast.Dict):
        entries = {
            k.value: v
            for k, v in zip(node.keys, node.values, strict=False)
            if isinstance(k, ast.Constant)
        }
        if len(entries) == len(node.keys) and set(entries) <= {"role", "parts"}:
            if "parts" in entries:
                return Turn(node, _role(draft, entries.get("role")), entries["parts"])
        return None
    if not isinstance(node, ast.Call):
        return None
    path = class_path(draft, node)
    keywords = {k.arg: k.value for k in node.keywords}
    if path in TURN_CLASSES:
        parts = keywords.get("parts") or (node.args[0] if node.args else None)
        return Turn(node, TURN_CLASSES[path], parts) if parts is not None else None
    if path in {CONTENT, CONTENT + "Dict"} and "parts" in keywords:
        return Turn(node, _role(draft, keywords.get("role")), keywords["parts"])
    return None


def _role(draft: Draft, node: ast.expr | None) -> str:
    if node is None:
        return "user"
    constant = draft.constant(node)
    return str(constant.value) if constant else "?"


def is_reply(draft: Draft, node: ast.expr) -> bool:
    """Whether `node` is the content of a reply: `response.candidates[0].content`."""
    sites = {site.call for site in draft.facts.sites}
    values = draft.values(node)
    return bool(values) and all(
        isinstance(v, Object) and v.type == CONTENT and v.origin in sites for v in values
    )


def is_turn(draft: Draft, node: ast.expr) -> bool:
    """Whether `node` is a turn rather than a part of one."""
    if isinstance(node, ast.Starred) or read_turn(draft, node) or is_reply(draft, node):
        return not isinstance(node, ast.Starred)
    return _made_turns(draft, draft.values(node))


def _made_turns(draft: Draft, values: Values) -> bool:
    """Whether the values are turns that are made elsewhere in view."""
    return bool(values) and all(
        isinstance(v, Object)
        and not v.path
        and isinstance(v.origin, ast.expr)
        and read_turn(draft, v.origin) is not None
        for v in values
    )


def convert_steps(draft: Draft, elements: Sequence[ast.expr], owner: Member) -> tuple[Item, ...]:
    """The steps for a list of turns; single parts between them make up user turns."""
    items: list[Item] = []
    loose: list[ast.expr] = []
    for element in elements:
        if is_turn(draft, element):
            items += _user_step(draft, loose, owner)
            loose = []
            items += steps_of(draft, element, owner)
        else:
            loose.append(element)
    return (*items, *_user_step(draft, loose, owner))


def _user_step(draft: Draft, elements: Sequence[ast.expr], owner: Member) -> list[Item]:
    if not elements:
        return []
    span = Span(draft.span(elements[0]).start, draft.span(elements[-1]).end)
    return [Item(step("user_input", convert_parts(draft, elements, owner)), source=span)]


def step(kind: str, content: Code) -> Code:
    """`{"type": kind, "content": content}`."""
    return DictCode((Item(f'"{kind}"', "type"), Item(content, "content")))


def steps_of(draft: Draft, node: ast.expr, owner: Member) -> list[Item]:
    """The steps that the turn at `node` stands for, as items of a list."""
    turn = read_turn(draft, node)
    if turn is not None:
        return written_steps(draft, turn, owner)
    if is_reply(draft, node):
        code = Template(("*(", draft.hole(node, Binding.ATOM), ".steps or [])"))
        return [Item(code, source=draft.span(node))]
    if _made_turns(draft, draft.values(node)):
        return [Item(draft.convert(node, "turn", owner), source=draft.span(node))]
    return [Item(step("user_input", convert_parts(draft, [node], owner)), source=draft.span(node))]


def written_steps(draft: Draft, turn: Turn, owner: Member) -> list[Item]:
    """The steps of a turn that is written out: results of functions are steps of their own."""
    elements = turn.parts.elts if isinstance(turn.parts, (ast.List, ast.Tuple)) else [turn.parts]
    items: list[Item] = []
    content: list[ast.expr] = []
    for element in elements:
        spread = _spread_steps(draft, turn, element, owner)
        if spread is not None:
            items += [*_content_step(draft, turn, content, owner), spread]
            content = []
            continue
        content.append(element)
    if content or not items:
        items += _content_step(draft, turn, content, owner)
    source = draft.span(turn.node)
    return [Item(i.value, i.name, source=source if number == 0 else None)
            for number, i in enumerate(items)]  # fmt: skip


def turn_input(draft: Draft, turn: Turn, owner: Member) -> Code:
    """One turn of the user as a whole input: plain text where that is all of it."""
    elements = turn.parts.elts if isinstance(turn.parts, (ast.List, ast.Tuple)) else [turn.parts]
    if len(elements) == 1:
        part = read_part(draft, elements[0], owner)
        text = elements[0] if part is None else part.fields.get("text")
        if text is not None and (part is None or part.form in {"text", "from_text"}):
            if all_text(draft.values(text)):
                return draft.hole(text)
    items = written_steps(draft, turn, owner)
    content = convert_content(draft, turn.parts, owner)
    whole = [item.value for item in items] == [step(ROLES["user"], content)]
    return content if whole else ListCode(tuple(items))


def _spread_steps(draft: Draft, turn: Turn, element: ast.expr, owner: Member) -> Item | None:
    """The steps that one part (or a list of parts that is made elsewhere) becomes, if any."""
    part = read_part(draft, element, owner)
    if part is not None:
        if not is_step(part):
            return None
        if turn.role not in RESULT_ROLES | {"model"}:
            draft.block(owner, turn.node, f"a turn of role {turn.role!r} has no step; {ADVICE}")
        return Item(convert_written(draft, part))
    if not holds_steps(draft, element):
        return None
    named = element.value if isinstance(element, ast.Starred) else element
    lists = isinstance(element, ast.Starred) or element is turn.parts
    code = draft.convert(named, "parts" if lists else "part", owner)
    return Item(Template(("*", code)) if lists else code)


def holds_steps(draft: Draft, node: ast.expr) -> bool:
    """Whether `node` is a part, or a list of parts, that becomes steps; made elsewhere in view."""
    named = node.value if isinstance(node, ast.Starred) else node
    found: list[bool] = []
    for value in draft.values(named):
        if not isinstance(value, Object):
            return False
        held = draft.facts.held(value.origin) if value.origin is not None else frozenset()
        is_list = value.type == "list" or element_type(value.type)
        for item in held if is_list else {value}:
            origin = getattr(item, "origin", None)
            part = read_part(draft, origin, origin) if isinstance(origin, ast.expr) else None
            found.append(part is not None and is_step(part))
    return bool(found) and all(found)


def _content_step(
    draft: Draft, turn: Turn, elements: Sequence[ast.expr], owner: Member
) -> list[Item]:
    if not elements and not (isinstance(turn.parts, (ast.List, ast.Tuple)) and not turn.parts.elts):
        return []
    if turn.role not in ROLES:
        text = f"a turn of role {turn.role!r} has no step of its own; {ADVICE}"
        draft.block(owner, turn.node, text)
        return [Item(draft.hole(turn.node))]
    if len(elements) == 1 and elements[0] is turn.parts:
        return [Item(step(ROLES[turn.role], convert_content(draft, turn.parts, owner)))]
    return [Item(step(ROLES[turn.role], convert_parts(draft, elements, owner)))]


def convert_content(draft: Draft, parts: ast.expr, owner: Member) -> Code:
    """The parts of a turn, however they are given, as a list of typed content."""
    if isinstance(parts, (ast.List, ast.Tuple)):
        return convert_parts(draft, parts.elts, owner)
    values = draft.values(parts)
    if all_text(values):
        return ListCode((Item(text_content(draft, parts)),))
    lists = [
        v
        for v in values
        if isinstance(v, Object) and (v.type in {"list", "tuple"} or element_type(v.type))
    ]
    if lists and len(lists) == len(values) and read_part(draft, parts, owner) is None:
        return convert_list(draft, parts, owner)
    return convert_parts(draft, [parts], owner)
