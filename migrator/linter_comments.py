"""Comments that speak to a tool about the line they stand on, and go with that line."""

from __future__ import annotations

import re

_LISTED = r"(?:\s*[:=]\s*[\w-]+(?:,\s*[\w-]+)*)?"
_WORDS = (
    r"noqa" + _LISTED,
    r"(?:type|pyright|mypy):\s*ignore(?:\[[\w, -]+\])?",
    r"pylint:\s*disable" + _LISTED,
    r"isort:\s*skip",
    r"pragma:\s*no cover",
    r"nosec" + _LISTED,
)
_PRAGMA = re.compile(rf"(?:#\s*(?:{'|'.join(_WORDS)})\s*)+", re.IGNORECASE)


def is_pragma(comment: str) -> bool:
    """Whether a comment tells a linter or a type checker something, and a reader nothing."""
    return _PRAGMA.fullmatch(comment.strip()) is not None
