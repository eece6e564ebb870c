"""Containers that keep an object which is made differently now: where do they take it?"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from migrator.plan.by_hand import leave_to_hand, made_by_test
from migrator.plan.contexts import Use, context_of
from migrator.plan.draft import Draft
from migrator.plan.follow import is_part
from migrator.plan.reading import Reading
from migrator.plan.units import Member
from migrator.understand.facts import origin_of
from migrator.understand.values import Object

LEAVING = frozenset({Use.ARGUMENT, Use.RETURNED, Use.STORED, Use.FORMAT, Use.COMPARE, Use.OTHER})
"""Uses of a container that hand on what is in it."""
READS = frozenset({Use.ATTRIBUTE, Use.SUBSCRIPT})
"""Uses that take something out of an object."""


def follow_holders(draft: Draft) -> None:
    """Have the rule `("held", kind)` judge containers of what is made differently.

    It judges each use that takes a container to where nothing is translated. This comes last: by
    then it is known which expressions have been converted where they stand.
    """
    for origin, kind in draft.demanded.items():
        judge = draft.rule("held", kind)
        if judge is not None:
            for reading in _holders(draft, origin, kind, {origin}):
                judge(draft, reading)


def _holders(
    draft: Draft, origin: ast.AST, kind: str, seen: set[ast.AST], owner: Member | None = None
) -> Iterator[Reading]:
    owner = owner or origin
    for holder in draft.facts.holders.get(origin, ()):
        if holder in seen or holder in draft.demanded or _is_converted(draft, holder, origin):
            continue
        seen.add(holder)
        for node in draft.facts.uses.get(holder, ()):
            whole = any(origin_of(v) is holder and not is_part(v) for v in draft.values(node))
            context = context_of(draft.facts, node)
            leaves = context.use in LEAVING and not _is_looked_up(context.node, node)
            if whole and leaves and node not in draft.sinks and not _is_handed_on(draft, node):
                yield Reading(owner, node, context.node, kind, (), context.use)
        yield from _holders(draft, holder, kind, seen, owner)


def check_mixed_reads(draft: Draft) -> None:
    """Stop reads of what is made differently that may as well be of something that is not.

    `histories["ann"][-1].parts`, where nothing that is kept under this key is ever sent.
    """
    for origin in draft.demanded:
        for node in draft.facts.uses.get(origin, ()):
            if node in draft.settled or context_of(draft.facts, node).use not in READS:
                continue
            whole = [v for v in draft.values(node) if isinstance(v, Object) and not v.path]
            kinds = {v.type for v in whole if v.origin is origin}
            for value in whole:
                made = value.origin
                if made is None or made in draft.demanded or value.type not in kinds:
                    continue
                text = (
                    f"`{draft.quote(node)}` may also be what is made on line {draft.line(made)}, "
                    "which no request holds, and which stays as it is"
                )
                leave_to_hand(draft, origin, made_by_test(draft, value) or node, text)
                break


def _is_handed_on(draft: Draft, node: ast.expr) -> bool:
    """Whether `node` is the `**kwargs` of a call site, on their way through a helper."""
    calls = draft.facts.handed_on_by(node)
    return isinstance(draft.facts.structure.parent(node), (ast.Starred, ast.keyword)) and bool(
        calls & {site.call for site in draft.facts.sites}
    )


def _is_looked_up(parent: ast.AST, node: ast.expr) -> bool:
    """Whether `node` is the table in `key in node`."""
    if not isinstance(parent, ast.Compare) or node is parent.left:
        return False
    return all(isinstance(op, (ast.In, ast.NotIn)) for op in parent.ops)


def _is_converted(draft: Draft, holder: ast.AST, origin: ast.AST) -> bool:
    """Whether everything in a display (or sum) that is or holds the object is converted."""
    carriers = {origin, *draft.facts.holders.get(origin, ())}
    rebuilt = origin if origin in draft.demanded else None
    children = [
        child.value if isinstance(child, (ast.Starred, ast.keyword)) else child
        for child in ast.iter_child_nodes(holder)
    ]
    inside = [c for c in children if any(origin_of(v) in carriers for v in draft.values(c))]
    return bool(inside) and all(
        child in draft.sinks or child is rebuilt or _is_converted(draft, child, origin)
        for child in inside
    )
