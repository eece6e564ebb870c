"""Pass the prompt as `input` instead of `contents`.

Why: https://ai.google.dev/gemini-api/docs/migrate-to-interactions: `input` is a string, a list of
typed content, or a list of steps.

Rewrites: text stays as it is; a list becomes a list of `{"type": "text", "text": …}`;
`types.Part.from_text`, `types.Part(text=…)`, `types.Content`, `types.UserContent` and their dicts
likewise; turns written out in one call become `user_input` and `model_output` steps.

Leaves alone: images, files and other media, function calls, and values whose type can't be known
(a parameter nobody in view passes is taken for text only with --unsafe-fixes).
"""

from __future__ import annotations

import ast

from codemods.building.shapes import class_path
from codemods.tables.api import CONTENT, PART, TYPES
from migrator.codemod import Codemod
from migrator.edits import Code, DictCode, Item, ListCode, Template
from migrator.plan import Draft, Reading
from migrator.plan.draft import stable
from migrator.plan.units import Member
from migrator.understand.values import (
    Constant,
    Object,
    Symbol,
    Unknown,
    Value,
    Values,
    element_type,
    is_text,
)

TURNS = {"user": "user_input", "model": "model_output"}
MEDIA = "only text is migrated automatically; write the typed content for it by hand"
TURN_CLASSES = {TYPES + "UserContent": "user", TYPES + "ModelContent": "model"}


def build_contents(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """`contents` written at `node`, as `input`."""
    constant = draft.constant(node)
    if (constant is not None and constant.value == "") or (
        isinstance(node, (ast.List, ast.Tuple)) and not node.elts and _inline(draft, node)
    ):
        draft.block(owner, node, "empty contents raised a ValueError; create sends them")
    if isinstance(node, (ast.List, ast.Tuple)):
        return _list(draft, node, owner)
    if isinstance(node, (ast.ListComp, ast.BinOp)) or all(map(is_text, draft.values(node))):
        return _by_values(draft, node, owner)
    turn = _turn(draft, node)
    if turn is not None:
        return (
            _content_list(draft, turn[1], owner)
            if turn[0] == "user"
            else ListCode((Item(_step(draft, turn, owner)),))
        )
    return _part(draft, node, owner)


def _list(draft: Draft, node: ast.List | ast.Tuple, owner: Member) -> Code:
    turns = [_turn(draft, element) for element in node.elts]
    if turns and all(turns):
        steps = [t for t in turns if t is not None]
        if len(steps) == 1 and steps[0][0] == "user":
            return _content_list(draft, steps[0][1], owner)
        items = zip(node.elts, steps, strict=False)
        return ListCode(tuple(Item(_step(draft, s, owner), source=draft.span(e)) for e, s in items))
    if any(turns):
        draft.block(owner, node, "turns and single parts are mixed in one list")
    if len(node.elts) == 1 and _is_text_element(draft, node.elts[0]) and _inline(draft, node):
        return draft.hole(node.elts[0])
    return _elements(draft, node.elts, owner)


def _inline(draft: Draft, node: ast.expr) -> bool:
    """Whether the list is written in the call itself, so that nobody else sees it."""
    return node not in draft.demanded


def _elements(draft: Draft, elements: list[ast.expr], owner: Member) -> ListCode:
    items = []
    for element in elements:
        if isinstance(element, ast.Starred):
            items.append(_starred(draft, element, owner))
            continue
        items.append(Item(_part(draft, element, owner), source=draft.span(element)))
    return ListCode(tuple(items))


def _starred(draft: Draft, element: ast.Starred, owner: Member) -> Item:
    """`*texts` -> each of them as typed content."""
    lists = draft.values(element.value)
    held = [
        draft.facts.held(v.origin) if v.origin is not None else frozenset()
        for v in lists
        if isinstance(v, Object)
    ]
    if len(held) != len(lists) or not all(map(_all_text, held)):
        draft.block(owner, element, f"`{draft.quote(element)}`: its items can't be followed")
        return Item(draft.hole(element.value))
    return Item(Template(("*", _wrapped(draft, element.value))), source=draft.span(element))


def _wrapped(draft: Draft, node: ast.expr) -> Code:
    return Template(('[{"type": "text", "text": text} for text in ', draft.hole(node), "]"))


def _is_text_element(draft: Draft, node: ast.expr) -> bool:
    values = draft.values(node)
    return bool(values) and all(is_text(v) for v in values)


def _turn(draft: Draft, node: ast.expr) -> tuple[str, ast.expr] | None:
    """The role and the parts of a turn written at `node`."""
    if isinstance(node, ast.Dict):
        entries = {
            k.value: v
            for k, v in zip(node.keys, node.values, strict=False)
            if isinstance(k, ast.Constant)
        }
        if set(entries) <= {"role", "parts"} and "parts" in entries:
            return _role(draft, entries.get("role")), entries["parts"]
        return None
    if not isinstance(node, ast.Call):
        return None
    path = class_path(draft, node)
    keywords = {k.arg: k.value for k in node.keywords}
    if path in TURN_CLASSES:
        parts = keywords.get("parts") or (node.args[0] if node.args else None)
        return (TURN_CLASSES[path], parts) if parts is not None else None
    if path == CONTENT and "parts" in keywords:
        return _role(draft, keywords.get("role")), keywords["parts"]
    return None


def _role(draft: Draft, node: ast.expr | None) -> str:
    if node is None:
        return "user"
    constant = draft.constant(node)
    return str(constant.value) if constant else "?"


def _step(draft: Draft, turn: tuple[str, ast.expr], owner: Member) -> Code:
    role, parts = turn
    if role not in TURNS:
        draft.block(owner, parts, f"a turn of role {role!r} has no step of its own; {MEDIA}")
        return draft.hole(parts)
    content = Item(_content_list(draft, parts, owner), "content")
    return DictCode((Item(f'"{TURNS[role]}"', "type"), content))


def _content_list(draft: Draft, parts: ast.expr, owner: Member) -> Code:
    """The parts of a turn as a list of typed content."""
    if isinstance(parts, (ast.List, ast.Tuple)):
        return _elements(draft, parts.elts, owner)
    if _is_text_element(draft, parts):
        return ListCode((Item(_text(draft, parts)),))
    return _elements(draft, [parts], owner)


def _text(draft: Draft, node: ast.expr) -> Code:
    return DictCode((Item('"text"', "type"), Item(draft.hole(node), "text")))


def _part(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """One part: text, or something that says it is text."""
    text = _text_of_part(draft, node)
    if text is not None:
        if not _is_text_element(draft, text):
            draft.doubt(owner, text, f"`{draft.quote(text)}` is assumed to be text")
        return _text(draft, text)
    if isinstance(node, (ast.Name, ast.Attribute)) and not _is_text_element(draft, node):
        values = draft.values(node)
        if values and all(draft.can_rebuild(v, "part") for v in values):
            return draft.convert(node, "part", owner)
    for value in sorted(draft.values(node) or {Unknown()}, key=stable):
        judge_element(draft, node, value, owner)
    return _text(draft, node)


def _text_of_part(draft: Draft, node: ast.expr) -> ast.expr | None:
    """The text inside `types.Part(text=…)`, `Part.from_text(text=…)` or `{"text": …}`."""
    if isinstance(node, ast.Dict) and len(node.keys) == 1:
        key = node.keys[0]
        return node.values[0] if isinstance(key, ast.Constant) and key.value == "text" else None
    if isinstance(node, ast.Call) and class_path(draft, node) in {PART, PART + ".from_text"}:
        arguments = {k.arg: k.value for k in node.keywords}
        if set(arguments) == {"text"} and not node.args:
            return arguments["text"]
    return None


def build_part(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """A part that is made away from the list that holds it."""
    return _part(draft, node, owner)


def accepts_part(draft: Draft, value: Value) -> bool:
    """Whether the part is written in a form that `build_part` reads."""
    assert isinstance(value, Object)
    return isinstance(value.origin, ast.expr) and _text_of_part(draft, value.origin) is not None


def accepts_contents(draft: Draft, value: Value) -> bool:
    """Lists that hold parts are rebuilt; lists of plain text are wrapped where they are sent."""
    assert isinstance(value, Object) and value.origin is not None
    if value.type == PART:
        return accepts_part(draft, value)
    if isinstance(value.origin, (ast.Call, ast.Dict)):
        text = _text_of_part(draft, value.origin)
        return text is not None or _turn(draft, value.origin) is not None
    if isinstance(value.origin, (ast.List, ast.Tuple)):
        return not _all_text(draft.facts.held(value.origin))
    return False


def _all_text(values: Values) -> bool:
    return bool(values) and all(is_text(v) for v in values)


def judge_element(draft: Draft, node: ast.expr, value: Value, owner: Member) -> None:
    """Say what stops an element that is not written out as a part."""
    if is_text(value):
        return
    if isinstance(value, Constant) and value.value is None:
        return  # the old call refused None, so a program that works never has it here
    if isinstance(value, (Unknown, Symbol)):
        if isinstance(node, (ast.Name, ast.Attribute, ast.Subscript, ast.Call)):
            draft.doubt(owner, node, f"`{draft.quote(node)}` is assumed to be text")
        else:
            draft.block(owner, node, f"`{draft.quote(node)}`: its type can't be known; {MEDIA}")
        return
    draft.block(owner, node, f"`{draft.quote(node)}` is {_describe(value)}; {MEDIA}")


def judge_contents(draft: Draft, node: ast.expr, value: Value, owner: Member) -> None:
    """Contents that are not made in view: text passes, unknown things are doubted."""
    if is_text(value):
        return
    if isinstance(value, Object) and (value.type in {"list", "tuple"} or element_type(value.type)):
        return  # wrapped by `_by_values`, which judges the elements
    if isinstance(value, Constant) and value.value is None:
        return  # the old call raised for None, and so does the new one
    if isinstance(value, (Unknown, Symbol)):
        draft.doubt(owner, node, f"`{draft.quote(node)}` is assumed to be text")
        return
    draft.block(owner, node, f"`{draft.quote(node)}` is {_describe(value)}; {MEDIA}")


def _describe(value: Value) -> str:
    if isinstance(value, Object):
        return f"a {value.type.rpartition('.')[2]}"
    if isinstance(value, Constant):
        return f"a {value.kind}"
    return "no text"


def convert_contents(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """What to put for the `contents` argument `node`; the entry point of this codemod."""
    values = draft.values(node)
    lists = [v for v in values if isinstance(v, Object) and _is_list(v)]
    if lists and not isinstance(node, (ast.List, ast.Tuple)):
        wrapped = [v for v in lists if not draft.can_rebuild(v, "contents")]
        if wrapped:
            return _by_values(draft, node, owner)
    return draft.convert(node, "contents", owner)


def _is_list(value: Object) -> bool:
    return value.type in {"list", "tuple"} or element_type(value.type) is not None


def _by_values(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """Text as it is; a list of text wrapped where it is sent."""
    values = draft.values(node)
    if all(is_text(v) for v in values) and values:
        return draft.hole(node)
    if not all(isinstance(v, Object) and _is_list(v) for v in values):
        draft.block(owner, node, f"`{draft.quote(node)}` is sometimes a list and sometimes not")
        return draft.hole(node)
    for value in values:
        assert isinstance(value, Object)
        held = draft.facts.held(value.origin) if value.origin is not None else frozenset()
        element = element_type(value.type)
        if element == "str" or _all_text(held):
            continue
        for item in sorted(held or {Unknown()}, key=stable):
            if isinstance(item, (Unknown, Symbol)):
                draft.doubt(
                    owner, node, f"the items of `{draft.quote(node)}` are assumed to be text"
                )
            elif not is_text(item):
                text = f"`{draft.quote(node)}` holds {_describe(item)}; {MEDIA}"
                draft.block(owner, node, text)
    return _wrapped(draft, node)


def append(draft: Draft, reading: Reading) -> None:
    """`parts.append(x)` on a list that is rebuilt: the new element is typed content too."""
    call = draft.facts.structure.parent(reading.node)
    name = getattr(reading.node, "attr", "")
    if name not in {"append", "insert"} or not isinstance(call, ast.Call):
        text = f"`{draft.quote(reading.base)}` is also used here, by .{name}"
        draft.block(reading.owner, reading.base, text)
        return
    element = call.args[-1]
    draft.replace(reading.owner, element, _part(draft, element, reading.owner))


def keep(draft: Draft, reading: Reading) -> None:
    """Uses that don't look inside: truth and length stay what they were."""


CODEMOD = Codemod(
    code="GM002",
    name="contents-to-input",
    summary="pass the prompt as input instead of contents",
    doc=__doc__ or "",
    rules={
        ("argument", "contents"): convert_contents,
        ("build", "contents"): build_contents,
        ("value", "contents"): judge_contents,
        ("accepts", "contents"): accepts_contents,
        ("use", "contents", "ATTRIBUTE"): append,
        ("use", "contents", "TRUTH"): keep,
        ("build", "part"): build_part,
        ("value", "part"): judge_element,
        ("accepts", "part"): accepts_part,
    },
)
