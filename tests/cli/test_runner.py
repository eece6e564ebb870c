"""A run on the stand-in core: nothing raises, totals add up, processes agree."""

from __future__ import annotations

import os
import sys

import pytest

from migrator import stack
from migrator.discover import Problem
from migrator.model import Options, Program, Source, Status
from migrator.prefilter import mentions
from migrator.runner import run, run_source
from migrator.worker import Job, describe, process

NEEDLES = (b"old", b"hard", b"boom", b"deep")
EDIT = Job(Options(), edit=True)
WRITE = Job(Options(), edit=True, write=True)
PATCH = Job(Options(), edit=True, patch=True)


def test_prefilter():
    assert mentions(b"x.old(1)", NEEDLES)
    assert not mentions(b"x.new(1)", NEEDLES)
    assert not mentions(b"", NEEDLES)


@pytest.mark.usefixtures("core")
def test_totals_and_order(tree):
    tree({"b.py": "old(1)\nhard(2)\n", "a.py": "old(1)\n", "c.py": "x"})
    done = run(["b.py", "a.py", "c.py"], EDIT, NEEDLES, jobs=1)
    assert [result.path for result in done.report.results] == ["a.py", "b.py"]
    totals = done.report.summary
    assert (totals.files_scanned, totals.files_changed, totals.files_failed) == (
        3,
        2,
        0,
    )
    assert (totals.migrated, totals.manual, totals.sites) == (2, 1, 3)
    assert done.report.notes == ("new() remembers",)
    assert done.candidates == 2


@pytest.mark.usefixtures("core")
def test_one_bad_file_stops_nothing_and_keeps_its_bytes(tree):
    top = tree({"a.py": "old(1)", "b.py": "boom old(", "c.py": "deep old(", "d.py": ""})
    problems = [Problem("locked", "cannot be listed")]
    paths = ["a.py", "b.py", "c.py", "d.py", "gone.py"]
    done = run(paths, WRITE, NEEDLES, jobs=1, problems=problems)
    errors = {r.path: r.error for r in done.report.results if r.error}
    assert sorted(errors) == ["b.py", "c.py", "gone.py", "locked"]
    assert "ZeroDivisionError (boom)" in errors["b.py"]
    assert "kept its bytes" in errors["b.py"]
    assert "RecursionError" in errors["c.py"]
    assert "nested too deeply" in errors["c.py"]
    assert (top / "a.py").read_text() == "new(1)"
    assert (top / "b.py").read_text() == "boom old("
    assert done.report.summary.files_failed == 4


@pytest.mark.usefixtures("core")
def test_a_file_that_cannot_be_written_is_left_to_do(tree):
    top = tree({"a.py": "old(1)\n"})
    (top / "a.py").chmod(0o444)
    done = run(["a.py"], WRITE, NEEDLES, jobs=1)
    (result,) = done.report.results
    assert "read-only" in (result.error or "")
    assert [finding.status for finding in result.findings] == [Status.MANUAL]
    totals = done.report.summary
    assert (totals.files_changed, totals.migrated, totals.manual) == (0, 0, 1)
    assert (top / "a.py").read_text() == "old(1)\n"


@pytest.mark.usefixtures("core")
def test_a_source_from_no_disk():
    done, data = run_source(Source("x.py", b"old(1)"), EDIT, NEEDLES)
    assert data == b"new(1)"
    assert done.report.summary.migrated == 1
    done, data = run_source(Source("x.py", b"boom"), EDIT, NEEDLES)
    assert data == b"boom"
    assert done.report.summary.files_failed == 1
    done, data = run_source(Source("x.py", b"x"), EDIT, NEEDLES)
    assert (data, done.candidates, done.report.summary.files_scanned) == (b"x", 0, 1)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="forks the stand-in")
@pytest.mark.usefixtures("core")
@pytest.mark.parametrize("job", [EDIT, PATCH, WRITE])
def test_processes_come_to_the_same(tree, job):
    files = {f"{i:03}.py": "x = 1\n" * 300 + f"old({i})\nhard({i})\n" for i in range(60)}
    files["030.py"] = "boom"
    paths = sorted(files)
    tree(files)
    alone = run(paths, job, NEEDLES, jobs=1)
    tree(files)
    together = run(paths, job, NEEDLES, jobs=3)
    assert together == alone
    assert alone.report.summary.sites == 118
    assert len(alone.patches) == (59 if job.patch else 0)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="forks the stand-in")
def test_a_process_that_dies_fails_its_own_file_only(tree, core, monkeypatch):
    calm = core.migrate_program
    parent = os.getpid()

    def migrate(program, options, *, edit):
        if b"boom" in program.sources[0].data and os.getpid() != parent:
            os._exit(9)
        return calm(program, options, edit=edit)

    monkeypatch.setattr(core, "migrate_program", migrate)
    files = {f"{i:03}.py": "x = 1\n" * 500 + f"old({i})\n" for i in range(60)}
    files["030.py"] = "boom"
    top = tree(files)
    done = run(sorted(files), WRITE, NEEDLES, jobs=2)
    errors = {r.path: r.error for r in done.report.results if r.error}
    assert list(errors) == ["030.py"]
    assert "worker process died" in errors["030.py"]
    assert done.report.summary.migrated == 59
    assert all(b"new(" in (top / n).read_bytes() for n in files if n != "030.py")


def test_deep_recursion_fits_on_the_big_stack():
    def depth(left: int) -> int:
        # Through C and back at every step, so that the C stack grows too.
        return 0 if not left else 1 + max(map(depth, [left - 1]))

    assert stack.call(lambda: depth(3_000)) == 3_000


def test_the_big_stack_hands_errors_on():
    with pytest.raises(KeyError):
        stack.call(lambda: {}["missing"])


def test_what_is_no_exception_is_caught_too(core, monkeypatch):
    class Panic(BaseException):
        pass

    def migrate(program, options, *, edit):
        raise Panic("native parser")

    monkeypatch.setattr(core, "migrate_program", migrate)
    (outcome,) = process(Program((Source("x.py", b"old("),)), EDIT)
    assert "Panic (native parser)" in (outcome.result.error or "")


def test_describe_is_one_line():
    text = describe(ValueError("a\nb" * 500))
    assert "\n" not in text
    assert len(text) < 400
