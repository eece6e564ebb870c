"""Ignore patterns mean what they mean to git, in time that grows with the name."""

from __future__ import annotations

import os
import random
import subprocess
import time
from pathlib import Path

import pytest

from migrator.ignores import IgnoreFile, from_text, git_rules

# Between blanks; two tokens that hold a blank follow.
TOKENS = r"""
* * ** / / / a b c ? [ab] [!a] [^b] [a-c] [c-a] []a] [!]a] [[:alpha:]] [[:x:]] [a \ \* \a ! # [a\]b]
[\ *** é . ab **/ /** /**/ [a-] [--b] [[:digit:]b] [a/b] [.-0] [[a] [[:] a**/
""".split()  # noqa: SIM905
TOKENS += [" ", "\\ "]
NAMES = r"a b c ab abc a.b é é1 aab cab 1 - ] [ x * \a #".split()  # noqa: SIM905
NAMES += ["b a", "a "]


def kept(top: Path) -> list[str]:
    """The files under `top` that its ignore file leaves, as the walk would find them."""
    rules = IgnoreFile.read(str(top / ".gitignore"))

    def walk(folder: str) -> list[str]:
        found = []
        for entry in os.scandir(top / folder):
            way = folder + entry.name
            if rules and rules.verdict(way, entry.name, is_folder=entry.is_dir()):
                continue
            found += walk(way + "/") if entry.is_dir() else [way]
        return found

    return sorted(set(walk("")) - {".gitignore"})


def kept_by_git(top: Path) -> list[str]:
    listing = ["git", "ls-files", "-co", "--exclude-standard", "-z"]
    done = subprocess.run(listing, cwd=top, check=True, capture_output=True)
    return sorted({os.fsdecode(n) for n in done.stdout.split(b"\0") if n} - {".gitignore"})


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    top = tmp_path / "w"
    chooser = random.Random(1)
    for _ in range(60):
        path = top.joinpath(*(chooser.choice(NAMES) for _ in range(chooser.randint(1, 4))))
        if not any(parent.is_file() for parent in path.parents) and not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"")
    return top


def test_random_patterns_mean_the_same_to_git(repository):
    chooser = random.Random(2)
    for _ in range(120):
        pattern = "".join(chooser.choice(TOKENS) for _ in range(chooser.randint(1, 6)))
        (repository / ".gitignore").write_bytes(pattern.encode())
        assert kept(repository) == kept_by_git(repository), pattern


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbfa\nb\n",
        "a\u2028b\nab\n".encode(),
        b"a\x0cb\nab\n",
        "a\x85\nb".encode(),
        b"a\x85\nb",
        b"a\r\nb\r\n\r\n",
        b"a\rb\nab",
        b"a\0b\nab",
        b"[z-a]\nab\n",
        b"a \nb\\ a\nab  ",
        b"!\n\\\n/\n//\nab\n",
    ],
)
def test_lines_end_where_git_ends_them(repository, data):
    (repository / ".gitignore").write_bytes(data)
    assert kept(repository) == kept_by_git(repository)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*a*a*a*a*ab", "a" * 5_000),
        ("x/*a*a*a*a*ab", "x/" + "a" * 5_000),
        ("**/a/**/a/**/a/**/b", "a/" * 2_000 + "c"),
        ("**/*a*a/**/*a*a*b/**/c", "aaaa/" * 800 + "d"),
        ("[!b]*?*?*?*?*?b", "a" * 5_000),
    ],
)
def test_no_pattern_hangs(pattern, path):
    start = time.process_time()
    name = path.rpartition("/")[2]
    assert from_text([pattern]).verdict(path, name, is_folder=False) is None
    assert time.process_time() - start < 5


def test_worktrees_and_submodules_share_what_git_shares(tmp_path):
    def git(*arguments: str, cwd: Path = tmp_path) -> None:
        own = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "protocol.file.allow=always"]
        subprocess.run(["git", *own, *arguments], cwd=cwd, check=True, capture_output=True)

    for name in ("main", "other"):
        git("init", "-q", name)
        git("commit", "-q", "--allow-empty", "-m", "start", cwd=tmp_path / name)
    main = tmp_path / "main"
    git("worktree", "add", "../tree", cwd=main)
    git("submodule", "add", "../other", "sub", cwd=main)
    for folder in (tmp_path / "tree", main / "sub"):
        assert (folder / ".git").is_file()
        asked = ["git", "rev-parse", "--git-path", "info/exclude"]
        done = subprocess.run(asked, cwd=folder, check=True, capture_output=True, text=True)
        ((_, exclude),) = git_rules(str(folder))
        Path(exclude).parent.mkdir(exist_ok=True)
        Path(exclude).write_text("x.py\n")
        assert os.path.samefile(exclude, folder / done.stdout.strip())


@pytest.mark.parametrize("content", ["", "nonsense", "gitdir: nowhere\n"])
def test_a_git_file_that_names_nothing_is_passed_over(command, tree, content):
    tree({".git": content, "x.py": ""})
    assert command("--check").code == 0
