"""Files that are written together: all or none, whatever goes wrong, and killed at every step."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys

import pytest

from migrator import temporary, transaction
from migrator.discover import discover
from migrator.recovery import recover
from migrator.transaction import Change, NotWrittenError, write_together
from tests.cli.test_signals import kill_at

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="forks and kills")
posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX modes and links")
PATHS = ("a.py", "b/b.py", "c.py")
OLD = {path: f"old {path}\n".encode() for path in PATHS}
NEW = {path: f"new {path}\n".encode() for path in PATHS}


@pytest.fixture
def old(tree):
    """The folder with the files as they were."""
    return tree(OLD)


def changes() -> list[Change]:
    return [Change(path, OLD[path], NEW[path]) for path in PATHS]


def lay_out(versions: dict[str, bytes] = OLD) -> None:
    for path, data in versions.items():
        with open(path, "wb") as file:
            file.write(data)


def now() -> dict[str, bytes]:
    found = {}
    for path in PATHS:
        with open(path, "rb") as file:
            found[path] = file.read()
    return found


def left() -> list[str]:
    return [*temporary.left_in("."), *temporary.left_in("b")]


def failing(monkeypatch, name: str, at: int, error: int) -> list[str]:
    """Have the `at`-th call of a function of the system fail; returns the calls, as they come."""
    real = getattr(os, name)
    calls: list[str] = []

    def call(*arguments, **options):
        calls.append(name)
        if len(calls) == at + 1:
            raise OSError(error, os.strerror(error))
        return real(*arguments, **options)

    monkeypatch.setattr(os, name, call)
    return calls


@pytest.mark.usefixtures("old")
def test_all_are_written_and_nothing_else_is_left():
    assert write_together(changes()) == [None, None, None]
    assert now() == NEW
    assert left() == []


@pytest.mark.parametrize("name", ["mkdir", "open", "fsync", "replace", "rename"])
@pytest.mark.usefixtures("old")
def test_a_failure_at_any_step_leaves_all_as_they_were(monkeypatch, name):
    failures = 0
    for at in range(100):
        with monkeypatch.context() as patch:
            calls = failing(patch, name, at, errno.ENOSPC)
            try:
                write_together(changes())
            except NotWrittenError as error:
                assert "No space left" in str(error)
                assert error.path in PATHS
                assert now() == OLD
                failures += 1
            else:
                assert now() == NEW
            assert left() == []
        if len(calls) <= at:
            break
        lay_out()
    assert failures >= 3


@pytest.mark.parametrize("link", [True, False])
def test_what_was_replaced_is_put_back(old, monkeypatch, link):
    (old / "b/b.py").chmod(0o640)
    if not link:
        monkeypatch.setattr(os, "link", lambda *_: os.open("/nowhere/at/all", 0))
    before = [(path, os.stat(path).st_mode, os.stat(path).st_ino) for path in PATHS]
    failing(monkeypatch, "replace", 2, errno.EIO)
    with pytest.raises(NotWrittenError, match="cannot be written") as caught:
        write_together(changes())
    assert caught.value.path == "c.py"
    assert now() == OLD
    after = [(path, os.stat(path).st_mode, os.stat(path).st_ino) for path in PATHS]
    assert [one[:2] for one in after] == [one[:2] for one in before]
    assert (after == before) == link


@pytest.mark.parametrize("changed", PATHS)
@pytest.mark.parametrize("when", ["before", "while the others are replaced"])
def test_a_file_that_changed_meanwhile_stops_all(old, monkeypatch, changed, when):
    mine = b"somebody else's"
    if when == "before":
        (old / changed).write_bytes(mine)
    else:
        begin = transaction.journal.begin
        monkeypatch.setattr(
            transaction.journal,
            "begin",
            lambda *way: (begin(*way), (old / changed).write_bytes(mine)),
        )
    with pytest.raises(NotWrittenError, match="changed while") as caught:
        write_together(changes())
    assert caught.value.path == changed
    assert now() == {**OLD, changed: mine}
    assert left() == []


@pytest.mark.usefixtures("old")
def test_another_run_that_was_faster(monkeypatch):
    stage = transaction._stage
    monkeypatch.setattr(transaction, "_stage", lambda *way: (lay_out(NEW), stage(*way))[1])
    assert write_together(changes()) == [None, None, None]
    assert now() == NEW


@pytest.mark.usefixtures("old")
def test_what_another_run_has_written_is_never_put_back(monkeypatch):
    lay_out({"a.py": NEW["a.py"]})
    with pytest.raises(NotWrittenError, match="changed while"):
        write_together(changes())
    assert now() == {**OLD, "a.py": NEW["a.py"]}
    assert left() == []


@pytest.mark.usefixtures("old")
def test_what_can_not_be_put_back_is_kept_and_put_back_later(monkeypatch):
    with monkeypatch.context() as patch:
        real, calls = os.replace, iter(range(100))
        # The third file can't be replaced, nor the first be put back.
        patch.setattr(
            os, "replace", lambda *way: real(*way) if next(calls) not in (2, 3) else os.open("", 0)
        )
        with pytest.raises(NotWrittenError, match=r"a\.py had been replaced") as caught:
            write_together(changes())
    assert caught.value.path == "c.py"
    assert now() == {**OLD, "a.py": NEW["a.py"]}
    done = recover(left(), write=True)
    assert done.problems == ()
    assert done.remarks[0].startswith("a.py put back to what it was")
    assert now() == OLD
    assert left() == []


def killed(step: int, monkeypatch) -> bool:
    """Write in a child that dies before its `step`-th call of the system; whether it did."""
    child = os.fork()
    if not child:
        kill_at(step, monkeypatch)
        write_together(changes())
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def every_kill(monkeypatch):
    """What is left of writing the files, for every step at which that can be killed."""
    for step in range(300):
        recover(left(), write=True)
        lay_out()
        went_on = not killed(step, monkeypatch)
        yield now()
        if went_on:
            return
    raise AssertionError("the child never got through")


def mixed(found: dict[str, bytes]) -> bool:
    return found not in (OLD, NEW)


@linux
def test_killed_at_any_point_the_next_run_puts_all_back(old, monkeypatch):
    subprocess.run(["git", "init", "-q"], check=True)
    subprocess.run(["git", "add", "."], check=True)
    halves, ends = 0, set()
    for found in every_kill(monkeypatch):
        listing = ["git", "ls-files", "--others", "--exclude-standard"]
        assert subprocess.check_output(listing) == b""
        assert all(found[path] in (OLD[path], NEW[path]) for path in PATHS)
        seen = discover(["."])
        assert seen.files == PATHS
        looked = recover(seen.leftovers, write=False)
        assert bool(looked.problems) == mixed(found)
        assert now() == found
        # One folder of the change is enough to find the others.
        done = recover(seen.leftovers[-1:], write=True)
        assert done.problems == ()
        assert bool(done.remarks) == mixed(found)
        assert now() == (OLD if mixed(found) else found)
        recover(discover(["."]).leftovers, write=True)
        assert left() == []
        halves += mixed(found)
        ends.add(found == NEW)
    assert halves >= 2
    assert ends == {True, False}


@linux
@pytest.mark.parametrize("write", [True, False])
def test_what_was_edited_after_a_kill_is_nobody_elses_to_change(old, monkeypatch, write):
    for found in every_kill(monkeypatch):
        if mixed(found):
            break
    replaced = [path for path in PATHS if found[path] == NEW[path]]
    (old / replaced[0]).write_bytes(b"mine\n")
    done = recover(left(), write=write)
    assert done.remarks == ()
    assert [problem.path for problem in done.problems] == replaced[:1]
    assert "changed since" in done.problems[0].message
    assert now() == {**found, replaced[0]: b"mine\n"}
    assert left()


@linux
def test_what_was_put_back_by_hand_after_a_kill(old, monkeypatch):
    for found in every_kill(monkeypatch):
        if mixed(found):
            break
    for path, data in OLD.items():
        (old / path).write_bytes(data)
    assert recover(left(), write=True) == ((), ())
    assert now() == OLD
    assert left() == []


@linux
def test_putting_back_can_be_killed_at_any_point(old, monkeypatch):
    for found in every_kill(monkeypatch):
        if mixed(found):
            break
    shutil.copytree(old, old / "kept", symlinks=True)
    for step in range(100):
        child = os.fork()
        if not child:
            kill_at(step, monkeypatch)
            recover(left(), write=True)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        assert recover(left(), write=True).problems == ()
        assert now() == OLD
        assert left() == []
        if not os.WIFSIGNALED(status):
            break
        shutil.copytree(old / "kept", old, dirs_exist_ok=True)
    else:
        raise AssertionError("the child never got through")
    assert step > 10
