"""The edge: which files state what the projects of changed files require, read from the disk."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from migrator import files
from migrator.discover import Scope, admits, display
from migrator.model import FileResult, Requirement, RequirementKind, Source
from migrator.requirements.locks import COMMANDS as LOCKS
from migrator.requirements.names import kind_of

if TYPE_CHECKING:  # they import packaging, for which nobody waits who has no such file
    from migrator.requirements.sources import Page

_WORKFLOWS = ".github/workflows"
_FOLDERS = ("requirements",)
"""Folders that hold requirement files of the project around them."""


class Answer(NamedTuple):
    """A file as it was, and what became of it."""

    source: Source
    result: FileResult


class _File(NamedTuple):
    """A file that was read; `page` is why it couldn't be where that is a text."""

    source: Source
    page: Page | str

    def names(self) -> bool:
        """Whether it asks for the package, or may do."""
        return isinstance(self.page, str) or any(s.form.of_package for s in self.page.stated)


def answers(changed: Iterable[str], needs: Requirement, scope: Scope) -> list[Answer]:
    """What becomes of the requirements of the projects that the files `changed` belong to."""
    search = _Search(needs, scope)
    for folder in sorted({os.path.dirname(os.path.realpath(path)) for path in changed}):
        search.look_around(folder)
    return [search.found[path] for path in sorted(search.found)]


class _Search:
    """What one run has found: answers by real path."""

    def __init__(self, needs: Requirement, scope: Scope) -> None:
        self.needs = needs
        self.scope = scope
        self.found: dict[str, Answer] = {}
        self._folders: dict[str, list[_File]] = {}
        self._lists: dict[str, list[str]] = {}

    def look_around(self, folder: str) -> None:
        """Answer for the nearest folder upwards that asks for the package, and what is above."""
        way = self._upwards(folder)
        home = next((i for i, f in enumerate(way) if any(x.names() for x in self._held(f))), None)
        if home is not None:
            told = [self._answer(file) for file in self._held(way[home])]
            kinds = {note.kind for result in told for note in result.requirements}
            if kinds & {RequirementKind.RAISED, RequirementKind.OUTSIDE, RequirementKind.CHOICE}:
                self._answer_lock(way[home:])
        for path in (*self._commands(way), *self._listed(os.path.join(way[-1], _WORKFLOWS))):
            self._answer_command(path)

    def _held(self, folder: str) -> list[_File]:
        """The files of a folder that state something, with those that they take in."""
        if folder not in self._folders:
            wanted = [p for p in self._listed(folder) if _states(p)]
            for inner in _FOLDERS:
                for path in self._listed(os.path.join(folder, inner)):
                    if path.endswith((".txt", ".in", ".pip")):
                        wanted.append(path)
            self._folders[folder] = list(self._with_references(wanted))
        return self._folders[folder]

    def _with_references(self, paths: Sequence[str]) -> Iterator[_File]:
        pending = [(path, False) for path in reversed(paths)]
        limits: dict[str, bool] = {}
        read: dict[str, _File] = {}
        while pending:
            path, limit = pending.pop()
            path = os.path.realpath(path)
            limits[path] = limit or limits.get(path, False)
            if path in read:
                continue
            file = self._read(path)
            if file is None:
                continue
            read[path] = file
            for reference in () if isinstance(file.page, str) else file.page.references:
                beside = os.path.join(os.path.dirname(path), reference.path)
                pending.append((beside, reference.limit))
        for path, file in read.items():
            if limits[path] and not isinstance(file.page, str):
                from migrator.requirements.answers import as_limits

                file = file._replace(page=as_limits(file.page))
            yield file

    def _read(self, path: str, kind: str | None = None) -> _File | None:
        """A file and what it states; None where there is nothing to read."""
        kind = kind or kind_of(os.path.basename(path)) or "requirements"
        try:
            source = Source(display(path), files.read(path))
        except files.FileError:
            return None
        from migrator.requirements.sources import Unreadable, mentions, read_page

        try:
            return _File(source, read_page(kind, source.data, self.needs.name))
        except Unreadable as error:
            # Only what asks for the package has to be read.
            text = source.data.decode("latin-1").replace("\0", "")
            return _File(source, str(error)) if mentions(text, self.needs.name) else None

    def _answer(self, file: _File) -> FileResult:
        path = os.path.realpath(file.source.path)
        if path not in self.found:
            if isinstance(file.page, str):
                result = FileResult(file.source.path, error=file.page)
            else:
                from migrator.requirements.answers import answer

                admitted = admits(path, self.scope)
                result = answer(file.source, file.page, self.needs, admitted=admitted)
            self.found[path] = Answer(file.source, result)
        return self.found[path].result

    def _answer_command(self, path: str) -> None:
        file = self._read(path, "commands")
        if file is not None:
            self._answer(file)

    def _answer_lock(self, way: Sequence[str]) -> None:
        """Tell of the nearest lock files that hold the package."""
        for folder in way:
            told = False
            for path in self._listed(folder):
                name = os.path.basename(path)
                if name in LOCKS:
                    told = self._tell_lock(path, name) or told
            if told:
                return

    def _tell_lock(self, path: str, name: str) -> bool:
        from migrator.requirements.answers import lock_answer
        from migrator.requirements.sources import Unreadable, decoded

        try:
            source = Source(display(path), files.read(path))
            text = decoded("lock", source.data).text
        except (files.FileError, Unreadable):
            return False
        result = lock_answer(source.path, name, text, self.needs)
        if result is not None:
            self.found.setdefault(os.path.realpath(path), Answer(source, result))
        return result is not None

    def _upwards(self, folder: str) -> list[str]:
        """A folder and those around it, up to the top of its repository.

        Outside of one, up to the topmost that states something; never a home folder or a whole
        disk.
        """
        way = [folder]
        home = os.path.realpath(os.path.expanduser("~"))
        while not os.path.exists(os.path.join(way[-1], ".git")):
            parent = os.path.dirname(way[-1])
            if parent in (way[-1], home, os.path.dirname(parent)):
                marked = [i for i, f in enumerate(way) if any(map(_states, self._listed(f)))]
                return way[: marked[-1] + 1] if marked else way[:1]
            way.append(parent)
        return way

    def _commands(self, way: Sequence[str]) -> Iterator[str]:
        for folder in way:
            for path in self._listed(folder):
                if kind_of(os.path.basename(path)) == "commands":
                    yield path

    def _listed(self, folder: str) -> list[str]:
        """The files of a folder, sorted; none where it can't be listed."""
        if folder not in self._lists:
            try:
                with os.scandir(folder) as entries:
                    found = sorted(entry.path for entry in entries if entry.is_file())
            except OSError:
                found = []
            self._lists[folder] = found
        return self._lists[folder]


def _states(path: str) -> bool:
    """Whether a file states what a project requires; commands are looked at elsewhere."""
    return kind_of(os.path.basename(path)) not in (None, "commands")
