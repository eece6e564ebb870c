"""The installed command: what goes to which stream, and how it ends early."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.cli.conftest import BROKEN, CLEAN, MANUAL, PROGRAM, migrated
from tests.oracle.commands import command_line


@pytest.mark.parametrize("name", ["sarif", "github"])
def test_machine_formats_are_clean(command, tree, name):
    tree({"a.py": PROGRAM})
    done = command("--output-format", name, "--check", "--color", "always")
    assert done.code == 1
    assert done.err == ""
    if name == "sarif":
        assert json.loads(done.out)["runs"][0]["results"][0]["ruleId"] == "GM001"
    else:
        assert done.out.startswith("::warning file=a.py,line=4,")


def test_stdin_filters(command):
    done = command("-", stdin=PROGRAM.encode())
    assert done.code == 0
    assert migrated(done.raw)
    assert "<stdin>:4:" in done.err
    done = command("-", stdin=MANUAL.encode())
    assert (done.code, done.out) == (1, MANUAL)
    done = command("-", stdin=CLEAN.encode().replace(b"\n", b"\r\n") + b"\xff")
    assert (done.code, done.raw[-1:]) == (0, b"\xff")
    assert done.raw.count(b"\r\n") == CLEAN.count("\n")
    done = command("-", stdin=BROKEN.encode())
    assert (done.code, done.out) == (2, BROKEN)


def test_stdin_in_other_modes(command):
    stdin = PROGRAM.encode()
    done = command("--diff", "--stdin-filename", "pkg/x.py", "-", stdin=stdin)
    assert done.code == 1
    assert done.out.startswith("--- a/pkg/x.py\n+++ b/pkg/x.py\n")
    done = command("--check", "--stdin-filename", "pkg/x.py", "-", stdin=stdin)
    assert done.code == 1
    assert done.out.startswith("pkg/x.py:4:")
    assert command("-i", "-", stdin=stdin).code == 2
    assert command("-", "a.py", stdin=stdin).code == 2


def test_quiet_and_verbose(command, tree):
    tree({"a.py": PROGRAM})
    quiet = command("-q")
    assert len(quiet.out.splitlines()) == 1
    verbose = command("-v")
    assert "files found: 1" in verbose.err
    assert verbose.out == command().out


def test_colors(command, tree):
    tree({"a.py": PROGRAM})
    assert "\x1b[" not in command().out
    assert "\x1b[" in command("--color", "always").out
    assert "\x1b[" in command("--color", "always", env={"NO_COLOR": "1"}).out
    assert "\x1b[" not in command("--color", "never").out
    assert "\x1b[" not in command("--diff", "--color", "always").out


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX pipes")
def test_a_reader_that_leaves_is_no_error(tree):
    tree({f"{i}.py": PROGRAM * 200 for i in range(10)})
    run = [*command_line(), "--check", "--jobs", "1"]
    with subprocess.Popen(run, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as done:
        assert done.stdout is not None
        assert done.stderr is not None
        done.stdout.close()
        assert done.stderr.read() == b""


def test_check_imports_nothing_heavy(tree):
    tree({"a.py": PROGRAM, "b.py": CLEAN})
    code = (
        "import sys; from migrator.cli import main\n"
        "main(['--check', {path!r}])\n"
        "heavy = ({heavy})\n"
        "print([name for name in heavy if name in sys.modules], file=sys.stderr)\n"
    )
    always = "'libcst', 'rich', 'migrator.ignores', 'difflib', 'concurrent.futures'"
    for path, heavy in {
        "a.py": always,
        "b.py": f"{always}, 'json', 'tomllib', 'tomli', 'migrator.pipeline'",
    }.items():
        run = [sys.executable, "-c", code.format(path=path, heavy=heavy)]
        done = subprocess.run(run, capture_output=True, text=True, check=True)
        assert done.stderr == "[]\n", path


def test_an_interrupt_is_told_and_exits_130(tree, monkeypatch, capsys):
    from migrator import cli

    tree({"a.py": CLEAN})

    def interrupted(invocation):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "execute", interrupted)
    assert cli.main(["a.py"]) == 130
    assert "Interrupted" in capsys.readouterr().err


def test_what_nobody_foresaw_is_one_line(tree, monkeypatch, capsys):
    from migrator import cli

    tree({"a.py": CLEAN})

    def surprised(invocation):
        raise KeyError("surprise")

    monkeypatch.setattr(cli, "execute", surprised)
    assert cli.main(["a.py"]) == 2
    err = capsys.readouterr().err
    assert err.startswith("Error: KeyError ('surprise')")
    assert err.count("\n") == 1
