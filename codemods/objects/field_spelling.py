"""The two spellings of field names that the old SDK accepts."""

from __future__ import annotations

import re

WORD_START = re.compile(r"(?<=[a-z0-9])([A-Z])")


def snake(name: str) -> str:
    """`maxOutputTokens` -> `max_output_tokens`."""
    return WORD_START.sub(lambda m: "_" + m.group(1).lower(), name)
