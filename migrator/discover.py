"""From the paths of the command line to the files to look at.

A file named outright is always taken. A folder is walked: ignore files are honoured,
environments, caches and other people's packages are passed over, links to folders are
not entered, and a link to a file counts only if its target lies inside a root.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from migrator.skipped_folders import SKIPPED, is_environment
from migrator.suffixes import NOTEBOOKS, PAGES, SCRIPTS
from migrator.temporary import is_ours

if TYPE_CHECKING:
    from migrator.ignores import IgnoreFile


class Problem(NamedTuple):
    """A path that could not be looked into, and why."""

    path: str
    message: str


class Discovery(NamedTuple):
    """The files found, sorted and each once, and what could not be looked into.

    Paths are relative to the working directory, with forward slashes; they open as
    they are.
    """

    files: tuple[str, ...]
    problems: tuple[Problem, ...] = ()
    leftovers: tuple[str, ...] = ()
    """Folders in which runs, living or killed, keep what they write."""


class Scope(NamedTuple):
    """What a run may change: `paths` of the command line, and what it excludes of them.

    `exclude` holds patterns relative to `base`, the working directory if None.
    """

    paths: Sequence[str]
    exclude: Sequence[str] = ()
    base: str | None = None


# One ignore file that governs a folder: its patterns, and the path from the ignore
# file's folder to this folder ("" or "a/b/").
_Rule = tuple["IgnoreFile", str]


class _Walk:
    """What one discovery gathers: files that end in `suffixes`.

    `excluded` holds patterns and their folder.
    """

    def __init__(self, excluded: tuple[IgnoreFile, str] | None, suffixes: tuple[str, ...]) -> None:
        self.excluded = excluded
        self.suffixes = suffixes
        self.files: list[str] = []
        self.links: list[str] = []
        self.problems: list[Problem] = []
        self.leftovers: list[str] = []

    def fail(self, path: str, what: str, error: OSError) -> None:
        reason = error.strerror or str(error)
        hint = "make it readable, or leave it out with --exclude"
        self.problems.append(Problem(path, f"cannot {what}: {reason}; {hint}"))


def discover(
    paths: Sequence[str],
    exclude: Iterable[str] = (),
    base: str | None = None,
    *,
    pages: bool = False,
) -> Discovery:
    """The files under `paths`, which must exist; `pages` in folders count only on demand.

    `exclude` holds patterns as in a .gitignore, relative to `base` (the working
    directory if None); they hold for what is found in folders, not for files named
    outright. Raises ValueError for a pattern that makes no sense.
    """
    excluded = _excluded(tuple(exclude), base)
    walk = _Walk(excluded, (*SCRIPTS, *NOTEBOOKS, *(PAGES if pages else ())))
    named: list[str] = []
    roots: list[str] = []
    for path in paths:
        shown = display(path)
        if os.path.isdir(path):
            roots.append(shown)
            _walk_root(shown, walk)
        else:
            named.append(shown)
    files = set(walk.files)
    direct = all(_is_direct(root) for root in roots)
    if walk.links or not direct or any(map(os.path.islink, named)):
        taken = _once(named, walk, roots)
    else:
        files.update(named)
        taken = tuple(sorted(files))
    return Discovery(taken, tuple(walk.problems), tuple(walk.leftovers))


def _excluded(patterns: Sequence[str], base: str | None) -> tuple[IgnoreFile, str] | None:
    if not patterns:
        return None
    from migrator.ignores import from_text

    return from_text(patterns), os.path.abspath(base or ".")


def admits(path: str, scope: Scope) -> bool:
    """Whether `path` is one of those of a scope, or lies in a folder of them and nothing leaves
    it out. Links count as what they lead to."""
    file = os.path.realpath(path)
    walk = _Walk(_excluded(scope.exclude, scope.base), ())
    for root in scope.paths:
        top = os.path.realpath(root)
        if file == top:
            return True
        if os.path.isdir(top) and file.startswith(os.path.join(top, "")):
            if _is_open(top, file[len(top) :].strip(os.sep).split(os.sep), walk):
                return True
    return False


def _is_open(top: str, steps: list[str], walk: _Walk) -> bool:
    """Whether a walk from the folder `top` comes by what `steps` lead to."""
    strong, weak = _rules_above(top, walk)
    chain = (*strong, *reversed(weak))
    folder = top
    for number, step in enumerate(steps, 1):
        is_folder = number < len(steps)
        own = _read_rules(os.path.join(folder, ".gitignore"), walk)
        if own is not None:
            chain = (*chain[: len(strong)], (own, ""), *chain[len(strong) :])
        if (is_folder and step in SKIPPED) or _ignored(chain, step, is_folder=is_folder):
            return False
        chain = tuple((rules, f"{way}{step}/") for rules, way in chain)
        folder = os.path.join(folder, step)
    return True


def display(path: str) -> str:
    """`path` relative to the working directory, normalised, with forward slashes.

    A path on another drive stays absolute.
    """
    here = os.getcwd()
    full = os.path.abspath(path)
    if not full.startswith(here):
        real = os.path.realpath(os.path.dirname(full))
        if real == here or real.startswith(here + os.sep):
            full = os.path.join(real, os.path.basename(full))
    try:
        relative = os.path.relpath(full, here)
    except ValueError:
        relative = full
    return relative.replace(os.sep, "/")


def _is_direct(root: str) -> bool:
    return os.path.realpath(root) == os.path.abspath(root)


def _once(named: list[str], walk: _Walk, roots: list[str]) -> tuple[str, ...]:
    """Every file once though links lead to it too; what was named outright wins."""
    taken: dict[str, str] = {}
    for path in sorted(named, key=lambda path: (os.path.islink(path), path)):
        taken.setdefault(os.path.realpath(path), path)
    for path in sorted(walk.files):
        taken.setdefault(os.path.realpath(path), path)
    inside = [os.path.join(os.path.realpath(root), "") for root in roots]
    for path in sorted(walk.links):
        target = os.path.realpath(path)
        home = next((root for root in inside if target.startswith(root)), None)
        if home is None or not os.path.isfile(target):
            continue
        if SKIPPED.isdisjoint(target[len(home) :].split(os.sep)):
            taken.setdefault(target, path)
    return tuple(sorted(taken.values()))


def _walk_root(root: str, walk: _Walk) -> None:
    """Gather what lies under the folder `root`, without recursion."""
    strong, weak = _rules_above(os.path.abspath(root), walk)
    # The strongest first: --exclude, then the deepest ignore file.
    start = "" if root == "." else root.removesuffix("/") + "/"
    stack = [(start, (*strong, *reversed(weak)), len(strong))]
    while stack:
        prefix, chain, fixed = stack.pop()
        for name, inner in _scan(prefix, chain, fixed, walk, is_root=prefix == start):
            stack.append((f"{prefix}{name}/", inner, fixed))


def _rules_above(top: str, walk: _Walk) -> tuple[list[_Rule], list[_Rule]]:
    """The rules that govern a folder from outside: those of --exclude, and the ignore files
    above it, the weakest first."""
    from migrator.ignores import git_rules

    strong: list[_Rule] = []
    if walk.excluded is not None:
        spec, base = walk.excluded
        prefix = _below(base, top)
        if prefix is not None:
            strong.append((spec, prefix))
    weak: list[_Rule] = []
    for base, path in git_rules(top):
        found = _read_rules(path, walk)
        prefix = _below(base, top)
        if found is not None and prefix is not None:
            weak.append((found, prefix))
    return strong, weak


def _scan(
    prefix: str, chain: tuple[_Rule, ...], fixed: int, walk: _Walk, *, is_root: bool
) -> list[tuple[str, tuple[_Rule, ...]]]:
    """Gather the files of one folder; returns the folders to enter and their rules.

    The first `fixed` rules of `chain` outrank the ignore files found on the way.
    """
    try:
        with os.scandir(prefix or ".") as scan:
            entries = list(scan)
    except OSError as error:
        walk.fail(prefix.rstrip("/") or ".", "list the folder", error)
        return []
    names = {entry.name for entry in entries}
    if not is_root and is_environment(prefix, names):
        return []
    if ".gitignore" in names:
        found = _read_rules(f"{prefix}.gitignore", walk)
        if found is not None:
            chain = (*chain[:fixed], (found, ""), *chain[fixed:])
    folders: list[str] = []
    for entry in entries:
        name = entry.name
        if name.endswith(walk.suffixes) and not entry.is_dir(follow_symlinks=False):
            if chain and _ignored(chain, name, is_folder=False):
                continue
            if entry.is_symlink():
                walk.links.append(prefix + name)
            elif entry.is_file():
                walk.files.append(prefix + name)
        elif entry.is_dir(follow_symlinks=False):
            if is_ours(name):
                walk.leftovers.append(prefix + name)
                continue
            if name in SKIPPED or (chain and _ignored(chain, name, is_folder=True)):
                continue
            folders.append(name)
    if not chain:
        return [(name, chain) for name in folders]
    return [(name, tuple((rules, f"{way}{name}/") for rules, way in chain)) for name in folders]


def _ignored(chain: tuple[_Rule, ...], name: str, *, is_folder: bool) -> bool:
    for rules, way in chain:
        verdict = rules.verdict(way + name, name, is_folder=is_folder)
        if verdict is not None:
            return verdict
    return False


def _read_rules(path: str, walk: _Walk) -> IgnoreFile | None:
    from migrator.ignores import IgnoreFile

    try:
        return IgnoreFile.read(path)
    except OSError as error:
        walk.fail(path.replace(os.sep, "/"), "read the ignore file", error)
        return None


def _below(base: str, folder: str) -> str | None:
    """The way from `base` down to `folder` ("" or "a/b/"), None if it is elsewhere."""
    if folder == base:
        return ""
    start = os.path.join(base, "")
    if not folder.startswith(start):
        return None
    return folder[len(start) :].replace(os.sep, "/") + "/"
