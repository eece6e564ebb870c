"""The cases under `fixtures/requirements/`: projects whose code was migrated.

Each has a folder `before`, the files of `after` that change, and `notes.json`: what is told of each
file, by line.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from migrator.discover import Scope
from migrator.model import RequirementKind, Source
from migrator.registry import requirement
from migrator.requirements.answers import answer
from migrator.requirements.names import kind_of
from migrator.requirements.search import Answer, answers
from migrator.requirements.sources import read_page
from tests.oracle.cases import FIXTURES

CASES = sorted((FIXTURES / "requirements").iterdir())
FILES = sorted(path for case in CASES for path in (case / "before").rglob("*") if path.is_file())
every = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
NEEDS = requirement()


def told(found: list[Answer]) -> dict[str, list[list[object]]]:
    """What is told of each file: line, kind and words."""
    return {
        a.result.path: [[n.line, n.kind.value, n.message] for n in a.result.requirements]
        for a in found
        if a.result.requirements
    }


def project(case: Path, folder: Path) -> Path:
    """The project of a case, on the disk, with a module that was migrated."""
    shutil.copytree(case / "before", folder, dirs_exist_ok=True)
    (folder / ".git").mkdir()
    return folder


@every
def test_is_raised_as_written_down(
    case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project(case, tmp_path))
    found = answers(["src/app.py"], NEEDS, Scope(["."]))
    assert not [a.result.error for a in found if a.result.error]
    assert told(found) == json.loads((case / "notes.json").read_text(encoding="utf-8"))
    changed = {a.result.path: a.result.output for a in found if a.result.output is not None}
    after = case / "after"
    wanted = {
        path.relative_to(after).as_posix(): path.read_bytes()
        for path in (after.rglob("*") if after.exists() else ())
        if path.is_file()
    }
    assert changed == wanted


@every
def test_a_second_run_raises_nothing(
    case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project(case, tmp_path))
    if (case / "after").exists():
        shutil.copytree(case / "after", tmp_path, dirs_exist_ok=True)
    found = answers(["src/app.py"], NEEDS, Scope(["."]))
    assert not [a for a in found if a.result.output is not None]
    assert not [w for words in told(found).values() for w in words if w[1] == "raised"]


def crlf(data: bytes) -> bytes:
    return data.replace(b"\n", b"\r\n")


def with_bom(data: bytes) -> bytes:
    return b"\xef\xbb\xbf" + data


def utf_16(data: bytes) -> bytes:
    return data.decode("utf-8").encode("utf-16")


def without_last_newline(data: bytes) -> bytes:
    return data.rstrip(b"\n")


WAYS: list[Callable[[bytes], bytes]] = [crlf, with_bom, utf_16, without_last_newline]
WAYS_OF_FILES = [
    pytest.param(path, way, id=f"{'-'.join(path.parts[-3:])}-{way.__name__}")
    for path in FILES
    if path.suffix != ".lock"
    for way in WAYS
    if way is not utf_16 or path.suffix != ".py"
]


@pytest.mark.parametrize(("path", "way"), WAYS_OF_FILES)
def test_keeps_encodings_and_ends_of_lines(path: Path, way: Callable[[bytes], bytes]) -> None:
    kind = kind_of(path.name) or "requirements"

    def result(data: bytes) -> bytes:
        source = Source(path.name, data)
        page = read_page(kind, data, NEEDS.name)
        return answer(source, page, NEEDS, admitted=True).output or data

    before = path.read_bytes()
    assert result(way(before)) == way(result(before))


@pytest.mark.parametrize("kind", list(RequirementKind))
def test_every_kind_of_note_has_a_case(kind: RequirementKind) -> None:
    notes = [(case / "notes.json").read_text(encoding="utf-8") for case in CASES]
    assert kind is RequirementKind.OUTSIDE or any(f'"{kind.value}"' in note for note in notes)
