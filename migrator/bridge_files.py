"""The edge to the disk for the bridge: a file of ours, copied into programs, kept up to date there,
and taken away when nothing needs it any more.

Two comment lines above it say who wrote it and what its text was then, so that a copy that somebody
has edited is told from one that may be replaced.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from migrator import __version__, files, temporary
from migrator.ending import writing
from migrator.files import FileError
from migrator.model import Beside, FileResult
from migrator.registry import bridge_text

_HEAD = re.compile(rb"# Written by gemini-migrate (\S+); sha256 ([0-9a-f]{64})\n(?:#[^\n]*\n)?")
_SKIP = "# gemini-migrate: skip-file"
FOREIGN = (
    "stands where the bridge would be written, and is something else; move it, or choose another "
    "name with --bridge-module"
)
EDITED = "was edited by hand since gemini-migrate {} wrote it, and stays as it is; this is {}"


class Step(NamedTuple):
    """What becomes of a copy of the bridge: its file before, None if there is none, and after.

    An empty `after` takes it away, None leaves it. `remark` is for the user.
    """

    path: str
    before: bytes | None
    after: bytes | None = None
    remark: str | None = None

    def patch(self) -> bytes:
        """What happens to the file as a patch; nothing where it stays."""
        from migrator.report.diff import patch  # late: few runs print one

        if self.after is None:
            return b""
        return patch(self.path, self.before, self.after or None)

    @property
    def result(self) -> FileResult:
        """The file as it will be."""
        remarks = () if self.remark is None else (f"{self.path} {self.remark}",)
        return FileResult(self.path, output=self.after, remarks=remarks)


def with_head(text: bytes) -> bytes:
    """The bridge as it is written: `text`, and who wrote it."""
    digest = hashlib.sha256(text).hexdigest()
    head = (
        f"# Written by gemini-migrate {__version__}; sha256 {digest}\n# gemini-migrate: skip-file\n"
    )
    return head.encode("ascii") + text


def steps(wanted: Iterable[Beside]) -> Iterator[Step]:
    """What is to be done for each file. Raises FileError for one that can't be read or replaced."""
    for one in wanted:
        found = _step(one)
        if found.after is not None or found.remark is not None:
            yield found


def _step(wanted: Beside) -> Step:
    path = wanted.path
    new = with_head(bridge_text())
    if not os.path.lexists(path):
        return Step(path, None, new if wanted.needed else None)
    before = files.read(path)
    head = _HEAD.match(before.replace(b"\r\n", b"\n"))
    if head is None:
        if wanted.needed:
            raise FileError(FOREIGN)
        return Step(path, before)
    text = before.replace(b"\r\n", b"\n")[head.end() :]
    version = head[1].decode("ascii", "replace")
    if hashlib.sha256(text).hexdigest().encode() != head[2]:
        news = wanted.gone or head[2] != hashlib.sha256(bridge_text()).hexdigest().encode()
        return Step(path, before, remark=EDITED.format(version, __version__) if news else None)
    if wanted.gone:
        return Step(path, before, b"")
    same = text == bridge_text()
    return Step(path, before, None if same else new)


def carry_out(step: Step) -> None:
    """Write or remove one file. Raises FileError."""
    if step.after is None:
        return
    try:
        if not step.after:
            with writing:
                os.unlink(step.path)
        elif step.before is None:
            _create(step.path, step.after)
        else:
            files.write(step.path, step.before, step.after)
    except OSError as error:
        raise FileError(files.unwritable(error)) from None


def _create(path: str, data: bytes) -> None:
    """A new file, whole or not at all; one that another process has made meanwhile will do."""
    real = os.path.realpath(path)
    with writing, temporary.beside(real) as home:
        with open(home.new, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(home.new, real)
