"""The SDK's own image, which parts and blobs made of themselves."""

from __future__ import annotations

import ast

from codemods.objects.sdk_modules import sdk_module
from migrator.edits import CallCode, Code, Item, Template
from migrator.plan import Draft
from migrator.plan.units import Member


def sdk_image(draft: Draft, owner: Member, node: ast.AST, base: Code) -> Code:
    """`types.Image(…)` of the content `base`, for the place where `node` stands."""
    draft.need(owner, node, "base64", None)
    types = sdk_module(draft, owner, node, "types")
    data = CallCode("base64.b64decode", (Item(Template((base, ".data"))),))
    kind = Template((base, ".mime_type"))
    return CallCode(f"{types}.Image", (Item(data, "image_bytes"), Item(kind, "mime_type")))
