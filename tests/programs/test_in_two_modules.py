"""What is rewritten in one file is rewritten in two as well, and does the same there."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import replace

import pytest

from migrator.model import Finding, Import, Program, Source, Status
from migrator.together import migrate_program
from tests.oracle import programs
from tests.oracle.cases import Case, cases, options_of
from tests.oracle.mood_rules import compare_in_mood, moods_for
from tests.oracle.programs import Oracle
from tests.oracle.unkind import changes_in_mood
from tests.test_fixtures import rewrite

from .in_two_modules import in_two_modules

EVERY = 20
"""One case of so many is tried."""
LAUNCH = b"import runpy\nrunpy.run_path('app.py', run_name='__main__')\n"


def _may_be_split(case: Case) -> bool:
    options = options_of(case)
    usual = options.header == "auto" and not (options.bridge or options.select or options.ignore)
    return case.runs and case.after is not None and case.suffix == ".py" and usual


def _halves(case: Case) -> Mapping[str, str] | None:
    try:
        return in_two_modules(case.before.decode())
    except (UnicodeDecodeError, SyntaxError):
        return None


CASES = [
    case
    for case in cases()
    if zlib.crc32(case.id.encode()) % EVERY == 0 and _may_be_split(case) and _halves(case)
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_does_the_same_in_two_modules(case: Case, oracle: Oracle) -> None:
    halves = _halves(case)
    assert halves is not None
    sources = tuple(Source(f"{name}.py", text.encode()) for name, text in halves.items())
    options = replace(options_of(case), assume_application=True)
    found = migrate_program(Program(sources, (Import(1, "core", 0),)), options, edit=True)
    findings = [finding for result in found for finding in result.findings]
    assert _statuses(findings) == _statuses(rewrite(case, case.before).findings)
    files = [{s.path: s.data for s in sources}]
    files.append({r.path: r.output or s.data for r, s in zip(found, sources, strict=True)})
    alone = case.program(case.before)
    before, after = (
        programs.Program(LAUNCH, alone.stdin, {**alone.files, **half}, alone.args, alone.env)
        for half in files
    )
    worker = oracle.workers[zlib.crc32(case.id.encode()) // EVERY % len(oracle.workers)]
    notes = [text for finding in findings for text in (finding.message, *finding.notes)]
    friendly = oracle.run(before, worker), oracle.run(after, worker)
    different = compare_in_mood(*friendly, None, notes, cautious=not options.unsafe_fixes)
    for mood in sorted(moods_for(before.text), key=lambda m: zlib.crc32(m.name.encode()))[:1]:
        different += changes_in_mood(oracle, worker, before, after, mood, findings)
    if any(finding.status is not Status.MIGRATED for finding in findings):
        different = [text for text in different if "the older API is still asked" not in text]
    assert not different, "\n".join(different)


def _statuses(findings: Iterable[Finding]) -> list[str]:
    return sorted(finding.status.value for finding in findings)


def test_halves_import_what_they_need() -> None:
    core = "\n\ndef here():\n    return os.getcwd()\n\n\n"
    assert in_two_modules(f"import os\nimport sys\n{core}print(here(), sys.path)\n") == {
        "core": f"import os\n{core}",
        "app": "import sys\nfrom core import here\n\n\nprint(here(), sys.path)\n",
    }
