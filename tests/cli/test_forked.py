"""The command as a fork, which most tests run, is the command that is installed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import BROKEN, CLEAN, MANUAL, PROGRAM
from tests.oracle.commands import command_line, run_command
from tests.oracle.forked import POSSIBLE, Forks, Start

pytestmark = pytest.mark.skipif(not POSSIBLE, reason="no forks here")
FILES = {"a/program.py": PROGRAM, "a/clean.py": CLEAN, "manual.py": MANUAL}
SAID: list[list[str]] = [
    ["."],
    ["--check", "a"],
    ["--diff", "--unsafe-fixes", "."],
    ["--in-place", "--output-format", "json", "--jobs", "2", "."],
    ["--diff", "missing.py"],
    ["--no-such-option"],
    ["--check", "-"],
    ["--version"],
]


@pytest.mark.parametrize("words", SAID, ids=" ".join)
@pytest.mark.parametrize("broken", [False, True])
def test_does_what_the_installed_command_does(tree, tmp_path, words, broken):
    done = []
    files = FILES | ({"broken.py": BROKEN} if broken else {})
    for quick in (True, False):
        folder = tmp_path / "there"
        tree({f"there/{name}": data for name, data in files.items()})
        if quick:
            ran = run_command(*words, cwd=folder, stdin=PROGRAM.encode())
        else:
            ran = subprocess.run(
                [*command_line(), *words], cwd=folder, input=PROGRAM.encode(), capture_output=True
            )
        left = {name: (folder / name).read_bytes() for name in files}
        done.append((ran.returncode, ran.stdout, ran.stderr, left))
    assert done[0] == done[1]


def python(code: str, folder: Path, limit: float = 60) -> subprocess.CompletedProcess[bytes]:
    """Run some code in a fork."""
    (folder / "asked.py").write_text(f"import os, sys, threading, time\ndef main():\n    {code}\n")
    forks = Forks(Path(sys.executable), ["json"])
    try:
        start = Start("asked:main", ["asked"], folder, os.environ, b"in", [str(folder)])
        return forks.run(start, limit)
    finally:
        forks.stop()


@pytest.mark.parametrize(
    ("code", "ends", "says"),
    [
        ("return 3", 3, b""),
        ("sys.exit('no')", 1, b"no\n"),
        ("raise KeyError('x')", 1, b"KeyError: 'x'\n"),
        ("os.kill(os.getpid(), 9)", -9, b""),
        ("return 'no'", 1, b"no\n"),
        ("import atexit; atexit.register(os._exit, 7)", 7, b""),
        ("threading.Thread(target=lambda: time.sleep(0.2) or os._exit(6)).start()", 6, b""),
        ("threading.Thread(target=time.sleep, args=[60], daemon=True).start()", 0, b""),
        ("sys.stderr.write(sys.stdin.read() * 2)", 0, b"inin"),
    ],
)
def test_how_a_program_ends_is_seen(tmp_path, code, ends, says):
    ran = python(code, tmp_path)
    assert ran.returncode == ends
    assert ran.stderr.endswith(says)


def test_a_program_that_never_ends_is_seen(tmp_path):
    with pytest.raises(subprocess.TimeoutExpired):
        python("time.sleep(60)", tmp_path, limit=0.5)
