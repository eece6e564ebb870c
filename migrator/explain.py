"""What is planned for a source, unit by unit: its call sites, its edits, and all that stops it."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import replace

from migrator.by_file import Spots
from migrator.documents import Document
from migrator.edits import Edit, NeedImport, Replace, start_of
from migrator.model import Blocker, Finding, Options, Program, Source
from migrator.pipeline import plans
from migrator.plan import Part
from migrator.report import place_of
from migrator.together import planned

QUOTED = 70
"""Characters of source that a line quotes."""


def explain_program(program: Program, options: Options) -> str:
    """A page about the scripts of a program that name the API, unit by unit; empty where it has no
    call site. Raises what understanding it raises.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        spots, plan = planned(program, options)
    lines = [line for part in plan.parts for line in _unit_of(spots, part)]
    named = ", ".join(source.path for source in program.sources)
    return "\n".join([f"program of {named}", *lines, ""]) if lines else ""


def _unit_of(spots: Spots, part: Part) -> Iterator[str]:
    """A unit whose places are in several files."""
    yield f"  unit of {len(part.findings)}: {part.findings[0].status.value}"
    for site in part.findings:
        yield f"    {_place(spots, site.line)}: {site.message}"
    for kind, blockers in (("stopped", part.stopped), ("doubted", part.doubted)):
        for blocker in blockers:
            yield f"    {kind} at {_place(spots, blocker.line)}: {spots.worded(blocker)}"
    for edit in sorted(part.planned, key=start_of):
        line = spots.sections.text.count("\n", 0, start_of(edit)) + 1
        yield f"    {_place(spots, line)}: {_told(spots.sections.text, edit)}"


def _place(spots: Spots, line: int) -> str:
    return place_of(spots.named(line))


def explain(source: Source, options: Options) -> str:
    """A page about the source; empty where it has no call site.

    Lines count from 1, in a notebook within the cell. Raises what understanding a source raises.
    """
    lines: list[str] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for document, plan in plans(source, options):
            for part in plan.parts:
                lines += _unit(document, part)
    return "\n".join([source.path, *lines, ""]) if lines else ""


def _unit(document: Document, part: Part) -> Iterator[str]:
    """A unit: its sites, what speaks against it, and what would be done."""
    sites = document.placed(part.findings)
    first = sites[0]
    yield f"  unit of {len(sites)}: {first.status.value}"
    for site in sites:
        yield f"    {_at(site)}: {site.message}"
    for kind, blockers in (("stopped", part.stopped), ("doubted", part.doubted)):
        for blocker in blockers:
            (told,) = document.placed([replace(part.findings[0], blocker=blocker)])
            assert told.blocker is not None
            yield f"    {kind} at {place_of(told.blocker)}: {told.blocker.reason}"
    for edit in sorted(part.planned, key=start_of):
        line = document.text.count("\n", 0, start_of(edit)) + 1
        (told,) = document.placed([replace(part.findings[0], blocker=Blocker(line, 1, ""))])
        assert told.blocker is not None
        yield f"    {place_of(told.blocker)}: {_told(document.text, edit)}"


def _at(site: Finding) -> str:
    return place_of(Blocker(site.line, site.column, "", site.cell))


def _told(source: str, edit: Edit) -> str:
    """What an edit does, and to what."""
    if isinstance(edit, NeedImport):
        module = edit.module if edit.name is None else f"{edit.name} of {edit.module}"
        return f"needs {module}"
    text = " ".join(source[edit.span.start : edit.span.end].split())
    quoted = text if len(text) <= QUOTED else text[: QUOTED - 1] + "…"
    new = f" by `{edit.code}`" if isinstance(edit, Replace) and isinstance(edit.code, str) else ""
    return f"{WORDS[type(edit).__name__]} `{quoted}`{new}"


WORDS = {
    "Replace": "replace",
    "Arguments": "give new arguments to",
    "InsertBefore": "insert before",
    "InsertAfter": "insert behind",
    "Delete": "delete",
    "Nest": "put under a header, or in the place of one,",
    "Swap": "exchange parts of",
}
