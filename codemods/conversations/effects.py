"""What an event does to what is known of a conversation, and what there is to note of it."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from codemods.conversations.events import (
    SOMEWHERE,
    Ask,
    Enter,
    Event,
    Fork,
    Grow,
    Moment,
    Moments,
    Pop,
    Site,
    Start,
    Switch,
    Turn,
)

MAX_WAITING = 6


@dataclass(slots=True)
class Trace:
    """What was found out: the moments at each call, and what can't be followed."""

    asked: dict[Site, set[Moment]] = field(default_factory=dict)
    """Call -> what may be known right before it."""
    kept: dict[ast.expr, set[Moment]] = field(default_factory=dict)
    """A reply that is kept, or a fork -> what may be known right before it."""
    lost: list[tuple[ast.AST, str]] = field(default_factory=list)
    left: set[Moment] = field(default_factory=set)
    """What may be known where the function is left by returning."""
    raised: set[Moment] = field(default_factory=set)
    """What may be known where the function is left by an exception."""
    entered: dict[Enter | Switch, set[Moment]] = field(default_factory=dict)
    """What may be known where another function, or another conversation, goes on."""


class Effects:
    """Applies events; `left` is how functions leave the conversation, where turns may wait then."""

    def __init__(self, trace: Trace, left: Mapping[ast.AST, Moments] | None) -> None:
        self.trace = trace
        self._left = left or {}

    def of(self, event: Event, moment: Moment, node: ast.stmt) -> list[Moment]:
        """What is known after `event`, which `node` brings about; nothing where that is lost."""
        if isinstance(event, Start):
            return [moment.begin(event)]
        if isinstance(event, Ask):
            self.trace.asked.setdefault(event.site, set()).add(moment)
            return [moment.ask(event)]
        if isinstance(event, Fork):
            self.trace.kept.setdefault(event.look, set()).add(moment)
            return [moment]
        if isinstance(event, Pop):
            return self._pop(moment, node)
        if isinstance(event, (Enter, Switch)):
            return self._enter(event, moment)
        return self._grow(event, moment)

    def _enter(self, event: Enter | Switch, moment: Moment) -> list[Moment]:
        """Another function has gone on with the conversation, or this is another one."""
        self.trace.entered.setdefault(event, set()).add(moment)
        left: list[Moments | None] = [None]
        if isinstance(event, Enter):
            moment = moment.without(event.sites)
            if event.own:
                left = [self._left.get(function) for function in event.functions]
        if None in left:
            dirty = bool(moment.waiting or moment.unknown)
            return [Moment(SOMEWHERE, unknown=dirty, names=moment.names, known=moment.known)]
        found = frozenset[Moment]().union(*(moments for moments in left if moments is not None))
        return [replace(m, names=moment.names, known=moment.known) for m in found]

    def _grow(self, event: Grow, moment: Moment) -> list[Moment]:
        for item in event.items:
            if isinstance(item, Turn):
                moment = moment.add(item)
                if len(moment.waiting) > MAX_WAITING:
                    moment = moment.blur()
                continue
            self.trace.kept.setdefault(item.node, set()).add(moment)
            site = moment.replied(item)
            after = moment.reply(site) if site is not None else None
            if after is None:
                text = "the reply that is kept here may answer something else than what is kept"
                self.trace.lost.append((item.node, text))
                return []
            moment = after
        return [moment]

    def _pop(self, moment: Moment, node: ast.stmt) -> list[Moment]:
        if not moment.waiting:
            self.trace.lost.append((node, "this may take back a turn that the server knows"))
            return []
        return [replace(moment, waiting=moment.waiting[:-1], sent=frozenset())]
