"""The moments that a conversation may be at, kept few."""

from __future__ import annotations

import ast
from dataclasses import replace

from codemods.conversations.events import Moments, Turn
from migrator.reasoning.variable_states import NOTHING_KNOWN, Round, fact

MAX_MOMENTS = 24


def knowing_names(moments: Moments, name: str, found: Round) -> Moments:
    return frozenset(m for m in moments if fact(m.known, name) == found)


def names_read(turn: Turn) -> set[str]:
    return {n.id for n in ast.walk(turn.node) if isinstance(n, ast.Name)} | {
        n.attr for n in ast.walk(turn.node) if isinstance(n, ast.Attribute)
    }


def bounded(moments: Moments) -> Moments:
    """Few enough moments: where they differ too much, what waits becomes unknown."""
    if len(moments) <= MAX_MOMENTS:
        return moments
    plain = frozenset(replace(m, known=NOTHING_KNOWN) for m in moments)
    return plain if len(plain) <= MAX_MOMENTS else frozenset(m.blur() for m in plain)
