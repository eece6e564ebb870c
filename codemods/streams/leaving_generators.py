"""Generators that hand whole chunks to callers out of view, who would get events instead."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.tables.streams import CHUNK, STREAM
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.understand.facts import origin_of
from migrator.understand.structure import FUNCTION_TYPES
from migrator.understand.values import Object

LEAVES = (
    "whole chunks are handed to callers out of view, who would get events; yield what they need "
    "of a chunk, such as its text"
)


def leaving(draft: Draft, owner: Member) -> Iterator[ast.Yield | ast.YieldFrom]:
    """Where generators that nobody in view calls hand out chunks of the stream of `owner`."""
    facts = draft.facts
    for function in facts.holders.get(owner, ()):
        if not isinstance(function, FUNCTION_TYPES):
            continue
        if facts.callers(function) and not facts.is_external(function):
            continue
        for node in ast.walk(function):
            if not isinstance(node, (ast.Yield, ast.YieldFrom)) or node.value is None:
                continue
            mine = facts.structure.enclosing_function(node) is function
            if mine and _hands_out(draft, node.value, owner):
                yield node


def _hands_out(draft: Draft, node: ast.expr, owner: Member) -> bool:
    """Whether `node` holds a chunk, or what is gone through for chunks."""
    for value in draft.values(node):
        origin = origin_of(value)
        held = draft.facts.held(origin) if origin is not None else frozenset()
        if any(
            isinstance(v, Object) and v.type in {CHUNK, STREAM} and v.origin is owner
            for v in (value, *held)
        ):
            return True
    return False
