"""A change as a patch that `git apply` takes: the file's own bytes, not text."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator

from migrator.visible import visible

NOTHING = "/dev/null"
"""What stands for a file that isn't there, before or after."""
_NO_NEWLINE = b"\\ No newline at end of file\n"
_ESCAPES = {
    7: "a",
    8: "b",
    9: "t",
    10: "n",
    11: "v",
    12: "f",
    13: "r",
    34: '"',
    92: "\\",
}


def patch(path: str, before: bytes | None, after: bytes | None) -> bytes:
    """The unified patch that turns `before` into `after`; None is a file that isn't there.

    `path` is relative to the working directory, with forward slashes. Empty if nothing
    differs. Lines end where a newline byte is, as git has it; carriage returns, form
    feeds and bytes in any encoding pass through.
    """
    if before == after:
        return b""
    from migrator.report.hunks import hunks  # late: it brings difflib, which only patches need

    old = list(_lines(before or b""))
    known = dict(zip(old, old, strict=True))  # most lines are the same: one object will do
    new = [known.get(line, line) for line in _lines(after or b"")]
    body = b"".join(_body(hunks(old, new)))
    source = NOTHING if before is None else _quoted(f"a/{path}")
    target = NOTHING if after is None else _quoted(f"b/{path}")
    # No `diff --git` line: after one, git takes paths from the top of the repository,
    # without one from the working directory, and there is no mode to tell of.
    head = f"--- {source}{_tab(source)}\n+++ {target}{_tab(target)}\n"
    return head.encode("ascii") + body


def readable(path: str, before: bytes, after: bytes) -> bytes:
    """The change of a notebook cell by cell, for people; of anything else, its `patch`.

    Each cell that changed has a header of its own, `--- notebook.ipynb: cell 3`, and lines of
    Python instead of JSON.
    """
    if not path.endswith(".ipynb"):
        return patch(path, before, after)
    from migrator.notebooks import sources
    from migrator.report.hunks import hunks

    found: list[bytes] = []
    for number, (old, new) in enumerate(zip(sources(before), sources(after), strict=True), 1):
        if old != new:
            shown = visible(f"{path}: cell {number}")
            found.append(f"--- {shown}\n+++ {shown}\n".encode())
            found += _body(hunks(*(list(_lines(_encoded(f"{text}\n"))) for text in (old, new))))
    return b"".join(found)


def colored(data: bytes) -> bytes:
    """`data`, a patch, in the colours git gives it; for a terminal, not for git."""
    marks = {b"+": b"\x1b[32m", b"-": b"\x1b[31m", b"@": b"\x1b[36m"}
    out: list[bytes] = []
    for line in data.split(b"\n"):
        head = line.startswith((b"--- ", b"+++ "))
        mark = b"\x1b[1m" if head else marks.get(line[:1])
        out.append(line if mark is None else mark + line + b"\x1b[0m")
    return b"\n".join(out)


def _lines(data: bytes) -> Iterator[str]:
    """Lines with their ends; Latin-1 maps every byte to one character and back."""
    return (line.decode("latin-1") for line in io.BytesIO(data))


def _encoded(text: str) -> bytes:
    """UTF-8; half of a surrogate pair, which JSON can spell, as an escape."""
    return text.encode("utf-8", "backslashreplace")


def _body(lines: Iterator[str]) -> Iterator[bytes]:
    for line in lines:
        yield line.encode("latin-1")
        if not line.endswith("\n"):
            yield b"\n" + _NO_NEWLINE


def _quoted(path: str) -> str:
    """`path` as git writes it: in quotes, with octal bytes, only where it must be."""
    raw = os.fsencode(path)
    if all(32 <= byte < 127 and byte not in b'"\\' for byte in raw):
        return path
    return '"' + "".join(_character(byte) for byte in raw) + '"'


def _character(byte: int) -> str:
    if byte in _ESCAPES:
        return "\\" + _ESCAPES[byte]
    return chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}"


def _tab(name: str) -> str:
    """A tab ends a name that holds a space, or readers would cut it there."""
    return "\t" if " " in name and not name.startswith('"') else ""
