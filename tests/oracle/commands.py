"""Runs the installed command `gemini-migrate` as a process, and most often as a quick one.

The tests run it a thousand times, and most of what that takes is to start Python and to import the
tool. Where a fork shows the same, the command is the fork of one process that has imported it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from .forked import POSSIBLE, Forks, Start

LIMIT = 300
"""How many seconds a command may take, on a machine that has more to do."""
AT_THE_START = ("PYTHON", "LANG", "LC_")
"""How variables begin that Python reads where it starts: a fork would not notice them."""


@cache
def command_line() -> tuple[str, ...]:
    """The command installed beside the Python that runs the tests."""
    folder = Path(sys.executable).parent
    for name in ("gemini-migrate", "gemini-migrate.exe"):
        if (folder / name).exists():
            return (str(folder / name),)
    raise RuntimeError("gemini-migrate is not installed beside this Python")


def _read_at_start(env: Mapping[str, str]) -> Mapping[str, str]:
    return {name: value for name, value in env.items() if name.startswith(AT_THE_START)}


_READ = _read_at_start(os.environ)
_ready = Forks(Path(sys.executable), ("migrator.*", "migrator.registry:rule_book"))


def run_command(
    *arguments: str, cwd: Path, stdin: bytes = b"", env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """What the command does in a folder, with more in its environment."""
    words = [*command_line(), *arguments]
    around = {**os.environ, **(env or {})}
    if POSSIBLE and _read_at_start(around) == _READ:
        return _ready.run(Start("migrator.cli:main", words, cwd, around, stdin), LIMIT)
    return subprocess.run(
        words, input=stdin, capture_output=True, cwd=cwd, env=around, timeout=LIMIT
    )


def close() -> None:
    """End the process that commands are forks of."""
    _ready.stop()
