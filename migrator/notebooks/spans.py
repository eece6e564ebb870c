"""Where the values of a JSON text stand, so that one of them can be replaced and no other byte.

The decoder of the standard library finds the end of each value; what it returns is used only where
it is asked for, so that megabytes of outputs cost one pass in C.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

_DECODER = json.JSONDecoder(strict=False)
_BLANK = re.compile(r"[ \t\n\r]*")


class Value(NamedTuple):
    """A value of a JSON text: where it stands (characters, end exclusive), and what it is."""

    start: int
    end: int
    data: Any


def value_at(text: str, at: int) -> Value:
    """The value that begins at `at`, or behind the blanks there. Raises ValueError."""
    start = skip(text, at)
    data, end = _DECODER.raw_decode(text, start)
    return Value(start, end, data)


def skip(text: str, at: int) -> int:
    """Where the blanks at `at` end."""
    found = _BLANK.match(text, at)
    assert found is not None
    return found.end()


def members(text: str, at: int) -> Iterator[tuple[str, int]]:
    """The names of the object at `at`, and where the value of each begins.

    Raises ValueError where there is no object.
    """
    at = _opened(text, at, "{")
    while text[at : at + 1] != "}":
        name = value_at(text, at)
        at = skip(text, name.end)
        if text[at : at + 1] != ":":
            raise ValueError(f"a colon is missing at character {at}")
        start = skip(text, at + 1)
        yield name.data, start
        at = _next(text, value_at(text, start).end, "}")


def elements(text: str, at: int) -> Iterator[int]:
    """Where the items of the array at `at` begin. Raises ValueError where there is no array."""
    at = _opened(text, at, "[")
    while text[at : at + 1] != "]":
        yield at
        at = _next(text, value_at(text, at).end, "]")


def _opened(text: str, at: int, bracket: str) -> int:
    at = skip(text, at)
    if text[at : at + 1] != bracket:
        raise ValueError(f"a {bracket} is missing at character {at}")
    return skip(text, at + 1)


def _next(text: str, at: int, closing: str) -> int:
    at = skip(text, at)
    if text[at : at + 1] == ",":
        return skip(text, at + 1)
    if text[at : at + 1] != closing:
        raise ValueError(f"a comma or {closing} is missing at character {at}")
    return at
