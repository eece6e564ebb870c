"""Decide whether a conversation can be a chain of interactions, and what each call then sends.

Every region that touches the conversation is followed. If what waits to be sent is the same at a
call however it is reached, it is written there and the list is not needed any more; else the list
stays, and holds what the server does not know yet.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace

from codemods.conversations.appended_turns import is_whole_text
from codemods.conversations.call_rounds import lists_of
from codemods.conversations.closed_classes import is_closed
from codemods.conversations.conversation_flow import Flow
from codemods.conversations.conversation_places import Place, Region, region_of
from codemods.conversations.effects import Trace
from codemods.conversations.entering import Summary, add_entries, summarise
from codemods.conversations.escapes import failures_end_the_program, is_concurrent
from codemods.conversations.events import (
    BEGIN,
    SOMEWHERE,
    Ask,
    Enter,
    Event,
    Grow,
    Moment,
    Named,
    Previous,
    Site,
    Start,
    Switch,
    Turn,
)
from codemods.tables.api import CANDIDATE, CONTENT, FUNCTION_CALLS, PARTS, RESPONSE
from migrator.plan import Draft
from migrator.reasoning.statement_effects import is_steady
from migrator.reasoning.variable_states import State, statements_of, tracked_names
from migrator.understand.structure import named_parameters
from migrator.understand.values import Object

Events = dict[ast.stmt, list[Event]]
Results = Callable[[ast.stmt], Collection[Named]]
MAX_SUMMARIES = 4
STANDS_FOR = frozenset({RESPONSE, CANDIDATE, CONTENT})
"""Types whose variables hold the interaction once they are migrated."""
PARTS_OF_IT = frozenset({PARTS, FUNCTION_CALLS, "str"})
"""Types of what is taken from a response."""


@dataclass(slots=True)
class Chain:
    """What is known of a conversation at each of its calls.

    `keeps` says that the turns that wait must be kept in a list; `carried` that the id of the last
    interaction must be kept in a variable.
    """

    place: Place
    asked: dict[Site, frozenset[Moment]] = field(default_factory=dict)
    kept: dict[ast.expr, frozenset[Moment]] = field(default_factory=dict)
    keeps: bool = False
    carried: bool = False
    reason: tuple[ast.AST, str] | None = None
    """Why the conversation can be no chain."""

    def waiting(self, site: Site) -> tuple[Turn, ...]:
        """The turns that wait when `site` is called."""
        return next(iter(self.asked[site])).waiting

    def previous(self, site: Site) -> set[Previous]:
        """The interactions that `site` may continue."""
        return {m.previous for m in self.asked[site]}

    def name(self, site: Site) -> str | None:
        """The variable that holds the interaction `site` continues, whichever it is."""
        names = {
            moment.response(moment.previous) if isinstance(moment.previous, ast.Call) else None
            for moment in self.asked[site]
        }
        return names.pop() if len(names) == 1 else None


def follow_conversation(
    draft: Draft,
    place: Place,
    events: Events,
    results: Results | None = None,
    safe: Collection[ast.AST] = (),
) -> Chain:
    """Follow the conversation at `place` through every region that touches it.

    `results` tells which statement binds a name to the response of a call; expressions that are
    `safe` don't fail.
    """
    results = results or results_of(draft, {})
    chain = Chain(place)
    regions: dict[Region, Events] = {}
    for statement, found in events.items():
        region = region_of(draft, statement)
        regions.setdefault(region, {})[statement] = sorted(found, key=_order)
    outside = [r for r in regions if r is not place.owner or place.goes_on]
    if outside and is_concurrent(draft):
        chain.reason = (place_node(events), "several tasks or threads may share the conversation")
        return chain
    if isinstance(place.owner, ast.ClassDef) and is_closed(draft, place.owner):
        text = f"objects of the class {place.owner.name} take no attribute beside it"
        chain.reason = (place_node(events), text)
        return chain
    add_entries(draft, place, regions)
    traces = _run(draft, regions, place, results, safe)
    if outside and _is_left_dirty(draft, traces, place):
        traces = _run_dirty(draft, regions, place, results, safe)
    _conclude(chain, traces, events)
    return chain


def _order(event: Event) -> int:
    """What a statement does, in order: it asks before it keeps anything."""
    return 0 if isinstance(event, Switch) else 1 if isinstance(event, Ask) else 2


def place_node(events: Events) -> ast.AST:
    """A node to quote for the conversation as a whole."""
    return min(events, key=lambda s: (s.lineno, s.col_offset))


def _run_dirty(
    draft: Draft,
    regions: dict[Region, Events],
    place: Place,
    results: Results,
    safe: Collection[ast.AST],
) -> dict[Region, Trace]:
    """Follow it where functions leave turns for others: what one leaves may help with the next."""
    summary = Summary()
    for _ in range(MAX_SUMMARIES):
        traces = _run(draft, regions, place, results, safe, summary)
        left = {region: frozenset(trace.left) for region, trace in traces.items()}
        entered = {
            event: frozenset(moments)
            for trace in traces.values()
            for event, moments in trace.entered.items()
            if isinstance(event, Enter)
        }
        found = summarise(draft, left, entered)
        if found == summary:
            break
        summary = found
    return traces


def _run(
    draft: Draft,
    regions: dict[Region, Events],
    place: Place,
    results: Results,
    safe: Collection[ast.AST],
    summary: Summary | None = None,
) -> dict[Region, Trace]:
    """Follow each region by itself; with a summary, turns may wait where a function begins."""
    traces, dirty = {}, summary is not None
    summary = summary or Summary()
    for region, events in regions.items():
        mine = region is place.owner and not place.goes_on
        answers = {n.name for s in statements_of(region.body) for n in results(s)}
        own = _own_variables(draft, region)
        tracked, lists = (
            tracked_names(region.body, answers) & own,
            lists_of(draft, region.body, events, own),
        )
        unbound = frozenset((name, State.UNBOUND) for name in tracked)
        start = Moment(SOMEWHERE, unknown=dirty, some=region in summary.some)
        start = replace(Moment(BEGIN) if mine else start, known=unbound)
        flow = Flow(events, results, tracked, lists, safe, summary.left if dirty else None)
        traces[region] = flow.run(region.body, frozenset({start}))
    return traces


def _own_variables(draft: Draft, region: Region) -> set[str]:
    """The variables that no other scope sets, and that nothing is bound to at the start."""
    structure = draft.facts.structure
    names = {n for n in structure.locals_of[region] if (region, n) not in structure.shared}
    if isinstance(region, ast.Module):
        return names
    named = [*named_parameters(region), region.args.vararg, region.args.kwarg]
    outer = (n for n in names if structure.declared_elsewhere(region, n))
    return names.difference(outer, (a.arg for a in named if a is not None))


def results_of(draft: Draft, given: Mapping[ast.stmt, Named]) -> Results:
    """Which call's response, or its text, a statement binds a name to.

    `given` are variables that the rewrite itself puts in.
    """

    def results(statement: ast.stmt) -> list[Named]:
        found = (given.get(statement), result(statement))
        return [named for named in found if named is not None]

    def result(statement: ast.stmt) -> Named | None:
        if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
            return None
        target, taken = statement.targets[0], _or_none(statement.value)
        values = draft.values(taken)
        objects = [v for v in values if isinstance(v, Object)]
        if not isinstance(target, ast.Name) or len(objects) != 1:
            return None
        (value,) = objects
        if not isinstance(value.origin, ast.Call) or value.type not in {*STANDS_FOR, *PARTS_OF_IT}:
            return None
        text = value.type == "str"
        if (len(values) > 1 or text) and not (text and is_whole_text(values)):
            return None
        if value.type in {PARTS, FUNCTION_CALLS} and not isinstance(taken, ast.Attribute):
            return None  # a slice of them
        return Named(value.origin, target.id, value.type if value.type in PARTS_OF_IT else "")

    return results


def _or_none(node: ast.expr) -> ast.expr:
    """`x` of `x or []`."""
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or) and len(node.values) == 2:
        last = node.values[1]
        if isinstance(last, (ast.List, ast.Tuple)) and not last.elts:
            return node.values[0]
    return node


def _is_left_dirty(draft: Draft, traces: dict[Region, Trace], place: Place) -> bool:
    """Whether turns may wait where one function hands the conversation over to another."""
    for region, trace in traces.items():
        ends = isinstance(region, ast.Module) or (place.keyed and region is place.owner)
        left = set() if ends else trace.left
        if any(m.waiting or m.unknown for m in left.union(*trace.entered.values())):
            return True
        if place.keyed and region is place.owner:
            continue  # a dict of the function itself is gone then
        if any(m.waiting or m.unknown for m in trace.raised):
            if not failures_end_the_program(draft, region):
                return True
    return False


def _conclude(chain: Chain, traces: dict[Region, Trace], events: Events) -> None:
    for trace in traces.values():
        for site, before in trace.asked.items():
            chain.asked[site] = chain.asked.get(site, frozenset()) | before
        for node, moments in trace.kept.items():
            chain.kept[node] = chain.kept.get(node, frozenset()) | moments
        if trace.lost and chain.reason is None:
            chain.reason = trace.lost[0]
    asks = {e.site: e for found in events.values() for e in found if isinstance(e, Ask)}
    for site, ask in asks.items():
        if site not in chain.asked:
            chain.reason = (site, "the call is never reached")
            return
        known = chain.asked[site]
        if not all(m.waiting or m.some or ask.more for m in known):
            chain.reason = (site, "nothing new may be said here, so there is nothing to send")
            return
        different = len({m.waiting for m in known}) > 1
        chain.keeps = chain.keeps or different or any(m.unknown for m in known)
    chain.keeps = chain.keeps or _is_wasted(chain, events)
    chain.carried = chain.place.goes_on or any(
        chain.previous(site) != {BEGIN} and chain.name(site) is None for site in asks
    )


def _is_wasted(chain: Chain, events: Events) -> bool:
    """Whether a turn is made by calls and sent nowhere, so that its statement must stay."""
    sent = {t.node for moments in chain.asked.values() for m in moments for t in m.waiting}
    for found in events.values():
        for event in found:
            turns = event.turns if isinstance(event, Start) else ()
            if isinstance(event, Grow):
                turns = tuple(t for t in event.items if isinstance(t, Turn))
            if any(t.node not in sent and not is_steady(t.node) for t in turns):
                return True
    return False
