"""What an environment.yml of conda states, in its own lines and in those for pip."""

from __future__ import annotations

import re

from migrator.requirements.stated import Form, Stated, names
from migrator.requirements.versions import Notation

_ITEM = re.compile(r"(?P<indent>\s*)-\s+(?P<quote>['\"]?)(?P<text>[^'\"#\r\n]*)(?P=quote)")
_QUOTED = re.compile(r"(?P<indent>\s*)-\s+(?P<quote>['\"])(?P<text>.*?)(?P=quote)")
_PIP = re.compile(r"\s*-\s+pip\s*:")
_PYTHON = re.compile(r"python(?=\s*[=<>!~\d]|\s+\d)\s*")


def statements(text: str, package: str) -> list[Stated]:
    """The items of lists that ask for the package, and for Python."""
    found: list[Stated] = []
    start = 0
    pip = -1
    for line in text.splitlines(keepends=True):
        if _PIP.match(line):
            pip = len(line) - len(line.lstrip())
        else:
            item = _QUOTED.match(line) or _ITEM.match(line)
            if item is not None:
                if len(item["indent"]) <= pip:
                    pip = -1
                found += _stated(item, start, package, for_pip=pip >= 0)
        start += len(line)
    return found


def _stated(item: re.Match[str], start: int, package: str, *, for_pip: bool) -> list[Stated]:
    text = item["text"].rstrip()
    place = start + item.start("text")
    python = None if for_pip else _PYTHON.match(text)
    if python is not None:
        clauses = text[python.end() :]
        return [Stated(place + python.end(), clauses, Form.PYTHON, Notation.CONDA, label="python")]
    if not names(text, package):
        return []
    if for_pip:
        return [Stated(place, text, Form.REQUIREMENT)]
    return [Stated(place, text, Form.MATCH, Notation.CONDA)]
