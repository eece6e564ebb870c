"""`part.as_image()` of a chunk: the SDK's own image, made from a delta."""

from __future__ import annotations

import ast

from codemods.reply.sdk_images import sdk_image
from codemods.streams.chunk_reads import Read, is_none_test
from codemods.streams.events import Head
from migrator.edits import ClausesCode, Code
from migrator.plan import Draft, Use, context_of
from migrator.plan.units import Member

NOT_IMAGES = (
    "the config doesn't say that the model answers with images; decode the `data` of a delta of "
    "type image"
)


def made_image(
    draft: Draft, owner: Member, read: Read, head: Head, *, optional: bool
) -> tuple[ast.expr, Code]:
    """What the image, or a test of it, is replaced by; `optional` where it may be None."""
    node, image = read.node, head.media or ""
    parent = draft.facts.structure.parent(node)
    if head.media_types != ("image",) or not isinstance(node, ast.Call):
        draft.block(owner, node, NOT_IMAGES)
        return node, image
    none = is_none_test(parent, node)
    if none is not None and isinstance(parent, ast.expr):
        return parent, f"not {image}" if none else image
    if context_of(draft.facts, node).use is Use.TRUTH:
        return node, image
    code = sdk_image(draft, owner, node, image)
    if optional or isinstance(parent, ast.NamedExpr):
        code = ClausesCode("(", code, (f"if {image}", "else None"), ")", soft=True)
    return node, code
