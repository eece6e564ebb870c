"""Reads of what is missing in some replies, which raised an error that a handler catches."""

from __future__ import annotations

import ast

from codemods.building.ways import may_fail
from migrator.plan import Draft, Use, context_of
from migrator.plan.units import Member
from migrator.understand.structure import FUNCTION_TYPES

MISSING = frozenset({"AttributeError", "TypeError"})
"""What reading a part of nothing raised."""
INDEX = frozenset({"IndexError", "LookupError"})
"""What the first item of an empty list raises, before and now."""
WIDE = frozenset({"Exception", "BaseException"})
CAUGHT = (
    "a reply without candidates, content or parts raised an error here, which a handler catches; "
    "going through its steps raises none"
)
OTHER = "a reply without candidates raised TypeError here; reading its first step raises IndexError"


def doubt_failure(draft: Draft, owner: Member, node: ast.expr) -> None:
    """Doubt a read that a handler relies on to raise an error, if it raises none of those now."""
    caught = handled(draft, node)
    if not caught or not may_fail(draft, node):
        return
    indexed = context_of(draft.facts, node).use is Use.SUBSCRIPT
    if indexed and caught & (INDEX | WIDE):
        return
    if caught & (MISSING | INDEX | WIDE):
        draft.doubt(owner, node, OTHER if indexed else CAUGHT)


def handled(draft: Draft, node: ast.AST) -> set[str]:
    """The names of the errors that are caught around `node` in its function."""
    found: set[str] = set()
    current = node
    while not isinstance(current, (*FUNCTION_TYPES, ast.Module)):
        parent = draft.facts.structure.parent(current)
        assert parent is not None
        if isinstance(parent, ast.Try) and current in parent.body:
            for handler in parent.handlers:
                nodes = ast.walk(handler.type) if handler.type else ()
                found |= {getattr(n, "id", getattr(n, "attr", "")) for n in nodes}
                found |= set() if handler.type else {"BaseException"}
        current = parent
    return found
