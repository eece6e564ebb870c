"""Follow a conversation through the statements of one function or module.

The statements are run over sets of moments: branches add up, loops run until nothing new is found,
and whatever may raise leads to the handlers around it with what was known before it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from codemods.conversations.call_rounds import begin, looped_over, round_of, tested
from codemods.conversations.effects import Effects, Trace
from codemods.conversations.events import (
    SOMEWHERE,
    Ask,
    Enter,
    Event,
    Grow,
    Moment,
    Moments,
    Named,
    Pop,
)
from codemods.conversations.flow_moments import bounded, knowing_names, names_read
from migrator.reasoning.statement_effects import (
    bound_names,
    catches_all,
    changed_names,
    is_steady,
    may_raise,
    may_swallow,
)
from migrator.reasoning.variable_states import (
    Round,
    bind,
    fails,
    forget,
    last_of_range,
    learn,
    verdict,
)

MAX_ROUNDS = 30

NOWHERE: Moments = frozenset()


class Flow:
    """Runs one region.

    `events` are what its statements do, `results` the names they bind to responses and texts,
    `tracked` the variables of which it is worth knowing what they are, `lists` the lists of which
    it is worth knowing whether they are empty, each with whether it never is, `safe` expressions
    that don't fail. Where turns may wait when functions begin, `left` is how these leave the
    conversation.
    """

    def __init__(
        self,
        events: Mapping[ast.stmt, Sequence[Event]],
        results: Callable[[ast.stmt], Collection[Named]],
        tracked: Collection[str] = (),
        lists: Mapping[str, bool] | None = None,
        safe: Collection[ast.AST] = (),
        left: Mapping[ast.AST, Moments] | None = None,
    ) -> None:
        self.trace = Trace()
        self._events = events
        self._results = results
        self._tracked = tracked
        self._lists = lists or {}
        pops = [e.statement for found in events.values() for e in found if isinstance(e, Pop)]
        self._safe = {*safe, *(getattr(statement, "value", None) for statement in pops)}
        self._dirty = left is not None
        self._effects = Effects(self.trace, left)
        self._raising: list[set[Moment]] = [self.trace.raised]
        self._breaks: list[set[Moment]] = []
        self._continues: list[set[Moment]] = []

    def run(self, body: Sequence[ast.stmt], start: Moments) -> Trace:
        """Run a whole region from `start`."""
        self.trace.left |= self.block(body, start)
        return self.trace

    def block(self, body: Sequence[ast.stmt], moments: Moments) -> Moments:
        """Run statements in order."""
        for statement in body:
            if not moments:
                break
            moments = bounded(self.statement(statement, moments))
        return moments

    def statement(self, node: ast.stmt, moments: Moments) -> Moments:
        """Run one statement."""
        moments = frozenset(self._before(node, m) for m in moments)
        failing = frozenset(m for m in moments if fails(node, m.known))
        self._raising[-1] |= (
            moments | self._interrupted(node, moments) if may_raise(node, self._safe) else failing
        )
        moments -= failing
        handler: Callable[..., Moments] | None = getattr(
            self, "_" + type(node).__name__.lower(), None
        )
        if handler is not None:
            return handler(node, moments)
        return self._happens(node, moments)

    def _interrupted(self, node: ast.stmt, moments: Moments) -> Moments:
        """What may be known where an exception of a function that is entered arrives."""
        entries = [e for e in self._events.get(node, ()) if isinstance(e, Enter)]
        sites = frozenset(site for entry in entries for site in entry.sites)
        found = moments if entries else NOWHERE
        return frozenset(
            Moment(SOMEWHERE, unknown=self._dirty, names=m.without(sites).names, known=m.known)
            for m in found
        )

    def _before(self, node: ast.stmt, moment: Moment) -> Moment:
        """A turn whose text is made by calls can't be moved past other statements."""
        moves = any(not is_steady(turn.node) for turn in moment.waiting)
        if moves and not any(isinstance(e, (Ask, Grow)) for e in self._events.get(node, ())):
            return moment.blur()
        return moment

    def _happens(self, node: ast.stmt, moments: Moments) -> Moments:
        """The events of a statement (or of the header of a compound one), then its bindings."""
        return self._bind(node, self._happen(node, moments))

    def _happen(self, node: ast.stmt, moments: Moments) -> Moments:
        for event in self._events.get(node, ()):
            moments = frozenset(
                after for m in moments for after in self._effects.of(event, m, node)
            )
        return moments

    def _bound(self, node: ast.stmt, moment: Moment) -> Moment:
        names = bound_names(node)
        results = self._results(node)
        names |= {named.name for named in results}
        changed = names | changed_names(node)
        if not changed:
            return moment
        answers = {named.name for named in results if not named.part}
        known = bind(moment.known, node, self._tracked, answers)
        kept = frozenset(named for named in moment.names if named.name not in names)
        kept |= frozenset(results)
        moment = replace(moment, names=kept, known=known)
        stale = any(changed & names_read(turn) for turn in moment.waiting)
        return moment.blur() if stale else moment

    # compound statements

    def _if(self, node: ast.If, moments: Moments) -> Moments:
        moments = self._happens(node, moments)
        then, other = (self._where(node.test, moments, outcome) for outcome in (True, False))
        return self.block(node.body, then) | self.block(node.orelse, other)

    def _match(self, node: ast.Match, moments: Moments) -> Moments:
        moments = self._happens(node, moments)
        return moments.union(*[self.block(case.body, moments) for case in node.cases])

    def _for(self, node: ast.For | ast.AsyncFor, moments: Moments) -> Moments:
        """What is iterated over is evaluated once, before the loop."""
        moments = self._happen(node, moments)
        ranged = last_of_range(node)
        if ranged is None or ranged[0] not in self._tracked:
            return self._for_each(node, moments)
        name, last, some = ranged
        moments = frozenset(replace(m, known=forget(m.known, (name,))) for m in moments)

        def enter(found: Moments) -> tuple[Moments, Moments]:
            """A round follows unless the one before was the last, and the other way round."""
            ended = knowing_names(found, name, Round(last, is_last=True))
            fresh = found - ended - knowing_names(found, name, Round(last, is_last=False))
            entered = self._bind(node, found - ended)
            rounds = frozenset(
                replace(m, known=learn(m.known, name, Round(last, is_last=is_last)))
                for m in entered
                for is_last in (True, False)
            )
            return rounds, self._bind(node, ended if some else ended | fresh)

        return self._loop(node, moments, enter)

    _asyncfor = _for

    def _for_each(self, node: ast.For | ast.AsyncFor, moments: Moments) -> Moments:
        """A loop over a list, of which it may be known whether it is empty."""
        key = looped_over(node)

        def enter(found: Moments) -> tuple[Moments, Moments]:
            entered, done = round_of(key, found)
            return self._bind(node, entered), self._bind(node, done)

        return self._loop(node, begin(node, moments, self._lists), enter)

    def _where(self, test: ast.expr, moments: Moments, outcome: bool) -> Moments:
        """The moments in which a test may come out as `outcome`."""
        found = frozenset(m for m in moments if verdict(test, m.known) in (None, outcome))
        return tested(test, found, outcome, self._lists)

    def _bind(self, node: ast.stmt, moments: Moments) -> Moments:
        return frozenset(self._bound(node, m) for m in moments)

    def _while(self, node: ast.While, moments: Moments) -> Moments:
        def enter(found: Moments) -> tuple[Moments, Moments]:
            found = self._happens(node, found)
            return self._where(node.test, found, True), self._where(node.test, found, False)

        return self._loop(node, moments, enter)

    def _loop(
        self,
        node: ast.For | ast.AsyncFor | ast.While,
        moments: Moments,
        enter: Callable[[Moments], tuple[Moments, Moments]],
    ) -> Moments:
        """`enter` tells what of the moments at the head goes into the body, and what leaves."""
        breaks: set[Moment] = set()
        self._breaks.append(breaks)
        head = moments
        for _ in range(MAX_ROUNDS):
            self._continues.append(set())
            entered, _ = enter(head)
            end = self.block(node.body, entered) | self._continues.pop()
            grown = bounded(head | end)
            if grown == head:
                break
            head = grown
        else:
            self.trace.lost.append((node, "the conversation can't be followed through this loop"))
        self._breaks.pop()
        _, done = enter(head)
        return self.block(node.orelse, done) | frozenset(breaks)

    def _break(self, node: ast.Break, moments: Moments) -> Moments:
        self._breaks[-1] |= moments
        return NOWHERE

    def _continue(self, node: ast.Continue, moments: Moments) -> Moments:
        self._continues[-1] |= moments
        return NOWHERE

    def _return(self, node: ast.Return, moments: Moments) -> Moments:
        self.trace.left |= self._happens(node, moments)
        return NOWHERE

    def _raise(self, node: ast.Raise, moments: Moments) -> Moments:
        self._raising[-1] |= moments
        return NOWHERE

    def _try(self, node: ast.Try, moments: Moments) -> Moments:
        raising: set[Moment] = set()
        self._raising.append(raising)
        done = self.block(node.body, moments)
        self._raising.pop()
        # An exception may also come from the handlers and from what no handler catches.
        inner: set[Moment] = set()
        self._raising.append(inner)
        done = self.block(node.orelse, done)
        raised = bounded(frozenset(raising))
        for handler in node.handlers:
            done |= self.block(handler.body, raised)
        self._raising.pop()
        if not any(catches_all(handler) for handler in node.handlers):
            inner |= raised
        if node.finalbody:
            inner = set(self.block(node.finalbody, frozenset(inner)))
            done = self.block(node.finalbody, done)
        self._raising[-1] |= inner
        return done

    _trystar = _try

    def _with(self, node: ast.With | ast.AsyncWith, moments: Moments) -> Moments:
        moments = self._happens(node, moments)
        raising: set[Moment] = set()
        self._raising.append(raising)
        done = self.block(node.body, moments)
        self._raising.pop()
        self._raising[-1] |= raising
        return done | frozenset(raising) if may_swallow(node) else done

    _asyncwith = _with

    def _functiondef(self, node: ast.stmt, moments: Moments) -> Moments:
        return frozenset(self._bound(node, m) for m in moments)

    _asyncfunctiondef = _functiondef
    _classdef = _functiondef
