"""The edge to the disk: a file is read whole, and replaced whole or not at all."""

from __future__ import annotations

import contextlib
import os
import stat
from typing import NamedTuple

from migrator import temporary
from migrator.signals import writing

_MOST = 1 << 16
"""Bytes that hold most files, and are quicker had than the size of a file."""
_CHUNK = 1 << 20


class FileError(Exception):
    """A file could not be read or written.

    The text says what failed and what to do; the caller puts the file's name before
    it.
    """


def read(path: str) -> bytes:
    """The bytes of the file at `path`; raises FileError."""
    # os.open and one os.read take three quarters of the time of open(): over a large
    # tree this is the whole run.
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    except OSError as error:
        raise FileError(_unreadable(error)) from None
    try:
        data = os.read(handle, _MOST)
        more = os.read(handle, _CHUNK)
        if not more:
            return data
        chunks = [data]
        while more:
            chunks.append(more)
            more = os.read(handle, _CHUNK)
        return b"".join(chunks)
    except OSError as error:
        raise FileError(_unreadable(error)) from None
    finally:
        os.close(handle)


class Target(NamedTuple):
    """A file that may be replaced: where it really lies, and what is kept of it."""

    path: str
    real: str
    info: os.stat_result

    def stage(self, new: str, data: bytes) -> str | None:
        """Write `data` to the new file `new`, made like this one, and on to the disk.

        Returns something the user should know, or None. Raises OSError.
        """
        lost = _fill(new, data, self.real, self.info)
        remarks = [f"{self.path} {text}" for text in (lost, _other_names(self.info)) if text]
        return "; ".join(remarks) or None

    def check(self, before: bytes, after: bytes) -> None:
        """Raise FileError if the file no longer holds `before`, nor `after` already."""
        now = read(self.real)
        if now != before and now != after:
            raise FileError("the file changed while it was being migrated; run again")


def target(path: str) -> Target:
    """The file at `path`, or the one that a link there leads to, as it is now.

    Raises FileError when it is read-only or no regular file.
    """
    real = os.path.realpath(path)
    try:
        info = os.stat(real)
    except OSError as error:
        raise FileError(unwritable(error)) from None
    if not stat.S_ISREG(info.st_mode):
        raise FileError("not a regular file; pass it through stdin with '-' instead")
    # The mode is asked too: for root every file is writable, but a read-only file was
    # made so for a reason.
    writable = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH
    if not info.st_mode & writable or not os.access(real, os.W_OK):
        raise FileError("the file is read-only; make it writable and run again")
    return Target(path, real, info)


def write(path: str, before: bytes, after: bytes) -> str | None:
    """Replace the content `before` of the file at `path` by `after`, in one step.

    A link stays a link and its target is replaced; mode, owner and extended attributes
    stay. Returns something the user should know, or None. Raises FileError, and then
    the file has the bytes it had: when it is read-only, no regular file, or no longer
    holds `before`.
    """
    file = target(path)
    try:
        with writing, temporary.beside(file.real) as home:
            remark = file.stage(home.new, after)
            file.check(before, after)
            os.replace(home.new, file.real)
    except OSError as error:
        raise FileError(unwritable(error)) from None
    return remark


def _other_names(info: os.stat_result) -> str:
    if info.st_nlink == 1:
        return ""
    return f"has {info.st_nlink - 1} more hard-linked name(s), which keep the old content"


def _fill(new: str, data: bytes, target: str, info: os.stat_result) -> str:
    """Write `data` to the file `new`, made like `target`, and on to the disk.

    Returns what could not be made alike, in words.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    handle = os.open(new, flags, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        lost = _copy_owner(handle, info)
        _copy_attributes(target, new)
        # After the owner: a change of owner clears the set-id bits.
        os.chmod(new, stat.S_IMODE(info.st_mode))
        os.fsync(handle)
    return lost


def _copy_owner(handle: int, info: os.stat_result) -> str:
    """Give the open file the owner and group of `info`; returns what was not allowed."""
    if not hasattr(os, "fchown"):
        return ""
    # Only root may give files away, but everybody may choose among their own groups.
    for user, group in ((info.st_uid, info.st_gid), (-1, info.st_gid)):
        own = os.fstat(handle)
        if (own.st_uid, own.st_gid) != (info.st_uid, info.st_gid):
            with contextlib.suppress(PermissionError):
                os.fchown(handle, user, group)
    own = os.fstat(handle)
    lost = [
        f"{kind} {old} became {new}"
        for kind, old, new in (
            ("owner", info.st_uid, own.st_uid),
            ("group", info.st_gid, own.st_gid),
        )
        if old != new
    ]
    return f"could not keep whose it is: {' and '.join(lost)}" if lost else ""


def _copy_attributes(source: str, target: str) -> None:
    """Copy extended attributes (access lists, labels) where the system has them."""
    if not hasattr(os, "listxattr"):
        return
    # Many file systems have none, and some labels only root may set.
    with contextlib.suppress(OSError):
        for name in os.listxattr(source):
            os.setxattr(target, name, os.getxattr(source, name))


def _unreadable(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "cannot be read: the file is gone; run again"
    reason = error.strerror or str(error)
    return f"cannot be read: {reason}; make it readable, or leave it out with --exclude"


def unwritable(error: OSError) -> str:
    """What is said of a file that can't be replaced."""
    reason = error.strerror or str(error)
    return (
        f"cannot be written: {reason}; the file kept its bytes, see that its folder is "
        f"writable and has room, and run again"
    )
