"""Which file of a project an import means, going by paths alone.

Files are named by their absolute paths, with forward slashes. Nothing is read from the disk here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from posixpath import dirname, join, split

IMPORT = b"import"
_FROM = re.compile(rb"[ \t]*from[ \t]+([.\w]+)[ \t]+import[ \t]*(\([^)]*|[^#;\n]*)")
_PLAIN = re.compile(rb"[ \t]*import[ \t]+([^#;\n]*)")
_NAMED = re.compile(rb"""(?:import_module|__import__)\([ \t]*["']([.\w]+)["']""")
_COMMENT = re.compile(rb"#[^\n]*")
SOURCE_FOLDERS = ("src", "lib", "python")
"""Folders beside a project's tests in which its packages stand."""


def import_paths(data: bytes) -> list[str]:
    """The dotted paths that a file's imports name, each once: `app.llm`, `..llm`, and for `from
    app import llm` both `app` and `app.llm`, for either may be the module.

    Imports are found by their words, so that one in a string counts, too.
    """
    found: dict[str, None] = {}
    if b"\\\n" in data:
        data = data.replace(b"\\\n", b" ")
    at = data.find(IMPORT)
    while at >= 0:
        start = data.rfind(b"\n", 0, at) + 1
        end = _read(data, start, found)
        at = data.find(IMPORT, max(end, at + len(IMPORT)))
    for taken in _NAMED.finditer(data):
        found.setdefault(taken[1].decode("utf-8", "replace"))
    return list(found)


def _read(data: bytes, start: int, found: dict[str, None]) -> int:
    """Note what the import on the line that begins at `start` names; returns where it ends."""
    taken = _FROM.match(data, start)
    if taken:
        source = taken[1].decode("utf-8", "replace")
        found.setdefault(source)
        names = _COMMENT.sub(b"", taken[2].lstrip(b"("))
        for name in _names(names):
            found.setdefault(f"{source}{name}" if source.endswith(".") else f"{source}.{name}")
        return taken.end()
    plain = _PLAIN.match(data, start)
    if plain:
        for path in _names(plain[1]):
            steps = path.split(".")
            for count in range(1, len(steps) + 1):
                found.setdefault(".".join(steps[:count]))
        return plain.end()
    return start


def _names(listed: bytes) -> Iterator[str]:
    for part in listed.decode("utf-8", "replace").split(","):
        words = part.split()
        if words and words[0] != "*":
            yield words[0]


Edges = Mapping[str, Iterable[str]]
"""From a file to others."""


class Project:
    """The Python files of a project, of which imports may mean one."""

    def __init__(self, files: Iterable[str]) -> None:
        self.files = frozenset(files)
        self._roots: dict[str, tuple[str, ...]] = {}
        self._children: dict[str, list[tuple[str, str]]] | None = None

    def target(self, file: str, path: str) -> str | None:
        """The file that a dotted path in an import of `file` means, if it is one of these."""
        name = path.lstrip(".")
        steps = name.split(".") if name else []
        if len(name) != len(path):
            folder = dirname(file)
            for _ in range(len(path) - len(name) - 1):
                folder = dirname(folder)
            return self._module(folder, steps)
        for root in self._searched(dirname(file)):
            found = self._module(root, steps)
            if found is not None:
                return found
        return None

    def children(self, package: str) -> list[tuple[str, str]]:
        """The modules and packages beside a package's `__init__`, as `.name` and by file."""
        if self._children is None:
            self._children = {}
            for file in sorted(self.files):
                folder, name = split(file)
                if name == "__init__.py":
                    folder, name = split(folder)
                else:
                    name = name.rpartition(".")[0]
                self._children.setdefault(folder, []).append((f".{name}", file))
        return self._children.get(dirname(package), [])

    def _module(self, folder: str, steps: list[str]) -> str | None:
        stem = join(folder, *steps)
        names = ([f"{stem}.py"] if steps else []) + [join(stem, "__init__.py")]
        return next((name for name in names if name in self.files), None)

    def _searched(self, folder: str) -> tuple[str, ...]:
        """The folders in which Python may look for what a file of `folder` imports, likely ones
        first: where its package stands, its own (for a script), and all above.
        """
        known = self._roots.get(folder)
        if known is None:
            top = folder
            while join(top, "__init__.py") in self.files:
                top = dirname(top)
            above = [folder]
            while dirname(above[-1]) != above[-1]:
                above.append(dirname(above[-1]))
            places = [top, *above]
            places += [join(place, inner) for place in above for inner in SOURCE_FOLDERS]
            known = self._roots[folder] = tuple(dict.fromkeys(places))
        return known


def connected(cores: Iterable[str], imports: Edges, importers: Edges) -> list[list[str]]:
    """The files around `cores`, in groups that hang together: who imports them, directly or not,
    and what all of these import. What is only imported leads to none of its other importers.
    """
    up = _reached(cores, importers)
    taken = _reached(up, imports)
    group_of: dict[str, list[str]] = {}
    for file in sorted(taken):
        mine = group_of.setdefault(file, [file])
        for other in imports.get(file, ()):
            theirs = group_of.setdefault(other, [other])
            if theirs is not mine:
                mine.extend(theirs)
                group_of.update(dict.fromkeys(theirs, mine))
    groups = {id(group): group for group in group_of.values()}
    return [sorted(group) for group in groups.values()]


def _reached(starts: Iterable[str], edges: Edges) -> set[str]:
    found = set(starts)
    pending = list(found)
    while pending:
        for other in edges.get(pending.pop(), ()):
            if other not in found:
                found.add(other)
                pending.append(other)
    return found
