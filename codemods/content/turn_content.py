"""The parts of a turn as the content of its step."""

from __future__ import annotations

import ast

from codemods.content.own_lists import is_sent_at_once, own_list, parts_changed, spread
from codemods.content.part_lists import convert_list, convert_parts
from codemods.content.parts import all_text, read_part, text_content
from codemods.content.turns import Turn, read_turn
from migrator.edits import Binding, Code, Hole, Item, ListCode, Template
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.understand.values import Object, element_type


def _taken_parts(draft: Draft, parts: ast.expr, owner: Member) -> Code | None:
    """`turn.parts` of a turn that is made in view, and becomes a step as well."""
    values = draft.values(parts)
    origins = [v.origin for v in values if isinstance(v, Object) and v.path == ("parts",)]
    made = [o for o in origins if isinstance(o, ast.expr) and read_turn(draft, o) is not None]
    if not isinstance(parts, ast.Attribute) or not made or len(made) != len(values):
        return None
    for origin in sorted(made, key=draft.line):
        draft.demand(origin, "turn", owner)
    draft.settled.add(parts.value)
    return Template((draft.hole(parts.value, Binding.ATOM), '["content"]'))


def turn_content(draft: Draft, turn: Turn, owner: Member) -> Code:
    """The content of a turn.

    An object had a list of its own; a dict shares the one that it is given.
    """
    content = _convert_content(draft, turn.parts, owner)
    if isinstance(turn.node, ast.Dict) or not isinstance(content, (Hole, Template)):
        return content
    if parts_changed(draft, turn.node) and not is_sent_at_once(draft, turn.node):
        return spread(content)
    return own_list(draft, turn.node, turn.parts, content)


def _convert_content(draft: Draft, parts: ast.expr, owner: Member) -> Code:
    """The parts of a turn, however they are given, as a list of typed content."""
    taken = _taken_parts(draft, parts, owner)
    if taken is not None:
        return taken
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
