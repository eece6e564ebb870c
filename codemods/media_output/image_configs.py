"""`types.ImageConfig(…)` as entries of the image format."""

from __future__ import annotations

import ast

from codemods.objects.tested_objects import note_truth
from codemods.objects.written_objects import Field, fields_of
from codemods.request.left_out_settings import target_field
from codemods.tables.api import TYPES
from codemods.tables.settings import IMAGE_FIELDS
from migrator.edits import Code, DictCode, Item, Replace
from migrator.plan import Draft, Reading
from migrator.plan.units import Member

IMAGE_CONFIG = TYPES + "ImageConfig"


def _image_field(draft: Draft, owner: Member, name: str, value: ast.expr) -> str:
    if name not in IMAGE_FIELDS:
        text = f"image_config.{name or 'spread'} has no equivalent on the Interactions API"
        draft.block(owner, value, text)
    return IMAGE_FIELDS.get(name, name)


def build_image_config(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """An image config that is made elsewhere, as keys of the image format."""
    items = tuple(image_items(draft, owner, fields_of(draft, node, IMAGE_CONFIG) or []))
    note_truth(draft, node, items)
    return DictCode(items)


def image_items(draft: Draft, owner: Member, fields: list[Field]) -> list[Item]:
    """The fields of an image config as entries of the image format."""
    items = []
    for second in [field for field in fields if field.is_spread][1:]:
        text = f"`**{draft.quote(second.value)}` is one dict too many; write its fields out"
        draft.block(owner, second.value, text)
    for field in fields:
        constant = draft.constant(field.value)
        if field.is_spread:
            code = draft.convert(field.value, "image config", owner)
            items.append(Item(code, "**", source=field.source))
        elif constant is None or constant.value is not None:
            new = _image_field(draft, owner, field.name, field.value)
            items.append(Item(draft.hole(field.value), new, source=field.source))
    return items


def set_image_field(draft: Draft, reading: Reading) -> None:
    """`options["aspect_ratio"] = …` on a dict that becomes entries of the image format."""
    target = reading.node
    key = target_field(draft, target)
    if key is None or not isinstance(target, ast.Subscript):
        text = f"`{draft.quote(target)}` sets a field of an image config; write it where it is made"
        draft.block(reading.owner, target, text)
        return
    new = _image_field(draft, reading.owner, key, target)
    draft.edit(reading.owner, Replace(draft.span(target.slice), f'"{new}"'))
