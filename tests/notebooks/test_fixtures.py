"""Every notebook under `fixtures/notebooks`: its cells are rewritten, and nothing else of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from migrator.model import Status
from migrator.notebooks import sources
from migrator.notebooks.cells import Cell, contents
from tests.oracle.cases import KEYS, Case, notebook_cases
from tests.test_fixtures import check_words, rewrite

CASES = notebook_cases()
CHANGED = [case for case in CASES if case.after is not None]

every = pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
changed = pytest.mark.parametrize("case", CHANGED, ids=lambda case: case.id)


@every
def test_is_rewritten_as_written_down(case: Case) -> None:
    result = rewrite(case, case.before)
    assert result.output == case.after
    if case.after is None:
        assert not any(f.status is Status.MIGRATED for f in result.findings)


@pytest.mark.parametrize("case", [c for c in CASES if c.told], ids=lambda case: case.id)
def test_reports_what_is_written_down(case: Case) -> None:
    assert case.findings is not None
    found = rewrite(case, case.before, cautious=True).findings
    said = [(f.cell.number, f.line, f.status.value) for f in found if f.cell is not None]
    assert said == [(w["cell"], w["line"], w["status"]) for w in case.findings]
    for finding, wanted in zip(found, case.findings, strict=True):
        check_words(finding, wanted)
        if "at_cell" in wanted:
            assert finding.blocker is not None and finding.blocker.cell is not None
            assert finding.blocker.cell.number == wanted["at_cell"]


@changed
def test_second_run_changes_nothing(case: Case) -> None:
    assert case.after is not None
    result = rewrite(case, case.after)
    assert result.output is None
    assert not any(f.status is Status.MIGRATED for f in result.findings)


@changed
def test_what_is_no_changed_source_keeps_its_bytes(case: Case) -> None:
    assert case.after is not None
    old, new = contents(case.before).cells, contents(case.after).cells
    pairs = [pair for pair in zip(old, new, strict=True) if pair[0].source != pair[1].source]
    assert _around(case.before, [a for a, _ in pairs]) == _around(case.after, [b for _, b in pairs])


def _around(text: bytes, cells: list[Cell]) -> list[bytes]:
    """What stands around the sources of cells."""
    starts = [0, *(cell.at.end for cell in cells)]
    ends = [*(cell.at.start for cell in cells), len(text)]
    return [text[start:end] for start, end in zip(starts, ends, strict=True)]


@changed
def test_means_the_same_but_for_sources(case: Case) -> None:
    assert case.after is not None
    assert _without_sources(case.before) == _without_sources(case.after)
    assert sources(case.before) != sources(case.after)


def _without_sources(data: bytes) -> Any:
    def emptied(pairs: list[tuple[str, Any]]) -> Any:
        code = ("cell_type", "code") in pairs
        return [(k, None if code and k in ("source", "input") else v) for k, v in pairs]

    return json.loads(data, object_pairs_hook=emptied)


@every
def test_case_file_is_sound(case: Case) -> None:
    settings = case.settings
    assert not set(settings) - KEYS, "unknown keys in case.json"
    assert case.runs or settings.get("why"), "a case that can't run says why"
