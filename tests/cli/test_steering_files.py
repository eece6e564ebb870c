"""Files that steer a run are regular, of a bearable size, and say what they mean, or it is told."""

from __future__ import annotations

import os
import sys

import pytest

from migrator.steering_files import LIMIT
from tests.cli.conftest import CLEAN

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pipes and devices")


@pytest.mark.parametrize("name", [".gitignore", "pyproject.toml"])
@pytest.mark.parametrize("kind", ["device", "pipe", "huge"])
def test_what_is_no_file_or_huge_is_refused(command, tree, name, kind):
    top = tree({"x.py": CLEAN})
    reason = "no regular file"
    if kind == "device":
        (top / name).symlink_to("/dev/zero")
    elif kind == "pipe":
        os.mkfifo(top / name)
    else:
        (top / name).write_bytes(b"#" * (LIMIT + 1))
        reason = "bigger than"
    done = command("--check")
    assert done.code == 2
    assert name in done.err
    assert reason in done.err
    if name == "pyproject.toml":
        named = command("--check", "--config", name)
        assert (named.code, reason in named.err) == (2, True)


@pytest.mark.parametrize("kind", ["gitdir", "commondir"])
def test_a_git_file_that_is_a_pipe_is_not_waited_for(command, tree, kind):
    top = tree({"x.py": CLEAN, "g/info/exclude": ""})
    if kind == "gitdir":
        os.mkfifo(top / ".git")
    else:
        (top / ".git").write_text("gitdir: g\n")
        os.mkfifo(top / "g/commondir")
    assert command("--check").code == 0


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("[[tool.gemini-migrate]]\njobs = 1\n", "[[tool.gemini-migrate]]"),
        ("[tool]\ngemini-migrate = 1\n", "tool.gemini-migrate"),
    ],
)
def test_a_table_of_another_kind_is_named(command, tree, text, wrong):
    tree({"pyproject.toml": text, "x.py": CLEAN})
    done = command("--check")
    assert done.code == 2
    assert f"pyproject.toml: {wrong} is " in done.err


HIDDEN = "\x1b[31m\u202e\u200b\u2066x\ufeff"
SHOWN = "\\x1b[31m\\u202e\\u200b\\u2066x\\ufeff"
TOML = HIDDEN.replace("\x1b", "\\u001b")


@pytest.mark.parametrize(
    "arguments",
    [
        [HIDDEN],
        ["--config", HIDDEN],
        [f"--{HIDDEN}"],
        ["--header", HIDDEN],
        ["--explain", HIDDEN],
        ["--select", HIDDEN],
        ["--exclude", "[" + HIDDEN],
        ["--stdin-filename", HIDDEN, "-"],
    ],
)
def test_what_cannot_be_seen_on_the_command_line_is_escaped(command, tree, arguments):
    tree({})
    done = command(*arguments, stdin=b"generate_content = google.genai, models.generate_content(")
    assert done.code == 2
    assert SHOWN in done.err
    assert not set(HIDDEN) & set(done.err) - set("[31mx")


@pytest.mark.parametrize(
    "line",
    [f'"{TOML}" = 1', f'select = ["{TOML}"]', f'header = "{TOML}"', f'exclude = ["[{TOML}"]'],
)
def test_what_cannot_be_seen_in_settings_is_escaped(command, tree, line):
    tree({"pyproject.toml": f"[tool.gemini-migrate]\n{line}\n", "x.py": CLEAN})
    done = command("--check")
    assert done.code == 2
    assert SHOWN in done.err
    assert not set(HIDDEN) & set(done.err) - set("[31mx")


@pytest.mark.parametrize("style", ["text", "github"])
def test_what_cannot_be_seen_in_names_and_source_is_escaped(command, tree, style):
    source = (
        "from google import genai\n"
        f"def ask(a, c=genai.Client()):\n"
        f"    return c.models.generate_content(model=a, contents='{HIDDEN}', config=a)\n"
    )
    tree({f"{HIDDEN}.py": source, f"{HIDDEN}2.py": "google.genai.models.generate_content("})
    done = command("--check", "--output-format", style)
    assert done.code == 2
    assert SHOWN in done.out + done.err
    assert not set(HIDDEN) & set(done.out + done.err) - set("[31mx")
