"""Plan everything that happens to one stream."""

from __future__ import annotations

import ast

from codemods.streams.chunk_list_reads import Ended, name_of_last, plan_elements, plan_list
from codemods.streams.chunk_lists import text_lists
from codemods.streams.chunk_reads import chunk_type
from codemods.streams.events import Carried
from codemods.streams.kept_chunks import plan_kept
from codemods.streams.leaving_generators import LEAVES, leaving
from codemods.streams.pieces_as_replies import given_as_replies, plan_given
from codemods.streams.request_timing import plan_timing
from codemods.streams.stream_comprehensions import plan_comprehension, plan_maker
from codemods.streams.stream_facts import Survey, Taken
from codemods.streams.stream_loops import LoopPlan
from codemods.streams.stream_survey import survey_stream
from codemods.streams.stream_values import is_stream
from migrator.edits import Replace
from migrator.plan import Draft
from migrator.plan.units import Member

NOTE = (
    "the text of a stream comes in other pieces now, none of them empty; an error in the middle of "
    "it is an event without an HTTP status, which the loop raises as errors.ServerError (500)"
)


def carry_on(draft: Draft, owner: Member, carried: Carried) -> None:
    """Have the loop over the stream of `owner` do at its end what a conversation needs.

    To be called while requests are planned.
    """
    _carried(draft)[owner] = carried


def _carried(draft: Draft) -> dict[Member, Carried]:
    return draft.once("ids of streams", dict[Member, Carried])


def plan_stream(draft: Draft, owner: Member) -> None:
    """Translate every loop over the stream of `owner`, and whatever else happens to it."""
    given = given_as_replies(draft, owner)
    if given is not None and _carried(draft).get(owner) is None:
        plan_given(draft, owner, given)
        draft.note(owner, NOTE)
        return
    survey = survey_stream(draft, owner)
    for node, reason in survey.strange:
        draft.block(owner, node, reason)
    for handing in leaving(draft, owner):
        draft.block(owner, handing, LEAVES)
    carry = _carried(draft).get(owner)
    made = [found.maker for found in survey.lists if found.source is not None]
    readers = [*survey.loops, *survey.comprehensions, *made]
    if carry is not None and len(readers) != 1:
        text = "the stream is part of a conversation, but no single loop reads it to its end"
        draft.block(owner, owner, text)
    for reader in readers:
        if carry is not None and not draft.facts.structure.same_region(reader, owner):
            text = "the stream goes on with a conversation, but another function reads it"
            draft.block(owner, reader, text)
    ends = [_plan_loop(draft, owner, survey, taken, carry) for taken in survey.loops.values()]
    for comprehension, names in survey.comprehensions.items():
        plan_comprehension(draft, owner, comprehension, names, carry)
    _plan_lists(draft, owner, survey, carry, [end for end in ends if end is not None])
    plan_kept(draft, owner, survey.kept, None)
    _plan_methods(draft, owner, survey)
    _settle(draft, owner)
    draft.note(owner, NOTE)


def _plan_loop(
    draft: Draft, owner: Member, survey: Survey, taken: Taken, carry: Carried | None
) -> Ended | None:
    """Plan one loop; returns where it leaves the interaction, if that is asked for behind it."""
    plan_timing(draft, taken.source, taken.loop, owner)
    if taken.listed:
        taken.ended = name_of_last(draft, survey, taken.loop)
    loop = LoopPlan(draft, owner, taken)
    name = loop.plan(carry)
    if name is None:
        return None
    plan_kept(draft, owner, taken.after, name)
    return Ended(name, taken.loop)


def _plan_lists(
    draft: Draft, owner: Member, survey: Survey, carry: Carried | None, ends: list[Ended]
) -> None:
    """Plan the lists of chunks; `ends` say where loops leave the interaction."""
    for found in survey.lists:
        text_lists(draft).add(found.maker)
        ended = ends[0] if len(ends) == 1 else None
        if found.source is not None:
            plan_timing(draft, found.source, draft.facts.structure.statement(found.maker), owner)
            name = name_of_last(draft, survey, found.maker)
            plan_maker(draft, owner, found, carry, name)
            ended = Ended(name, found.maker) if name is not None else None
        plan_list(draft, owner, survey, found, ended)
    for holder, names in survey.listed.items():
        plan_elements(draft, owner, holder, names)


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
