"""What is said of one requirement: it does, it is raised, or a person has to choose."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Kind(enum.Enum):
    """How a requirement compares with what is needed."""

    ENOUGH = "enough"
    """It lets nothing in that is too old."""
    LOOSE = "loose"
    """It lets in versions that are too old, and has a wording that doesn't."""
    SHUT = "shut"
    """It keeps out every version that would do."""
    UNREAD = "unread"
    """What it lets in can't be told."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a requirement compares, and what it would be instead.

    `wanted` is the requirement as its author would write it; of a loose one it keeps what it can.
    """

    kind: Kind
    wanted: str = ""


ENOUGH = Verdict(Kind.ENOUGH)
