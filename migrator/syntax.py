"""One tree for each text, for all who read it."""

from __future__ import annotations

import ast
from functools import lru_cache


@lru_cache(maxsize=3)
def parse(text: str) -> ast.Module:
    """The tree of the module `text`, which nobody may change.

    The last few are kept: a file is read before the edits, after them and after its imports, by
    several checks each time. Raises what `ast.parse` raises.
    """
    return ast.parse(text)
