"""Models that are served no longer, or not for long, and what takes their place.

As of 2026-11-28. Source: ai.google.dev/gemini-api/docs/deprecations and its changelog, of which the
rows say more; where the model that Google names has gone itself, the one that it names for that.
Vertex AI has dates of its own. A successor is one that google-genai 3.6.1 lists for interactions.
"""

from __future__ import annotations

from dataclasses import dataclass

AS_OF = "2026-11-28"


@dataclass(frozen=True, slots=True)
class Ending:
    """When a model goes, "" where that isn't known, and the model that takes its place."""

    day: str = ""
    successor: str | None = None

    @property
    def told(self) -> str:
        """That the model goes, or has gone, in words."""
        if not self.day:
            return "is retired"
        return f"{'was' if self.day <= AS_OF else 'is'} shut down on {self.day}"


_PRO_2_5 = Ending("2026-12-01", "gemini-3.8-flash")
_FLASH_2_5 = Ending("2026-12-01", "gemini-3.5-flash-lite")

MODELS: dict[str, Ending] = {
    # As quoted on 2026-11-10 by aideprecations.com: from that day on, requests go to these.
    # gemini-2.5-flash-lite "is not deprecated".
    "gemini-2.5-pro": _PRO_2_5,
    "gemini-2.5-flash": _FLASH_2_5,
    # The page of 2026-03 names gemini-3.1-pro-preview.
    "gemini-3-pro-preview": Ending("2026-03-09", "gemini-3.1-pro-preview"),
    "gemini-2.5-pro-preview-03-25": Ending("2025-12-02", "gemini-3.1-pro-preview"),
    "gemini-2.5-pro-preview-05-06": Ending("2025-12-02", "gemini-3.1-pro-preview"),
    "gemini-2.5-pro-preview-06-05": Ending("2025-12-02", "gemini-3.1-pro-preview"),
    # The page of 2026-06.
    "gemini-3-pro-image-preview": Ending("2026-06-25", "gemini-3-pro-image"),
    "gemini-3.1-flash-image-preview": Ending("2026-06-25", "gemini-3.1-flash-image"),
    "gemini-3.1-flash-lite-preview": Ending("2026-05-25", "gemini-3.1-flash-lite"),
    # The changelog of 2026-06-01, as quoted by modeldex.dev.
    "gemini-2.0-flash": Ending("2026-06-01", "gemini-3.5-flash"),
    "gemini-2.0-flash-001": Ending("2026-06-01", "gemini-3.5-flash"),
    "gemini-2.0-flash-lite": Ending("2026-06-01", "gemini-3.1-flash-lite"),
    "gemini-2.0-flash-lite-001": Ending("2026-06-01", "gemini-3.1-flash-lite"),
    "gemini-2.0-flash-exp": Ending("2025-12-09", "gemini-3.5-flash"),
    # The changelog of 2025-09-29; its successors are of 2.5.
    "gemini-1.5-pro": Ending("2025-09-29", _PRO_2_5.successor),
    "gemini-1.5-flash": Ending("2025-09-29", _FLASH_2_5.successor),
    "gemini-1.5-flash-8b": Ending("2025-09-29", "gemini-2.5-flash-lite"),
    # Nobody names what takes their place.
    "gemini-2.5-flash-lite-preview-09-2025": Ending("2026-03-31"),
    "gemini-2.0-flash-exp-image-generation": Ending("2025-11-14"),
    "gemini-2.0-flash-preview-image-generation": Ending("2025-11-14"),
    "gemini-pro": Ending(),
    "gemini-pro-vision": Ending(),
}
SERIES = ("gemini-1.0-", "gemini-1.5-", "gemini-2.0-")
"""Beginnings of names of which none is served any longer."""

PREFIX = "models/"


def ending(name: str) -> Ending | None:
    """What is known of the end of a model, called with its prefix or without; None of others."""
    bare = name.removeprefix(PREFIX)
    known = MODELS.get(bare)
    return Ending() if known is None and bare.startswith(SERIES) else known
