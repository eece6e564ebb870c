"""Parts of a reply that are sent with another request: the content of a reply is input as it is."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from codemods.reply.items import Form, items_of
from codemods.reply.kept_parts import item_kinds
from codemods.tables.api import PART
from codemods.tables.items import CONTENT
from migrator.edits import Code
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.understand.facts import origin_of
from migrator.understand.values import Object, Value, Values

STEP = "which may be a thought or a call, is no content of a request; send its text or data by hand"


def resent_part(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """A part of a reply, among what is sent."""
    items = items_of(draft, node, owner)
    kinds = item_kinds(draft, node, items.kinds)
    _check(draft, node, owner, is_content=items.form is not Form.SPOKEN and kinds <= CONTENT)
    return draft.hole(node)


def resent_parts(draft: Draft, node: ast.expr, held: Values, owner: Member) -> Code:
    """A list of parts of a reply."""
    form = items_of(draft, node, owner).form
    _check(draft, node, owner, is_content=form in {Form.TEXT, Form.CONTENT})
    return draft.hole(node)


def _check(draft: Draft, node: ast.expr, owner: Member, *, is_content: bool) -> None:
    """Stop the call if the part may be no content; nobody else has to look at it here."""
    if not is_content:
        draft.block(owner, node, f"`{draft.quote(node)}`, {STEP}")
    sites = draft.legacy_calls
    current: ast.AST | None = node
    while isinstance(current, (ast.expr, ast.keyword)) and current not in sites:
        draft.settled.add(current)
        current = draft.facts.structure.parent(current)


def are_received(draft: Draft, values: Iterable[Value]) -> bool:
    """Whether there are values, all of them parts of replies."""
    found = list(values)
    sites = draft.legacy_calls
    return bool(found) and all(
        isinstance(v, Object) and v.type == PART and v.path and v.origin in sites for v in found
    )


def join_replies(draft: Draft, values: Values, owner: Member) -> None:
    """A call that sends parts of a reply, or lists of them, goes with the call it is from."""
    sites = draft.legacy_calls
    objects = [value for value in values if isinstance(value, Object)]
    held = [v for o in objects if o.origin is not None for v in draft.facts.held(o.origin)]
    for value in (*objects, *held):
        origin = origin_of(value)
        if isinstance(value, Object) and value.type == PART and origin in sites:
            assert origin is not None
            draft.join(owner, origin)
