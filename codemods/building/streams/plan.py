"""Plan everything that happens to one stream."""

from __future__ import annotations

import ast

from codemods.building.streams.comprehensions import plan_comprehension
from codemods.building.streams.kept import plan_kept
from codemods.building.streams.loops import LoopPlan
from codemods.building.streams.reads import chunk_type
from codemods.building.streams.survey import Survey, is_stream, survey_stream
from codemods.building.streams.timing import plan_timing
from codemods.tables.api import PACKAGE
from migrator.edits import Code, Replace
from migrator.plan import Draft
from migrator.plan.units import Member

NOTE = (
    "the text of a stream comes in other pieces now; an error in the middle of it is an event "
    "without an HTTP status, which the rewritten loop raises as errors.ServerError (500)"
)


def carry_id(draft: Draft, owner: Member, target: Code) -> None:
    """Have the loop over the stream of `owner` assign the id of its interaction to `target`.

    For conversations: the next turn goes on from there. To be called while requests are planned.
    """
    _carried(draft)[owner] = target


def _carried(draft: Draft) -> dict[Member, Code]:
    return draft.once("ids of streams", dict[Member, Code])


def plan_stream(draft: Draft, owner: Member) -> None:
    """Translate every loop over the stream of `owner`, and whatever else happens to it."""
    survey = survey_stream(draft, owner)
    for node, reason in survey.strange:
        draft.block(owner, node, reason)
    carry = _carried(draft).get(owner)
    if carry is not None and len(survey.loops) != 1:
        text = "the stream is part of a conversation, but no single loop reads it to its end"
        draft.block(owner, owner, text)
    for taken in survey.loops.values():
        plan_timing(draft, taken, owner)
        name = LoopPlan(draft, owner, taken).plan(carry)
        if name is not None:
            plan_kept(draft, owner, taken.after, name)
        draft.need(owner, taken.loop, PACKAGE, "errors")
    for comprehension, names in survey.comprehensions.items():
        plan_comprehension(draft, owner, comprehension, names)
    plan_kept(draft, owner, survey.kept, None)
    _plan_methods(draft, owner, survey)
    _settle(draft, owner)
    draft.note(owner, NOTE)


def _plan_methods(draft: Draft, owner: Member, survey: Survey) -> None:
    """`await stream.aclose()` -> `await stream.close()`."""
    for node in survey.handed:
        parent = draft.facts.structure.parent(node)
        if isinstance(parent, ast.Attribute) and parent.attr == "aclose":
            draft.edit(owner, Replace(draft.positions.attribute_name(parent), "close"))


def _settle(draft: Draft, owner: Member) -> None:
    """What is planned here needs no other rule."""
    for node in draft.facts.uses.get(owner, ()):
        if is_stream(draft, node, owner) or chunk_type(draft, node) is not None:
            draft.settled.add(node)
