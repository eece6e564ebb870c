"""What the lines of a requirements.txt or a constraints file state."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from migrator.requirements.stated import Form, Stated, names

_COMMENT = re.compile(r"(?:^|\s)#.*")
_OPTION = re.compile(r"\s--?[A-Za-z]")
_REFERENCE = re.compile(
    r"\s*(?:-(?P<short>[rc])\s*|--(?P<long>requirement|constraint)(?:\s*=\s*|\s+))"
    r"(?P<quote>['\"]?)(?P<path>[^'\"]+?)(?P=quote)\s*$"
)
_COMPILED = re.compile(r"^#.*\b(?:auto-?generated|compiled) by\b", re.I | re.M)


class Reference(NamedTuple):
    """Another file that a line takes in, as it is spelt; `limit` for one of constraints."""

    path: str
    limit: bool


def statements(text: str, package: str, *, limit: bool = False) -> list[Stated]:
    """The lines that ask for the package; of a constraints file all are a `limit`."""
    found: list[Stated] = []
    for start, line in _lines(text):
        own = _requirement(line)
        lead = len(own) - len(own.lstrip())
        if own.strip() and not own.lstrip().startswith("-") and names(own, package):
            found.append(Stated(start + lead, own.strip(), Form.REQUIREMENT, limit=limit))
    return found


def references(text: str) -> list[Reference]:
    """The files that lines take in by -r and -c."""
    found: list[Reference] = []
    for _, line in _lines(text):
        match = _REFERENCE.match(_COMMENT.sub("", line))
        if match is not None:
            constraint = (match["short"] or match["long"][0]) == "c"
            found.append(Reference(match["path"], constraint))
    return found


def is_compiled(text: str) -> bool:
    """Whether a tool wrote the file: it locks what other files ask for."""
    hashed = any("--hash" in line for _, line in _lines(text) if not line.lstrip().startswith("#"))
    return hashed or _COMPILED.search(text) is not None


def _requirement(line: str) -> str:
    """A line without its comment, its options and the backslash that continues it."""
    own = _COMMENT.sub("", line)
    option = _OPTION.search(own)
    if option is not None and not own.lstrip().startswith("-"):
        own = own[: option.start()]
    return own.rstrip().removesuffix("\\").rstrip()


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Where lines start, and the lines, each without its end and its continuation."""
    start = 0
    continued = False
    for line in text.splitlines(keepends=True):
        bare = line.rstrip("\r\n")
        if not continued:
            yield start, bare
        elif bare.lstrip().startswith("--hash"):
            yield start, bare.lstrip()
        continued = bare.endswith("\\") and not bare.lstrip().startswith("#")
        start += len(line)
