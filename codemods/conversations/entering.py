"""Functions that go on with the conversation of their caller: where, and how they leave it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from codemods.conversations.conversation_places import Place, Region, region_of
from codemods.conversations.events import Ask, Enter, Event, Moments, Site
from codemods.conversations.turn_lists import runs_late
from migrator.plan import Draft
from migrator.reasoning.variable_states import NOTHING_KNOWN
from migrator.understand.structure import FUNCTION_TYPES

MAX_LEFT = 12
Events = dict[ast.stmt, list[Event]]


@dataclass(frozen=True, slots=True)
class Summary:
    """What is known of functions before they are looked into again.

    `left` is how each may leave the conversation; `some` are those that are entered only while
    something waits for certain.
    """

    left: Mapping[ast.AST, Moments] = field(default_factory=dict)
    some: frozenset[ast.AST] = frozenset()


def add_entries(draft: Draft, place: Place, regions: Mapping[Region, Events]) -> None:
    """Find the calls of functions that touch the conversation, in those that do so as well."""
    calls = _calls(draft, place, regions)
    goes_on: dict[ast.AST, set[ast.AST]] = {}
    for call, functions in calls.items():
        goes_on.setdefault(region_of(draft, call), set()).update(functions)
    for call, functions in calls.items():
        around, statement = region_of(draft, call), draft.facts.structure.statement(call)
        if around not in regions:
            continue
        reached = _reached(functions, goes_on)
        asked = (_asks(events) for region, events in regions.items() if region in reached)
        sites = frozenset(site for found in asked for site in found)
        events = regions[around].setdefault(statement, [])
        alone = sum(draft.facts.structure.statement(other) is statement for other in calls) == 1
        own = alone and not events and all(_is_followed(draft, place, call, f) for f in functions)
        events.append(Enter(call, frozenset(functions), sites, own))


def _calls(
    draft: Draft, place: Place, regions: Mapping[Region, Events]
) -> dict[ast.AST, set[ast.AST]]:
    """The calls of functions that touch the conversation, and of those that call these."""
    touching: set[ast.AST] = {r for r in regions if not isinstance(r, ast.Module)}
    todo = list(touching)
    calls: dict[ast.AST, set[ast.AST]] = {}
    while todo:
        function = todo.pop()
        own = function is place.owner and not place.handed
        if own or not isinstance(function, FUNCTION_TYPES):
            continue  # each run of the owner has a conversation of its own
        for call in draft.facts.callers(function):
            calls.setdefault(call, set()).add(function)
            around = region_of(draft, call)
            if around not in touching and not isinstance(around, ast.Module):
                touching.add(around)
                todo.append(around)
    return calls


def _reached(functions: set[ast.AST], goes_on: Mapping[ast.AST, set[ast.AST]]) -> set[ast.AST]:
    found: set[ast.AST] = set()
    todo = list(functions)
    while todo:
        function = todo.pop()
        if function not in found:
            found.add(function)
            todo += goes_on.get(function, ())
    return found


def _asks(events: Events) -> Iterator[Site]:
    return (e.site for found in events.values() for e in found if isinstance(e, Ask))


def _is_followed(draft: Draft, place: Place, call: ast.AST, function: ast.AST) -> bool:
    """Whether the call runs the function once, here and now, on the same conversation."""
    if not isinstance(call, ast.Call) or runs_late(draft, call) or place.keyed:
        return False
    if any(isinstance(n, (ast.Yield, ast.YieldFrom)) for n in ast.walk(function)):
        return False
    if not place.is_attribute:
        return True
    around = region_of(draft, call)
    receiver = call.func.value if isinstance(call.func, ast.Attribute) else None
    if isinstance(around, ast.Module) or draft.facts.structure.parent(around) is not place.owner:
        return False
    first = next(iter(around.args.args), None)
    return isinstance(receiver, ast.Name) and first is not None and receiver.id == first.arg


def summarise(
    draft: Draft, left: Mapping[Region, Moments], entered: Mapping[Enter, Moments]
) -> Summary:
    """What the ends of functions, and the moments at which they are entered, say."""
    outer: dict[ast.AST, Moments] = {}
    some: set[ast.AST] = set()
    for function, moments in left.items():
        known = frozenset(
            replace(m.blur() if m.waiting else m, names=frozenset(), known=NOTHING_KNOWN)
            for m in moments
        )
        if len(known) <= MAX_LEFT:
            outer[function] = known
        if not isinstance(function, ast.Module) and _enters_with_some(draft, function, entered):
            some.add(function)
    return Summary(outer, frozenset(some))


def _enters_with_some(
    draft: Draft, function: ast.FunctionDef | ast.AsyncFunctionDef, entered: Mapping[Enter, Moments]
) -> bool:
    callers = draft.facts.callers(function)
    followed = {enter.call: moments for enter, moments in entered.items() if enter.own}
    if draft.facts.is_external(function) or not callers:
        return False
    return all(
        call in followed and all(m.waiting or m.some for m in followed[call]) for call in callers
    )
