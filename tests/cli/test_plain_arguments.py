"""Plain command lines ask the same, whether click reads them or not."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest
from click.core import ParameterSource

from migrator.command import command
from migrator.plain_arguments import DEFAULTS, FLAGS, plainly_asked
from tests.cli.conftest import CLEAN, PROGRAM

LINES = [
    [],
    ["a.py"],
    ["--check", "a.py", "b c.py"],
    ["a.py", "--check"],
    ["--diff", "--diff", "--unsafe-fixes", "src", "-v"],
    ["-i", "-q", "--no-store", "--exit-zero", "."],
    ["--check", "--in-place"],
    *([flag] for flag in FLAGS),
]

OTHER = [
    ["-"],
    ["--"],
    ["--check", "--", "-x.py"],
    ["--che", "a.py"],
    ["-iq", "a.py"],
    ["--jobs", "2", "a.py"],
    ["--no-unsafe-fixes"],
    ["--help"],
    ["--unknown"],
    [""],
]


@pytest.mark.skipif(sys.platform == "win32", reason="click reads all there")
@pytest.mark.parametrize("line", LINES, ids=" ".join)
def test_what_is_read_plainly_is_what_click_reads(line: list[str]) -> None:
    context = command.make_context("gemini-migrate", list(line))
    values = {name: context.params[name] for name in DEFAULTS}
    typed = (n for n in DEFAULTS if context.get_parameter_source(n) is ParameterSource.COMMANDLINE)
    asked = plainly_asked(line)
    assert asked is not None
    assert asked.values == values
    assert asked.given == frozenset(typed)
    assert asked.paths == (context.params["paths"] or (".",))


@pytest.mark.parametrize("line", OTHER, ids=" ".join)
def test_all_else_is_for_click(line: list[str]) -> None:
    assert plainly_asked(line) is None


def test_every_option_has_its_default() -> None:
    options = {p.name for p in command.params if isinstance(p, click.Option) and p.expose_value}
    assert options - {"list_", "explain", "explain_plan"} == DEFAULTS.keys()


def test_a_shell_that_asks_for_completions_asks_click(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_GEMINI_MIGRATE_COMPLETE", "bash_complete")
    assert plainly_asked(["a.py"]) is None


@pytest.mark.skipif(sys.platform == "win32", reason="click reads all there")
def test_a_hook_does_not_wait_for_click(tree) -> None:
    tree({"a.py": CLEAN, "b.py": PROGRAM})
    code = (
        "import sys; from migrator.cli import main\n"
        "main(['--check', 'a.py', 'b.py'])\n"
        "sys.exit('click' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "2 files looked at" in done.stdout
