"""Where the new version of a file lies until it takes the place of the old one.

That is a folder of its own beside the file: no version control takes it up, for it ignores
itself, and a run that is killed leaves something that the next one recognises. The folder is
locked while its run lives, so that nobody removes what is still in use.
"""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections.abc import Iterator
from typing import NamedTuple

from migrator.journal import LEADER, NEW, OLD, leader_of

_PREFIX = ".gemini-migrate-"
_NAME = re.compile(re.escape(_PREFIX) + "[0-9a-f]{12}")
_IGNORE = ".gitignore"
# Git takes up nothing that is called like this; see `_ignore_itself`.
_NEVER_TAKEN = ".git"
_TRIES = 5
_ABANDONED_AFTER = 3600.0  # seconds; where a file system has no locks, only age tells


def is_ours(name: str) -> bool:
    """Whether a folder called `name` was made here."""
    return name.startswith(_PREFIX) and _NAME.fullmatch(name) is not None


class Home(NamedTuple):
    """The folder of a file: where its new version lies, and the old one."""

    path: str

    @property
    def new(self) -> str:
        """Where the new version lies."""
        return os.path.join(self.path, NEW)

    @property
    def old(self) -> str:
        """Where the old version lies."""
        return os.path.join(self.path, OLD)


@contextlib.contextmanager
def beside(target: str) -> Iterator[Home]:
    """A folder on the file system of `target` for its new version; gone afterwards, unless it is
    needed to take a change back.

    Raises OSError if nothing can be made there.
    """
    home, lock = _made(os.path.dirname(target))
    try:
        _ignore_itself(home)
        yield Home(home)
    finally:
        _empty(home)
        if lock is not None:
            os.close(lock)


def left_in(folder: str) -> list[str]:
    """The folders of ours in `folder`, of runs that live or were killed."""
    try:
        with os.scandir(folder or ".") as scan:
            return [e.path for e in scan if is_ours(e.name) and e.is_dir(follow_symlinks=False)]
    except OSError:
        return []


def sweep_away(home: str) -> None:
    """Remove the folder `home`, one of ours, unless the run that made it lives or a change can be
    taken back with it.
    """
    with contextlib.suppress(OSError), held(home, wait=False) as abandoned:
        if abandoned:
            _empty(home)


@contextlib.contextmanager
def held(home: str, *, wait: bool) -> Iterator[bool]:
    """Lock the folder `home`; whether the run that made it has ended.

    Raises OSError if the folder is gone, is a link, or, without `wait`, is locked.
    """
    lock = _lock(home, wait=wait)
    try:
        yield lock is not None or time.time() - os.lstat(home).st_mtime > _ABANDONED_AFTER
    finally:
        if lock is not None:
            os.close(lock)


def _made(folder: str) -> tuple[str, int | None]:
    """A new folder in `folder` and the descriptor that locks it (None without locks)."""
    for _ in range(_TRIES):
        home = os.path.join(folder, _PREFIX + os.urandom(6).hex())
        os.mkdir(home, 0o700)
        try:
            lock = _lock(home, wait=True)
        except OSError:
            with contextlib.suppress(OSError):
                os.rmdir(home)
            continue  # swept away before it was locked
        # Whoever sweeps holds the lock for as long as that takes.
        if os.path.isdir(home):
            return home, lock
        if lock is not None:
            os.close(lock)
    raise OSError(f"{folder}: other runs keep removing what this one makes")


def _lock(home: str, *, wait: bool) -> int | None:
    """A descriptor that locks `home`, None where there are no locks.

    Raises OSError if the folder is gone, is a link, or, without `wait`, is locked.
    """
    try:
        import fcntl
    except ImportError:
        return None
    handle = os.open(home, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        os.close(handle)
        raise
    except OSError:  # no locks here, as on some network drives
        os.close(handle)
        return None
    return handle


def _ignore_itself(home: str) -> None:
    """Have git pass over everything in `home`, at every moment.

    While it is written the pattern has a name that git never takes up, so there is no moment
    at which it lies there half written.
    """
    written = os.path.join(home, _NEVER_TAKEN)
    handle = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, b"*\n")
    finally:
        os.close(handle)
    os.rename(written, os.path.join(home, _IGNORE))


def _empty(home: str) -> None:
    """Remove what was put into `home`, the pattern last, then the folder if nothing is left."""
    try:
        if leader_of(home) is not None:
            return
    except OSError:
        return
    for name in (NEW, OLD, LEADER, _NEVER_TAKEN, _IGNORE):
        # Not there after the replacement, or never made.
        with contextlib.suppress(OSError):
            os.unlink(os.path.join(home, name))
    with contextlib.suppress(OSError):
        os.rmdir(home)
