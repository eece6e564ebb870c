"""The report as SARIF 2.1.0, for code scanning."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from migrator import __version__
from migrator.model import CellPlace, FileResult, Finding, Report, RequirementKind, Status
from migrator.registry import codemods
from migrator.report import reason_of

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_REQUIREMENTS = "requirements"
_LEVELS = {
    Status.MIGRATED: "warning",
    Status.UNSAFE: "warning",
    Status.MANUAL: "warning",
    Status.SUPPRESSED: "note",
    Status.BRIDGED: "note",
}


def render(report: Report) -> str:
    """The SARIF log, ending in a newline; its URIs are relative."""
    return json.dumps(document(report), indent=2) + "\n"


def document(report: Report) -> dict[str, Any]:
    """The SARIF log as plain data; its rules are the registered codemods."""
    rules = [_rule(c.code, c.name, c.summary, c.doc) for c in codemods()]
    if report.requirements:
        rules.append(_rule(_REQUIREMENTS, _REQUIREMENTS, "What a project requires", ""))
    order = {rule["id"]: index for index, rule in enumerate(rules)}
    failures = [_failure(result) for result in report.results if result.error is not None]
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "gemini-migrate",
                        "version": __version__,
                        "rules": rules,
                    }
                },
                "columnKind": "unicodeCodePoints",
                "invocations": [
                    {
                        "executionSuccessful": not failures,
                        "toolExecutionNotifications": failures,
                    }
                ],
                "results": [*_results(report, order), *_requirements(report, order)],
            }
        ],
    }


def _rule(code: str, name: str, summary: str, doc: str) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "id": code,
        "name": name,
        "shortDescription": {"text": summary or name},
    }
    if doc:
        rule["help"] = {"text": doc, "markdown": doc}
    return rule


def _results(report: Report, order: dict[str, int]) -> Iterator[dict[str, Any]]:
    for file in report.results:
        for finding in file.findings:
            result = _result(file.path, finding)
            # Left out for a rule the log does not list, as the standard has it.
            if finding.code in order:
                result["ruleIndex"] = order[finding.code]
            yield result


def _requirements(report: Report, order: dict[str, int]) -> Iterator[dict[str, Any]]:
    """What is told of requirements; their rule keeps them apart from call sites."""
    for file in report.requirements:
        for note in file.requirements:
            region = {
                "startLine": note.line,
                "startColumn": note.column,
                "endLine": note.line,
                "endColumn": note.end_column,
            }
            yield {
                "ruleId": _REQUIREMENTS,
                "ruleIndex": order[_REQUIREMENTS],
                "level": "warning" if note.kind is RequirementKind.CHOICE else "note",
                "message": {"text": f"[{note.kind.value}] {note.message}"},
                "locations": [_location(file.path, region)],
                "properties": {"kind": note.kind.value},
            }


def _result(path: str, finding: Finding) -> dict[str, Any]:
    region = {
        "startLine": finding.line,
        "startColumn": finding.column,
        "endLine": finding.end_line,
        "endColumn": finding.end_column,
    }
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "level": _LEVELS[finding.status],
        "message": {"text": _message(finding)},
        "locations": [_location(path, region, finding.cell)],
        "properties": {
            "status": finding.status.value,
            "notes": list(finding.notes),
        },
    }
    if finding.blocker is not None:
        blocker = finding.blocker
        place = {"startLine": blocker.line, "startColumn": blocker.column}
        related = _location(blocker.path or path, place, blocker.cell)
        related["message"] = {"text": blocker.reason}
        result["relatedLocations"] = [related]
    if finding.status is Status.SUPPRESSED:
        result["suppressions"] = [{"kind": "inSource"}]
    return result


def _message(finding: Finding) -> str:
    text = f"[{finding.status.value}] {finding.message}"
    reason = reason_of(finding)
    return text if reason is None else f"{text} ({reason})"


def _failure(result: FileResult) -> dict[str, Any]:
    return {
        "level": "error",
        "message": {"text": result.error},
        "locations": [_location(result.path, None)],
    }


def _location(
    path: str, region: dict[str, int] | None, cell: CellPlace | None = None
) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(path)}}
    if cell is not None and region is not None:  # lines of a cell are not those of the file
        name = f"cell {cell.number}, line {region['startLine']}"
        return {"physicalLocation": physical, "logicalLocations": [{"name": name}]}
    if region is not None:
        physical["region"] = region
    return {"physicalLocation": physical}


def _uri(path: str) -> str:
    """`path` as a relative URI; percent codes keep the bytes of odd file names."""
    uri = quote(os.fsencode(path))
    # A colon in the first step would read as the scheme of an absolute URI.
    return f"./{uri}" if ":" in uri.partition("/")[0] else uri
