"""Find turns that are changed after they may have been sent: what the server knows stays as it was.

A list that is sent whole carries the change along with every later call.
"""

from __future__ import annotations

import ast

from codemods.conversations.events import Grow, Start, Turn
from codemods.conversations.list_histories import History
from migrator.plan import Draft
from migrator.reasoning.statement_effects import CHANGING_METHODS
from migrator.understand.facts import origin_of

LOOPS = (ast.For, ast.AsyncFor, ast.While, ast.FunctionDef, ast.AsyncFunctionDef)


def edited_turn(draft: Draft, history: History) -> ast.expr | None:
    """Where a turn of the history is changed in place, other than before it is added."""
    for events in history.events.values():
        for event in events:
            items = event.items if isinstance(event, Grow) else ()
            for turn in event.turns if isinstance(event, Start) else items:
                found = _edited(draft, history, turn.node) if isinstance(turn, Turn) else None
                if found is not None:
                    return found
    return None


def _edited(draft: Draft, history: History, turn: ast.expr) -> ast.expr | None:
    for value in draft.values(turn):
        origin = origin_of(value)
        for node in draft.facts.uses.get(origin, ()) if origin is not None else ():
            changed = _is_changed(draft, node)
            if (
                changed
                and origin is not None
                and not _is_made_ready(draft, history, origin, node, turn)
            ):
                return node
    return None


def _is_changed(draft: Draft, node: ast.expr) -> bool:
    """`node["parts"][0]["text"] = …`, `node.parts.append(…)`, `del node["parts"][1:]`."""
    current: ast.AST = node
    while isinstance(
        outer := draft.facts.structure.parent(current), (ast.Attribute, ast.Subscript)
    ):
        if outer.value is not current:
            return False
        current = outer
    if current is node or not isinstance(current, (ast.Attribute, ast.Subscript)):
        return False
    if not isinstance(current.ctx, ast.Load):
        return True
    called = isinstance(outer, ast.Call) and outer.func is current
    return called and isinstance(current, ast.Attribute) and current.attr in CHANGING_METHODS


def _is_made_ready(
    draft: Draft, history: History, origin: ast.AST, change: ast.expr, turn: ast.expr
) -> bool:
    """Whether a turn is made, changed and only then added or sent, in one round of a loop."""
    made, changed = draft.line(origin), draft.line(change)
    region_of = draft.facts.structure.region
    nodes = (origin, turn, *history.sites)
    near = all(region_of(n) is region_of(change) for n in nodes)
    sent = any(made <= draft.line(site) <= changed for site in history.sites)
    ready = changed <= draft.line(turn) or (near and not sent)
    return made <= changed and ready and _round(draft, origin) is _round(draft, turn)


def _round(draft: Draft, node: ast.AST) -> ast.AST | None:
    current: ast.AST | None = node
    while current is not None and not isinstance(current, LOOPS):
        current = draft.facts.structure.parent(current)
    return current
