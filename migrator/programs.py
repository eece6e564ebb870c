"""From candidates to programs: the files around them are found, and grouped by their imports."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from migrator import files
from migrator.discover import discover, display
from migrator.import_graph import Project, connected, is_test
from migrator.import_search import ImportSearch
from migrator.model import Import, Program, Source
from migrator.suffixes import NOTEBOOKS, SCRIPTS

MODULES = (*SCRIPTS, *NOTEBOOKS)

PROJECT_MARKS = (".git", "pyproject.toml", "setup.py", "setup.cfg")
"""What lies in the topmost folder of a project."""

MOST_FILES = 300
"""Files that are understood together; of a bigger program each file is understood alone."""
ALONE = (
    "{} files import each other, more than the {} that are understood as one program: each was "
    "understood alone, which finds less, and what it hands to others was not followed"
)


def programs(cores: Sequence[Source], named: Iterable[str]) -> Iterator[Program]:
    """The programs around `cores`, scripts and notebooks that hold a needle, each in just one.

    `named` are all paths that the run may change. Files that can't be read are left out.
    """
    shown = _full_names(path for path in named if path.endswith(MODULES))
    by_path = {source.path: source for source in cores}
    known = {file: by_path[path] for file, path in _full_names(by_path).items()}
    project = Project({*shown, *known, *_around(known)})
    search = ImportSearch(project, lambda file: _data(file, known))
    importers = search.importers(known)
    imports = search.imports
    edges = {file: meant.values() for file, meant in imports.items()}
    for group in connected(known, edges, importers):
        own = [file for file in group if file in known]
        if len(group) > MOST_FILES:
            remark = ALONE.format(len(group), MOST_FILES)
            yield from (Program((known[file],), remark=remark) for file in own)
        elif own:
            inner = {f: project.children(f) for f in group if f.endswith("/__init__.py")}
            links = {f: (*imports[f].items(), *inner.get(f, ())) for f in group}
            yield _program(group, project, links, known, shown)


def _package(
    file: str, project: Project, links: Mapping[str, Iterable[tuple[str, str]]]
) -> str | None:
    """The dotted path of the package that a module is imported as part of; empty for a script, None
    where nothing tells.

    A folder with an `__init__` alone doesn't tell: what lies in it may be run by its path, and the
    folder around it may be no package for those who import it. Imports tell: those that name the
    module, and those in it that name others of its package.
    """
    if file.endswith(NOTEBOOKS):
        return ""
    steps: list[str] = []
    folder = os.path.dirname(file)
    while f"{folder}/__init__.py" in project.files:
        folder, name = os.path.split(folder)
        steps.insert(0, name)
    named = [path for pairs in links.values() for path, target in pairs if target == file]
    whole = [path for path in named if not path.startswith(".")]
    if whole:
        return min(whole, key=lambda path: path.count(".")).rpartition(".")[0]
    own = [path for path, _ in links.get(file, ())]
    for path in own:
        if path.split(".")[0] in steps:
            return ".".join(steps[steps.index(path.split(".")[0]) :])
    dots = [len(path) - len(path.lstrip(".")) for path in (*own, *named)]
    if max(dots, default=0):
        return ".".join(steps[-max(dots) :])
    return None if steps else ""


def _program(
    group: Sequence[str],
    project: Project,
    links: dict[str, tuple[tuple[str, str], ...]],
    known: dict[str, Source],
    shown: dict[str, str],
) -> Program:
    sources: list[Source] = []
    number: dict[str, int] = {}
    for file in group:
        data = _data(file, known)
        if data is not None:
            number[file] = len(sources)
            path = shown.get(file) or display(file)
            sources.append(known.get(file) or Source(path, data))
    imports = [
        Import(number[file], path, number[target])
        for file in number
        for path, target in links[file]
        if target in number
    ]
    packages = [_package(file, project, links) for file in number]
    return Program(
        tuple(replace(s, package=p) for s, p in zip(sources, packages, strict=True)),
        tuple(imports),
        frozenset(number[file] for file in number if file not in shown),
        frozenset(number[file] for file in number if is_test(file)),
        frozenset(number[file] for file in number if _is_library(file)),
    )


def _data(file: str, known: dict[str, Source]) -> bytes | None:
    """The bytes of a file; None if it can't be read."""
    source = known.get(file)
    try:
        return source.data if source is not None else files.read(file)
    except files.FileError:
        return None


def _around(cores: Iterable[str]) -> Iterator[str]:
    """The scripts and notebooks of the projects that the cores belong to."""
    roots = {root for file in cores if (root := _project_root(os.path.dirname(file)))}
    tops = [root for root in roots if not any(_is_below(root, other) for other in roots)]
    for root in sorted(tops):
        found = discover([root]).files
        yield from _full_names(path for path in found if path.endswith(MODULES))


def _project_root(folder: str) -> str | None:
    """The topmost folder of the project around a folder; never a home folder or a whole disk."""
    home = os.path.expanduser("~").replace(os.sep, "/")
    while folder not in {home, os.path.dirname(folder)}:
        if any(os.path.exists(f"{folder}/{mark}") for mark in PROJECT_MARKS):
            return folder
        folder = os.path.dirname(folder)
    return None


def _is_below(folder: str, other: str) -> bool:
    return folder.startswith(f"{other}/")


def _is_library(file: str) -> bool:
    """Whether a file is the `__init__` of a package that is made to be installed: its project,
    right around it or around its `src`, is called like it.
    """
    folder, name = os.path.split(file)
    if name != "__init__.py":
        return False
    top, package = os.path.split(folder)
    for home in (top, os.path.dirname(top)):
        found = re.search(r"""^\s*name\s*=\s*["']?([\w.-]+)""", _metadata(home), re.M)
        if found and re.sub(r"[-_.]+", "_", found[1]).lower() == package.lower():
            return True
    return False


def _metadata(folder: str) -> str:
    """What a project says of itself."""
    for name in ("pyproject.toml", "setup.cfg", "setup.py"):
        try:
            return files.read(f"{folder}/{name}").decode("utf-8", "replace")
        except files.FileError:
            continue
    return ""


def _full_names(paths: Iterable[str]) -> dict[str, str]:
    """The paths by their absolute ones, with forward slashes.

    Most of them are relative and normal, and there may be ten thousand.
    """
    here = os.path.join(os.getcwd(), "").replace(os.sep, "/")
    return {
        os.path.abspath(path).replace(os.sep, "/")
        if "./" in path or "//" in path or ":" in path or path.startswith(("/", "\\"))
        else here + path: path
        for path in paths
    }
