"""Old-style objects that are written out: constructor calls, TypedDicts and dict displays."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from codemods.objects.field_spelling import snake
from migrator.edits import Span
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.understand.values import Constant, Object, Symbol, Value


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a written-out object: its name in snake case, its value, and where it stands.

    `name` is empty for a spread or a key that is only known at run time.
    """

    name: str
    value: ast.expr
    source: Span
    is_spread: bool = False
    """Whether `value` is a dict that is spread."""


def fields_of(draft: Draft, node: ast.expr, path: str) -> list[Field] | None:
    """The fields of the `path` object that `node` writes out; None if it writes out none.

    `path` is the dotted path of a class; its TypedDict (the same name with `Dict`) and plain
    `dict(…)` count as well.
    """
    if isinstance(node, ast.Dict):
        return [_entry(draft, k, v) for k, v in zip(node.keys, node.values, strict=True)]
    if isinstance(node, ast.Call) and not node.args and constructs(draft, node, path):
        return [
            Field(snake(k.arg or ""), k.value, draft.span(k), is_spread=k.arg is None)
            for k in node.keywords
        ]
    return None


def is_written(path: str, draft: Draft, value: Value) -> bool:
    """Whether a value is made by an expression that writes its fields out, and can be rebuilt."""
    assert isinstance(value, Object)
    node = value.origin
    return isinstance(node, ast.expr) and fields_of(draft, node, path) is not None


def refuse_unwritten(name: str, draft: Draft, node: ast.expr, value: Value, owner: Member) -> None:
    """Stop a call whose setting `name` is made out of view; None sets nothing."""
    if not (isinstance(value, Constant) and value.value is None):
        text = f"{name} `{draft.quote(node)}` can't be followed to where it is made"
        draft.block(owner, node, text)


def source_of(draft: Draft, value: ast.expr) -> Span:
    """The argument or entry that `value` is written as, for its comments to travel along."""
    parent = draft.facts.structure.parent(value)
    if isinstance(parent, ast.keyword):
        return draft.span(parent)
    if isinstance(parent, ast.Dict) and value in parent.values:
        key = parent.keys[parent.values.index(value)]
        return Span(draft.span(key if key is not None else value).start, draft.span(value).end)
    return draft.span(value)


def constructs(draft: Draft, node: ast.expr, path: str) -> bool:
    """Whether `node` is a call of the class `path`, of its TypedDict, or of `dict`."""
    if not isinstance(node, ast.Call):
        return False
    wanted = {path, path + "Dict", "dict"}
    return any(isinstance(v, Symbol) and v.path in wanted for v in draft.values(node.func))


def class_path(draft: Draft, node: ast.expr) -> str:
    """The dotted path of the one imported thing that `node` calls, or nothing."""
    if not isinstance(node, ast.Call):
        return ""
    paths = [v.path for v in draft.values(node.func) if isinstance(v, Symbol)]
    return paths[0] if len(paths) == 1 else ""


def _entry(draft: Draft, key: ast.expr | None, value: ast.expr) -> Field:
    constant = draft.constant(key) if key is not None else None
    name = str(constant.value) if constant is not None else ""
    start = draft.span(key if key is not None else value).start
    span = Span(start, draft.span(value).end)
    return Field(snake(name), value, span, is_spread=key is None)
