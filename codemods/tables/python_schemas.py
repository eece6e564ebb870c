"""The JSON schemas that google-genai derives from annotations, through pydantic's `TypeAdapter`.

Source: `google/genai/_automatic_function_calling_util.py` and `_extra_utils.py`;
tests/tables/test_declarations.py holds what is made of them against the installed SDK.
"""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

SIMPLE: dict[str, Schema] = {
    "str": {"type": "string"},
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "bool": {"type": "boolean"},
    "None": {"type": "null"},
    "object": {},
    "typing.Any": {},
    "datetime.date": {"type": "string", "format": "date"},
    "datetime.datetime": {"type": "string", "format": "date-time"},
    "datetime.time": {"type": "string", "format": "time"},
    "datetime.timedelta": {"type": "string", "format": "duration"},
    "uuid.UUID": {"type": "string", "format": "uuid"},
}
"""Types that stand for themselves."""

LISTS = frozenset(
    {
        "list",
        "typing.List",
        "typing.Sequence",
        "collections.abc.Sequence",
        "typing.Iterable",
        "collections.abc.Iterable",
    }
)
SETS = frozenset({"set", "frozenset", "typing.Set", "typing.FrozenSet"})
TUPLES = frozenset({"tuple", "typing.Tuple"})
DICTS = frozenset(
    {
        "dict",
        "typing.Dict",
        "typing.Mapping",
        "collections.abc.Mapping",
        "typing.MutableMapping",
    }
)
LITERALS = frozenset({"typing.Literal", "typing_extensions.Literal"})
ANNOTATED = frozenset({"typing.Annotated", "typing_extensions.Annotated"})
ENUMS = frozenset({"enum.Enum", "enum.IntEnum", "enum.StrEnum"})
MODELS = frozenset({"pydantic.BaseModel", "pydantic.main.BaseModel"})
FIELDS = frozenset({"pydantic.Field", "pydantic.fields.Field"})

CONSTRAINTS: dict[str, dict[str, str]] = {
    "string": {"min_length": "minLength", "max_length": "maxLength", "pattern": "pattern"},
    "array": {"min_length": "minItems", "max_length": "maxItems"},
    **{
        kind: {
            "ge": "minimum",
            "gt": "exclusiveMinimum",
            "le": "maximum",
            "lt": "exclusiveMaximum",
            "multiple_of": "multipleOf",
        }
        for kind in ("integer", "number")
    },
}
"""Arguments of `Field` that limit a value, by the type of what they limit."""
FIELD_TEXTS = frozenset({"title", "description", "examples"})
"""Arguments of `Field` that only tell about a value."""

CHECKED = frozenset({"str", "int", "float", "bool", "list", "dict", "object"})
"""Annotations whose values the SDK passed on as they came, once it had checked their type."""
ENCODED = frozenset(
    {"datetime.date", "datetime.datetime", "datetime.time", "datetime.timedelta", "uuid.UUID"}
)
"""Annotations whose values a model writes as text: google-genai 2.34 answered such a call with an
error, 3.6 makes the object."""
UNCHECKABLE = frozenset(
    {"typing.Any", *LITERALS, *ANNOTATED, *(LISTS - {"list"}), *(DICTS - {"dict"})}
)
"""Annotations that the SDK could not check: it answered such a call with an error, although the
value of the model is what the function expects."""
