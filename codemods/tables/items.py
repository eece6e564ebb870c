"""What the parts of a reply became: content of a `model_output` step, or steps of their own.

Source: `google.genai.types.Part` on the old side; the members of `google.genai.interactions.Step`
and `google.genai.interactions.Content` on the new one.
"""

from __future__ import annotations

import enum


class Kind(enum.Enum):
    """The kinds of parts, and of what stands in their place now."""

    TEXT = "text"
    MEDIA = "image, audio or video"
    THOUGHT = "thought"
    CALL = "function_call"
    CODE = "code_execution_call"
    RESULT = "code_execution_result"
    OTHER = "a step that was no part"


Kinds = frozenset[Kind]
ALL: Kinds = frozenset(Kind)
CONTENT: Kinds = frozenset({Kind.TEXT, Kind.MEDIA})
"""The kinds that are content of a `model_output` step; the others are steps."""

FIELDS: dict[str, Kinds] = {
    "text": frozenset({Kind.TEXT, Kind.THOUGHT}),
    "thought": frozenset({Kind.THOUGHT}),
    "inline_data": frozenset({Kind.MEDIA}),
    "as_image": frozenset({Kind.MEDIA}),
    "function_call": frozenset({Kind.CALL}),
    "executable_code": frozenset({Kind.CODE}),
    "code_execution_result": frozenset({Kind.RESULT}),
}
"""The fields (and methods) of a part, and the kinds of parts that have a value in them."""

MEDIA_TYPES = ("image", "audio", "video")
"""The types of content that were `inline_data`."""

FEATURES: dict[str, Kinds] = {
    "thoughts": frozenset({Kind.THOUGHT}),
    "images": frozenset({Kind.MEDIA}),
    "audio": frozenset({Kind.MEDIA}),
    "code_execution": frozenset({Kind.CODE, Kind.RESULT}),
    "functions": frozenset({Kind.CALL}),
}
"""What a request asks for, and the kinds of parts that its reply may hold besides text."""
