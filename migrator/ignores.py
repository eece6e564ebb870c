"""Ignore patterns as git reads them: the last pattern that matches an entry decides.

Every entry is judged by its own path and the walk never enters an ignored folder, so
a match that stems from a parent folder is no match here. That is git's rule, and why
`!keep/` cannot bring back a file that `*.py` ignores.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing_extensions import Self

# How pathspec spells "in any folder", and the group that marks a folder's slash.
_ANYWHERE = "^(?:.+/)?"
_FOLDER_MARK = "ps_d"


class IgnoreFile:
    """The patterns of one ignore file, relative to the folder they apply to."""

    __slots__ = ("_maybe_name", "_maybe_path", "_rules")

    def __init__(self, lines: Iterable[str]) -> None:
        """Compile `lines`; raises ValueError with the line number of a bad pattern."""
        # Imported here: pathspec costs as much as click, and most runs on single
        # files never meet an ignore file.
        from pathspec import GitIgnoreSpec

        self._rules: list[tuple[re.Pattern[str], bool]] = []
        names: list[str] = []
        paths: list[str] = []
        for number, line in enumerate(lines, 1):
            try:
                patterns = GitIgnoreSpec.from_lines([line]).patterns
            except ValueError as error:
                raise ValueError(f"line {number}: {error}") from None
            for pattern in patterns:
                regex = getattr(pattern, "regex", None)
                if pattern.include is None or regex is None:
                    continue
                self._rules.append((regex, pattern.include))
                text = regex.pattern.replace(f"(?P<{_FOLDER_MARK}>", "(?:")
                tail = text.removeprefix(_ANYWHERE)
                steps = tail.replace("(?:/)", "").replace("[^/]", "")
                if tail != text and "/" not in steps:
                    names.append(tail)
                else:
                    paths.append(text)
        self._rules.reverse()
        self._maybe_name = _any_of(names)
        self._maybe_path = _any_of(paths)

    @classmethod
    def read(cls, path: str) -> Self | None:
        """The patterns of the file at `path`, None where it is missing or empty.

        Raises OSError when it cannot be read. A pattern git would not understand is
        left out, as git does.
        """
        try:
            with open(path, "rb") as file:
                lines = os.fsdecode(file.read()).splitlines()
        except (FileNotFoundError, IsADirectoryError):
            return None
        kept = [line for line in lines if _understood(line)]
        return cls(kept) if kept else None

    def verdict(self, path: str, name: str) -> bool | None:
        """True: ignored, False: brought back, None: no pattern speaks of the entry.

        `path` is relative to the ignore file's folder, with forward slashes; `name` is
        its last part. Both end in a slash for a folder.
        """
        # One alternation over the bare name turns nearly every entry away before the
        # patterns are tried one by one.
        if not (
            (self._maybe_name is not None and self._maybe_name.match(name))
            or (self._maybe_path is not None and self._maybe_path.match(path))
        ):
            return None
        for regex, ignored in self._rules:
            match = regex.match(path)
            if match is not None and _is_own(match, path):
                return ignored
        return None


def _is_own(match: re.Match[str], path: str) -> bool:
    """Whether `match` is of the entry itself, not of a folder it lies in."""
    at_end = match.end() == len(path)
    if match.lastgroup == _FOLDER_MARK:
        return at_end
    # `docs/**` speaks of what is in docs, not of docs itself.
    return not (at_end and path.endswith("/"))


def _any_of(patterns: list[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{p})" for p in patterns)) if patterns else None


def _understood(line: str) -> bool:
    if not line.strip() or line.startswith("#"):
        return False
    try:
        IgnoreFile([line])
    except ValueError:
        return False
    return True


def git_rules(folder: str) -> tuple[tuple[str, str], ...]:
    """The ignore files that govern `folder` from above, the weakest first.

    `folder` is an absolute path. Each pair is (folder it applies to, path of the ignore
    file): `.git/info/exclude` of the repository, then the `.gitignore` of every folder
    from its top down to the parent of `folder`. Empty outside a repository.
    """
    above: list[str] = []
    here = folder
    while True:
        dot_git = os.path.join(here, ".git")
        if os.path.exists(dot_git):
            break
        parent = os.path.dirname(here)
        if parent == here:
            return ()
        above.append(parent)
        here = parent
    exclude = os.path.join(_common_dir(dot_git), "info", "exclude")
    parents = [(top, os.path.join(top, ".gitignore")) for top in reversed(above)]
    return ((here, exclude), *parents)


def _common_dir(dot_git: str) -> str:
    """Where a repository keeps `info/`, also for a worktree, whose `.git` is a file."""
    if os.path.isdir(dot_git):
        return dot_git
    try:
        with open(dot_git, encoding="utf-8", errors="surrogateescape") as file:
            named = file.read().removeprefix("gitdir:").strip()
        git_dir = os.path.join(os.path.dirname(dot_git), named)
        with open(os.path.join(git_dir, "commondir"), encoding="utf-8") as file:
            return os.path.join(git_dir, file.read().strip())
    except (OSError, ValueError):
        return dot_git
