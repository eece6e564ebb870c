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
from typing import NamedTuple

from migrator import __version__, files, temporary
from migrator.files import FileError
from migrator.model import Beside, FileResult
from migrator.registry import bridge_text
from migrator.signals import writing

_HEAD = re.compile(rb"# Written by gemini-migrate (\S+); sha256 ([0-9a-f]{64})\n(?:#[^\n]*\n)?")
_SKIP = "# gemini-migrate: skip-file"
FOREIGN = (
    "stands where the bridge would be written, and is something else; move it, or choose another "
    "name with --bridge-module"
)
EDITED = "was edited by hand since gemini-migrate {} wrote it, and stays as it is; this is {}"


class Step(NamedTuple):
    """What becomes of a copy of the bridge: its file before, None if there is none, and after.

    An empty `after` takes it away, None leaves it. `remark` is for the user, `error` says why it
    can't be done.
    """

    path: str
    before: bytes | None = None
    after: bytes | None = None
    remark: str | None = None
    error: str | None = None

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
        return FileResult(self.path, output=self.after, error=self.error, remarks=remarks)


def with_head(text: bytes) -> bytes:
    """The bridge as it is written: `text`, and who wrote it."""
    head = f"# Written by gemini-migrate {__version__}; sha256 {_digest(text)}\n{_SKIP}\n"
    return head.encode("ascii") + text


def planned(wanted: Beside) -> Step | None:
    """What is to be done for a file; None where it can stay as it is, and nothing is to be said."""
    try:
        found = _step(wanted)
    except FileError as error:
        found = Step(wanted.path, error=str(error))
    told = (found.after, found.remark, found.error)
    return None if told == (None, None, None) else found


def carried_out(wanted: Beside) -> FileResult | None:
    """Write or remove a file; None where it stays as it is, and nothing is to be said."""
    step = planned(wanted)
    if step is None or step.after is None:
        return None if step is None else step.result
    try:
        _carry_out(step, step.after)
    except FileError as error:
        return FileResult(step.path, error=str(error))
    return step.result


def _step(wanted: Beside) -> Step:
    path, text = wanted.path, bridge_text()
    if not os.path.lexists(path):
        return Step(path, None, with_head(text) if wanted.needed else None)
    before = files.read(path)
    plain = before.replace(b"\r\n", b"\n")  # a checkout may have its own ends of lines
    head = _HEAD.match(plain)
    if head is None:
        if wanted.needed:
            raise FileError(FOREIGN)
        return Step(path, before)
    there, version, digest = (
        plain[head.end() :],
        head[1].decode("ascii", "replace"),
        head[2].decode(),
    )
    if _digest(there) != digest:
        news = wanted.gone or digest != _digest(text)
        return Step(path, before, remark=EDITED.format(version, __version__) if news else None)
    if wanted.gone:
        return Step(path, before, b"")
    return Step(path, before, None if there == text else with_head(text))


def _digest(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


def _carry_out(step: Step, after: bytes) -> None:
    """Write or remove one file. Raises FileError."""
    try:
        if not after:
            with writing:
                os.unlink(step.path)
        elif step.before is None:
            _create(step.path, after)
        else:
            files.write(step.path, step.before, after)
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
