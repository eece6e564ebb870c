"""Every case under `fixtures/`: rewritten as written down, and doing the same after."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

import pytest

from migrator.model import FileResult, Finding, Options, Source, Status
from migrator.pipeline import migrate
from tests.oracle import environments
from tests.oracle.cases import KEYS, Case, cases, options_of
from tests.oracle.compare import compare
from tests.oracle.programs import Oracle, Run

CASES = cases()
CHANGED = [case for case in CASES if case.after is not None]
RUNNABLE = [case for case in CHANGED if case.runs]

every = pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
changed = pytest.mark.parametrize("case", CHANGED, ids=lambda case: case.id)
runnable = pytest.mark.parametrize("case", RUNNABLE, ids=lambda case: case.id)
LABELS = environments.labels()
sdks = pytest.mark.parametrize("sdk", range(len(LABELS)), ids=LABELS)


def rewrite(case: Case, data: bytes, *, cautious: bool = False) -> FileResult:
    """What becomes of a file with the options of a case, or without its unsafe fixes."""
    options = options_of(case)
    options = replace(options, unsafe_fixes=False) if cautious else options
    return _rewritten(case.name, data, options)


@lru_cache(maxsize=4)
def _rewritten(name: str, data: bytes, options: Options) -> FileResult:
    (result,) = migrate([Source(name, data)], options, edit=True)
    assert result.error is None
    return result


@every
def test_is_rewritten_as_written_down(case: Case) -> None:
    result = rewrite(case, case.before)
    assert result.output == case.after
    if case.after is None:
        assert not any(f.status is Status.MIGRATED for f in result.findings)


@pytest.mark.parametrize("case", [c for c in CASES if c.told], ids=lambda case: case.id)
def test_reports_what_is_written_down(case: Case) -> None:
    assert case.findings is not None
    result = rewrite(case, case.before, cautious=True)
    found = sorted(result.findings, key=lambda f: (f.line, f.column))
    said = [(f.line, f.status.value) for f in found]
    assert said == [(w["line"], w["status"]) for w in case.findings]
    for finding, wanted in zip(found, case.findings, strict=True):
        check_words(finding, wanted)


def check_words(finding: Finding, wanted: dict[str, Any]) -> None:
    """The code is the one written down; the reason and the notes hold its words.

    The line that stops the call is the one written down, too.
    """
    assert finding.code == wanted.get("code", finding.code)
    reason = finding.blocker.reason if finding.blocker else finding.message
    assert wanted.get("reason", "") in reason
    if "at" in wanted:
        assert finding.blocker is not None
        assert finding.blocker.line == wanted["at"]
    for words in wanted.get("notes", []):
        assert any(words in note for note in finding.notes), finding.notes


@changed
def test_second_run_changes_nothing(case: Case) -> None:
    assert case.after is not None
    result = rewrite(case, case.after)
    assert result.output is None
    assert not any(f.status is Status.MIGRATED for f in result.findings)


@sdks
@runnable
def test_does_the_same(case: Case, sdk: int, oracle: Oracle) -> None:
    assert case.after is not None
    worker = oracle.workers[sdk]
    before = oracle.run(case.program(case.before), worker)
    assert before.legacy, f"the original asks the model nothing\n{before.stderr}"
    after = oracle.run(case.program(case.after), worker)
    check_same(case, before, after)
    if any(request.status >= 400 for request in after.asked):
        check_same(case, before, oracle.run(case.program(case.after), worker, old_errors=True))


def check_same(case: Case, before: Run, after: Run) -> None:
    """The program does the same as before."""
    header = case.settings.get("options", {}).get("header") != "off"
    cautious = not any(w["status"] == "unsafe" for w in case.findings or ())
    found = compare(before, after, header=header, cautious=cautious)
    if any(w["status"] != "migrated" for w in case.findings or ()):
        found = [text for text in found if "the older API is still asked" not in text]
    assert not found, "\n".join(found)


@every
def test_case_file_is_sound(case: Case) -> None:
    settings = case.settings
    assert not set(settings) - KEYS, "unknown keys in case.json"
    assert case.runs or settings.get("why"), "a case that can't run says why"
