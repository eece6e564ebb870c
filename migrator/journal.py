"""What is written down before files are replaced together, so that it can be taken back.

Each new version lies in a folder of its own beside the file it is for (see `migrator.temporary`),
and the old version with it. The first of these folders holds the journal, which names them all; the
others say where that one is. As long as there is a journal, some files may be new and some old, and
none of the folders is emptied; taking it away is what makes the change final.
"""

from __future__ import annotations

import enum
import os
from collections.abc import Sequence
from typing import NamedTuple

NEW = "new"
OLD = "old"
JOURNAL = "journal"
LEADER = "leader"
# What is being written has a name that git never takes up.
_UNFINISHED = ".git"


class State(enum.Enum):
    """Which version of a file is in its place."""

    OLD = "old"
    NEW = "new"
    EDITED = "edited"
    """The new one was, and somebody has changed it since."""


class Entry(NamedTuple):
    """A file of a change: the folder with its versions, its name beside that, a digest of the new
    version.
    """

    home: str
    name: str
    digest: str

    @property
    def target(self) -> str:
        """The file."""
        # Never anywhere else, whatever is written in a journal that somebody hands on.
        return os.path.join(os.path.dirname(self.home), os.path.basename(self.name))

    def state(self) -> State:
        """Which version is in the place of the file. Raises OSError."""
        now = _content(self.target)
        if now is not None and digest(now) == self.digest:
            return State.NEW
        old = _content(os.path.join(self.home, OLD))
        if os.path.exists(os.path.join(self.home, NEW)) or old is None or now == old:
            return State.OLD  # it was never replaced, or is put back already
        return State.EDITED

    def put_back(self) -> None:
        """Put the old version in the place of the file. Raises OSError."""
        os.replace(os.path.join(self.home, OLD), self.target)


def digest(data: bytes) -> str:
    """What a version is recognised by."""
    import hashlib  # here, as json below: most runs write nothing

    return hashlib.sha256(data).hexdigest()


def take_back(entries: Sequence[Entry]) -> list[Entry]:
    """Put the old versions back wherever the new ones are; returns those that can't be."""
    stuck: list[Entry] = []
    for entry in entries:
        try:
            state = entry.state()
            if state is State.NEW:
                entry.put_back()
        except OSError:
            state = State.EDITED
        if state is State.EDITED:
            stuck.append(entry)
    return stuck


def follow(home: str, leader: str) -> None:
    """Write into `home` that the journal of its change will be in the folder `leader`."""
    _write(os.path.join(home, LEADER), _way(leader, home))


def begin(leader: str, entries: Sequence[Entry]) -> None:
    """Write the journal, at once and as a whole. Raises OSError."""
    import json

    listed = [(_way(entry.home, leader), entry.name, entry.digest) for entry in entries]
    unfinished = os.path.join(leader, _UNFINISHED)
    _write(unfinished, json.dumps(listed))
    os.rename(unfinished, os.path.join(leader, JOURNAL))


def finish(leader: str) -> None:
    """Take the journal away: what is in its place now stays. Raises OSError."""
    os.unlink(os.path.join(leader, JOURNAL))


def leader_of(home: str) -> str | None:
    """The folder with the journal of a change that `home` is still needed for; None if there is
    none.
    """
    way = _content(os.path.join(home, LEADER))
    leader = home if way is None else os.path.join(home, os.fsdecode(way))
    return leader if os.path.exists(os.path.join(leader, JOURNAL)) else None


def entries_of(leader: str) -> list[Entry]:
    """What the journal in a folder names. Raises OSError, and ValueError for what is no journal."""
    import json

    with open(os.path.join(leader, JOURNAL), "rb") as file:
        listed = json.loads(file.read())
    try:
        return [
            Entry(os.path.normpath(os.path.join(os.path.realpath(leader), way)), name, value)
            for way, name, value in listed
        ]
    except TypeError as error:
        raise ValueError(str(error)) from None


def _way(folder: str, start: str) -> str:
    """The way to a folder: whole trees are moved."""
    try:
        return os.path.relpath(folder, start)
    except ValueError:  # on another drive
        return folder


def _write(path: str, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(os.fsencode(text))
        file.flush()
        os.fsync(handle)


def _content(path: str) -> bytes | None:
    """The bytes of a file, None if there is none. Raises OSError."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None
