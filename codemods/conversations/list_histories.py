"""A history that a program keeps as a list of turns: what happens to it, and where."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from codemods.conversations.conversation_places import Place
from codemods.conversations.events import Event, Grow, Reply, Site
from migrator.plan import Draft

LISTS = (ast.List, ast.Tuple)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a dict keeps a list of turns: the dict and the key, as they are written there."""

    table: ast.expr
    key: ast.expr


@dataclass(slots=True)
class History:
    """A list of turns that is kept in one place, and everything that happens to it."""

    place: Place
    nodes: dict[ast.expr, Spot | None]
    """Every expression that stands for the list, in source order."""
    events: dict[ast.stmt, list[Event]] = field(default_factory=dict)
    sites: dict[Site, ast.expr] = field(default_factory=dict)
    """Call -> its `contents`."""
    origins: list[ast.expr] = field(default_factory=list)
    """The expressions that make the list."""
    known: set[ast.AST] = field(default_factory=set)
    """What else may hold the list: the dict it is in, and expressions that take it from there."""
    strange: list[tuple[ast.AST, str]] = field(default_factory=list)
    """Uses that only a list can serve."""

    def replies(self) -> list[Reply]:
        """The replies that the list keeps."""
        grown = [e for found in self.events.values() for e in found if isinstance(e, Grow)]
        return [item for event in grown for item in event.items if isinstance(item, Reply)]


def strange(draft: Draft, history: History, node: ast.AST) -> None:
    text = f"`{draft.quote(node)}` is more than a turn that is added or a list that is sent"
    history.strange.append((node, text))


def happens(draft: Draft, history: History, node: ast.AST, event: Event) -> None:
    statement = draft.facts.structure.statement(node)
    history.events.setdefault(statement, []).append(event)
