"""Turns whose parts become steps of their own, such as the results of functions."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.content.own_lists import changed_later
from codemods.content.parts import is_step, read_part
from codemods.content.result_turns import is_all_of_result, is_taken_result
from codemods.content.turns import Turn
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.understand.values import Object, element_type


def becomes_several(draft: Draft, turn: Turn) -> bool:
    """Whether a turn that is written out becomes a list of steps, and not one step."""
    elements = turn.parts.elts if isinstance(turn.parts, (ast.List, ast.Tuple)) else [turn.parts]
    kinds: list[bool] = []
    for element in elements:
        of_step = becomes_step(draft, element, turn.node)
        written = read_part(draft, element, turn.node) is not None
        if of_step and not written and not is_one_step(draft, element):
            return True
        if of_step or not kinds or kinds[-1]:
            kinds.append(of_step)
    return len(kinds) > 1


def becomes_step(draft: Draft, element: ast.expr, owner: Member) -> bool:
    """Whether an element of a list of parts becomes a step instead of content of one."""
    part = read_part(draft, element, owner)
    return holds_steps(draft, element) if part is None else is_step(part)


def check_one_step(draft: Draft, turn: Turn, owner: Member) -> None:
    """A turn that is looked at, or changed, where it is kept must be one step."""
    if becomes_several(draft, turn):
        text = f"`{draft.quote(turn.node)}` becomes several steps, and is found again elsewhere"
        draft.block(owner, turn.node, text)


def check_filled(draft: Draft, parts: ast.expr, owner: Member) -> None:
    """A list that a dict of a turn shares may not change once it was put into it."""
    for use in changed_later(draft, parts):
        text = f"`{draft.quote(use)}` changes while a turn shares it already; put it into "
        draft.block(owner, use, text + "the turn when it is complete")


def parts_added(draft: Draft, turn: ast.AST) -> Iterator[ast.expr]:
    """The parts that a turn gets after it was made, one by one."""
    for use in draft.facts.uses.get(turn, ()):
        parts = draft.facts.structure.parent(use)
        method = draft.facts.structure.parent(parts) if parts is not None else None
        call = draft.facts.structure.parent(method) if method is not None else None
        if isinstance(method, ast.Attribute) and isinstance(call, ast.Call) and call.args:
            if call.func is method and method.attr in {"append", "insert"}:
                yield call.args[-1]


def holds_steps(draft: Draft, node: ast.expr) -> bool:
    """Whether `node` is a part, or a list of parts, that becomes steps; made elsewhere in view."""
    found = _are_steps(draft, node)
    return bool(found) and all(found)


def check_mixed(draft: Draft, node: ast.expr, owner: Member) -> None:
    """A list of results of functions that is part of a turn can't hold content as well."""
    if is_mixed(draft, node):
        refuse_mixed(draft, node, owner)


def refuse_mixed(draft: Draft, node: ast.expr, owner: Member) -> None:
    """Stop what sends results of functions in one list with content."""
    text = f"`{draft.quote(node)}` holds results of functions and other parts; put the results "
    draft.block(owner, node, text + "into a list of their own")


def is_mixed(draft: Draft, node: ast.expr) -> bool:
    """Whether a list holds results of functions, and content as well."""
    found = _are_steps(draft, node)
    return any(found) and not all(found)


def _are_steps(draft: Draft, node: ast.expr) -> list[bool]:
    """Of each part that `node` may be or hold, whether it becomes a step."""
    named = node.value if isinstance(node, ast.Starred) else node
    found: list[bool] = []
    for value in draft.values(named):
        if not isinstance(value, Object) or is_all_of_result(draft, value):
            found.append(isinstance(value, Object))
            continue
        held = draft.facts.held(value.origin) if value.origin is not None else frozenset()
        is_list = value.type == "list" or element_type(value.type)
        for item in held if is_list else {value}:
            origin = getattr(item, "origin", None)
            part = read_part(draft, origin, origin) if isinstance(origin, ast.expr) else None
            held_by_turn = isinstance(item, Object) and is_taken_result(draft, item)
            found.append(held_by_turn or (part is not None and is_step(part)))
    return found


def is_one_step(draft: Draft, node: ast.expr) -> bool:
    """Whether `node` is a single part that becomes a step."""
    values = [v for v in draft.values(node) if isinstance(v, Object)]
    lists = [v for v in values if v.type == "list" and not is_all_of_result(draft, v)]
    return not lists and holds_steps(draft, node)
