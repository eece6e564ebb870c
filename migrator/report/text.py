"""The report for people: a finding a line, notes once, a summary in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, TextIO

from migrator.model import CellPlace, FileResult, Finding, Report, RequirementKind, Status, Summary
from migrator.report import reason_of
from migrator.visible import visible

# A line is a sequence of (text, style); the styles are rich's.
Line = list[tuple[str, str]]

_STYLES = {
    Status.MIGRATED: "green",
    Status.UNSAFE: "yellow",
    Status.MANUAL: "red",
    Status.SUPPRESSED: "dim",
    Status.BRIDGED: "cyan",
}
LEFT = (Status.UNSAFE, Status.MANUAL, Status.BRIDGED)
"""What is not migrated, for a reason."""
_KINDS = {
    RequirementKind.RAISED: "green",
    RequirementKind.CHOICE: "red",
    RequirementKind.LOCKED: "yellow",
    RequirementKind.COMMAND: "yellow",
    RequirementKind.OUTSIDE: "yellow",
}


class Style(NamedTuple):
    """How to print: `color` by rich or plain, `quiet` without notes and summary.

    `written` says that files were (or stdout is) really rewritten, `listed` that nothing but
    the findings was asked for; `subject` is the name of the call that is looked for.
    """

    subject: str
    color: bool = False
    quiet: bool = False
    written: bool = False
    listed: bool = False


NEXT = "Nothing was changed: --diff shows what would be, --in-place does it."
"""The way on from a list of findings."""
NAMED = 3
"""To how many calls a note may belong and still name them all."""


def emit(report: Report, style: Style, out: TextIO, err: TextIO) -> None:
    """Print findings, notes and summary to `out`, errors to `err`."""
    lines = [*_findings(report), *_requirements(report)]
    if not style.quiet:
        lines.extend(_closing(report, style))
    _print(list(_errors(report)), err, style.color)
    _print(lines, out, style.color)


def summary(totals: Summary, style: Style) -> str:
    """What came of the run, in one line of plain English."""
    looked = _count(totals.files_scanned, "file", "files")
    rest = ""
    if totals.files_failed:
        rest = f" {_count(totals.files_failed, 'path', 'paths')} failed, see above."
    if not totals.files_scanned and not totals.files_failed:
        return f"No Python files found: the paths hold none, or all are ignored.{rest}"
    if not totals.sites and totals.files_failed:
        return f"{looked} looked at, no call of {style.subject} found.{rest}"
    if not totals.sites:
        return f"{looked} looked at, none calls {style.subject}."
    sites = _count(totals.sites, "legacy call site", "legacy call sites")
    changed = _count(totals.files_changed, "file", "files")
    verb = "migrated" if style.written else "can be migrated"
    parts = [f"{totals.migrated:,} {verb} in {changed}"] if totals.migrated else []
    if totals.unsafe:
        parts.append(f"{totals.unsafe:,} only with --unsafe-fixes")
    if totals.manual:
        verb = "needs" if totals.manual == 1 else "need"
        parts.append(f"{totals.manual:,} {verb} a person")
    if totals.bridged:
        verb = "goes" if totals.bridged == 1 else "go"
        parts.append(f"{totals.bridged:,} {verb} over the bridge")
    if totals.suppressed:
        parts.append(f"{totals.suppressed:,} suppressed")
    return f"{looked} looked at, {sites}: {', '.join(parts)}.{rest}"


def _findings(report: Report) -> Iterator[Line]:
    for result in report.results:
        for finding in result.findings:
            yield from _finding(result, finding)


def _finding(result: FileResult, finding: Finding) -> Iterator[Line]:
    status = finding.status
    yield [
        (visible(result.path), "bold"),
        (f":{in_cell(finding.cell)}{finding.line}:{finding.column}: ", ""),
        (finding.code, "bold"),
        (" ", ""),
        (f"[{status.value}]", _STYLES[status]),
        (f" {visible(finding.message)}", ""),
        ("" if finding.block is None else f" (block {finding.block})", ""),
    ]
    reason = reason_of(finding)
    if reason is not None and status in LEFT:
        yield [(f"    {visible(reason)}", "")]


def _requirements(report: Report) -> Iterator[Line]:
    """What is told of requirements: a line each, as findings have."""
    for result in report.requirements:
        for note in result.requirements:
            yield [
                (visible(result.path), "bold"),
                (f":{note.line}:{note.column}: ", ""),
                (f"[{note.kind.value}]", _KINDS[note.kind]),
                (f" {visible(note.message)}", ""),
            ]


def required(report: Report, style: Style) -> str:
    """What came of the requirements of the run, in a few words; empty where there are none."""
    kinds = [note.kind for result in report.requirements for note in result.requirements]
    raised = kinds.count(RequirementKind.RAISED)
    parts = [f"{raised:,} {'raised' if style.written else 'can be raised'}"] if raised else []
    if len(kinds) > raised:
        parts.append(f"{len(kinds) - raised:,} to look at")
    return f" Requirements: {', '.join(parts)}." if parts else ""


def in_cell(cell: CellPlace | None) -> str:
    """What stands before a line: nothing in a script, `cell 3:` in a notebook."""
    return "" if cell is None else f"cell {cell.number}:"


def _closing(report: Report, style: Style) -> Iterator[Line]:
    places = _places_of_notes(report)
    for note in report.notes:
        yield [("note: ", "cyan"), (visible(note + places.get(note, "")), "")]
    # Plain where nothing was found: a clean run then need not import rich.
    weight = "bold" if report.results else ""
    yield [(summary(report.summary, style) + required(report, style), weight)]
    if style.listed and report.summary.migrated:
        yield [(NEXT, "")]


def _places_of_notes(report: Report) -> dict[str, str]:
    """Where the calls are that a note is about, unless it is about all that have notes."""
    places: dict[str, list[str]] = {}
    told = 0
    for result in report.results:
        for finding in result.findings:
            told += bool(finding.notes)
            for note in dict.fromkeys(finding.notes):
                place = f"{result.path}:{in_cell(finding.cell)}{finding.line}"
                places.setdefault(note, []).append(place)
    return {note: _named(found) for note, found in places.items() if len(found) < told}


def _named(places: list[str]) -> str:
    if len(places) > NAMED:
        return f" ({places[0]} and {len(places) - 1:,} more)"
    return f" ({', '.join(places)})"


def _errors(report: Report) -> Iterator[Line]:
    for result in report.results:
        if result.error is not None:
            yield [
                (visible(result.path), "bold"),
                (": ", ""),
                ("error:", "bold red"),
                (f" {visible(result.error)}", ""),
            ]


def _print(lines: list[Line], stream: TextIO, color: bool) -> None:
    if not color or not any(paint for line in lines for _, paint in line):
        stream.writelines("".join(text for text, _ in line) + "\n" for line in lines)
        return
    from rich.console import Console
    from rich.text import Text

    # Soft wrapping leaves long lines to the terminal: a line break inside a path would
    # make it neither clickable nor something to copy. Text objects are never read as
    # markup, so source text in square brackets survives.
    console = Console(file=stream, force_terminal=True, markup=False, emoji=False, highlight=False)
    for line in lines:
        console.print(Text.assemble(*line), soft_wrap=True)


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
