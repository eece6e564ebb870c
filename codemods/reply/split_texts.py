"""Texts of a reply that a tool of the server or an image may stand between."""

from __future__ import annotations

from codemods.reply.interaction import TEXTS, Pattern
from migrator.plan import Draft, Reading

JOIN = Pattern('"".join(', "content.text", TEXTS, ")")
"""All text of a reply; `output_text` holds what follows the last of them only."""


def may_be_split(draft: Draft, reading: Reading) -> bool:
    """Whether a tool or an image may stand between two texts of the reply."""
    return any(
        draft.has_feature(reading.base, reading.owner, f) for f in ("server tools", "images")
    )
