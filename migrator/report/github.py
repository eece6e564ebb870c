"""The report as GitHub workflow commands, which the runner shows beside the code."""

from __future__ import annotations

from collections.abc import Iterator

from migrator.model import FileResult, Finding, Report, RequirementKind, Status
from migrator.report import reason_of
from migrator.visible import visible


def render(report: Report) -> str:
    """One workflow command per finding, per failed file and per note on requirements, a line each.

    Suppressed sites are left out: their author has answered already.
    """
    lines = [line for result in report.results for line in _commands(result)]
    lines += [line for result in report.requirements for line in _notices(result)]
    return "".join(f"{line}\n" for line in lines)


def _commands(result: FileResult) -> Iterator[str]:
    if result.error is not None:
        yield _command("error", {"file": result.path}, [result.error])
    for finding in result.findings:
        if finding.status is not Status.SUPPRESSED:
            yield _command("warning", _place(result.path, finding), _message(finding))


def _notices(result: FileResult) -> Iterator[str]:
    """What is told of requirements: a warning where a person has to choose, else a notice."""
    for note in result.requirements:
        level = "warning" if note.kind is RequirementKind.CHOICE else "notice"
        place = {"file": result.path, "line": str(note.line), "title": "requirements"}
        yield _command(level, place, [f"[{note.kind.value}] {note.message}"])


def _place(path: str, finding: Finding) -> dict[str, str]:
    if finding.cell is not None:  # its lines are not those of the file
        where = f"cell {finding.cell.number}, line {finding.line}"
        return {"file": path, "title": f"{finding.code} {finding.codemod} ({where})"}
    place = {
        "file": path,
        "line": str(finding.line),
        "endLine": str(finding.end_line),
        "title": f"{finding.code} {finding.codemod}",
    }
    # Columns on different lines make GitHub drop the annotation; its end is inclusive.
    if finding.line == finding.end_line:
        place["col"] = str(finding.column)
        place["endColumn"] = str(max(finding.column, finding.end_column - 1))
    return place


def _message(finding: Finding) -> list[str]:
    lines = [f"[{finding.status.value}] {finding.message}"]
    reason = reason_of(finding)
    return lines if reason is None else [*lines, reason]


def _command(level: str, properties: dict[str, str], lines: list[str]) -> str:
    given = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{level} {given}::{'%0A'.join(map(_data, lines))}"


def _data(text: str) -> str:
    """`text` on one line; the runner reads %0A as an end of line."""
    return visible(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
