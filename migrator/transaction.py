"""Files that are written together: all of them, or none.

Every new version lies ready beside its file before the first file is replaced; what they are
replaced by, and what is to be put back, stands in a journal until the last one is (see
`migrator.journal`). What goes wrong in between is taken back at once; if this process is killed,
the next run does (see `migrator.recovery`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import NamedTuple

from migrator import files, journal, temporary
from migrator.files import FileError, Target
from migrator.journal import Entry
from migrator.signals import writing

NOT_PUT_BACK = (
    "{}; {} had been replaced and could not be put back; what it was lies in {}, and the next run "
    "with --in-place tries again"
)


class Change(NamedTuple):
    """What is to become of one file."""

    path: str
    before: bytes
    after: bytes


class NotWrittenError(Exception):
    """The files keep their bytes, because of the one at `path`."""

    def __init__(self, path: str, text: str) -> None:
        super().__init__(text)
        self.path = path


class _Staged(NamedTuple):
    """A change that lies ready."""

    change: Change
    target: Target
    home: temporary.Home
    remark: str | None

    @property
    def entry(self) -> Entry:
        return Entry(
            self.home.path, os.path.basename(self.target.real), journal.digest(self.change.after)
        )

    def check(self) -> None:
        # Not even the new version may be there: it is not what would be put back.
        self.target.check(self.change.before, self.change.before)


def write_together(changes: Sequence[Change]) -> list[str | None]:
    """Replace the content of all these files, or of none.

    Returns something the user should know of each, or None. Raises NotWrittenError.
    """
    with writing, ExitStack() as homes:
        staged: list[_Staged] = []
        for change in changes:
            with _blaming(change.path):
                staged.append(_stage(change, homes, staged))
        _wait_for_others(staged, homes)
        if _written_already(staged):
            return [one.remark for one in staged]
        for one in staged:
            with _blaming(one.change.path):
                one.check()
        leader = staged[0].home.path
        entries = [one.entry for one in staged]
        with _blaming(staged[0].change.path):
            journal.begin(leader, entries)
        _replace(staged, entries)
        _finish(leader)
        return [one.remark for one in staged]


def _stage(change: Change, homes: ExitStack, before: Sequence[_Staged]) -> _Staged:
    """Lay out the new version and the old one. Raises FileError and OSError."""
    target = files.target(change.path)
    home = homes.enter_context(temporary.beside(target.real))
    if before:
        journal.follow(home.path, before[0].home.path)
    try:
        os.link(target.real, home.old)
    except OSError:  # no links here, or not to other people's files
        target.stage(home.old, change.before)
    return _Staged(change, target, home, target.stage(home.new, change.after))


def _wait_for_others(staged: Sequence[_Staged], locks: ExitStack) -> None:
    """Let runs that replace the same files do so one after the other, as far as there are locks.

    What one run has replaced looks like what another wanted: taking its own back, that one would
    undo the first.
    """
    for folder in sorted({os.path.dirname(one.target.real) for one in staged}):
        with suppress(OSError):
            locks.enter_context(temporary.held(folder, wait=True))


def _written_already(staged: Sequence[_Staged]) -> bool:
    """Whether another run was faster."""
    with suppress(FileError):
        return all(files.read(one.target.real) == one.change.after for one in staged)
    return False


def _replace(staged: Sequence[_Staged], entries: Sequence[Entry]) -> None:
    """Put the new versions in their places, and the old ones back if that fails for any.

    Raises NotWrittenError.
    """
    try:
        for one in staged:
            with _blaming(one.change.path):
                one.check()
                os.replace(one.home.new, one.target.real)
    except BaseException as error:
        stuck = journal.take_back(entries)
        if not stuck:
            _finish(staged[0].home.path)
        elif isinstance(error, NotWrittenError):
            places = ", ".join(entry.home for entry in stuck)
            names = ", ".join(one.change.path for one in staged if one.entry in stuck)
            raise NotWrittenError(error.path, NOT_PUT_BACK.format(error, names, places)) from None
        raise


def _finish(leader: str) -> None:
    # Where this fails the next run finds all files in one state, and does it.
    with suppress(OSError):
        journal.finish(leader)


@contextmanager
def _blaming(path: str) -> Iterator[None]:
    """Have what goes wrong in here be said of the file at `path`."""
    try:
        yield
    except FileError as error:
        raise NotWrittenError(path, str(error)) from None
    except OSError as error:
        raise NotWrittenError(path, files.unwritable(error)) from None
