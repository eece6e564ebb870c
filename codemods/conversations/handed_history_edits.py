"""Have a function take and give back the id of the last interaction, not a list of turns."""

from __future__ import annotations

import ast

from codemods.conversations.conversation_places import is_free, place_of
from codemods.conversations.handed_histories import Handed
from migrator.edits import Delete, Replace, Template
from migrator.plan import Draft
from migrator.plan.units import Member

KEPT = "str | None"


def name_of(draft: Draft, handed: Handed, node: ast.expr, variable: str) -> str:
    """The variable for the id that is kept at `node`: told apart where one scope keeps several."""
    place = place_of(draft, node)
    beside = [p for p in handed.places if place is not None and p.owner is place.owner]
    if place is None or len(beside) < 2 or place not in handed.places:
        return variable
    return f"{place.name}_{variable}"


def plan_handed(draft: Draft, handed: Handed, variable: str, owner: Member) -> None:
    """The parameter, what is passed for it and what is given back."""
    for place in handed.places:
        if not is_free(draft, place, f"{place.name}_{variable}"):
            text = f"`{place.name}_{variable}` means something else already"
            draft.block(owner, owner, text)
    annotated = f": {KEPT}" if handed.parameter.annotation is not None else ""
    draft.edit(owner, Replace(draft.span(handed.parameter), f"{variable}{annotated}"))
    for node in (*handed.passed, *(n for n in handed.returned if isinstance(n, ast.Name))):
        word = next((k for k in handed.words if k.value is node), None)
        _rename(draft, node, name_of(draft, handed, node, variable), owner)
        if word is not None:
            draft.edit(
                owner, Replace(draft.span(word), Template((f"{variable}=", draft.hole(node))))
            )
        draft.settled.add(node)
    for opening in handed.openings:
        draft.edit(owner, Delete(draft.span(opening)))
        draft.settled.update(ast.walk(opening))
    _annotate(draft, handed, owner)
    draft.settled.update(handed.history.known)


def _rename(draft: Draft, node: ast.expr, variable: str, owner: Member) -> None:
    if isinstance(node, ast.Attribute):
        draft.edit(owner, Replace(draft.positions.attribute_name(node), variable))
    else:
        draft.edit(owner, Replace(draft.span(node), variable))


def _annotate(draft: Draft, handed: Handed, owner: Member) -> None:
    """`-> tuple[str, list[types.Content]]` -> `-> tuple[str, str | None]`."""
    annotation = handed.function.returns
    if annotation is None:
        return
    if handed.position is None:
        draft.edit(owner, Replace(draft.span(annotation), KEPT))
    elif isinstance(annotation, ast.Subscript) and isinstance(annotation.slice, ast.Tuple):
        if len(annotation.slice.elts) > handed.position:
            node = annotation.slice.elts[handed.position]
            draft.edit(owner, Replace(draft.span(node), KEPT))
