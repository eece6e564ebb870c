"""Media of a reply that is sent again: its data is base64 text already, its type is told."""

from __future__ import annotations

import ast

from codemods.tables.api import BLOB
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.understand.values import Object


def content_read(draft: Draft, node: ast.expr, field: str, owner: Member) -> ast.expr | None:
    """The content of a reply whose `field` is read at `node`; None where it is something else.

    What is read depends on how the reply is rewritten, so the owner goes with its call.
    """
    if not isinstance(node, ast.Attribute) or node.attr != field:
        return None
    blobs = [v for v in draft.values(node.value) if isinstance(v, Object) and v.type == BLOB]
    sites = draft.legacy_calls
    origins = {blob.origin for blob in blobs if blob.origin is not None}  # none: an annotation
    if not origins or not origins <= sites or len(blobs) < len(draft.values(node.value)):
        return None
    for origin in origins:
        draft.join(owner, origin)
    return node.value
