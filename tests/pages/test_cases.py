"""Every page under `fixtures/pages/`: rewritten as written down, its programs doing the same."""

from __future__ import annotations

from collections.abc import Iterator
from zlib import crc32

import pytest

from migrator.model import Status
from migrator.pages.page import PageProgram
from tests.oracle import environments
from tests.oracle.compare import compare
from tests.oracle.mood_rules import moods_for
from tests.oracle.programs import Oracle, Program
from tests.oracle.unkind import changes_in_mood

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


def scripts(page: PageCase) -> Iterator[tuple[PageProgram, str, str]]:
    """The programs of a page that can be run: the original, and both of them as scripts."""
    assert page.after is not None
    old, new = page.programs(page.before), page.programs(page.after)
    assert len(old) == len(new)
    for number in page.settings.get("run", range(len(old))):
        one, other = old[number], new[number]
        assert isinstance(one, PageProgram)
        # What the page leaves out is assumed for a legacy call only.
        yield one, one.text, f"{one.regions[0].text}\n{other.text}"


@sdks
@runnable
def test_does_the_same(page: PageCase, sdk: int, oracle: Oracle) -> None:
    asked = 0
    for one, *texts in scripts(page):
        before, after = (oracle.run(Program(text.encode()), oracle.workers[sdk]) for text in texts)
        assert not before.exit, before.stderr
        asked += len(before.legacy)
        # What the page leaves out stands in no file that could get the header.
        found = compare(before, after, header=not one.assumes)
        if page.findings is not None:
            found = [text for text in found if "the older API is still asked" not in text]
        assert not found, "\n".join(found)
    assert asked, "the original asks the model nothing"


@runnable
def test_does_the_same_in_a_mood(page: PageCase, oracle: Oracle) -> None:
    findings = page.rewrite(page.before).findings
    for one, *texts in scripts(page):
        told = moods_for(one.text) if page.findings is None else []
        for mood in sorted(told, key=lambda mood: crc32(f"{page.id} {mood.name}".encode()))[:1]:
            old, new = (Program(text.encode()) for text in texts)
            header = not one.assumes
            worker = oracle.workers[-1]
            assert not changes_in_mood(oracle, worker, old, new, mood, findings, header=header)


@every
def test_the_lines_of_findings_are_those_of_the_file(page: PageCase) -> None:
    lines = page.before.decode().split("\n")
    for finding in page.rewrite(page.before).findings:
        line = lines[finding.line - 1][finding.column - 1 :]
        assert "generate_content" in line or "chats.create" in line or "send_message" in line


def test_there_are_pages_of_all_kinds() -> None:
    assert {case.path.suffix for case in CASES} == {".md", ".markdown", ".mdx", ".rst", ".qmd"}
    assert len(CASES) >= 18
