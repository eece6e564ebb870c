"""Where a reply ends early: how far on the way to its parts things are, and what is missing."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from codemods.reply.path_kinds import IMPLIED
from codemods.tables.api import CANDIDATE, CANDIDATES, CONTENT, FUNCTION_CALLS
from migrator.plan import Draft
from migrator.understand.values import Object

RANKS = {**dict.fromkeys(IMPLIED, 2), CANDIDATES: 0, CANDIDATE: 0, CONTENT: 1, FUNCTION_CALLS: 2}
"""How far along the way to the parts something is: a reply ends before one of these steps."""
LAST = 2


@dataclass(frozen=True, slots=True)
class End:
    """Where a reply ends early: the step that is missing, and those behind it.

    `reply` is the one of several that does; None stands for all.
    """

    step: int
    reply: ast.AST | None = None


def ends_of(reply: ast.AST | None) -> tuple[End, ...]:
    """Each way in which one of several replies may end early; None stands for all of them."""
    return tuple(End(step, reply) for step in range(LAST + 1))


ENDS = ends_of(None)


def ranks_of(draft: Draft, node: ast.expr) -> list[int]:
    """How far along the way each part of a reply is that `node` may be."""
    values = draft.values(node)
    found = [v for v in values if isinstance(v, Object) and v.type in RANKS]
    return [RANKS[v.type] for v in found if not _is_own(draft, v)]


def _is_own(draft: Draft, value: Object) -> bool:
    """Whether it is (read of) content that the program has made itself."""
    made = draft.values(value.origin) if isinstance(value.origin, ast.Call) else ()
    return any(isinstance(v, Object) and v.type == CONTENT and not v.path for v in made)
