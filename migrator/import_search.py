"""Who imports the few files that matter, of the many of a project.

What a file imports is found out exactly only where its imports have a word of what is looked for:
most files of a big project name nothing of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from posixpath import dirname, split

from migrator.import_graph import SHARED_TESTS, Project, import_paths, import_text, is_test
from migrator.prefilter import searches
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
        words = searches(tuple(sorted({_word(file) for file in wanted})))
        # A package is imported by `from . import x` in it, the fixtures of tests by none of them.
        nameless = tuple(f"{dirname(file)}/" for file in wanted if _stem(file) in _NAMELESS)
        for file, text in self._searched(len(words)):
            if any(word(text) for word in words) or (nameless and file.startswith(nameless)):
                yield file

    def _searched(self, searches: int) -> Iterable[tuple[str, bytes]]:
        """What is searched of each file: all of it at first, if few searches will do."""
        read = ((f, data) for f in self._files if (data := self._read(f)) is not None)
        if searches <= _FEW and not self.imports:
            return read
        if not self._texts:
            self._texts = {file: import_text(data) for file, data in read}
        return self._texts.items()


def _code(notebook: bytes) -> bytes | None:
    """What stands in the code cells of a notebook; None where it is none."""
    from migrator.notebooks import sources

    try:
        return "\n".join(sources(notebook)).encode("utf-8", "replace")
    except (ValueError, RecursionError):
        return None


_FEW = 4
"""Searches of whole files that take no longer than one for their imports."""
_NAMELESS = frozenset({_PACKAGE, SHARED_TESTS})


def _stem(file: str) -> str:
    return split(file)[1].rpartition(".")[0]


def _word(file: str) -> bytes:
    """What an import of a file has in it: the last word of its dotted path, or its beginning.

    How another file spells what is outside of ASCII, is up to its encoding.
    """
    stem = _stem(file)
    name = split(dirname(file))[1] if stem == _PACKAGE else stem
    return re.split(r"[^\x00-\x7f]", name)[0].encode()
