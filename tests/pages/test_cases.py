"""Every page under `fixtures/pages/`: rewritten as written down, its programs doing the same."""

from __future__ import annotations

import pytest

from migrator.model import Status
from migrator.pages.page import PageProgram
from tests.oracle import environments
from tests.oracle.compare import compare
from tests.oracle.programs import Oracle, Program

from .cases import CASES, PageCase

CHANGED = [case for case in CASES if case.after is not None]
RUNNABLE = [case for case in CHANGED if case.settings.get("run", [0])]
LABELS = environments.labels()

every = pytest.mark.parametrize("page", CASES, ids=lambda case: case.id)
changed = pytest.mark.parametrize("page", CHANGED, ids=lambda case: case.id)
runnable = pytest.mark.parametrize("page", RUNNABLE, ids=lambda case: case.id)
sdks = pytest.mark.parametrize("sdk", range(len(LABELS)), ids=LABELS)


@every
def test_is_rewritten_as_written_down(page: PageCase) -> None:
    result = page.rewrite(page.before)
    assert (result.output or b"").decode() == (page.after or b"").decode()
    if page.findings is None:
        assert all(f.status is Status.MIGRATED for f in result.findings)
        return
    said = [(f.line, f.block, f.status.value) for f in result.findings]
    assert said == [(w["line"], w["block"], w["status"]) for w in page.findings]


@changed
def test_second_run_changes_nothing(page: PageCase) -> None:
    assert page.after is not None
    result = page.rewrite(page.after)
    assert result.output is None
    assert not any(f.status is Status.MIGRATED for f in result.findings)


@sdks
@runnable
def test_does_the_same(page: PageCase, sdk: int, oracle: Oracle) -> None:
    assert page.after is not None
    old, new = page.programs(page.before), page.programs(page.after)
    assert len(old) == len(new)
    asked = 0
    run = page.settings.get("run", range(len(old)))
    for one, other in ((old[number], new[number]) for number in run):
        assert isinstance(one, PageProgram)
        # What the page leaves out is assumed for a legacy call only.
        texts = one.text, f"{one.regions[0].text}\n{other.text}"
        before, after = (oracle.run(Program(text.encode()), oracle.workers[sdk]) for text in texts)
        assert not before.exit, before.stderr
        asked += len(before.legacy)
        # What the page leaves out stands in no file that could get the header.
        found = compare(before, after, header=not one.assumes)
        if page.findings is not None:
            found = [text for text in found if "the older API is still asked" not in text]
        assert not found, "\n".join(found)
    assert asked, "the original asks the model nothing"


@every
def test_the_lines_of_findings_are_those_of_the_file(page: PageCase) -> None:
    lines = page.before.decode().split("\n")
    for finding in page.rewrite(page.before).findings:
        line = lines[finding.line - 1][finding.column - 1 :]
        assert "generate_content" in line or "chats.create" in line or "send_message" in line


def test_there_are_pages_of_all_kinds() -> None:
    assert {case.path.suffix for case in CASES} == {".md", ".markdown", ".rst", ".qmd"}
    assert len(CASES) >= 18
