"""What a plan for a program that was laid together says of each of its files.

In: the sections in which the files stand, and a plan whose places are those of the whole text. Out:
edits, findings and bonds with the places that they have in their files.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import partial
from typing import TypeVar

from migrator.connections import grouped
from migrator.documents import Module
from migrator.edits import Edit, Span, start_of
from migrator.model import Blocker, CellPlace, Finding
from migrator.plan import Plan
from migrator.sections import Section, Sections

Moved = TypeVar("Moved")

_LINE = re.compile(r"\bline (\d+)\b")


def edits_by_file(sections: Sections, plan: Plan) -> dict[int, list[Edit]]:
    """The edits of each file, with the places they have in it, by where the file starts."""
    found: dict[int, list[Edit]] = {}
    for edit in plan.edits:
        section = _section(sections, edit)
        found.setdefault(section.start, []).append(_back(edit, section.start))
    return found


def gone_by_file(sections: Sections, plan: Plan) -> dict[int, list[Span]]:
    """What may not stay where it stands, by where the file starts."""
    found: dict[int, list[Span]] = {}
    for span in plan.gone:
        start = sections.at(span.start).start
        found.setdefault(start, []).append(_back(span, start))
    return found


def _section(sections: Sections, edit: Edit) -> Section:
    return sections.at(start_of(edit))


def bound_files(sections: Sections, plan: Plan) -> dict[str, tuple[str, ...]]:
    """The files that change together, by each of them: those that share a unit, directly or not."""
    groups = grouped(
        dict.fromkeys(_section(sections, edit).path for edit in part.edits) for part in plan.parts
    )
    return {path: tuple(sorted(group)) for group in groups if len(group) > 1 for path in group}


def _back(thing: Moved, by: int) -> Moved:
    """The same edit, or part of one, so many characters further up."""
    if isinstance(thing, Span):
        return Span(thing.start - by, thing.end - by)  # type: ignore[return-value]
    if isinstance(thing, tuple):
        return tuple(_back(item, by) for item in thing)  # type: ignore[return-value]
    if is_dataclass(thing) and not isinstance(thing, type):
        moved = {field.name: _back(getattr(thing, field.name), by) for field in fields(thing)}
        return replace(thing, **moved)
    return thing


@dataclass(frozen=True, slots=True)
class Spots:
    """Tells where places are; `documents` are the modules by where their sections start."""

    sections: Sections
    documents: Mapping[int, Module]

    def placed(self, finding: Finding) -> Finding:
        """A finding with its place in its file."""
        section = self.sections.on(finding.line)
        cell, line = self._spot(section, finding.line)
        told = partial(self._told, section)
        return replace(
            finding,
            line=line,
            end_line=finding.end_line - finding.line + line,
            message=told(finding.message),
            notes=tuple(map(told, finding.notes)),
            blocker=finding.blocker and self._blocker(section, finding.blocker),
            cell=cell,
        )

    def named(self, line: int) -> Blocker:
        """A line of the whole text, with the name of its file."""
        section = self.sections.on(line)
        cell, number = self._spot(section, line)
        return Blocker(number, 1, "", cell, section.path)

    def worded(self, blocker: Blocker) -> str:
        """The reason of a blocker, as something said of its file."""
        return self._told(self.sections.on(blocker.line), blocker.reason)

    def _spot(self, section: Section, line: int) -> tuple[CellPlace | None, int]:
        return self.documents[section.start].spot(line - section.lines)

    def _blocker(self, section: Section, blocker: Blocker) -> Blocker:
        other = self.sections.on(blocker.line)
        cell, line = self._spot(other, blocker.line)
        return replace(
            blocker,
            line=line,
            path=None if other is section else other.path,
            reason=self._told(other, blocker.reason),
            cell=cell,
        )

    def _told(self, here: Section, text: str) -> str:
        """What is said of the whole text as something said of the file `here`."""

        def place(found: re.Match[str]) -> str:
            other = self.sections.on(int(found[1]))
            cell, number = self._spot(other, int(found[1]))
            line = f"line {number}" if cell is None else f"cell {cell.number}, line {number}"
            return line if other is here else f"{line} of {other.path}"

        return _LINE.sub(place, self.documents[here.start].worded(text))


def findings_by_file(spots: Spots, plan: Plan) -> dict[str, list[Finding]]:
    """The findings of each file, with the lines, and the cells, that they have in it."""
    found: dict[int, list[Finding]] = {}
    for finding in plan.findings:
        start = spots.sections.on(finding.line).start
        found.setdefault(start, []).append(spots.placed(finding))
    return {
        spots.sections.at(start).path: list(spots.documents[start].noted(told))
        for start, told in found.items()
    }
