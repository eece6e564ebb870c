"""Units that span files, of which a run may see or write only some: all are migrated, or none."""

from __future__ import annotations

import json
import os
import signal
import sys

import pytest

from migrator import cli, transaction
from tests.cli.conftest import PROGRAM, migrated
from tests.oracle.commands import command_line

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="forks and limits")
LLM = """\
from google import genai

client = genai.Client()


def ask(question: str):
    return client.models.generate_content(model="gemini-2.5-flash", contents=question)
"""
API = """\
from app.llm import ask


def answer(question: str):
    return ask(question).text
"""
UNIT = {"app/llm.py": LLM, "app/api.py": API}
APP = {"pyproject.toml": "", "app/__init__.py": "", **UNIT, "app/alone.py": PROGRAM}
MODES = [["--check"], ["--diff"], [], ["-i"]]


@pytest.fixture
def app(tree):
    """The folder with a program of two units: one in two files, one in a third."""
    return tree(APP)


def of(top, names=UNIT) -> dict[str, str]:
    return {name: (top / name).read_text() for name in names}


def is_new(top) -> bool:
    found = of(top)
    assert "generate_content" not in found["app/llm.py"]
    return found["app/api.py"] == API.replace(".text", ".output_text")


def left(top) -> list[str]:
    return [name for name in os.listdir(top / "app") if name.startswith(".")]


def test_all_files_of_a_unit_are_written(command, app):
    assert command("--check").code == 1
    done = command("-i")
    assert (done.code, done.err) == (0, "")
    assert "2 migrated in 3 files" in done.out
    assert is_new(app)
    assert left(app) == []
    assert command("-i").code == 0


@pytest.mark.parametrize("mode", MODES, ids=" ".join)
@pytest.mark.parametrize("named", UNIT)
def test_one_file_of_a_unit_named_alone(command, app, mode, named):
    done = command(*mode, named)
    assert of(app) == UNIT
    assert done.out == "" or "--diff" not in mode
    if named == "app/llm.py":
        assert done.code == 1
        assert "app/api.py must change with it, and is not among the files" in done.out + done.err
    else:
        assert done.code == 0  # no call is in it


@pytest.mark.parametrize("mode", MODES, ids=" ".join)
def test_all_files_of_a_unit_named_one_by_one(command, app, mode):
    done = command(*mode, *UNIT)
    assert done.code == (0 if mode == ["-i"] else 1)
    assert (of(app) == UNIT) == (mode != ["-i"])
    assert (app / "app/alone.py").read_text() == PROGRAM


def test_a_patch_has_all_files_of_a_unit(command, app):
    done = command("--diff")
    assert [line for line in done.out.splitlines() if line.startswith("+++")] == [
        "+++ b/app/alone.py",
        "+++ b/app/api.py",
        "+++ b/app/llm.py",
    ]


def test_a_file_without_a_call_that_changes_is_told(command, app):
    for mode in ["--check", "--diff"]:
        done = command(mode, "--output-format", "json")
        report = json.loads(done.err if mode == "--diff" else done.out)
        assert [file["path"] for file in report["files"] if file["changed"]] == [
            "app/alone.py",
            "app/api.py",
            "app/llm.py",
        ]
        assert report["summary"]["files_changed"] == 3


@pytest.mark.usefixtures("app")
def test_a_source_on_stdin_is_one_file_of_its_program(command):
    named = ["--stdin-filename", "app/llm.py"]
    done = command("-", *named, stdin=LLM.encode())
    assert (done.code, done.out) == (1, LLM)
    assert "app/api.py must change with it" in done.err
    assert command("--check", "-", *named, stdin=LLM.encode()).code == 1
    assert command("--diff", "-", *named, stdin=LLM.encode()).out == ""
    # What is on stdin counts, not what lies on the disk.
    done = command("-", *named, stdin=PROGRAM.encode())
    assert done.code == 0
    assert migrated(done.raw)


@pytest.mark.parametrize("locked", UNIT)
def test_a_read_only_file_costs_the_units_that_need_it(command, app, locked):
    (app / locked).chmod(0o444)
    done = command("-i")
    assert done.code == 2
    assert f"{locked}: error: the file is read-only" in done.err
    assert f"{locked} must change with it, and the file is read-only" in done.out
    assert of(app) == UNIT
    assert migrated((app / "app/alone.py").read_bytes())
    assert "2 legacy call sites: 1 migrated in 1 file, 1 needs a person" in done.out


@linux
@pytest.mark.parametrize("big", UNIT)
def test_a_disk_that_is_full(app, big):
    import resource
    import subprocess

    (app / big).write_text(UNIT[big] + "# a line\n" * 2_000)
    before = of(app)
    done = subprocess.run(
        [*command_line(), "-i"],
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (9_000, 9_000)),
    )
    assert done.returncode == 2
    other = next(name for name in UNIT if name != big)
    assert f"{big}: error: cannot be written: File too large" in done.stderr
    assert f"{other}: error: keeps its bytes, for {big} must change with it" in done.stderr
    assert of(app) == before
    assert left(app) == []
    assert migrated((app / "app/alone.py").read_bytes())


@pytest.mark.parametrize("changed", UNIT)
def test_a_file_that_changes_in_mid_run(app, monkeypatch, capsys, changed):
    write = transaction._replace

    def late(*way):
        (app / changed).write_text("mine = 1\n")
        write(*way)

    monkeypatch.setattr(transaction, "_replace", late)
    assert cli.main(["-i", "--jobs", "1"]) == 2
    assert f"{changed}: error: the file changed while" in capsys.readouterr().err
    assert of(app) == {**UNIT, changed: "mine = 1\n"}
    assert left(app) == []
    assert migrated((app / "app/alone.py").read_bytes())


def kill_between(replacements: int) -> None:
    """Run in a child, which dies when it has replaced so many files."""
    child = os.fork()
    if not child:
        real, calls = os.replace, iter(range(replacements))

        def replace(*way):
            if next(calls, None) is None:
                os.kill(os.getpid(), signal.SIGKILL)
            real(*way)

        os.replace = replace
        cli.main(["-i", "--jobs", "1", *UNIT])
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)


@linux
@pytest.mark.parametrize("named", [(), UNIT, ("app/api.py",)], ids=["all", "both", "one"])
def test_the_run_after_a_kill_says_so_and_puts_back(command, app, named):
    kill_between(1)
    half = of(app)
    assert half != UNIT
    for mode in MODES[:3]:
        looked = command(*mode, *named)
        assert looked.code == 2
        assert "app/api.py: error: a run was killed" in looked.err
        assert "not yet app/llm.py; run gemini-migrate --in-place" in looked.err
        assert of(app) == half
    done = command("-i", *named)
    assert done.code == 0
    assert "app/api.py put back to what it was: a run was killed" in done.err
    assert left(app) == []
    if len(named) == 1:
        assert of(app) == UNIT
    else:
        assert is_new(app)
    assert command("--check", "app/api.py").err == ""


@linux
def test_a_run_killed_before_anything_was_replaced_leaves_no_trace(command, app):
    kill_between(0)
    assert of(app) == UNIT
    assert left(app)
    assert command("--check").code == 1
    done = command("-i")
    assert (done.code, done.err) == (0, "")
    assert is_new(app)
    assert left(app) == []
