"""Small files that steer a run (settings, ignore patterns): read with a limit, never waited for."""

from __future__ import annotations

import errno
import os
import stat

LIMIT = 4 << 20  # bytes; hundreds of times the biggest that people write


def read_regular(path: str) -> bytes:
    """The bytes of the regular file at `path`.

    Raises OSError if it cannot be read, is a device or a pipe, or is bigger than the limit.
    """
    # Without O_NONBLOCK, opening a pipe waits for somebody to write into it.
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
    handle = os.open(path, flags)
    try:
        info = os.fstat(handle)
        if stat.S_ISDIR(info.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
        if not stat.S_ISREG(info.st_mode):
            raise OSError(errno.EINVAL, "it is no regular file", path)
        chunks: list[bytes] = []
        left = LIMIT + 1
        while left and (chunk := os.read(handle, left)):
            chunks.append(chunk)
            left -= len(chunk)
    finally:
        os.close(handle)
    if not left:
        raise OSError(errno.EFBIG, f"it is bigger than {LIMIT >> 20} MB", path)
    return b"".join(chunks)
