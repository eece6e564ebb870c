"""The code cells of a notebook: what stands in them, and where in the file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from migrator.edits import Span
from migrator.notebooks.spans import Value, elements, members, value_at

_LINES = re.compile(r"[^\n]*\n|[^\n]+")


@dataclass(frozen=True, slots=True)
class Cell:
    """A code cell. `number` is 1-based, among the code cells; spans are in the file's text."""

    number: int
    id: str | None
    source: str
    at: Span
    """The value of `source`: a string, or an array of strings."""
    outputs: Span | None
    count: Span | None
    """The execution count."""


def code_cells(text: str) -> tuple[Cell, ...]:
    """The code cells of a notebook (nbformat 3 or 4), in order. Raises ValueError.

    nbformat 3 keeps cells in worksheets, and calls the source `input`.
    """
    found: list[Cell] = []
    for start in _cells(text):
        cell = _cell(text, start, len(found) + 1)
        if cell is not None:
            found.append(cell)
    return tuple(found)


def language(text: str) -> str:
    """The language of a notebook's code, in lower case; "python" where it doesn't say."""
    for name, start in members(text, 0):
        if name == "metadata":
            data = value_at(text, start).data
            for key, inner in (("language_info", "name"), ("kernelspec", "language")):
                part = data.get(key) if isinstance(data, dict) else None
                said = part.get(inner) if isinstance(part, dict) else None
                if isinstance(said, str) and said:
                    return said.lower()
    return "python"


def _cells(text: str) -> Iterator[int]:
    for name, start in members(text, 0):
        if name == "cells":
            yield from elements(text, start)
        elif name == "worksheets":
            for sheet in elements(text, start):
                for inner, at in members(text, sheet):
                    if inner == "cells":
                        yield from elements(text, at)


def _cell(text: str, start: int, number: int) -> Cell | None:
    values = {name: value_at(text, at) for name, at in members(text, start)}
    kind = values.get("cell_type")
    source = values.get("source") or values.get("input")
    if kind is None or kind.data != "code" or source is None:
        return None
    lines = [source.data] if isinstance(source.data, str) else source.data
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        raise ValueError(f"the source of code cell {number} is no text")
    given = values["id"].data if "id" in values else _colab_id(values)
    outputs, count = values.get("outputs"), values.get("execution_count")
    return Cell(
        number,
        given if isinstance(given, str) else None,
        "".join(lines),
        Span(source.start, source.end),
        Span(outputs.start, outputs.end) if outputs else None,
        Span(count.start, count.end) if count else None,
    )


def _colab_id(values: Mapping[str, Value]) -> object:
    """The id that Colab keeps in a cell's metadata."""
    data = values["metadata"].data if "metadata" in values else None
    return data.get("id") if isinstance(data, dict) else None


def written(text: str, cell: Cell, source: str, *, ascii_only: bool) -> str:
    """The JSON for a new source of `cell`, written as the old one is.

    A line that was there keeps the escapes it was written with.
    """
    old = text[cell.at.start : cell.at.end]
    if not old.startswith("["):
        return json.dumps(source, ensure_ascii=ascii_only)
    items = [value_at(old, at) for at in elements(old, 0)]
    known = {item.data: old[item.start : item.end] for item in items}
    opening, closing, between = _layout(old, [(item.start, item.end) for item in items])
    lines = [
        known.get(line) or json.dumps(line, ensure_ascii=ascii_only)
        for line in _LINES.findall(source)
    ]
    return opening + between.join(lines) + closing if lines else "[]"


def _layout(old: str, items: list[tuple[int, int]]) -> tuple[str, str, str]:
    """What stands before, behind and between the lines of a source."""
    if not items:
        return "[", "]", ", "
    opening, closing = old[: items[0][0]], old[items[-1][1] :]
    if len(items) > 1:
        return opening, closing, old[items[0][1] : items[1][0]]
    return opening, closing, "," + (opening[1:] or " ")
