"""Ignore patterns as git reads them: the last pattern that matches an entry decides.

Every entry is judged by its own path and the walk never enters an ignored folder. That is
git's rule, and why `!keep/` cannot bring back a file that `*.py` ignores.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrator.globs import SPECIAL, translate
from migrator.steering_files import read_regular

if TYPE_CHECKING:
    from typing_extensions import Self

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class _Rule:
    """One pattern: what it matches, whether it ignores or brings back, and what it speaks of."""

    regex: re.Pattern[str]
    ignores: bool
    of_names: bool
    of_folders: bool


class IgnoreFile:
    """The patterns of one ignore file, relative to the folder they apply to."""

    __slots__ = ("_endings", "_maybe_name", "_maybe_path", "_names", "_rules")

    def __init__(self, lines: Iterable[str], *, lenient: bool = False) -> None:
        """Compile `lines`, of one character a byte.

        Raises ValueError with the line number of a pattern that matches nothing; with `lenient`
        it is left out, as git does.
        """
        self._rules: list[_Rule] = []
        names: set[str] = set()
        endings: list[str] = []
        name_patterns: list[str] = []
        path_patterns: list[str] = []
        for number, line in enumerate(lines, 1):
            text = _without_spaces(line)
            if not text or text.startswith("#"):
                continue
            pattern, ignores, of_folders = _flags(text)
            of_names = "/" not in pattern
            expression = translate_rule(pattern, number, of_names=of_names)
            if expression is None:
                if not lenient:
                    shown = os.fsdecode(line.encode("latin-1"))
                    raise ValueError(f"line {number}: the pattern '{shown}' matches nothing")
                continue
            rule = _Rule(re.compile(expression, re.DOTALL), ignores, of_names, of_folders)
            self._rules.append(rule)
            if not of_names:
                path_patterns.append(expression)
            elif SPECIAL.isdisjoint(pattern):
                names.add(pattern)
            elif pattern[0] == "*" and SPECIAL.isdisjoint(pattern[1:]):
                endings.append(pattern[1:])
            else:
                name_patterns.append(expression)
        self._rules.reverse()
        self._names = names
        self._endings = tuple(endings)
        self._maybe_name = _any_of(name_patterns)
        self._maybe_path = _any_of(path_patterns)

    @classmethod
    def read(cls, path: str) -> Self | None:
        """The patterns of the file at `path`, None where it is missing or empty.

        Raises OSError when it cannot be read, is too big, or no regular file.
        """
        try:
            data = read_regular(path)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None
        lines = data.removeprefix(_BOM).split(b"\n")
        kept = [line.removesuffix(b"\r").partition(b"\0")[0].decode("latin-1") for line in lines]
        return cls(kept, lenient=True) if any(kept) else None

    def verdict(self, path: str, name: str, *, is_folder: bool) -> bool | None:
        """True: ignored, False: brought back, None: no pattern speaks of the entry.

        `path` is relative to the ignore file's folder, with forward slashes; `name` is its
        last part.
        """
        if not path.isascii():
            path, name = (os.fsencode(text).decode("latin-1") for text in (path, name))
        # These tests turn nearly every entry away before the patterns are tried one by one.
        if not (
            name in self._names
            or name.endswith(self._endings)
            or (self._maybe_name is not None and self._maybe_name.match(name))
            or (self._maybe_path is not None and self._maybe_path.match(path))
        ):
            return None
        for rule in self._rules:
            if rule.of_folders and not is_folder:
                continue
            if rule.regex.match(name if rule.of_names else path):
                return rule.ignores
        return None


def from_text(patterns: Iterable[str]) -> IgnoreFile:
    """The rules of patterns that were typed. Raises ValueError for one that makes no sense."""
    return IgnoreFile(os.fsencode(pattern).decode("latin-1") for pattern in patterns)


def translate_rule(pattern: str, number: int, *, of_names: bool) -> str | None:
    """The expression of a pattern without its flags, for names or for paths."""
    if not pattern:
        return None
    if of_names:
        # In a pattern without a slash several stars are no more than one.
        return translate(re.sub(r"(?<!\\)((?:\\\\)*)\*+", r"\1*", pattern), number)
    pattern = pattern.removeprefix("/")
    # Git compares what precedes the first special character as text, and takes what remains
    # for a pattern of its own: in `a**/b` the stars stand at its beginning.
    literal = next((i for i, sign in enumerate(pattern) if sign in SPECIAL), len(pattern))
    rest = translate(pattern[literal:], number)
    return None if rest is None else re.escape(pattern[:literal]) + rest


def _flags(text: str) -> tuple[str, bool, bool]:
    """A line without its `!` and its last slash, and what these say."""
    ignores = not text.startswith("!")
    pattern = text if ignores else text[1:]
    of_folders = pattern.endswith("/")
    return pattern.removesuffix("/"), ignores, of_folders


def _without_spaces(line: str) -> str:
    """`line` without the blanks at its end, but for one behind a backslash."""
    kept = line.rstrip(" ")
    if len(kept) == len(line):
        return line
    escapes = len(kept) - len(kept.rstrip("\\"))
    return kept + " " if escapes % 2 else kept


def _any_of(patterns: list[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{p})" for p in patterns), re.DOTALL) if patterns else None


def git_rules(folder: str) -> tuple[tuple[str, str], ...]:
    """The ignore files that govern `folder` from above, the weakest first.

    `folder` is an absolute path. Each pair is (folder it applies to, path of the ignore
    file): `info/exclude` of the repository, then the `.gitignore` of every folder
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
    """Where a repository keeps `info/`: for worktrees and submodules `.git` is a file that
    names a folder, and a worktree's folder names the one it shares."""
    if os.path.isdir(dot_git):
        return dot_git
    named = _line(dot_git)
    if named is None or not named.startswith("gitdir:"):
        return dot_git
    git_dir = os.path.join(os.path.dirname(dot_git), named.removeprefix("gitdir:").strip())
    common = _line(os.path.join(git_dir, "commondir"))
    return git_dir if common is None else os.path.join(git_dir, common)


def _line(path: str) -> str | None:
    """The text of a file that holds one path, None where there is none to read."""
    try:
        return os.fsdecode(read_regular(path)).rstrip("\r\n")
    except OSError:
        return None
