"""The texts of a program's modules laid end to end, so that places in all of them are one kind.

A place in the whole text is a place in one section; edits and findings are planned for the whole,
and handed back section by section.
"""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from migrator.bridge_place import BridgeHome
from migrator.edit.scan import line_breaks


@dataclass(frozen=True, slots=True)
class Section:
    """One module: its characters from `start` to `end` in the whole text, behind `lines` lines.

    `refused` says why the module may not be changed.
    """

    path: str
    module: ast.Module
    start: int
    end: int
    lines: int = 0
    refused: str | None = None
    bridge: BridgeHome | None = None
    """Where the bridge lies for clients that are made here; None where there can't be one."""


@dataclass(frozen=True, slots=True)
class Sections:
    """The whole text and its sections, in order."""

    text: str
    parts: tuple[Section, ...]

    def at(self, offset: int) -> Section:
        """The section in which a character of the whole text stands."""
        return self.parts[bisect_right(self.parts, offset, key=lambda part: part.start) - 1]

    def on(self, line: int) -> Section:
        """The section in which a 1-based line of the whole text stands."""
        return self.parts[bisect_right(self.parts, line - 1, key=lambda part: part.lines) - 1]

    def text_of(self, part: Section) -> str:
        """The text of a section."""
        return self.text[part.start : part.end]

    @property
    def tree(self) -> ast.Module:
        """All statements as one tree, to walk through; nothing stands in it."""
        if len(self.parts) == 1:
            return self.parts[0].module
        return ast.Module([s for part in self.parts for s in part.module.body], [])


def single(text: str, module: ast.Module, bridge: BridgeHome | None = None) -> Sections:
    """The sections of a program of one module."""
    return Sections(text, (Section("", module, 0, len(text), bridge=bridge),))


@dataclass(frozen=True, slots=True)
class Part:
    """A module to lay beside others; see `Section`."""

    path: str
    text: str
    module: ast.Module
    refused: str | None = None
    bridge: BridgeHome | None = None


def laid_together(parts: Sequence[Part]) -> Sections:
    """The sections of a program of several modules, whose nodes are moved to where they stand."""
    pieces: list[str] = []
    sections: list[Section] = []
    offset = lines = 0
    for part in parts:
        text = part.text if part.text.endswith("\n") else part.text + "\n"
        ast.increment_lineno(part.module, lines)
        end = offset + len(part.text)
        sections.append(
            Section(part.path, part.module, offset, end, lines, part.refused, part.bridge)
        )
        pieces.append(text)
        offset += len(text)
        lines += len(line_breaks(text))
    return Sections("".join(pieces), tuple(sections))
