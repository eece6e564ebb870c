"""What is known of a module that is made of the cells of a notebook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Cells:
    """`displayed` holds the lines (1-based) on which an expression begins that a cell displays.

    `replaced` has names of the tree that a later cell binds again, and from which line on (1-based)
    nothing has their value any more. `written` has the names of the tree that are marked to tell
    them apart, and how they are written.
    """

    displayed: frozenset[int] = frozenset()
    replaced: Mapping[str, int] = field(default_factory=dict)
    written: Mapping[str, str] = field(default_factory=dict)
