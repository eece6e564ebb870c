"""How the name of a package may be written."""

from __future__ import annotations

import re


def spelt(package: str) -> str:
    """A pattern of the ways to write a name: hyphens, underscores and dots are the same."""
    return "[-_.]+".join(map(re.escape, re.split("[-_.]+", package)))
