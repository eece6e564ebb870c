"""A run that ends early: by signals, by kills at any moment, with streams that are closed."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from migrator import files, temporary
from migrator.discover import discover
from tests.cli.conftest import PROGRAM, migrated
from tests.oracle.commands import command_line

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="signals, forks and /proc"
)
OLD, NEW = b"old\n", b"new\n"
STEPS = ["mkdir", "open", "write", "close", "link", "rename", "replace", "fsync", "chmod", "unlink"]
STEPS += ["rmdir"]


def kill_at(step: int, monkeypatch) -> None:
    """Have this process die before its `step`-th call of the system."""
    left = [step]

    def dying(real):
        def call(*arguments, **options):
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*arguments, **options)

        return call

    for name in STEPS:
        monkeypatch.setattr(os, name, dying(getattr(os, name)))


def test_killed_at_any_point_nothing_is_half_or_committed(tree, monkeypatch):
    top = tree({"x.py": OLD})
    subprocess.run(["git", "init", "-q"], check=True)
    subprocess.run(["git", "add", "x.py"], check=True)
    outcomes = set()
    for step in range(100):
        (top / "x.py").write_bytes(OLD)
        child = os.fork()
        if not child:
            kill_at(step, monkeypatch)
            files.write(str(top / "x.py"), OLD, NEW)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        outcomes.add((top / "x.py").read_bytes())
        listing = ["git", "ls-files", "--others", "--exclude-standard"]
        assert subprocess.check_output(listing) == b""
        found = discover(["."])
        assert found.files == ("x.py",)
        for home in found.leftovers:
            temporary.sweep_away(home)
        assert sorted(os.listdir(top)) == [".git", "x.py"]
        if status == 0:
            break
    else:
        raise AssertionError("the child never got through")
    assert outcomes == {OLD, NEW}
    assert step > 10


def sweep(folder) -> None:
    for home in temporary.left_in(str(folder)):
        temporary.sweep_away(home)


def test_what_a_living_run_uses_is_left(tree):
    top = tree({"x.py": OLD})
    with temporary.beside(str(top / "x.py")) as home:
        sweep(top)
        assert os.path.isdir(home.path)
    assert os.listdir(top) == ["x.py"]


def test_what_only_looks_like_ours_is_left(tree):
    top = tree({".gemini-migrate-0123456789ab/mine.py": PROGRAM, ".gemini-migrate-x/y.py": ""})
    (top / ".gemini-migrate-ba9876543210").symlink_to("/")
    before = sorted(os.listdir(top))
    sweep(top)
    assert sorted(os.listdir(top)) == before
    assert os.listdir(top / ".gemini-migrate-0123456789ab") == ["mine.py"]


@pytest.mark.parametrize("arguments", [["-i"], ["-i", "a/x.py"]])
def test_the_next_run_clears_up(command, tree, arguments):
    home = "a/.gemini-migrate-0123456789ab"
    top = tree({"a/x.py": PROGRAM, f"{home}/new": "half", f"{home}/.gitignore": "*\n"})
    assert command("--check").code == 1
    assert (top / home).exists()
    assert command(*arguments).code == 0
    assert os.listdir(top / "a") == ["x.py"]


def children(process: int) -> list[int]:
    with open(f"/proc/{process}/task/{process}/children") as file:
        return [int(word) for word in file.read().split()]


def running(process: int) -> bool:
    try:
        with open(f"/proc/{process}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@contextlib.contextmanager
def listening_again(number: int) -> Iterator[None]:
    """Processes that are started in here hear a signal, even where these tests run under nohup."""
    set_aside = number != signal.SIGKILL and signal.getsignal(number) is signal.SIG_IGN
    if set_aside:
        signal.signal(number, signal.SIG_DFL)
    try:
        yield
    finally:
        if set_aside:
            signal.signal(number, signal.SIG_IGN)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_workers_end_with_their_parent(tree, number):
    files = {f"{i:02}.py": PROGRAM * 30 for i in range(160)}  # so many that the run is under way
    top = tree(files)
    run = [*command_line(), "-i", "--jobs", "2"]
    with listening_again(number):
        parent = subprocess.Popen(run, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with parent:
        deadline = time.monotonic() + 60
        while len(workers := children(parent.pid)) < 2 and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(0.3)
        parent.send_signal(number)
        # Both streams end only when nobody holds them open any more.
        _, err = parent.communicate(timeout=60)
    assert len(workers) == 2
    # They close the streams a moment before they have ended, as the system sees it.
    deadline = time.monotonic() + 60
    while any(map(running, workers)) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not any(map(running, workers))
    if number != signal.SIGKILL:
        assert parent.returncode == 128 + number
        assert b"Interrupted" in err
    for name, before in files.items():
        data = (top / name).read_bytes()
        assert data == before.encode() or migrated(data)
    subprocess.run([*command_line(), "-i", "--jobs", "1", "00.py"], capture_output=True, check=True)
    assert sorted(os.listdir(top)) == sorted(files)


def test_a_signal_that_is_set_aside_stays_so(tree):
    tree({"x.py": PROGRAM})
    code = (
        "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
        "from migrator.signals import listening\n"
        "with listening(): signal.raise_signal(signal.SIGHUP)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("closed", [">&-", ">&- 2>&-", "<&- >&-"])
def test_a_closed_stdout_is_told_before_anything_is_written(tree, closed):
    top = tree({"x.py": PROGRAM})
    (command,) = command_line()
    done = subprocess.run(f"{command} -i {closed}", shell=True, capture_output=True, text=True)
    assert done.returncode == 2
    assert (top / "x.py").read_text() == PROGRAM
    if "2>" not in closed:
        assert done.stderr == "Error: stdout is closed; send it to a file, or to /dev/null.\n"


@pytest.mark.parametrize(("closed", "code"), [("2>&-", 1), ("<&-", 1), ("> /dev/full", 2)])
def test_other_closed_or_full_streams(tree, closed, code):
    tree({"x.py": PROGRAM})
    (command,) = command_line()
    done = subprocess.run(f"{command} --check {closed}", shell=True, capture_output=True, text=True)
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert "ignored" not in done.stderr
