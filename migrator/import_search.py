"""Who imports the few files that matter, of the many of a project.

What a file imports is found out exactly only where its imports have a word of what is looked for:
most files of a big project name nothing of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from posixpath import dirname, split

from migrator.import_graph import (
    SHARED_TESTS,
    SOURCE_FOLDERS,
    Project,
    import_paths,
    import_text,
    is_test,
)
from migrator.prefilter import mentions
from migrator.shared_tests import SharedTests
from migrator.suffixes import NOTEBOOKS

_PACKAGE = "__init__"


class ImportSearch:
    """Asks the files of a project, each read by `read`, what they import of each other."""

    def __init__(self, project: Project, read: Callable[[str], bytes | None]) -> None:
        self._project = project
        self._read = read
        self._shared = SharedTests(project, read)
        self._files = sorted(project.files)
        self._texts: dict[str, bytes] = {}
        self._homes: frozenset[str] = frozenset()
        self.imports: dict[str, dict[str, str]] = {}
        """What files import, as far as it was asked for: the file that each dotted path means."""

    def importers(self, cores: Iterable[str]) -> dict[str, list[str]]:
        """By file, those that import it: of `cores`, of those that import these, and so on.

        `imports` then holds what all of them import, directly or not.
        """
        wanted = set(cores)
        new = wanted
        while new:
            asked = [file for file in self._naming(new) if file not in self.imports]
            for file in asked:
                self._ask(file)
            new = {
                file
                for file, meant in self.imports.items()
                if file not in wanted and not wanted.isdisjoint(meant.values())
            }
            wanted |= new
        self._follow(wanted)
        found: dict[str, list[str]] = {}
        for file, meant in self.imports.items():
            for target in meant.values():
                found.setdefault(target, []).append(file)
        return found

    def _follow(self, files: Iterable[str]) -> None:
        """Ask all that `files` import, directly or not."""
        pending, seen = list(files), set[str]()
        while pending:
            file = pending.pop()
            if file in seen:
                continue
            seen.add(file)
            if file not in self.imports:
                self._ask(file)
            pending += self.imports[file].values()

    def _ask(self, file: str) -> None:
        self.imports[file] = dict(self._links(file))

    def _links(self, file: str) -> Iterator[tuple[str, str]]:
        """The imports of a file that mean others of the project, and which."""
        data = self._read(file)
        if data is not None and file.endswith(NOTEBOOKS):
            data = _code(data)
        if data is None:
            return
        for path in import_paths(data, self._project.names):
            target = self._project.target(file, path)
            if target is not None and target != file:
                yield path, target
        if is_test(file):
            yield from self._shared.used_by(file, data)

    def _naming(self, wanted: Collection[str]) -> Iterator[str]:
        """The files that may import one of those: their imports have its name, or need none."""
        words = tuple(sorted({_word(file) for file in wanted}))
        # A package is imported by `from . import x` in it, the fixtures of tests by none of them.
        nameless = tuple(f"{dirname(file)}/" for file in wanted if _stem(file) in _NAMELESS)
        self._look_around(frozenset(dirname(_path(file)) for file in wanted))
        for file in self._files:
            text = self._texts.get(file)
            if text is not None and (mentions(text, words) or file.startswith(nameless)):
                yield file

    def _look_around(self, homes: frozenset[str]) -> None:
        """Note the imports of all files that may import what stands in the folders `homes`.

        Those are the files below such a folder, and those that name it. Where others turn out to
        matter later on, the imports of all files are noted, so that none is read a third time.
        """
        if homes <= self._homes:
            return
        names = tuple(sorted({_ascii(split(home)[1]) for home in homes}))
        everywhere = bool(self._homes) or not _UNNAMED.isdisjoint(names)
        below = tuple(f"{home}/" for home in homes)
        self._homes |= homes
        for file in self._files:
            data = self._read(file) if file not in self._texts else None
            if data is None:
                continue
            if everywhere or file.startswith(below) or mentions(data, names):
                self._texts[file] = import_text(data)


def _code(notebook: bytes) -> bytes | None:
    """What stands in the code cells of a notebook; None where it is none."""
    from migrator.notebooks import sources

    try:
        return "\n".join(sources(notebook)).encode("utf-8", "replace")
    except (ValueError, RecursionError):
        return None


_UNNAMED = frozenset({b"", *(name.encode() for name in SOURCE_FOLDERS)})
"""Folders that nobody names who imports what stands in them."""
_NAMELESS = frozenset({_PACKAGE, SHARED_TESTS})


def _stem(file: str) -> str:
    return split(file)[1].rpartition(".")[0]


def _path(file: str) -> str:
    """A module without its suffix, or the folder of a package."""
    return dirname(file) if _stem(file) == _PACKAGE else file.rpartition(".")[0]


def _word(file: str) -> bytes:
    """What an import of a file has in it: the last word of its dotted path, or its beginning."""
    return _ascii(split(_path(file))[1])


def _ascii(name: str) -> bytes:
    """The beginning of a name; how another file spells what is outside of ASCII, is up to its
    encoding.
    """
    return re.split(r"[^\x00-\x7f]", name)[0].encode()
