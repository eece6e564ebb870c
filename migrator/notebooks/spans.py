"""Where the values of a JSON text stand, so that one of them can be replaced and no other byte.

The text is a file's bytes, each as one character (Latin-1): what stands where is told by ASCII
alone, and megabytes of outputs take no more room than they have. Only what is asked for is read as
UTF-8. The decoder of the standard library finds the end of each value, in C.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from migrator.edits import Span

_BLANK = re.compile(r"[ \t\n\r]*")


class Value(NamedTuple):
    """A value of a JSON text: where it stands, and how it is written, byte for character."""

    start: int
    end: int
    text: str

    @property
    def written(self) -> str:
        """How it is written."""
        return self.text[self.start : self.end]

    @property
    def span(self) -> Span:
        """Where it stands."""
        return Span(self.start, self.end)

    @property
    def is_empty(self) -> bool:
        """Whether it is an array of nothing."""
        return not self.written.strip("[] \t\n\r") if self.end - self.start < 99 else False

    @property
    def data(self) -> Any:
        """What it is."""
        return decoded(self.written.encode("latin-1").decode("utf-8"))


def decoded(text: str) -> Any:
    """What a JSON text says, its numbers left out: they may be huge. Raises ValueError."""
    return json.loads(text, strict=False, parse_float=_nothing, parse_int=_nothing)


def _nothing(number: str) -> None:
    """What stands for a number."""


_DECODER = json.JSONDecoder(strict=False, parse_float=_nothing, parse_int=_nothing)


class Reader:
    """Goes through a JSON text. What its user doesn't read of an item is passed over."""

    def __init__(self, text: str, at: int = 0) -> None:
        self.text = text
        self.at = at

    def value(self) -> Value:
        """The value that begins here. Raises ValueError if none does."""
        start = self._skip()
        try:
            _, self.at = _DECODER.raw_decode(self.text, start)
        except RecursionError:
            raise ValueError(f"what begins at byte {start} is nested too deeply") from None
        return Value(start, self.at, self.text)

    def ends(self) -> bool:
        """Whether nothing follows."""
        return self._next() == ""

    def members(self) -> Iterator[str]:
        """The names of the object that begins here, each before its value.

        Raises ValueError where there is no object.
        """
        self._open("{")
        while not self._closes("}"):
            name = self.value().data
            if self._next() != ":":
                raise ValueError(f"a colon is missing at byte {self.at}")
            self.at += 1
            if not isinstance(name, str):
                raise ValueError(f"a name is missing before byte {self.at}")
            before = self.at
            yield name
            self._pass(before, "}")

    def elements(self) -> Iterator[int]:
        """Where each item of the array that begins here starts.

        Raises ValueError where there is no array.
        """
        self._open("[")
        while not self._closes("]"):
            before = self.at
            yield before
            self._pass(before, "]")

    def _open(self, bracket: str) -> None:
        if self._next() != bracket:
            raise ValueError(f"a {bracket} is missing at byte {self.at}")
        self.at += 1

    def _closes(self, bracket: str) -> bool:
        closes = self._next() == bracket
        self.at += closes
        return closes

    def _pass(self, before: int, bracket: str) -> None:
        """Go behind an item, and the comma after it."""
        if self.at == before:
            self.value()
        found = self._next()
        if found == ",":
            self.at += 1
            if self._next() == bracket:
                raise ValueError(f"a value is missing at byte {self.at}")
        elif found != bracket:
            raise ValueError(f"a comma or {bracket} is missing at byte {self.at}")

    def _next(self) -> str:
        self.at = self._skip()
        return self.text[self.at : self.at + 1]

    def _skip(self) -> int:
        found = _BLANK.match(self.text, self.at)
        assert found is not None
        return found.end()
