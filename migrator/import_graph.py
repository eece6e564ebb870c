"""Which file of a project an import means, going by paths alone.

Files are named by their absolute paths, with forward slashes. Nothing is read from the disk here.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from posixpath import dirname, join, split

from migrator.connections import grouped, reached
from migrator.suffixes import NOTEBOOKS

IMPORT = b"import"
_BLANK = rb"(?:[ \t]|\\\r?\n)"
_REST = rb"(?:[^#;\n\\]|\\\r?\n)*"
_TOP = re.compile(rb"[ \t]*(?:from[ \t]+(\.|\w+)|import[ \t\\])")
_FROM = re.compile(rb"[ \t]*from[ \t]+([.\w]+)%b+import%b*(\([^)]*|%b)" % (_BLANK, _BLANK, _REST))
_PLAIN = re.compile(rb"[ \t]*import%b+(%b)" % (_BLANK, _REST))
_NAMED = re.compile(rb"""import(?:_module|__)\([ \t]*["']([.\w]+)["']""")
_TAKEN = re.compile(rb"import[^\n\\(]*(?:(?:\\\r?\n?|\([^)]*\)?)[^\n\\(]*)*")
"""What an import takes, to the end of its last line."""
_COMMENT = re.compile(rb"#[^\n]*")
_PATCHED = re.compile(rb"""patch\(\s*["']([A-Za-z_][\w.]*)["']""")
_SET = re.compile(rb"""setattr\(\s*["']([A-Za-z_][\w.]*)["']""")
"""Tests name what they replace by a text, which the test library imports."""
SHARED_TESTS = "conftest"
"""The name of the modules whose fixtures the tests in and below their folder may use."""
SOURCE_FOLDERS = ("src", "lib", "python")
"""Folders beside a project's tests in which its packages stand."""


def import_paths(data: bytes, first: Container[bytes]) -> list[str]:
    """The dotted paths that a file's imports name, each once: `app.llm`, `..llm`, and for `from
    app import llm` both `app` and `app.llm`, for either may be the module.

    Only those that are relative or begin with one of the names in `first`: most files of a big
    project name nothing of it. Imports are found by their words, so that one in a string counts,
    too.
    """
    found: dict[str, None] = {}
    at = data.find(IMPORT)
    while at >= 0:
        end = at + len(IMPORT)
        start = data.rfind(b"\n", 0, at) + 1
        if start > 2 and b"\\" in data[start - 3 : start]:  # the line before goes on
            start = data.rfind(b"\n", 0, start - 1) + 1
        top = _TOP.match(data, start)
        if top is not None:
            name = top[1]
            if name is None:
                end = max(end, _plain(data, start, first, found))
            elif name == b"." or name in first:
                end = max(end, _from(data, start, found))
        elif (named := _NAMED.match(data, at)) is not None:
            found.setdefault(named[1].decode("utf-8", "replace"))
        at = data.find(IMPORT, end)
    for replaced in _replaced(data):
        if replaced.partition(b".")[0] in first:
            _note_prefixes(replaced, found)
    return list(found)


def import_text(data: bytes) -> bytes:
    """The lines of a file that name what it imports, and perhaps some more: all that
    `import_paths` reads of it.
    """
    found: list[bytes] = []
    for taken in _TAKEN.finditer(data):
        start = data.rfind(b"\n", 0, taken.start()) + 1
        if start > 2 and b"\\" in data[start - 3 : start]:  # the line before goes on
            start = data.rfind(b"\n", 0, start - 1) + 1
        found.append(data[start : taken.end()])
    return b"\n".join((*found, *_replaced(data)))


def _replaced(data: bytes) -> list[bytes]:
    """The dotted paths that a file with `patch` in it replaces, in order.

    Two searches that begin with a word each take a tenth of the time of one for both words.
    """
    if b"patch" not in data:
        return []
    found = [m for m in _PATCHED.finditer(data) if not _is_in_word(data, m.start())]
    found += _SET.finditer(data)
    found.sort(key=re.Match.start)
    return [m[1] for m in found]


def _is_in_word(data: bytes, at: int) -> bool:
    before = data[at - 1 : at] if at else b""
    return before.isalnum() or before == b"_"


def _from(data: bytes, start: int, found: dict[str, None]) -> int:
    """Note what a `from` on the line that begins at `start` names; returns where that ends."""
    taken = _FROM.match(data, start)
    if taken is None:
        return start
    source = taken[1].decode("utf-8", "replace")
    found.setdefault(source)
    dot = "" if source.endswith(".") else "."
    for name in _listed(_COMMENT.sub(b"", taken[2].lstrip(b"("))):
        found.setdefault(f"{source}{dot}{name.decode('utf-8', 'replace')}")
    return taken.end()


def _plain(data: bytes, start: int, first: Container[bytes], found: dict[str, None]) -> int:
    """The same for an `import`."""
    taken = _PLAIN.match(data, start)
    if taken is None:
        return start
    for path in _listed(taken[1]):
        if path.partition(b".")[0] in first:
            _note_prefixes(path, found)
    return taken.end()


def _note_prefixes(path: bytes, found: dict[str, None]) -> None:
    steps = path.decode("utf-8", "replace").split(".")
    for count in range(1, len(steps) + 1):
        found.setdefault(".".join(steps[:count]))


def _listed(names: bytes) -> Iterator[bytes]:
    for part in names.split(b","):
        words = part.replace(b"\\", b" ").split()
        if words and words[0] != b"*":
            yield words[0]


def is_test(file: str) -> bool:
    """Whether a file is one of the tests of a project, by its name and folder."""
    name = split(file)[1]
    return (
        name.startswith("test_")
        or name.endswith("_test.py")
        or name == "tests.py"
        or name == f"{SHARED_TESTS}.py"
        or "/tests/" in file
    )


Edges = Mapping[str, Iterable[str]]
"""From a file to others."""


def _encoded(name: str) -> bytes:
    """The bytes of a name, which may be none of any text."""
    return name.encode("utf-8", "surrogateescape")


class Project:
    """The Python files of a project, of which imports may mean one."""

    def __init__(self, files: Iterable[str]) -> None:
        self.files = frozenset(files)
        self._entries = _entries(self.files)
        self.names = frozenset(_encoded(entry.rpartition("/")[2]) for entry in self._entries)
        """What a dotted path of one of the files may begin with."""
        self._roots: dict[str, tuple[str, ...]] = {}
        self._homes: dict[tuple[str, str], tuple[str, ...]] = {}
        self._children: dict[str, list[tuple[str, str]]] | None = None

    def target(self, file: str, path: str) -> str | None:
        """The file that a dotted path in an import of `file` means, if it is one of these."""
        folder = dirname(file)
        if path.startswith("."):
            name = path.lstrip(".")
            for _ in range(len(path) - len(name) - 1):
                folder = dirname(folder)
            if not name:
                return self._package(folder)
            # The top of a disk ends in a slash.
            return self._module(f"{folder.rstrip('/')}/{name.replace('.', '/')}")
        first, _, rest = path.partition(".")
        below = f"/{rest.replace('.', '/')}" if rest else ""
        for home in self._found(folder, first):
            found = self._module(home + below)
            if found is not None:
                return found
        return None

    def shared_tests(self, file: str) -> list[tuple[str, str]]:
        """The modules whose fixtures a test may use, as `.conftest`, `..conftest`, and by file."""
        found: list[tuple[str, str]] = []
        folder, dots = dirname(file), "."
        while folder != dirname(folder):
            other = join(folder, f"{SHARED_TESTS}.py")
            if other in self.files and other != file:
                found.append((f"{dots}{SHARED_TESTS}", other))
            folder, dots = dirname(folder), f"{dots}."
        return found

    def children(self, package: str) -> list[tuple[str, str]]:
        """The modules and packages beside a package's `__init__`, as `.name` and by file."""
        if self._children is None:
            self._children = {}
            for file in sorted(self.files):
                folder, name = split(file)
                if name.endswith(NOTEBOOKS):
                    continue  # which nothing imports
                if name == "__init__.py":
                    folder, name = split(folder)
                else:
                    name = name.rpartition(".")[0]
                self._children.setdefault(folder, []).append((f".{name}", file))
        return self._children.get(dirname(package), [])

    def _module(self, stem: str) -> str | None:
        name = f"{stem}.py"
        return name if name in self.files else self._package(stem)

    def _package(self, folder: str) -> str | None:
        name = f"{folder}/__init__.py"
        return name if name in self.files else None

    def _found(self, folder: str, name: str) -> tuple[str, ...]:
        """Where a name that files of `folder` import may stand, likely places first."""
        key = (folder, name)
        known = self._homes.get(key)
        if known is None:
            places = (f"{root}/{name}" for root in self._searched(folder))
            known = self._homes[key] = tuple(place for place in places if place in self._entries)
        return known

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
            places = [place.rstrip("/") for place in places]
            known = self._roots[folder] = tuple(dict.fromkeys(places))
        return known


def _entries(files: Iterable[str]) -> set[str]:
    """The modules, without their suffix, and the folders that they stand in."""
    found: set[str] = set()
    for file in files:
        found.add(file.rpartition(".")[0])
        if file.rpartition("/")[0] in found:  # as most are
            continue
        folder = dirname(file)
        while folder not in found and dirname(folder) != folder:
            found.add(folder)
            folder = dirname(folder)
    return found


def connected(cores: Iterable[str], imports: Edges, importers: Edges) -> list[list[str]]:
    """The files around `cores`, in groups that hang together: who imports them, directly or not,
    and what all of these import. What is only imported leads to none of its other importers.
    """
    taken = reached(reached(cores, importers), imports)
    return [sorted(group) for group in grouped((f, *imports.get(f, ())) for f in sorted(taken))]
