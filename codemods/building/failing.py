"""Reads of what is missing in some replies, which raised an error that a handler catches."""

from __future__ import annotations

import ast

from codemods.building.catching import handled
from codemods.building.ways import may_fail
from migrator.plan import Draft, Use, context_of
from migrator.plan.units import Member

MISSING = frozenset({"AttributeError", "TypeError"})
"""What reading a part of nothing raised."""
INDEX = frozenset({"IndexError", "LookupError"})
"""What the first item of an empty list raises, before and now."""
WIDE = frozenset({"Exception", "BaseException"})
CAUGHT = (
    "a reply without candidates, content or parts raised an error here, which a handler catches; "
    "going through its steps raises none"
)
SEARCHED = (
    "a reply for which nothing was searched for raised an error here, which a handler catches; "
    "there is none now"
)
OTHER = "a reply without candidates raised TypeError here; reading its first step raises IndexError"


def doubt_failure(draft: Draft, owner: Member, node: ast.expr, *, unguarded: bool = False) -> None:
    """Doubt a read that a handler relies on to raise an error, if it raises none of those now.

    `unguarded` says that it is a read of what no test in view asks about.
    """
    caught = handled(draft, node)
    if not caught or not (unguarded or may_fail(draft, node)):
        return
    indexed = context_of(draft.facts, node).use is Use.SUBSCRIPT
    if indexed and caught & (INDEX | WIDE):
        return
    if caught & (MISSING | INDEX | WIDE):
        missing = SEARCHED if unguarded else CAUGHT
        draft.doubt(owner, node, OTHER if indexed else missing)
