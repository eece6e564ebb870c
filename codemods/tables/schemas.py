"""The fields of `types.Schema`, and the keywords of JSON Schema that say the same.

Source: `google.genai.types.Schema` on the old side, and its property `json_schema`.
"""

from __future__ import annotations

import enum


class Holds(enum.Enum):
    """What the value of a keyword is."""

    VALUE = "anything but a schema"
    COUNT = "a whole number"
    SCHEMA = "a schema"
    SCHEMAS = "a list of schemas"
    PROPERTIES = "a dict of schemas"


KEYWORDS: dict[str, tuple[str, Holds]] = {
    "type": ("type", Holds.VALUE),
    "title": ("title", Holds.VALUE),
    "description": ("description", Holds.VALUE),
    "format": ("format", Holds.VALUE),
    "enum": ("enum", Holds.VALUE),
    "default": ("default", Holds.VALUE),
    "example": ("example", Holds.VALUE),
    "pattern": ("pattern", Holds.VALUE),
    "minimum": ("minimum", Holds.VALUE),
    "maximum": ("maximum", Holds.VALUE),
    "required": ("required", Holds.VALUE),
    "min_items": ("minItems", Holds.COUNT),
    "max_items": ("maxItems", Holds.COUNT),
    "min_length": ("minLength", Holds.COUNT),
    "max_length": ("maxLength", Holds.COUNT),
    "min_properties": ("minProperties", Holds.COUNT),
    "max_properties": ("maxProperties", Holds.COUNT),
    "items": ("items", Holds.SCHEMA),
    "any_of": ("anyOf", Holds.SCHEMAS),
    "properties": ("properties", Holds.PROPERTIES),
    "additional_properties": ("additionalProperties", Holds.VALUE),
}
"""Field of a schema -> its keyword, and what that holds."""

DROPPED = frozenset({"property_ordering"})
"""Fields that JSON Schema has no keyword for, and no need of."""

TYPES = frozenset({"STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT", "NULL"})
"""The types, as the enum `types.Type` names them; JSON Schema has them in lower case."""
