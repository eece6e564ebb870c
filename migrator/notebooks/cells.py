"""The code cells of a notebook: what stands in them, and where in the file."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from migrator.edits import Span
from migrator.notebooks.spans import Reader, Value, decoded

_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Cell:
    """A code cell. `number` is 1-based, among the code cells; spans are bytes of the file."""

    number: int
    id: str | None
    source: str
    at: Span
    """The value of `source`: a string, or an array of strings."""
    outputs: Span | None
    shows: bool
    """Whether there are outputs."""
    count: Span | None
    """The execution count."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What is read of a notebook: its language, in lower case, and its code cells, in order."""

    language: str
    cells: tuple[Cell, ...]


def contents(data: bytes) -> Contents:
    """What is in the file of a notebook (nbformat 3 or 4). Raises ValueError.

    nbformat 3 keeps cells in worksheets, and calls the source `input`. A notebook that doesn't say
    is one in Python.
    """
    _check_utf8(data)
    reader = Reader(data.decode("latin-1"))
    language = "python"
    found: dict[str, tuple[Cell, ...]] = {}
    for name in reader.members():
        if name == "metadata":
            language = _language(reader.value()) or language
        elif name == "cells":
            found[name] = tuple(_numbered(_cells(reader)))
        elif name == "worksheets":
            found[name] = tuple(_numbered(_worksheets(reader)))
    if reader.ends():
        return Contents(language, found.get("cells", found.get("worksheets", ())))
    raise ValueError(f"something stands behind the notebook, at byte {reader.at}")


def _check_utf8(data: bytes) -> None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    view = memoryview(data)
    for at in range(0, len(data), _CHUNK):
        decoder.decode(view[at : at + _CHUNK])
    decoder.decode(b"", final=True)


def _language(metadata: Value) -> str | None:
    data = metadata.data
    for key, inner in (("language_info", "name"), ("kernelspec", "language")):
        part = data.get(key) if isinstance(data, dict) else None
        said = part.get(inner) if isinstance(part, dict) else None
        if isinstance(said, str) and said:
            return said.lower()
    return None


def _worksheets(reader: Reader) -> Iterator[Mapping[str, Value]]:
    for _ in reader.elements():
        for name in reader.members():
            if name == "cells":
                yield from _cells(reader)


def _cells(reader: Reader) -> Iterator[Mapping[str, Value]]:
    for _ in reader.elements():
        yield {name: reader.value() for name in reader.members()}


def _numbered(cells: Iterator[Mapping[str, Value]]) -> Iterator[Cell]:
    number = 0
    for values in cells:
        kind, source = values.get("cell_type"), values.get("source") or values.get("input")
        if kind is not None and source is not None and kind.data == "code":
            number += 1
            yield _cell(values, source, number)


def _cell(values: Mapping[str, Value], source: Value, number: int) -> Cell:
    data = source.data
    lines = [data] if isinstance(data, str) else data
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        raise ValueError(f"the source of code cell {number} is no text")
    given = values["id"].data if "id" in values else _colab_id(values)
    outputs, count = values.get("outputs"), values.get("execution_count")
    return Cell(
        number,
        given if isinstance(given, str) else None,
        "".join(lines),
        source.span,
        outputs.span if outputs else None,
        outputs is not None and not outputs.is_empty,
        count.span if count else None,
    )


def _colab_id(values: Mapping[str, Value]) -> object:
    """The id that Colab keeps in a cell's metadata."""
    data = values["metadata"].data if "metadata" in values else None
    return data.get("id") if isinstance(data, dict) else None


def written(old: str, source: str, *, ascii_only: bool) -> str:
    """The JSON for a new source of a cell, written as the `old` one is.

    A line that was there keeps the escapes it was written with.
    """
    if not old.startswith("["):
        return _quoted(source, ascii_only)
    reader = Reader(old)
    items = [reader.value() for _ in reader.elements()]
    known = {decoded(item.written): item.written for item in items}
    opening, closing, between = _layout(old, [(item.start, item.end) for item in items])
    lines = [known.get(line) or _quoted(line, ascii_only) for line in _LINES.findall(source)]
    return opening + between.join(lines) + closing if lines else "[]"


def _quoted(text: str, ascii_only: bool) -> str:
    if not ascii_only:
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:  # half of a pair can't be written but by an escape
            ascii_only = True
    return json.dumps(text, ensure_ascii=ascii_only)


def _layout(old: str, items: list[tuple[int, int]]) -> tuple[str, str, str]:
    """What stands before, behind and between the lines of a source."""
    if not items:
        return "[", "]", ", "
    opening, closing = old[: items[0][0]], old[items[-1][1] :]
    if len(items) > 1:
        return opening, closing, old[items[0][1] : items[1][0]]
    return opening, closing, "," + (opening[1:] or " ")
