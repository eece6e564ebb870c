"""Instances that are made in view, of a class whose instances hold a result elsewhere."""

from __future__ import annotations

import ast

from migrator.plan.draft import Draft
from migrator.plan.units import Member
from migrator.understand.facts import origin_of
from migrator.understand.values import Class, Function, Method

ENTERED = (Class, Function, Method)


def is_made_apart(draft: Draft, owner: Member, node: ast.expr) -> bool:
    """Whether the instances that `node` names are made of other things, and nothing is put in.

    A test makes such a one for a mock to return: `Answer(text="Yes", reason="STOP")`.
    """
    structure = draft.facts.structure
    if not isinstance(node, ast.Name):
        return False
    mentions = structure.mentions(structure.owner_of(node), node.id)
    makers: list[ast.AST] = []
    for name in mentions:
        parent = structure.parent(name)
        if isinstance(name.ctx, ast.Load):
            if _is_filled(draft, name, parent):
                return False
        elif isinstance(parent, ast.Assign) and parent.targets == [name]:
            makers.append(parent.value)
        else:
            return False
    return bool(makers) and all(_is_of_others(draft, owner, maker) for maker in makers)


def _is_filled(draft: Draft, name: ast.Name, parent: ast.AST | None) -> bool:
    """Whether something may be put into what `name` is there, for all that can be seen."""
    if isinstance(parent, ast.Attribute):
        return not isinstance(parent.ctx, ast.Load)
    call = draft.facts.structure.parent(parent) if isinstance(parent, ast.keyword) else parent
    if isinstance(call, ast.Call) and name is not call.func:
        return any(isinstance(value, ENTERED) for value in draft.values(call.func))
    return not isinstance(parent, (ast.Return, ast.Expr, ast.Compare, ast.Assert))


def _is_of_others(draft: Draft, owner: Member, maker: ast.AST) -> bool:
    """Whether a class is called with nothing that came from the call."""
    if not isinstance(maker, ast.Call):
        return False
    classes = draft.values(maker.func)
    if not classes or not all(isinstance(value, Class) for value in classes):
        return False
    given = [*maker.args, *(keyword.value for keyword in maker.keywords)]
    return not any(
        origin_of(value) is owner
        for argument in given
        for part in ast.walk(argument)
        if isinstance(part, ast.expr)
        for value in draft.values(part)
    )
