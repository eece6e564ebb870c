"""A folder with every program of the checklist, one patch, and `git apply`."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from migrator.report.diff import patch
from tests.oracle.cases import Case, cases
from tests.oracle.commands import run_command

GROUPS: dict[str, list[Case]] = {}
for _case in cases():
    GROUPS.setdefault(json.dumps(_case.settings.get("options", {})), []).append(_case)


def flags(options: dict[str, Any]) -> list[str]:
    """The command line that asks for `options`."""
    found = []
    for name, value in options.items():
        flag = "--" + name.replace("_", "-")
        if value is True:
            found.append(flag)
        elif isinstance(value, list):
            found += [f"{flag}={','.join(value)}"]
        elif value is not False:
            found.append(f"{flag}={value}")
    return found


def file_name(case: Case) -> str:
    return case.id.replace("/", "--") + ".py"


def run(*words: str, cwd: Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(words, cwd=cwd, input=stdin, capture_output=True, timeout=300)


def in_windows(source: bytes) -> bytes:
    """A program with the newlines of Windows, unless it has carriage returns of its own."""
    return source if b"\r" in source else source.replace(b"\n", b"\r\n")


def repository(folder: Path) -> Path:
    assert run("git", "init", "-q", cwd=folder).returncode == 0
    run("git", "config", "core.autocrlf", "false", cwd=folder)
    return folder


def check_applies(diff: bytes, folder: Path) -> None:
    """Git takes the patch, and the patch alone changes the files."""
    checked = run("git", "apply", "--check", cwd=folder, stdin=diff)
    assert checked.returncode == 0, checked.stderr.decode()
    applied = run("git", "apply", "--whitespace=nowarn", cwd=folder, stdin=diff)
    assert applied.returncode == 0, applied.stderr.decode()


@pytest.mark.parametrize("options", GROUPS)
def test_git_applies_the_patch_of_every_case(options: str, tmp_path: Path) -> None:
    """With the newlines of Windows, which are kept: the other ones are tested case by case."""
    chosen = GROUPS[options]
    asked: dict[str, Any] = json.loads(options)
    # Nothing else lies between a setting that only a file can hold and the default.
    length = asked.pop("line_length", None)
    if length:
        text = f"[tool.gemini-migrate]\nline-length = {length}\n"
        (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    repository(tmp_path)
    for case in chosen:
        (tmp_path / file_name(case)).write_bytes(in_windows(case.before))

    made = run_command("--diff", *flags(asked), ".", cwd=tmp_path)
    assert not [line for line in made.stderr.splitlines() if b"error:" in line]
    assert made.returncode in (0, 1)
    changed = [case for case in chosen if case.after is not None]
    copies = made.stdout.count(b"--- /dev/null\n")
    assert copies == int(asked.get("bridge", False))  # the scripts lie in one folder
    assert made.stdout.count(b"\n+++ b/") == len(changed) + copies
    if not changed:
        assert made.stdout == b""
        return
    check_applies(made.stdout, tmp_path)

    wanted = {case.id: in_windows(case.after or case.before) for case in chosen}
    written = {case.id: (tmp_path / file_name(case)).read_bytes() for case in chosen}
    assert [case for case in wanted if written[case] != wanted[case]] == []
    again = run_command("--diff", *flags(asked), ".", cwd=tmp_path)
    assert again.stdout == b""


def test_git_applies_the_patch_between_the_programs_of_every_case(tmp_path: Path) -> None:
    repository(tmp_path)
    changed = [case for case in cases() if case.after is not None]
    for case in changed:
        (tmp_path / file_name(case)).write_bytes(case.before)
    diff = b"".join(patch(file_name(case), case.before, case.after or b"") for case in changed)
    check_applies(diff, tmp_path)
    written = {case.id: (tmp_path / file_name(case)).read_bytes() for case in changed}
    assert [case.id for case in changed if written[case.id] != case.after] == []
