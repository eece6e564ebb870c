"""What a plan for a program that was laid together says of each of its files.

In: the sections in which the files stand, and a plan whose places are those of the whole text. Out:
edits, findings and bonds with the places that they have in their files.
"""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from functools import partial
from typing import TypeVar

from migrator.connections import grouped
from migrator.edits import Edit, Span, start_of
from migrator.model import Blocker, Finding
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


def findings_by_file(sections: Sections, plan: Plan) -> dict[str, list[Finding]]:
    """The findings of each file, with the lines they have in it."""
    found: dict[str, list[Finding]] = {}
    for finding in plan.findings:
        section = sections.on(finding.line)
        up = section.lines
        told = partial(_told, sections, section)
        found.setdefault(section.path, []).append(
            replace(
                finding,
                line=finding.line - up,
                end_line=finding.end_line - up,
                message=told(finding.message),
                notes=tuple(map(told, finding.notes)),
                blocker=finding.blocker and _blocker(sections, section, finding.blocker),
            )
        )
    return found


def _blocker(sections: Sections, section: Section, blocker: Blocker) -> Blocker:
    other = sections.on(blocker.line)
    return replace(
        blocker,
        line=blocker.line - other.lines,
        path=None if other is section else other.path,
        reason=_told(sections, other, blocker.reason),
    )


def _told(sections: Sections, here: Section, text: str) -> str:
    """What is said of the whole text as something said of the file `here`."""

    def place(found: re.Match[str]) -> str:
        other = sections.on(int(found[1]))
        line = f"line {int(found[1]) - other.lines}"
        return line if other is here else f"{line} of {other.path}"

    return _LINE.sub(place, text)
