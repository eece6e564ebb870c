"""Which tests use the fixtures of which `conftest`, going by their words; nothing is parsed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from migrator.import_graph import Project

_FIXTURE = re.compile(rb"fixture\b[^\n]*\n(?:[ \t]*@[^\n]*\n)*[ \t]*(?:async[ \t]+)?def[ \t]+(\w+)")
_MODULES = b"sys.modules"
_WORD = re.compile(rb"\w+")


class SharedTests:
    """The modules of a project whose fixtures tests use by name, without an import."""

    def __init__(self, project: Project, read: Callable[[str], bytes | None]) -> None:
        self._project = project
        self._read = read
        self._fixtures: dict[str, frozenset[bytes]] = {}
        self._replacing: dict[str, bool] = {}

    def used_by(self, file: str, data: bytes) -> Iterator[tuple[str, str]]:
        """Those that a test uses, as `.conftest`, `..conftest`, and by file."""
        above = self._project.shared_tests(file)
        words = frozenset(_WORD.findall(data)) if above else frozenset()
        for path, other in above:
            if self._replaces(other) or not words.isdisjoint(self._names(other)):
                yield path, other

    def _replaces(self, file: str) -> bool:
        """Whether a module puts something else in the place of others, for all tests below it."""
        if file not in self._replacing:
            self._replacing[file] = _MODULES in (self._read(file) or b"")
        return self._replacing[file]

    def _names(self, file: str) -> frozenset[bytes]:
        known = self._fixtures.get(file)
        if known is None:
            known = frozenset(_FIXTURE.findall(self._read(file) or b""))
            self._fixtures[file] = known
        return known
