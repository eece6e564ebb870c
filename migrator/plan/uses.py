"""What can happen to a value where it stands."""

from __future__ import annotations

import enum


class Use(enum.Enum):
    """What happens to a value at an expression."""

    MOVE = "moves on to a place that is followed"
    ATTRIBUTE = "an attribute of it is read"
    WRITE = "an attribute or item of it is set"
    SUBSCRIPT = "an item of it is read"
    ITERATE = "it is iterated over"
    TRUTH = "its truth is tested"
    IS_NONE = "it is compared with None"
    COMPARE = "it is compared"
    FORMAT = "it is printed or formatted"
    ISINSTANCE = "its class is tested"
    ARGUMENT = "it is passed to code out of view"
    RETURNED = "it is returned or yielded to callers out of view"
    STORED = "it is stored where nothing in view reads it"
    SHOWN = "a cell displays it, and another reads that as `_` or `Out`"
    OTHER = "it is used in a way that is not followed"
