"""Projects with tests of their own: their suites pass before and after, and still see a fault."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.oracle import environments
from tests.oracle.projects import Project, projects

TESTED = [p for p in projects() if p.settings.get("suite")]
STARTED = """\
import json, os, sys
sys.path += sys.argv[1:2]
import pytest, google.genai, google.genai._interactions
ended = {}
for name in sys.argv[3:]:
    read, write = os.pipe()
    if not os.fork():
        os.chdir(name)
        sys.path.insert(0, os.getcwd())
        os.dup2(write, 1)
        os._exit(pytest.main(["-q", "-p", "no:cacheprovider", "-p", "no:xdist", sys.argv[2]]))
    os.close(write)
    said = os.fdopen(read).read()
    ended[name] = os.waitstatus_to_exitcode(os.wait()[1]), said
print(json.dumps(ended))
"""
"""Runs pytest in some folders; the environments of the SDK lack it, these tests don't."""
PYTEST = Path(pytest.__file__).parents[1]
PASSED, FAILED = 0, 1

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the suites run in forks")
each = pytest.mark.parametrize("project", TESTED, ids=lambda project: project.id)
times = pytest.mark.parametrize("when", ["before", "after"])


@cache
def _ended(project: Project) -> Mapping[str, tuple[int, str]]:
    """How the tests end: of the original and of the rewritten one, with a fault or not."""
    versions = {"before": project.before, "after": project.after or project.before}
    versions |= {f"{when} with a fault": _faulty(project, f) for when, f in versions.items()}
    with TemporaryDirectory() as folder:
        for when, files in versions.items():
            for name, data in files.items():
                path = Path(folder, when, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
        kept = {k: v for k, v in os.environ.items() if k in {"PATH", "LANG", "LC_ALL", "TMPDIR"}}
        python = environments.interpreters()[-1]
        ran = subprocess.run(
            [python, "-c", STARTED, PYTEST, project.settings["suite"], *versions],
            cwd=folder,
            env={**kept, "GEMINI_API_KEY": "test-key"},
            stdout=subprocess.PIPE,
            text=True,
            timeout=300,
            check=True,
        )
    found: dict[str, tuple[int, str]] = json.loads(ran.stdout)
    return found


def _faulty(project: Project, files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    fault = project.settings["fault"]
    old, new = fault["old"].encode(), fault["new"].encode()
    assert files[fault["in"]].count(old) == 1, f"{old!r} must stand once in {fault['in']}"
    return {**files, fault["in"]: files[fault["in"]].replace(old, new)}


@each
@times
def test_suite_passes(project: Project, when: str) -> None:
    code, said = _ended(project)[when]
    assert code == PASSED, said


@each
@times
def test_suite_sees_a_fault(project: Project, when: str) -> None:
    code, said = _ended(project)[f"{when} with a fault"]
    assert code == FAILED, said


@each
def test_nothing_old_is_mocked_after(project: Project) -> None:
    if project.after is None or project.findings is not None:
        return
    own = [d for n, d in project.before.items() if "test" not in n and b"def generate_content" in d]
    old = b"models.generate_content" if own else b"generate_content"
    assert not [n for n, data in project.after.items() if old in data]
