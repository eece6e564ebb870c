"""Which files are looked at."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from migrator.discover import discover
from tests.oracle.cases import FIXTURES


def found(*paths: str, **options) -> list[str]:
    return list(discover(paths or (".",), **options).files)


def test_takes_python_files_sorted_and_relative(tree):
    tree({"b.py": "", "a/z.py": "", "a/b.pyw": "", "a/c.pyi": "", "a/d.txt": ""})
    assert found() == ["a/b.pyw", "a/z.py", "b.py"]
    assert found("a/") == ["a/b.pyw", "a/z.py"]
    assert found(os.path.abspath("a")) == ["a/b.pyw", "a/z.py"]


def test_named_files_are_taken_whatever_their_name(tree):
    tree({"script": "", "x.txt": "", ".gitignore": "x.txt\n", "venv/pyvenv.cfg": ""})
    assert found("script", "x.txt") == ["script", "x.txt"]
    assert found("x.txt", exclude=["x.txt"]) == ["x.txt"]


def test_a_path_given_twice_counts_once(tree):
    tree({"src/a.py": "", "src/sub/b.py": ""})
    expected = ["src/a.py", "src/sub/b.py"]
    assert found("src", "./src/", "src/sub", "src/a.py", "./src/../src/a.py") == (expected)


def test_outside_the_working_directory(tree, monkeypatch):
    top = tree({"here/x.py": "", "there/y.py": ""})
    monkeypatch.chdir(top / "here")
    assert found("../there") == ["../there/y.py"]


def test_a_folder_with_the_suffix_of_a_file_is_walked(tree):
    tree({"x.py/y.py": ""})
    assert found() == ["x.py/y.py"]


@pytest.mark.parametrize(
    "folder",
    [".git", ".tox", ".nox", "node_modules", "__pycache__", ".mypy_cache", ".eggs"],
)
def test_skips_what_is_not_source(tree, folder):
    tree({f"{folder}/x.py": "", f"a/{folder}/x.py": "", "a/y.py": ""})
    assert found() == ["a/y.py"]


def test_skips_environments(tree):
    tree(
        {
            "anything/pyvenv.cfg": "",
            "anything/lib/x.py": "",
            "env/bin/x.py": "",
            "venv/Scripts/x.py": "",
            "conda/conda-meta/history": "",
            "conda/x.py": "",
            "lib/site-packages/x.py": "",
            "sub/env/settings.py": "",
        }
    )
    assert found() == ["sub/env/settings.py"]
    assert found("anything") == ["anything/lib/x.py"]


def test_ignore_files_hold_without_a_repository(tree):
    tree(
        {
            ".gitignore": "# generated\n*_pb2.py\n/build/\n",
            "a_pb2.py": "",
            "build/x.py": "",
            "sub/build/x.py": "",
            "sub/.gitignore": "y.py\n!a_pb2.py\n",
            "sub/a_pb2.py": "",
            "sub/y.py": "",
            "y.py": "",
        }
    )
    assert found() == ["sub/a_pb2.py", "sub/build/x.py", "y.py"]


def test_ignore_files_above_the_root_hold_in_a_repository(tree):
    files = {"pkg/a.py": "", "pkg/b.py": "", "pkg/c.py": "", ".gitignore": "/pkg/b.py"}
    tree(files)
    assert found("pkg") == ["pkg/a.py", "pkg/b.py", "pkg/c.py"]
    tree({".git/info/exclude": "c.py\n"})
    assert found("pkg") == ["pkg/a.py"]


RULES = """\
*.log.py
!keep.log.py
/top.py
docs/**
!docs/x.py
**/cache/
deep/**/leaf.py
only/*
!only/kept/
[ab]?.py
\\#odd.py
trail.py
*.tmp/
"""


def test_agrees_with_git(tree):
    top = tree(
        {
            name: ""
            for name in (
                "a.log.py",
                "keep.log.py",
                "sub/keep.log.py",
                "top.py",
                "sub/top.py",
                "docs/x.py",
                "docs/y.py",
                "docs/z/y.py",
                "q/cache/x.py",
                "cache.py",
                "deep/leaf.py",
                "deep/a/b/leaf.py",
                "only/x.py",
                "only/kept/x.py",
                "only/lost/x.py",
                "a1.py",
                "c1.py",
                "#odd.py",
                "trail.py",
                "x.tmp/y.py",
                "x.tmp.py",
                "ünï.py",
            )
        }
    )
    (top / ".gitignore").write_text(RULES, encoding="utf-8")
    git = ["git", "-c", "core.quotepath=off"]
    subprocess.run([*git, "init", "-q"], check=True)
    listing = [*git, "ls-files", "-co", "--exclude-standard", "-z", "*.py"]
    done = subprocess.run(listing, check=True, capture_output=True)
    expected = sorted(os.fsdecode(name) for name in done.stdout.split(b"\0") if name)
    assert found() == expected


def test_a_pattern_git_would_not_understand_is_passed_over(tree):
    tree({".gitignore": "!\n\\\nx.py\n", "x.py": "", "y.py": ""})
    assert found() == ["y.py"]


def test_exclude(tree, monkeypatch):
    top = tree({"a/x.py": "", "a/y.py": "", "gen/z.py": "", "a/gen/w.py": ""})
    assert found(exclude=["gen/"]) == ["a/x.py", "a/y.py"]
    assert found(exclude=["/gen", "y.py"]) == ["a/gen/w.py", "a/x.py"]
    monkeypatch.chdir(top / "a")
    assert found(exclude=["/a/gen"], base="..") == ["x.py", "y.py"]
    with pytest.raises(ValueError, match="line 1"):
        found(exclude=["!"])


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_links(tree, tmp_path_factory):
    top = tree({"src/a.py": "", "src/tool": "", "src/sub/b.py": ""})
    outside = tmp_path_factory.mktemp("outside") / "o.py"
    outside.write_text("")
    for link, target in {
        "src/loop": "..",
        "src/self.py": "self.py",
        "src/out.py": str(outside),
        "src/gone.py": "nowhere.py",
        "src/z.py": "a.py",
        "src/tool.py": "tool",
        "src/folder.py": "sub",
        "other": "src",
    }.items():
        (top / link).symlink_to(target)
    expected = ["src/a.py", "src/sub/b.py", "src/tool.py"]
    assert found("src") == expected
    assert found("src", "other") in (expected, [f"other{n[3:]}" for n in expected])
    assert found("src/out.py") == ["src/out.py"]
    assert found("src/z.py", "src/a.py") == ["src/a.py"]


def test_a_folder_that_cannot_be_listed_is_a_problem(tree, monkeypatch):
    tree({"a.py": "", "locked/b.py": ""})
    real = os.scandir

    def scandir(path):
        if "locked" in str(path):
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    result = discover(["."])
    assert result.files == ("a.py",)
    (problem,) = result.problems
    assert problem.path == "locked"
    assert "Permission denied" in problem.message
    assert "--exclude" in problem.message


def test_notebooks_are_looked_at(command, tree):
    nothing = '{"cells": []}'
    tree({"a.ipynb": nothing, "b/c.ipynb": nothing, "x.ipynb": "", ".gitignore": "x.*\n"})
    assert found() == ["a.ipynb", "b/c.ipynb"]
    done = command("--check", "a.ipynb")
    assert (done.code, done.out) == (0, "1 file looked at, none calls generate_content.\n")


@pytest.mark.parametrize("case", ["generativeai", "vertexai", "interactions-outputs"])
def test_an_older_package_is_never_silent(command, case):
    done = command("--check", "--no-store", str(FIXTURES / "older-packages" / case))
    assert done.code == 1
    assert "GM031 [manual]" in done.out
    assert "none calls" not in done.out
