"""Annotate variables whose new value says too little to a type checker."""

from __future__ import annotations

import ast

from migrator.edits import Replace, Span
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.understand.structure import ANNOTATED


def annotate(draft: Draft, owner: Member, target: ast.expr, annotation: str) -> None:
    """Annotate the variable that `target` assigns, where the file is typed and it can be done."""
    if needs_annotation(draft, target):
        place = draft.span(target)
        whole = draft.positions.span_with_parentheses(place)
        draft.need(owner, target, "typing", "Any")
        if whole != place:  # a name in parentheses is no variable that can be annotated
            draft.edit(owner, Replace(whole, f"{draft.source(target)}: {annotation}"))
            return
        draft.edit(owner, Replace(Span(place.end, place.end), f": {annotation}"))


def needs_annotation(draft: Draft, target: ast.expr) -> bool:
    """Whether the file is typed and `target` is a variable that is assigned here only.

    In a notebook `config: dict[str, Any] = {…}` would run the magic command `%config`.
    """
    structure = draft.facts.structure
    if structure.module(target) in structure.notebooks:
        return False
    return is_typed(draft, target) and _assigned_once(draft, target)


def is_typed(draft: Draft, node: ast.AST) -> bool:
    """Whether the file of `node` has annotations, so that someone may check its types.

    Without an annotation of its own, a dict of settings has a type that no parameter of `create`
    accepts.
    """

    module = draft.facts.structure.module

    def find() -> set[ast.Module]:
        return {
            module(n)
            for n in draft.facts.structure.every(*ANNOTATED)
            if getattr(n, "annotation", None) or getattr(n, "returns", None)
        }

    return module(node) in draft.once("annotations in use", find)


def _assigned_once(draft: Draft, target: ast.expr) -> bool:
    if not isinstance(target, ast.Name):
        return False
    structure = draft.facts.structure
    scope = structure.scope_of[target]
    if structure.declared_elsewhere(scope, target.id) or (scope, target.id) in structure.shared:
        return False
    return not any(
        isinstance(other, ast.Name)
        and other is not target
        and other.id == target.id
        and not isinstance(other.ctx, ast.Load)
        and draft.facts.structure.scope_of[other] is scope
        for other in draft.facts.state.values
    )
