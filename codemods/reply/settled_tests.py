"""Tests that come out the same for every item of a list, and can go.

Where a list holds texts only, nobody asks whether an item is a thought; and a part had every
attribute, so `hasattr` said nothing.
"""

from __future__ import annotations

import ast

from codemods.reply.certain_tests import shorten
from codemods.reply.item_tests import (
    Comprehension,
    Variable,
    asks_type,
    field_of,
    implied,
    is_probe_of,
)
from codemods.reply.needed_kinds import is_pure
from codemods.reply.vanished_reads import left_of
from codemods.tables.items import Kinds
from migrator.edits import Delete, Nest
from migrator.plan import Draft, is_tested
from migrator.plan.units import Member


def outcome(test: ast.expr, variable: Variable, kinds: Kinds) -> bool | None:
    """What `test` comes out as for every item of `kinds`, if it need not be asked."""
    if is_probe_of(test, variable):
        return None if asks_type(variable.draft, test) else True
    if not is_pure(test, variable) or not _is_about_others(test, variable):
        return None
    for truth in (True, False):
        if not kinds & implied(test, variable, not truth):
            return truth
    return None


def _is_about_others(test: ast.expr, variable: Variable) -> bool:
    """Whether a test reads fields of the item, and not its text."""
    fields = {
        field
        for node in ast.walk(test)
        if isinstance(node, ast.expr) and (field := field_of(node, variable)) is not None
    }
    return bool(fields) and "text" not in fields


def place_of(draft: Draft, node: ast.expr, variable: Variable, kinds: Kinds) -> ast.AST | None:
    """What holds the settled test around the read `node` and can do without it."""
    structure = draft.facts.structure
    found: ast.AST | None = None
    current: ast.AST = node
    while isinstance(current, ast.expr):
        parent = structure.parent(current)
        known = outcome(current, variable, kinds)
        if isinstance(parent, ast.BoolOp) and known is isinstance(parent.op, ast.And):
            if is_tested(draft.facts, parent) and kept_operands(parent, variable, kinds):
                found = found or parent
        if isinstance(parent, ast.comprehension) and current in parent.ifs and known is True:
            return found or parent
        if isinstance(parent, ast.If) and current is parent.test and known is not None:
            whole = _can_go(draft, parent) if known else _only_skips(draft, parent)
            return parent if whole else found
        if parent is None:
            return found
        current = parent
    return found


def _can_go(draft: Draft, node: ast.If) -> bool:
    """Whether the header of an `if` can go, and leave what is under it."""
    start, end = draft.span(node).start, draft.span(node.body[0]).start
    plain = not node.orelse and draft.text.startswith("if", start)
    return plain and "#" not in draft.text[start:end]


def kept_operands(node: ast.BoolOp, variable: Variable, kinds: Kinds) -> list[ast.expr]:
    """The operands that still have to be asked."""
    idle = isinstance(node.op, ast.And)
    return [value for value in node.values if outcome(value, variable, kinds) is not idle]


def _only_skips(draft: Draft, node: ast.If) -> bool:
    """Whether an `if` does nothing but skip the item, and is not all there is."""
    if node.orelse or not isinstance(node.body[0], ast.Continue):
        return False
    holder = draft.facts.structure.parent(node)
    block = getattr(holder, "body", [])
    return node in block and len(block) > 1


def drop(draft: Draft, owner: Member, place: ast.AST, variable: Variable, kinds: Kinds) -> None:
    """Take the settled tests out of `place`."""
    if isinstance(place, ast.If):
        gone = draft.once("settled tests", set[ast.AST])
        if place not in gone:
            skips = outcome(place.test, variable, kinds) is False
            inner = left_of(draft, place.body)
            span = draft.span(place)
            draft.edit(owner, Delete(span) if skips else Nest(span, inner, None))
        gone.add(place)
    elif isinstance(place, ast.BoolOp):
        kept = kept_operands(place, variable, kinds)
        shorten(draft, owner, place, [v for v in place.values if v not in kept])


def asked(node: Comprehension, variable: Variable, kinds: Kinds) -> set[ast.expr]:
    """The tests of a comprehension that are not settled."""
    return {
        test
        for generator in node.generators
        for test in generator.ifs
        if outcome(test, variable, kinds) is not True
    }
