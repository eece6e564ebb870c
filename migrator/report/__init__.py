"""Renderers: a report in, text out. None of them decides anything."""

from __future__ import annotations

from collections.abc import Callable

from migrator.model import Blocker, FileResult, Finding, Report, Status


def renderer(output_format: str) -> Callable[[Report], str]:
    """The function that turns a report into a machine format: json, sarif or github."""
    if output_format == "json":
        from migrator.report.json import render
    elif output_format == "sarif":
        from migrator.report.sarif import render
    else:
        from migrator.report.github import render
    return render


def place_of(blocker: Blocker) -> str:
    """Where a blocker stands, in words."""
    cell = "" if blocker.cell is None else f"cell {blocker.cell.number}, "
    file = "" if blocker.path is None else f"{blocker.path}, "
    return f"{file}{cell}line {blocker.line}"


_HOW = {Status.UNSAFE: "unsafe at", Status.BRIDGED: "because of"}
"""How a reason is put that does not stop a call for good."""


def reason_of(finding: Finding) -> str | None:
    """What keeps a call from being migrated, and where, in words; None where nothing does."""
    blocker = finding.blocker
    if blocker is None:
        return None
    how = _HOW.get(finding.status, "blocked at")
    return f"{how} {place_of(blocker)}: {blocker.reason}"


def is_changed(result: FileResult) -> bool:
    """Whether the file was, or would be, rewritten; also where it was only planned."""
    if result.changed or result.bound:
        return True
    return any(finding.status is Status.MIGRATED for finding in result.findings)
