"""The forms of a part, and whether each becomes a step of its own.

Source: `google.genai.types.Part` on the old side; the members of `google.genai.interactions.Step`
on the new one.
"""

from __future__ import annotations

FIELDS: dict[str, bool] = {
    "inline_data": False,
    "file_data": False,
    "function_call": True,
    "function_response": True,
    "executable_code": True,
    "code_execution_result": True,
    "text": False,
}
"""Fields of a part that hold its data."""

CONSTRUCTORS: dict[str, bool] = {
    "from_text": False,
    "from_bytes": False,
    "from_uri": False,
    "from_function_call": True,
    "from_function_response": True,
    "from_executable_code": True,
    "from_code_execution_result": True,
}
"""Class methods that make a part."""

MODIFIERS = frozenset(
    {"thought", "thought_signature", "video_metadata", "media_resolution", "part_metadata"}
)
"""Fields that say something about the data."""

RESULT = "function_result"
"""The type of the step that answers a call."""

ROLES: dict[str, str] = {"user": "user_input", "model": "model_output"}
"""Roles of a turn -> the step that holds its content."""
RESULT_ROLES = frozenset({"user", "function", "tool"})
"""Roles under which programs send the results of functions."""
