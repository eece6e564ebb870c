"""Every notebook that runs shows the same after its rewrite, cell by cell, in a real kernel.

Each is run on one version of the SDK, in turns, and in one mood of the server on the newest.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import pytest

from tests.notebooks.build import notebook
from tests.notebooks.test_fixtures import CHANGED
from tests.oracle import environments
from tests.oracle.cases import Case
from tests.oracle.compare import compare
from tests.oracle.kernel import Kernel
from tests.oracle.mood_rules import moods_for
from tests.oracle.moods import BY_NAME
from tests.oracle.programs import Oracle, Program
from tests.oracle.projects import Project, projects
from tests.oracle.unkind import changes_in_mood
from tests.test_fixtures import check_same, rewrite

RUNNABLE = [case for case in CHANGED if case.runs]
PROJECTS = [project for project in projects() if project.is_notebook]


@pytest.fixture(scope="session")
def kernels() -> Iterator[list[Kernel]]:
    """A kernel for each SDK version, the newest last; each starts when it is needed."""
    made = [Kernel(python) for python in environments.interpreters()]
    yield made
    for kernel in made:
        kernel.close()


@pytest.mark.parametrize(
    ("turn", "case"), list(enumerate(RUNNABLE)), ids=lambda value: getattr(value, "id", "")
)
def test_shows_the_same(case: Case, turn: int, oracle: Oracle, kernels: list[Kernel]) -> None:
    assert case.after is not None
    kernel = kernels[turn % len(kernels)]
    before = oracle.run(case.program(case.before), kernel)
    assert before.exit == 0, before.stderr
    assert before.legacy, f"the original asks the model nothing\n{before.stdout}"
    after = oracle.run(case.program(case.after), kernel)
    check_same(case, before, after)


@pytest.mark.parametrize("case", RUNNABLE, ids=lambda case: case.id)
def test_shows_the_same_in_a_mood(case: Case, oracle: Oracle, kernels: list[Kernel]) -> None:
    assert case.after is not None
    names = [mood.name for mood in moods_for(case.before.decode())]
    mood = BY_NAME[min(names, key=lambda name: zlib.crc32(f"{case.id} {name}".encode()))]
    original, rewritten = case.program(case.before), case.program(case.after)
    found = rewrite(case, case.before).findings
    assert not changes_in_mood(oracle, kernels[-1], original, rewritten, mood, found)


@pytest.mark.parametrize("project", PROJECTS, ids=lambda project: project.id)
def test_a_notebook_of_a_project_shows_the_same(
    project: Project, oracle: Oracle, kernels: list[Kernel]
) -> None:
    assert project.after is not None
    for kernel in kernels:
        before = oracle.run(project.program(project.before), kernel)
        assert before.exit == 0, before.stderr
        assert before.legacy
        after = oracle.run(project.program(project.after), kernel)
        assert not compare(before, after)


def test_a_kernel_keeps_nothing_of_a_notebook(oracle: Oracle, kernels: list[Kernel]) -> None:
    leave = (
        "import os, sys, types\nleft = 1\nos.environ['LEFT'] = 'x'\n"
        "sys.modules['left'] = types.ModuleType('left')\nopen('left', 'w').close()"
    )
    look = (
        "import os, sys\n"
        "'left' in dir(), os.environ.get('LEFT'), 'left' in sys.modules, os.listdir()"
    )
    oracle.run(Program(notebook([leave])), kernels[-1])
    run = oracle.run(Program(notebook([look])), kernels[-1])
    assert run.stdout == "--- cell 1\n(False, None, False, [])\n"


@pytest.mark.parametrize("ask", ["%pip", "!pip", "!python -m pip"])
def test_a_kernel_installs_nothing(ask: str, oracle: Oracle, kernels: list[Kernel]) -> None:
    cells = [
        f"{ask} install -q iniconfig",
        "import importlib.util\nimportlib.util.find_spec('iniconfig')",
    ]
    run = oracle.run(Program(notebook(cells)), kernels[-1])
    assert run.exit == 0
    assert run.stdout.endswith("--- cell 2\n")


def test_a_value_that_is_shown_otherwise_is_seen(oracle: Oracle, kernels: list[Kernel]) -> None:
    cells = ["from IPython.display import HTML, display\nprint(1)\ndisplay(HTML('<b>2</b>'))", "3"]
    run = oracle.run(Program(notebook(cells)), kernels[-1])
    for old, new in (("print(1)", "print(0)"), ("<b>2", "<b>0"), ("3", "0"), ("3", "3;")):
        other = [cell.replace(old, new) for cell in cells]
        assert compare(run, oracle.run(Program(notebook(other)), kernels[-1]))
