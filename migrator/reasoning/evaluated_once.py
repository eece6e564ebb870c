"""Evaluate an expression once where the new code needs its value twice, and in the old order."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from migrator.edits import Binding, Code, InsertBefore, Template
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.reasoning.evaluation_order import (
    evaluated_before,
    may_swap,
    runs_property,
    statement_before,
)
from migrator.understand.structure import FUNCTION_TYPES

NAMED = "named "
"""What an expression is remembered under, followed by the name that was made for it."""
MOVED = "evaluated before its statement"
"""What an expression is remembered under that goes into a statement of its own."""


@dataclass(frozen=True, slots=True)
class Twice:
    """An expression for its first use and for the uses after that."""

    first: Code
    again: Code

    @property
    def is_named(self) -> bool:
        """Whether the expression goes by a new name."""
        return isinstance(self.again, str)


def twice(draft: Draft, node: ast.expr, owner: Member, *names: str) -> Twice:
    """`node` as it is, if that may be evaluated again; else by a new name.

    A statement before binds the name, or else its first use. `names` are proposed for it, the best
    first.
    """
    if is_repeatable(draft, node):
        hole = draft.hole(node, Binding.ATOM)
        return Twice(hole, hole)
    name = new_name(draft, node, owner, *names)
    if move_up(draft, node, owner, name):
        return Twice(name, name)
    if not _may_bind(draft, node):
        text = f"`{draft.quote(node)}` would be evaluated twice; give it a name first"
        draft.block(owner, node, text)
    return Twice(Template(("(", name, " := ", draft.hole(node), ")")), name)


def move_up(draft: Draft, node: ast.expr, owner: Member, name: str) -> bool:
    """Put `name = node` before the statement of `node`, if that changes no order that matters."""
    statement = statement_before(draft, node)
    if statement is None or not may_come_first(draft, node):
        return False
    code = Template((f"{name} = ", draft.moved(node)))
    draft.edit(owner, InsertBefore(draft.span(statement), code))
    draft.remember(owner, MOVED, node)
    return True


def may_come_first(draft: Draft, node: ast.expr) -> bool:
    """Whether `node` may be evaluated before all else that its statement evaluates before it."""
    moved = {id(n) for _, n in draft.all_remembered(MOVED)}
    earlier = [e for e in evaluated_before(draft, node) if id(e) not in moved]
    return is_repeatable(draft, node) or all(may_swap(draft, e, node) for e in earlier)


def is_repeatable(draft: Draft, node: ast.expr) -> bool:
    """Whether evaluating `node` again does nothing but give the same value again."""
    if isinstance(node, ast.Subscript):
        return is_repeatable(draft, node.value) and is_repeatable(draft, node.slice)
    if isinstance(node, ast.Attribute):
        return not runs_property(draft, node) and is_repeatable(draft, node.value)
    return isinstance(node, (ast.Name, ast.Constant))


def new_name(draft: Draft, node: ast.expr, owner: Member, *names: str) -> str:
    """The first of `names` (or of them with numbers) that is free for the value of `node`.

    It means nothing around `node`, and was made for nothing else in the same statement.
    """
    taken = _names_around(draft, node)
    numbered = (f"{names[0]}_{number}" for number in range(2, 100))
    for name in (*names, *numbered):
        if name not in taken and _is_unclaimed(draft, node, name):
            draft.remember(owner, NAMED + name, node)
            return name
    raise AssertionError("a hundred names are taken")


def _is_unclaimed(draft: Draft, node: ast.expr, name: str) -> bool:
    statement = draft.facts.structure.statement
    claims = [n for _, n in draft.all_remembered(NAMED + name)]
    return all(n is node or statement(n) is not statement(node) for n in claims)


def _names_around(draft: Draft, node: ast.AST) -> set[str]:
    """The names read or bound in the outermost function around `node`, or in the module."""
    structure = draft.facts.structure
    around: ast.AST = structure.module(node)
    function = structure.enclosing_function(node)
    while function is not None:
        around = function
        function = structure.enclosing_function(function)
    found = {n.id for n in ast.walk(around) if isinstance(n, ast.Name)}
    for scope, names in structure.locals_of.items():
        if isinstance(scope, FUNCTION_TYPES) and _inside(draft, scope, around):
            found |= names
    return found


def _inside(draft: Draft, node: ast.AST, around: ast.AST) -> bool:
    current: ast.AST | None = node
    while current is not None and current is not around:
        current = draft.facts.structure.parent(current)
    return current is around


def _may_bind(draft: Draft, node: ast.expr) -> bool:
    """Whether Python allows `:=` where `node` stands."""
    structure = draft.facts.structure
    if isinstance(structure.scope_of[node], ast.ClassDef):
        return False
    current: ast.AST = node
    while not isinstance(current, ast.stmt):
        parent = structure.parent(current)
        assert parent is not None
        if isinstance(parent, ast.comprehension) and current is parent.iter:
            return False
        current = parent
    return True
