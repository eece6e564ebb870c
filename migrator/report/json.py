"""The report as JSON, schema version 1: stable, for programs."""

from __future__ import annotations

import json
from typing import Any

from migrator import __version__
from migrator.model import CellPlace, FileResult, Finding, Report
from migrator.report import is_changed

SCHEMA_VERSION = 1


def render(report: Report) -> str:
    """The JSON document, ending in a newline; ASCII only, whatever the file names."""
    return json.dumps(document(report), indent=2) + "\n"


def document(report: Report) -> dict[str, Any]:
    """The report as plain data. `files` holds those with a finding or an error, and those that
    change with others.

    `requirements` tells of files that say what a project requires; they are none of the `files`.
    """
    summary = report.summary
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "gemini-migrate", "version": __version__},
        "files": [_file(result) for result in report.results],
        "requirements": [_requirements(result) for result in report.requirements],
        "summary": {
            "files_scanned": summary.files_scanned,
            "files_changed": summary.files_changed,
            "files_failed": summary.files_failed,
            "sites": summary.sites,
            "migrated": summary.migrated,
            "unsafe": summary.unsafe,
            "manual": summary.manual,
            "suppressed": summary.suppressed,
            "bridged": summary.bridged,
            "unbridged": summary.unbridged,
        },
    }


def _file(result: FileResult) -> dict[str, Any]:
    return {
        "path": result.path,
        "changed": is_changed(result),
        "error": result.error,
        "findings": [_finding(finding) for finding in result.findings],
    }


def _requirements(result: FileResult) -> dict[str, Any]:
    """What is told of a file that says what a project requires; none of it is a call site."""
    return {
        "path": result.path,
        "changed": result.changed,
        "notes": [
            {
                "kind": note.kind.value,
                "line": note.line,
                "column": note.column,
                "end_column": note.end_column,
                "message": note.message,
            }
            for note in result.requirements
        ],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    blocker = finding.blocker
    found = {
        "codemod": finding.codemod,
        "code": finding.code,
        "status": finding.status.value,
        "line": finding.line,
        "column": finding.column,
        "end_line": finding.end_line,
        "end_column": finding.end_column,
        "message": finding.message,
        "notes": list(finding.notes),
        "blocker": None
        if blocker is None
        else {
            "line": blocker.line,
            "column": blocker.column,
            "reason": blocker.reason,
            **_cell(blocker.cell),
            **({} if blocker.path is None else {"path": blocker.path}),
        },
    }
    block = {} if finding.block is None else {"block": {"number": finding.block}}
    return {**found, **_cell(finding.cell), **block}


def _cell(cell: CellPlace | None) -> dict[str, Any]:
    """The cell of a notebook that lines are counted in; nothing for a script."""
    return {} if cell is None else {"cell": {"number": cell.number, "id": cell.id}}
