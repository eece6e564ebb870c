"""Drives the installed command, and stands in for the core in tests of the edges."""

from __future__ import annotations

import re
import sys
import types
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import pytest

from migrator import pool
from migrator.model import Blocker, FileResult, Finding, Options, Source, Status
from tests.oracle.commands import run_command

PROGRAM = """\
from google import genai

client = genai.Client()
r = client.models.generate_content(model="gemini-2.5-flash", contents="hi")
print(r.text)
"""
CLEAN = "import requests\n\nprint(requests.get('https://example.com').text)\n"
BROKEN = "r = client.models.generate_content(\n"
# A call no codemod may touch: what is sent and who reads the answer are unknown.
MANUAL = """\
from google import genai

client = genai.Client()


def ask(**everything):
    return client.models.generate_content(**everything)
"""


def migrated(data: bytes) -> bool:
    """Whether `data` is a migrated PROGRAM."""
    return b"interactions.create(" in data and b"generate_content" not in data


@dataclass(frozen=True)
class Done:
    """A finished command; `out` and `err` are decoded leniently, `raw` is not."""

    code: int
    raw: bytes
    err: str

    @property
    def out(self) -> str:
        return self.raw.decode("utf-8", "surrogateescape")


Command = Callable[..., Done]


@pytest.fixture
def command(tmp_path: Path) -> Command:
    """Runs the installed command in `tmp_path`."""

    def run(
        *arguments: str,
        stdin: bytes = b"",
        cwd: Path = tmp_path,
        env: dict[str, str] | None = None,
    ) -> Done:
        done = run_command(*arguments, cwd=cwd, stdin=stdin, env=env)
        err = done.stderr.decode("utf-8", "surrogateescape")
        assert "Traceback" not in err
        return Done(done.returncode, done.stdout, err)

    return run


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Writes files given as path=content under `tmp_path`, the working directory."""
    monkeypatch.chdir(tmp_path)

    def write(files: dict[str, str | bytes]) -> Path:
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            data = content if isinstance(content, bytes) else content.encode()
            path.write_bytes(data)
        return tmp_path

    return write


def stand_in(program: Sequence[Source], options: Options, *, edit: bool) -> tuple[FileResult, ...]:
    """A core of one rule: `old(` becomes `new(`; `hard(` is manual; `boom` raises."""
    results = []
    for source in program.named():
        if b"boom" in source.data:
            raise ZeroDivisionError("boom")
        if b"deep" in source.data:
            raise RecursionError("too deep")
        findings = []
        for number, line in enumerate(source.data.decode("latin-1").split("\n"), 1):
            for match in re.finditer(r"(old|hard)\(", line):
                manual = match[1] == "hard"
                column = match.start() + 1
                findings.append(
                    Finding(
                        codemod="generate-content",
                        code="GM001",
                        status=Status.MANUAL if manual else Status.MIGRATED,
                        line=number,
                        column=column,
                        end_line=number,
                        end_column=match.end() + 1,
                        message="old() becomes new()",
                        notes=() if manual else ("new() remembers",),
                        blocker=Blocker(number, column, "hard") if manual else None,
                    )
                )
        output = source.data.replace(b"old(", b"new(")
        changed = edit and output != source.data
        results.append(FileResult(source.path, tuple(findings), output if changed else None))
    return tuple(results)


@pytest.fixture
def core(monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    """Puts the stand-in in the place of the core, in this process and its forks."""
    module = types.ModuleType("migrator.together")
    module.migrate_program = stand_in  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "migrator.together", module)
    monkeypatch.setattr(pool, "_context", lambda: get_context("fork"))
    return module
