"""Turns of a conversation as steps: written out, made elsewhere, or taken from a reply."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from codemods.objects.written_objects import class_path
from codemods.tables.api import CONTENT, PARTS, TYPES
from migrator.plan import Draft
from migrator.reasoning.lists_together import family_of
from migrator.understand.values import Constant, Function, Object, Value, Values, join

LISTS = frozenset({"list", "tuple"})
TURN_CLASSES = {TYPES + "UserContent": "user", TYPES + "ModelContent": "model"}


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn that is written out at `node`; the role is "?" where it is only known at run time."""

    node: ast.expr
    role: str
    parts: ast.expr
    told: ast.expr | None = None
    """The expression that says the role."""


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
                role = entries.get("role")
                return Turn(node, _role(draft, role), entries["parts"], role)
        return None
    if not isinstance(node, ast.Call):
        return None
    path = class_path(draft, node)
    keywords = {k.arg: k.value for k in node.keywords}
    if path in TURN_CLASSES:
        parts = keywords.get("parts") or (node.args[0] if node.args else None)
        return Turn(node, TURN_CLASSES[path], parts) if parts is not None else None
    if path in {CONTENT, CONTENT + "Dict"} and "parts" in keywords:
        role = keywords.get("role")
        return Turn(node, _role(draft, role), keywords["parts"], role)
    return None


def _role(draft: Draft, node: ast.expr | None) -> str:
    if node is None:
        return "user"
    constant = draft.constant(node)
    return str(constant.value) if constant else "?"


def helper_turn(draft: Draft, node: ast.expr) -> tuple[str, ast.expr] | None:
    """The role and the text of `turn("model", text)`, a helper of the file that returns a turn.

    None where the helper does more, or takes its text from elsewhere.
    """
    callees = draft.values(node.func) if isinstance(node, ast.Call) else frozenset()
    if not isinstance(node, ast.Call) or len(callees) != 1:
        return None
    callee = next(iter(callees))
    function = callee.node if isinstance(callee, Function) else None
    if function is None or isinstance(function, ast.Lambda):
        return None
    returned = function.body[-1]
    plain = len(function.body) - (ast.get_docstring(function) is not None) == 1
    if not plain or not isinstance(returned, ast.Return) or returned.value is None:
        return None
    turn = read_turn(draft, returned.value)
    text = only_text(turn.parts) if turn is not None else None
    if turn is None or text is None:
        return None
    passed = dict(zip([a.arg for a in function.args.args], node.args, strict=False))
    passed.update({k.arg: k.value for k in node.keywords if k.arg})
    said = passed.get(text.id) if isinstance(text, ast.Name) else None
    role: str = turn.role
    if role == "?" and isinstance(turn.told, ast.Name) and turn.told.id in passed:
        role = _role(draft, passed[turn.told.id])
    return (role, said) if said is not None else None


def only_text(parts: ast.expr) -> ast.expr | None:
    """The expression of the one text that `parts` writes out."""
    elements = parts.elts if isinstance(parts, (ast.List, ast.Tuple)) else [parts]
    if len(elements) != 1:
        return None
    element = elements[0]
    if isinstance(element, ast.Dict) and len(element.keys) == 1:
        return element.values[0]
    if isinstance(element, ast.Call) and [k.arg for k in element.keywords] == ["text"]:
        return element.keywords[0].value
    return element


def is_reply(draft: Draft, node: ast.expr) -> bool:
    """Whether `node` is the whole of a reply."""
    return content_of_reply(draft, node) is not None


def content_of_reply(draft: Draft, node: ast.expr) -> ast.expr | None:
    """The content of a reply that `node` is, or makes a turn of the model from.

    `response.candidates[0].content`, also of `Content(role="model", parts=….content.parts)`.
    """
    if _is_content(draft, node):
        return node
    turn = read_turn(draft, node)
    parts = turn.parts if turn is not None else None
    if turn is None or not isinstance(parts, ast.Attribute) or parts.attr != "parts":
        return None
    told = turn.told.value if isinstance(turn.told, ast.Attribute) else None
    same = turn.role == "model" or (told is not None and _is_content(draft, told))
    return parts.value if same and _are_replies(draft, parts, PARTS) else None


def _is_content(draft: Draft, node: ast.expr) -> bool:
    return _are_replies(draft, node, CONTENT)


def are_parts(draft: Draft, node: ast.expr) -> bool:
    """Whether `node` holds parts of a reply; all of them, where it is no slice."""
    return _are_replies(draft, node, PARTS)


def _are_replies(draft: Draft, node: ast.expr, kind: str) -> bool:
    sites = draft.legacy_calls
    values = draft.values(node)
    return bool(values) and all(
        isinstance(v, Object) and v.type == kind and v.origin in sites for v in values
    )


def is_turn(draft: Draft, node: ast.expr) -> bool:
    """Whether `node` is a turn rather than a part of one."""
    if isinstance(node, ast.Starred) or read_turn(draft, node) or is_reply(draft, node):
        return not isinstance(node, ast.Starred)
    return are_made_turns(draft, draft.values(node))


def is_list_of_turns(draft: Draft, node: ast.expr) -> bool:
    """Whether `node` is a list of turns that is made elsewhere in view."""
    if isinstance(node, (ast.List, ast.Tuple)):
        return False
    values = draft.values(node)
    lists = [v for v in values if isinstance(v, Object) and v.origin in draft.facts.state.keys]
    if not lists or len(lists) != len(values) or any(v.type not in LISTS for v in lists):
        return False
    return any(holds_turns(draft, v.origin) for v in lists if v.origin is not None)


def holds_turns(draft: Draft, origin: ast.AST) -> bool:
    """Whether the list made by `origin` holds turns, at any time."""
    held = join(draft.facts.held(member) for member in family_of(draft, origin))
    return any(_is_turn_value(v) or are_made_turns(draft, frozenset({v})) for v in held)


def keeps_replies(draft: Draft, origin: ast.AST) -> bool:
    """Whether replies, or their texts, find their way into the list made by `origin`."""
    sites = draft.legacy_calls
    family = family_of(draft, origin)
    todo, seen = [v for member in family for v in draft.facts.held(member)], set[ast.AST]()
    while todo:
        value = todo.pop()
        inner = getattr(value, "origin", None)
        if inner in sites:
            return True
        if inner is not None and inner not in seen:
            seen.add(inner)
            todo += draft.facts.held(inner)
            turn = read_turn(draft, inner) if isinstance(inner, ast.expr) else None
            if turn is not None and turn.role != "user" and _is_said_at_run_time(draft, turn):
                return True
            for node in ast.walk(turn.node) if turn is not None else ():
                if any(getattr(v, "origin", None) in sites for v in draft.values(node)):
                    return True
    return False


def _is_said_at_run_time(draft: Draft, turn: Turn) -> bool:
    """Whether the text of a turn is more than a constant."""
    text = only_text(turn.parts)
    values = draft.values(text) if text is not None else frozenset()
    return any(not isinstance(value, Constant) for value in values)


def _is_turn_value(value: Value) -> bool:
    return isinstance(value, Object) and value.type == CONTENT


def are_made_turns(draft: Draft, values: Values) -> bool:
    """Whether the values are turns that are made elsewhere in view."""
    return bool(values) and all(
        isinstance(v, Object)
        and not v.path
        and isinstance(v.origin, ast.expr)
        and read_turn(draft, v.origin) is not None
        for v in values
    )
