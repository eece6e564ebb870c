"""Which thinking levels each model takes, and what it does without one.

As of 2026-11-28. Source: ai.google.dev/gemini-api/docs/thinking, "Controlling thinking", which is
of the Interactions API: a level that a model doesn't support is answered with 400 (vercel/ai#18986,
earendil-works/pi#9455: "Thinking level MINIMAL is not supported for this model").
"""

from __future__ import annotations

import re

from codemods.tables.models import PREFIX

ALL = frozenset({"minimal", "low", "medium", "high"})
_BUT_MINIMAL = ALL - {"minimal"}

LEVELS: dict[str, frozenset[str]] = {
    "gemini-3.8-flash": _BUT_MINIMAL,
    "gemini-3.7-flash": _BUT_MINIMAL,
    "gemini-3.6-flash": ALL,
    "gemini-3.5-flash": ALL,
    "gemini-3.5-flash-lite": ALL,
    "gemini-3.1-pro": _BUT_MINIMAL,
    "gemini-3.1-flash-lite": ALL,
    "gemini-3.1-flash-lite-image": frozenset({"minimal", "high"}),
    "gemini-3-pro": frozenset({"low", "high"}),
    "gemini-3-flash": ALL,
    "gemini-2.5-pro": _BUT_MINIMAL,
    "gemini-2.5-flash": _BUT_MINIMAL,
    "gemini-2.5-flash-lite": _BUT_MINIMAL,
    "gemini-robotics-er-2": ALL,
    # What these names led to in September 2026.
    "gemini-flash-latest": _BUT_MINIMAL,
    "gemini-pro-latest": _BUT_MINIMAL,
}

UNTHINKING = frozenset({"gemini-2.5-flash-lite"})
"""Models that don't think without a level, as they did with a budget of 0."""

DYNAMIC = frozenset({"gemini-2.5-pro", "gemini-2.5-flash"})
"""Models that decide by themselves without a level, as they did with a budget of -1."""

_VERSION = re.compile(r"-(?:preview\b.*|exp\b.*|\d{3})$")


def family(model: str) -> str:
    """A model's name without its prefix, and without what says which state of it is meant."""
    return _VERSION.sub("", model.removeprefix(PREFIX))
