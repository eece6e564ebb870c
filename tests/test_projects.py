"""Every case under `fixtures/projects/`: the command rewrites it as written down, and it does the
same after.
"""

from __future__ import annotations

import os
import zlib
from functools import lru_cache
from typing import Any

import pytest

from migrator.model import Status
from tests.oracle import environments
from tests.oracle.compare import compare
from tests.oracle.mood_rules import moods_for
from tests.oracle.moods import BY_NAME
from tests.oracle.programs import Oracle
from tests.oracle.projects import KEYS, Project, projects
from tests.oracle.try_project import Files, as_findings, migrated
from tests.oracle.unkind import changes_in_mood

PROJECTS = projects()
CHANGED = [project for project in PROJECTS if project.after is not None]
RUNNABLE = [p for p in CHANGED if p.settings.get("run") and not p.is_notebook]
ASKED = os.environ.get("GEMINI_MIGRATE_MOODS", "")
EACH_RUN = 2
"""How many moods of a project are tried in each run of the tests."""
LABELS = environments.labels()

every = pytest.mark.parametrize("project", PROJECTS, ids=lambda project: project.id)
changed = pytest.mark.parametrize("project", CHANGED, ids=lambda project: project.id)
runnable = pytest.mark.parametrize("project", RUNNABLE, ids=lambda project: project.id)
sdks = pytest.mark.parametrize("sdk", range(len(LABELS)), ids=LABELS)


@lru_cache(maxsize=4)
def _migrated(project: Project, cautious: bool) -> tuple[Files, list[dict[str, Any]]]:
    return migrated(project, project.before, cautious=cautious)


@every
def test_is_rewritten_as_written_down(project: Project) -> None:
    files, _ = _migrated(project, False)
    wanted = project.before if project.after is None else project.after
    assert {n: d.decode() for n, d in files.items()} == {n: d.decode() for n, d in wanted.items()}


@every
def test_reports_what_is_written_down(project: Project) -> None:
    _, found = _migrated(project, "--unsafe-fixes" in project.arguments)
    if project.findings is None:
        assert {one["status"] for one in found} == {"migrated"}
        return
    said = [(one["path"], one["line"], one["status"]) for one in found]
    assert said == [(w["path"], w["line"], w["status"]) for w in project.findings]
    for one, wanted in zip(found, project.findings, strict=True):
        _check_words(one, wanted)


def _check_words(one: dict[str, Any], wanted: dict[str, Any]) -> None:
    """The reason holds the words written down, and the line that stops the call is that one."""
    blocker = one["blocker"]
    assert isinstance(blocker, dict) or "at" not in wanted
    if isinstance(blocker, dict):
        assert str(wanted.get("reason", "")) in blocker["reason"]
        where = (blocker.get("path"), blocker["line"])
        assert "at" not in wanted or where == (wanted.get("in"), wanted["at"])
    for words in wanted.get("notes", ()):
        assert any(words in note for note in one["notes"]), one["notes"]


@changed
def test_second_run_changes_nothing(project: Project) -> None:
    assert project.after is not None
    files, found = migrated(project, project.after)
    assert files == project.after
    assert not any(one["status"] == Status.MIGRATED.value for one in found)


@sdks
@runnable
def test_does_the_same(project: Project, sdk: int, oracle: Oracle) -> None:
    assert project.after is not None
    original, rewritten = project.program(project.before), project.program(project.after)
    before, after = (oracle.run(program, oracle.workers[sdk]) for program in (original, rewritten))
    assert before.legacy, f"the original asks the model nothing\n{before.stderr}"
    cautious = not any(w["status"] == "unsafe" for w in project.findings or ())
    found = compare(before, after, header=project.header, cautious=cautious)
    if not project.bridges and any(w["status"] != "migrated" for w in project.findings or ()):
        found = [text for text in found if "the older API is still asked" not in text]
    assert not found, "\n".join(found)


def _tried(project: Project) -> list[str]:
    told = [mood.name for mood in moods_for(project.program(project.before).text)]
    if ASKED:
        return told if ASKED == "all" else [name for name in told if name in ASKED.split(",")]
    return sorted(told, key=lambda name: zlib.crc32(f"{project.id} {name}".encode()))[:EACH_RUN]


PAIRS = [
    (project, name)
    for project in RUNNABLE
    if not project.bridges  # what crosses the bridge meets the moods in tests of its own
    for name in _tried(project)
]


@pytest.mark.parametrize(("project", "name"), PAIRS, ids=lambda value: getattr(value, "id", value))
def test_does_the_same_in_a_mood(project: Project, name: str, oracle: Oracle) -> None:
    assert project.after is not None
    original, rewritten = project.program(project.before), project.program(project.after)
    _, found = _migrated(project, False)
    assert not changes_in_mood(
        *(oracle, oracle.workers[-1], original, rewritten, BY_NAME[name], as_findings(found)),
        header=project.header,
    )


@every
def test_case_file_is_sound(project: Project) -> None:
    assert not set(project.settings) - KEYS, "unknown keys in case.json"
    can_run = project.settings.get("run") or project.settings.get("suite")
    assert can_run or project.settings.get("why"), "say why it can't run"
