"""The hooks as they are defined, with the files that pre-commit hands them, also lot by lot."""

from __future__ import annotations

import re
import shlex
import subprocess

import pytest

from tests.cli.conftest import migrated
from tests.cli.test_partial_views import APP, UNIT, is_new, of
from tests.oracle.commands import command_line
from tests.oracle.environments import ROOT

HOOKS = dict(
    re.findall(
        r"^- id: (\S+)$.*?^  entry: gemini-migrate (.+?)$",
        (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"),
        re.MULTILINE | re.DOTALL,
    )
)
FIX, CHECK = (shlex.split(HOOKS[name]) for name in ("gemini-migrate", "gemini-migrate-check"))
FILES = sorted(path for path in APP if path.endswith(".py"))
FIRST, SECOND = FILES[:3], FILES[3:]
"""Two lots, which tear the unit apart."""


@pytest.fixture
def repository(tree):
    """The sample program under version control."""
    top = tree(APP)
    for arguments in (["init", "-q"], ["add", "."]):
        subprocess.run(["git", *arguments], check=True)
    return top


def changed() -> list[str]:
    listed = subprocess.check_output(["git", "status", "--short"], text=True)
    return [line[3:] for line in listed.splitlines() if line[1] != " "]


def test_all_files_at_once(command, repository):
    assert command(*CHECK, *FILES).code == 1
    assert changed() == []
    assert command(*FIX, *FILES).code == 0
    assert is_new(repository)
    assert changed() == ["app/alone.py", *sorted(UNIT)]
    assert command(*CHECK, *FILES).code == 0
    assert command(*FIX, *FILES).code == 0


def test_lot_by_lot(command, repository):
    assert ("app/llm.py" in FIRST) != ("app/api.py" in FIRST)
    for hook in (CHECK, FIX):
        assert command(*hook, *FIRST).code == (1 if hook == CHECK else 0)
        done = command(*hook, *SECOND)
        assert done.code == 1
        assert "app/api.py must change with it, and is not among the files" in done.out
    assert of(repository) == UNIT
    assert changed() == ["app/alone.py"]
    assert migrated((repository / "app/alone.py").read_bytes())


def test_two_lots_at_the_same_time(repository):
    for lots in ([FIRST, SECOND], [FILES, FILES]):
        running = [subprocess.Popen([*command_line(), *FIX, *lot]) for lot in lots]
        for process in running:
            process.communicate(timeout=120)
        # Both may write the unit, or one finds that the other does: then it says so.
        assert of(repository) == UNIT if lots[0] != lots[1] else is_new(repository)
    assert sorted(changed()) == ["app/alone.py", *sorted(UNIT)]
