"""The response that a kept reply comes from, and names for responses that have none."""

from __future__ import annotations

import ast

from codemods.conversations.chain_decision import Chain
from codemods.conversations.events import (
    Moment,
    Reply,
)
from codemods.conversations.id_carriers import Link
from codemods.reply.interaction import interaction
from codemods.tables.api import PARTS, RESPONSE
from migrator.edits import (
    Binding,
    ClausesCode,
    Code,
    Template,
)
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.understand.values import Object


def response_of(draft: Draft, chain: Chain, reply: Reply) -> Code | None:
    """The response that a reply comes from: named in the reply itself, or by a variable."""
    if reply.streamed:
        return draft.hole(reply.node)  # its id comes with its last event
    node: ast.AST = reply.shown
    while isinstance(node, ast.expr):
        if any(isinstance(v, Object) and v.type == RESPONSE for v in draft.values(node)):
            break
        node = getattr(node, "value", None) or getattr(node, "func", None)  # type: ignore[assignment]
    if isinstance(node, ast.Name):
        return draft.hole(node, Binding.ATOM)
    if isinstance(reply.shown, ast.Name) and not _is_part_of_it(draft, reply.shown):
        return interaction(draft, reply.shown)
    found: set[str | None] = set()
    for moment in chain.kept.get(reply.node, frozenset[Moment]()):
        site = moment.replied(reply)
        found.add(moment.response(site) if site is not None else None)
    return found.pop() if len(found) == 1 else None


def name_responses(draft: Draft, link: Link, owner: Member) -> None:
    """Give the responses that the chain needs names, where they have none."""
    chain = link.chain
    used = {chain.name(site) for site in chain.asked} if not chain.carried else set[str | None]()
    for moments in chain.kept.values() if chain.carried else ():
        used |= {n.name for m in moments for n in m.names}
    for named in link.walrus.values():
        if named.name in used:
            outer = _awaited(draft, named.site)
            code = Template((f"{named.name} := ", draft.hole(outer)))
            draft.replace(owner, outer, ClausesCode("(", code, (), ")"))


def _awaited(draft: Draft, call: ast.Call) -> ast.expr:
    parent = draft.facts.structure.parent(call)
    return parent if isinstance(parent, ast.Await) else call


def _is_part_of_it(draft: Draft, node: ast.expr) -> bool:
    """Whether a variable holds the text or the parts of a reply, and not the interaction now."""
    return any(isinstance(v, Object) and v.type in {"str", PARTS} for v in draft.values(node))
