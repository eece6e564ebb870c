"""The `contents` of a call as its `input`: written there, made elsewhere, or text as it is."""

from __future__ import annotations

import ast

from codemods.content.part_lists import (
    LISTS,
    convert_list,
    convert_parts,
    elements_of,
    holds_parts_made_here,
    wrapped,
)
from codemods.content.parts import all_text, convert_part, describe, is_step, read_part, value_rule
from codemods.content.results_among_parts import results_first
from codemods.content.saved_turns import are_saved_turns, mapped_turns
from codemods.content.several_steps import holds_steps, is_mixed, is_one_step
from codemods.content.step_kinds import step
from codemods.content.step_lists import build_step_list
from codemods.content.text_assumed import ADVICE, assume_text, assume_texts, unseen_in
from codemods.content.text_refuted import used_otherwise
from codemods.content.turn_content import turn_content
from codemods.content.turn_steps import convert_steps, written_steps
from codemods.content.turns import Turn, holds_turns, is_list_of_turns, is_turn, read_turn
from codemods.tables.api import PART
from codemods.tables.parts import ROLES
from migrator.edits import Code, Item, ListCode
from migrator.plan import Draft, Use, context_of
from migrator.plan.units import Member
from migrator.reasoning.definitions import definitions
from migrator.reasoning.lists_together import family_of
from migrator.understand.values import (
    ANYTHING,
    Constant,
    Object,
    Symbol,
    Unknown,
    Value,
    Values,
    element_type,
    is_text,
    join,
)

MADE = (*LISTS, ast.ListComp, ast.BinOp)
"""Expressions that make a list which can be made of typed content instead."""


def build_contents(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """`contents` written at `node`, as `input`."""
    if _is_factory(draft, node):
        return draft.hole(node)
    constant = draft.constant(node)
    if (constant is not None and constant.value == "") or (
        isinstance(node, LISTS) and not node.elts and _inline(draft, node)
    ):
        text = "empty contents raised a ValueError before anything was sent; now they are sent"
        draft.doubt(owner, node, text)
    if is_list_of_turns(draft, node) or (isinstance(node, LISTS) and holds_turns(draft, node)):
        if not isinstance(node, LISTS) or (not _inline(draft, node) and _is_used(draft, node)):
            return build_step_list(draft, node, owner)
    if isinstance(node, LISTS):
        return _list(draft, node, owner)
    if all_text(draft.values(node)):
        return draft.hole(node)
    if isinstance(node, (ast.ListComp, ast.BinOp)):
        return _made_list(draft, node, owner)
    turn = read_turn(draft, node)
    if turn is not None:
        return _single_turn(draft, node, owner)
    return convert_part(draft, node, owner)


def _is_factory(draft: Draft, node: ast.expr) -> bool:
    """`field(default_factory=list)`, and the `list` of `defaultdict(list)`."""
    if isinstance(node, ast.Call):
        return any(keyword.arg == "default_factory" for keyword in node.keywords)
    return isinstance(node, ast.Name) and node in draft.facts.state.keys


def _single_turn(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """One turn by itself: the content of the user, or a list of its steps."""
    turn = read_turn(draft, node)
    assert turn is not None
    if turn.role != "user":
        return ListCode(tuple(written_steps(draft, turn, owner)))
    content = turn_content(draft, turn, owner)
    items = written_steps(draft, turn, owner)
    whole = [item.value for item in items] == [step(ROLES["user"], content)]
    return content if whole else ListCode(tuple(items))


def _list(draft: Draft, node: ast.List | ast.Tuple, owner: Member) -> Code:
    if any(is_turn(draft, e) or _spreads_turns(draft, e) for e in node.elts):
        if len(node.elts) == 1 and read_turn(draft, node.elts[0]):
            return _single_turn(draft, node.elts[0], owner)
        return ListCode(convert_steps(draft, node.elts, owner))
    if any(holds_steps(draft, element) for element in node.elts):
        return ListCode(tuple(written_steps(draft, Turn(node, "user", node), owner)))
    if len(node.elts) == 1 and all_text(draft.values(node.elts[0])) and _inline(draft, node):
        return draft.hole(node.elts[0])
    return convert_parts(draft, node.elts, owner)


def _spreads_turns(draft: Draft, element: ast.expr) -> bool:
    """Whether `*turns` stands in the list."""
    return isinstance(element, ast.Starred) and is_list_of_turns(draft, element.value)


def _made_list(draft: Draft, node: ast.ListComp | ast.BinOp, owner: Member) -> Code:
    """A comprehension, or a sum of lists: text is wrapped where it is sent, parts are rebuilt."""
    held = elements_of(draft, node)
    if all(is_text(v) or isinstance(v, (Unknown, Symbol)) for v in held):
        return _by_values(draft, node, owner)
    return build_parts(draft, node, owner)


def _inline(draft: Draft, node: ast.expr) -> bool:
    """Whether the list is written in the call itself, so that nobody else sees it."""
    return node not in draft.demanded


def _is_used(draft: Draft, node: ast.expr) -> bool:
    """Whether the list is more than sent: grown, counted, looked at."""
    if len(family_of(draft, node)) > 1:
        return True
    uses = {context_of(draft.facts, n).use for n in draft.facts.uses.get(node, ())}
    return bool(uses - {Use.MOVE, Use.ARGUMENT})


def accepts_part(draft: Draft, value: Value) -> bool:
    """Whether the part is written in a form that has a rule."""
    assert isinstance(value, Object)
    if not isinstance(value.origin, ast.expr):
        return False
    part = read_part(draft, value.origin, value.origin)
    return part is not None and draft.rule("part", part.form) is not None


def is_only_content(draft: Draft, origin: ast.expr) -> bool:
    """Whether a list holds parts that are content: as contents it becomes what it is as parts."""
    texts = all(is_text(v) or isinstance(v, (Unknown, Symbol)) for v in draft.facts.held(origin))
    return (
        isinstance(origin, MADE)
        and not holds_turns(draft, origin)
        and not holds_steps(draft, origin)
        and (isinstance(origin, LISTS) or not texts)
    )


def build_parts(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """A list of parts that is made away from the turn that holds it."""
    if isinstance(node, LISTS):
        return convert_parts(draft, node.elts, owner)
    return convert_list(draft, node, owner)


def accepts_contents(draft: Draft, value: Value) -> bool:
    """Lists that hold parts are rebuilt; lists of plain text are wrapped where they are sent."""
    assert isinstance(value, Object) and value.origin is not None
    if value.type == PART:
        return accepts_part(draft, value)
    if holds_turns(draft, value.origin):
        return True
    if isinstance(value.origin, (ast.Call, ast.Dict)):
        if read_turn(draft, value.origin) is not None:
            return True
        return accepts_part(draft, value)
    if isinstance(value.origin, LISTS):
        return not all_text(draft.facts.held(value.origin))
    if isinstance(value.origin, (ast.ListComp, ast.BinOp)):
        held = draft.facts.held(value.origin)
        return any(isinstance(v, Object) and not is_text(v) for v in held)
    return False


def judge_contents(draft: Draft, node: ast.expr, value: Value, owner: Member) -> None:
    """Contents that are not made in view: text passes, unknown things are doubted."""
    if is_text(value):
        return
    if isinstance(value, Object) and (value.type in {"list", "tuple"} or element_type(value.type)):
        return  # wrapped by `_by_values`, which judges the elements
    if isinstance(value, Constant) and value.value is None:
        return  # the old call raised for None, and so does the new one
    if isinstance(value, (Unknown, Symbol)):
        assume_text(draft, node, owner)
        return
    draft.block(owner, node, f"`{draft.quote(node)}` is {describe(value)}; {ADVICE}")


def convert_contents(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """What to put for the `contents` argument `node`; the entry point of this codemod."""
    if are_saved_turns(draft, node):
        return mapped_turns(draft, node, owner)
    values = draft.values(node)
    if is_one_step(draft, node):
        return ListCode((Item(convert_part(draft, node, owner)),))
    if value_rule(draft, values) is not None or _is_one_part(draft, node, owner):
        return convert_part(draft, node, owner)
    if is_mixed(draft, node):
        return results_first(draft, node, owner, _convert_list(draft, node, owner))
    return _convert_list(draft, node, owner)


def _convert_list(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """What to put for a list of parts or turns, or for what is none."""
    values = draft.values(node)
    if values and all(isinstance(v, Object) and _is_list(v) for v in values):
        held = {v.type if isinstance(v, Object) else "" for v in elements_of(draft, node)}
        if len(held) == 1 and draft.rule("wrap", *held) is not None:
            return convert_list(draft, node, owner)
    lists = [v for v in values if isinstance(v, Object) and _is_list(v)]
    if lists and not isinstance(node, (ast.List, ast.Tuple)):
        rebuilt = [v for v in lists if draft.can_rebuild(v, "contents")]
        if rebuilt and (_are_made(values) or _is_made_or_text(draft, node)):
            if not _are_made(values):
                assume_text(draft, unseen_in(draft, node), owner)
            draft.sinks[node] = "contents"
            for origin in sorted((o for v in lists if (o := v.origin)), key=draft.line):
                draft.demand(origin, "contents", owner)
            return draft.hole(node)
        if len(rebuilt) < len(lists):
            if len(lists) == len(values) and holds_parts_made_here(draft, node):
                return convert_list(draft, node, owner)
            return _by_values(draft, node, owner)
    if is_list_of_turns(draft, node):
        draft.sinks[node] = "contents"
    return draft.convert(node, "contents", owner)


def _is_one_part(draft: Draft, node: ast.expr, owner: Member) -> bool:
    """Whether `node` is a part of content by itself, made elsewhere in view."""
    values = draft.values(node)
    parts = [
        read_part(draft, v.origin, owner)
        for v in values
        if isinstance(v, Object) and isinstance(v.origin, ast.expr)
        if draft.can_rebuild(v, "part")
    ]
    made = bool(parts) and len(parts) == len(values) and not isinstance(node, (ast.Call, ast.Dict))
    return made and not any(part is None or is_step(part) for part in parts)


def _are_made(values: Values) -> bool:
    """Whether the values are texts and lists that are made in view, some of which hold parts."""
    return all(
        is_text(v) or (isinstance(v, Object) and isinstance(v.origin, MADE) and not v.path)
        for v in values
    )


def _is_made_or_text(draft: Draft, node: ast.expr) -> bool:
    """Whether each end that gives `node` makes a list in view, or may give a text."""
    ends = join(draft.values(end) for end in definitions(draft, node))
    return _are_made(ends - ANYTHING) and used_otherwise(draft, node) is None


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
        if element == "str" or all_text(held):
            continue
        for item in held or {Unknown()}:
            if isinstance(item, (Unknown, Symbol)):
                assume_texts(draft, node, owner)
            elif not is_text(item):
                text = f"`{draft.quote(node)}` holds {describe(item)}; {ADVICE}"
                draft.block(owner, node, text)
    return wrapped(draft, node)
