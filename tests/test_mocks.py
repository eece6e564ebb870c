"""Projects with tests of their own: their suites pass before and after, and still see a fault."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.oracle import environments
from tests.oracle.forked import POSSIBLE, Forks, Start
from tests.oracle.projects import Project, projects

TESTED = [p for p in projects() if p.settings.get("suite")]
OPTIONS = ("-q", *(f"-pno:{plugin}" for plugin in ("cacheprovider", "xdist", "hypothesispytest")))
"""None of the plugins that only the environment of these tests has."""
PASSED, FAILED, NONE_RUN = 0, 1, 5

pytestmark = pytest.mark.skipif(not POSSIBLE, reason="the suites run in forks")
each = pytest.mark.parametrize("project", TESTED, ids=lambda project: project.id)
times = pytest.mark.parametrize("when", ["before", "after"])


@pytest.fixture(scope="session")
def suites() -> Iterator[Forks]:
    """pytest on the newest SDK, whose environment lacks it, unlike that of these tests."""
    made = Forks(
        environments.interpreters()[-1],
        ("pytest", "google.genai", "google.genai._interactions"),
        [str(Path(pytest.__file__).parents[1])],
    )
    yield made
    made.stop()


def ended(
    project: Project, files: Mapping[str, bytes], suites: Forks, *more: str
) -> tuple[int, str]:
    """How the tests of a project end, and what they say."""
    kept = {k: v for k, v in os.environ.items() if k in {"PATH", "LANG", "LC_ALL", "TMPDIR"}}
    with TemporaryDirectory(dir=environments.scratch()) as folder:
        for name, data in files.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        words = ("pytest", *OPTIONS, *(more or (project.settings["suite"],)))
        env = {**kept, "GEMINI_API_KEY": "test-key"}
        ran = suites.run(Start("pytest:main", words, Path(folder), env, path=[folder]))
    return ran.returncode, ran.stdout.decode()


def version(project: Project, when: str) -> Mapping[str, bytes]:
    """The original project, or what it becomes."""
    return project.after or project.before if when == "after" else project.before


def faulty(project: Project, files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """A version of a project with the fault that its tests must see."""
    fault = project.settings["fault"]
    old, new = fault["old"].encode(), fault["new"].encode()
    assert files[fault["in"]].count(old) == 1, f"{old!r} must stand once in {fault['in']}"
    return {**files, fault["in"]: files[fault["in"]].replace(old, new)}


@each
@times
def test_suite_passes(project: Project, when: str, suites: Forks) -> None:
    code, said = ended(project, version(project, when), suites, *selected(project, when))
    assert code == PASSED or (code == NONE_RUN and project.settings.get("left")), said


@each
def test_what_is_left_to_hand_fails_and_is_named(project: Project, suites: Forks) -> None:
    for left in project.settings.get("left", ()):
        code, said = ended(project, version(project, "after"), suites, left)
        assert code == FAILED, said
        path, _, name = left.partition("::")
        lines = _lines_of(project.before[path].decode(), name)
        named = [w for w in project.findings or () if w.get("in") == path]
        assert any(w["at"] in lines or _names(w["reason"], lines) for w in named)


def selected(project: Project, when: str) -> Sequence[str]:
    """The words for pytest that leave out what is left to a person, where it was left."""
    left = project.settings.get("left", ()) if when == "after" else ()
    return [project.settings["suite"], *(f"--deselect={name}" for name in left)] if left else ()


def _lines_of(text: str, name: str) -> set[int]:
    """The lines of a test, and those of what it takes from its file."""
    tree = ast.parse(text)
    found = {n.name: n for n in tree.body if isinstance(n, (ast.FunctionDef, ast.ClassDef))}
    test = found[name]
    used = {n.id for n in ast.walk(test) if isinstance(n, ast.Name)} & set(found)
    return {
        line
        for node in (test, *(found[other] for other in used))
        for line in range(
            min([node.lineno, *(d.lineno for d in node.decorator_list)]), (node.end_lineno or 0) + 1
        )
    }


def _names(reason: str, lines: set[int]) -> bool:
    return any(int(number) in lines for number in re.findall(r"line (\d+)", reason))


@each
@times
def test_suite_sees_a_fault(project: Project, when: str, suites: Forks) -> None:
    files = faulty(project, version(project, when))
    code, said = ended(project, files, suites, *selected(project, when))
    assert code == FAILED or (code == NONE_RUN and project.settings.get("left")), said


NEVER_MADE = {"mocked-in-a-fixture-nobody-asks-for"}
"""Projects with a mock that no test asks for, which stays as it is."""


@each
def test_nothing_old_is_mocked_after(project: Project) -> None:
    if project.after is None or project.findings is not None or project.id in NEVER_MADE:
        return
    own = [d for n, d in project.before.items() if "test" not in n and b"def generate_content" in d]
    old = b"models.generate_content" if own else b"generate_content"
    assert not [n for n, data in project.after.items() if old in data]
