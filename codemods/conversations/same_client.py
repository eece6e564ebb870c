"""Whether several calls are certainly sent by one client, which alone can continue its own."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from codemods.conversations.portable_expressions import is_portable
from migrator.plan import Draft
from migrator.understand.structure import COMPREHENSIONS
from migrator.understand.values import Method, Object


def sent_by_one(draft: Draft, sites: Iterable[ast.Call]) -> bool:
    """Whether all calls are sent by the same client."""
    calls = list(sites)
    clients = [c for site in calls for c in _clients(draft, site)]
    changing = any(_is_rebound(draft, site) for site in calls)
    several = len({ast.dump(c) for c in clients}) > 1
    return not (changing or several or any(_is_repeated(draft, c) for c in clients))


def _clients(draft: Draft, call: ast.Call) -> list[ast.AST]:
    """What makes the clients that a call may be sent by."""
    taken = draft.facts.state.sites[call].method.at
    methods = draft.values(taken) if taken is not None else frozenset()
    receivers = [v.receiver for v in methods if isinstance(v, Method)]
    return [r.origin for r in receivers if isinstance(r, Object) and r.origin is not None]


def _is_rebound(draft: Draft, call: ast.Call) -> bool:
    """Whether the client's name is assigned more than once."""
    taken = draft.facts.state.sites[call].method.at
    resource = taken.value if isinstance(taken, ast.Attribute) else None
    client = resource.value if isinstance(resource, ast.Attribute) else None
    return isinstance(client, ast.Name) and not is_portable(draft, client, client)


def _is_repeated(draft: Draft, node: ast.AST) -> bool:
    """Whether a comprehension makes one client after the other."""
    current: ast.AST | None = node
    while current is not None and not isinstance(current, ast.stmt):
        if isinstance(current, COMPREHENSIONS):
            return True
        current = draft.facts.structure.parent(current)
    return False
