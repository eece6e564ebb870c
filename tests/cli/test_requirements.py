"""What a project requires, raised along with its files, and told apart from call sites."""

from __future__ import annotations

import json
import os
import shutil
import subprocess

import pytest

from tests.cli.conftest import MANUAL, PROGRAM

PROJECT = """\
[project]
name = "sundial"
version = "1"
requires-python = ">=3.10"
dependencies = ["google-genai>=1.0"]
"""
RAISED = PROJECT.replace("genai>=1.0", "genai>=2.34")


def test_in_place_raises_what_the_project_asks_for(tree, command):
    folder = tree({".git/HEAD": "", "pyproject.toml": PROJECT, "src/app.py": PROGRAM})
    done = command("-i", ".")
    assert done.code == 0
    assert (folder / "pyproject.toml").read_text() == RAISED
    assert "pyproject.toml:5:18: [raised] google-genai>=1.0 becomes google-genai>=2.34" in done.out
    assert "pyproject.toml:4:20: [choice] requires-python >=3.10" in done.out
    assert done.out.endswith("1 migrated in 1 file. Requirements: 1 raised, 1 to look at.\n")
    again = command("-i", ".")
    assert again.code == 0
    assert again.out == "1 file looked at, none calls generate_content.\n"
    assert (folder / "pyproject.toml").read_text() == RAISED


@pytest.mark.parametrize("mode", [(), ("--check",)])
def test_other_modes_say_what_would_be(tree, command, mode):
    folder = tree({".git/HEAD": "", "pyproject.toml": PROJECT, "app.py": PROGRAM})
    done = command(*mode, ".")
    assert done.code == 1
    assert "Requirements: 1 can be raised, 1 to look at." in done.out
    assert (folder / "pyproject.toml").read_text() == PROJECT


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_the_patch_holds_it(tree, command):
    files = {"pyproject.toml": PROJECT.replace("\n", "\r\n"), "app.py": PROGRAM}
    folder = tree(files)
    done = command("--diff", ".")
    subprocess.run(["git", "apply", "-"], input=done.raw, cwd=folder, check=True)
    assert (folder / "pyproject.toml").read_bytes() == RAISED.replace("\n", "\r\n").encode()


@pytest.mark.parametrize(
    "arguments", [(".", "--no-requirements"), (".", "--config", "settings.toml"), ("-",)]
)
def test_it_can_be_left_alone(tree, command, arguments):
    tree(
        {
            ".git/HEAD": "",
            "pyproject.toml": PROJECT,
            "app.py": PROGRAM,
            "settings.toml": "requirements = false\n",
        }
    )
    done = command(*arguments, stdin=PROGRAM.encode())
    assert "pyproject" not in done.out + done.err


@pytest.mark.parametrize(
    "arguments", [("src",), ("src/app.py",), (".", "--exclude", "pyproject.toml")]
)
def test_files_that_were_not_given_are_told_of(tree, command, arguments):
    folder = tree({".git/HEAD": "", "pyproject.toml": PROJECT, "src/app.py": PROGRAM})
    done = command("-i", *arguments)
    assert (folder / "pyproject.toml").read_text() == PROJECT
    assert "pyproject.toml:5:18: [outside] google-genai>=1.0" in done.out
    assert "name it, too" in done.out


def test_a_named_file_is_given(tree, command):
    project = PROJECT + "# for models.generate_content\n"
    folder = tree({".git/HEAD": "", "pyproject.toml": project, "src/app.py": PROGRAM})
    assert command("-i", "src", "pyproject.toml").code == 0
    assert (folder / "pyproject.toml").read_text().startswith(RAISED)


def test_only_projects_with_a_migrated_file(tree, command):
    pin = "google-genai==1.0\n"
    folder = tree(
        {
            ".git/HEAD": "",
            "a/requirements.txt": pin,
            "a/src/app.py": PROGRAM,
            "b/requirements.txt": pin,
            "b/app.py": MANUAL,
            "c/requirements.txt": pin,
            "c/app.py": "print()\n",
            "requirements.txt": pin,
        }
    )
    command("-i", ".")
    changed = [
        path.relative_to(folder).as_posix()
        for path in sorted(folder.rglob("requirements.txt"))
        if path.read_text() != pin
    ]
    assert changed == ["a/requirements.txt"]


def test_a_project_without_a_requirement_is_not_spoken_of(tree, command):
    empty = '[project]\nname = "x"\nrequires-python = ">=3.8"\n'
    tree({".git/HEAD": "", "pyproject.toml": empty, "uv.lock": "", "app.py": PROGRAM})
    assert "equirements" not in command(".").out


def test_outside_of_a_repository_the_topmost_folder_that_asks_counts(tree, command):
    folder = tree({"x/requirements.txt": "google-genai\n", "x/src/deep/app.py": PROGRAM})
    command("-i", "x")
    assert (folder / "x/requirements.txt").read_text() == "google-genai>=2.34\n"


def test_json_keeps_them_apart(tree, command):
    tree({".git/HEAD": "", "pyproject.toml": PROJECT, "app.py": PROGRAM})
    report = json.loads(command("--output-format", "json", ".").out)
    assert [file["path"] for file in report["files"]] == ["app.py"]
    (file,) = report["requirements"]
    assert (file["path"], file["changed"]) == ("pyproject.toml", True)
    raised = file["notes"][1]
    assert (raised["kind"], raised["line"], raised["column"], raised["end_column"]) == (
        "raised",
        5,
        18,
        35,
    )
    summary = report["summary"]
    assert (summary["sites"], summary["files_changed"], summary["files_scanned"]) == (1, 1, 1)


def test_sarif_and_github_tell_of_them(tree, command):
    tree({".git/HEAD": "", "pyproject.toml": PROJECT, "app.py": PROGRAM})
    (run,) = json.loads(command("--output-format", "sarif", ".").out)["runs"]
    results = [r for r in run["results"] if r["ruleId"] == "requirements"]
    assert [(r["level"], r["properties"]["kind"]) for r in results] == [
        ("warning", "choice"),
        ("note", "raised"),
    ]
    assert {run["tool"]["driver"]["rules"][r["ruleIndex"]]["id"] for r in results} == {
        "requirements"
    }
    lines = command("--output-format", "github", ".").out.splitlines()
    assert lines[1].startswith("::warning file=pyproject.toml,line=4,title=requirements::[choice]")
    assert lines[2].startswith("::notice file=pyproject.toml,line=5,title=requirements::[raised]")


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("pyproject.toml", b'dependencies = ["google-genai>=1.0"\n', "is not valid TOML"),
        ("requirements.txt", b"# caf\xe9\ngoogle-genai\n", "cannot be decoded"),
        ("setup.py", b"x = ['google-genai'\n", "cannot be parsed"),
    ],
)
def test_a_file_that_asks_and_can_not_be_read_fails(tree, command, name, data, words):
    tree({".git/HEAD": "", name: data, "app.py": PROGRAM})
    done = command("-i", "app.py", name)
    assert done.code == 2
    assert f"{name}: error: {words}" in done.err


@pytest.mark.skipif(os.name == "nt", reason="modes of files")
def test_a_file_that_can_not_be_written_fails(tree, command):
    folder = tree({".git/HEAD": "", "requirements.txt": "google-genai\n", "app.py": PROGRAM})
    (folder / "requirements.txt").chmod(0o444)
    done = command("-i", ".")
    assert done.code == 2
    assert "requirements.txt: error: the file is read-only" in done.err
    assert "[raised]" not in done.out
