"""One thing that a file asks for, where it stands, and what is to be said of it."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass

from packaging.markers import Marker
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from migrator.model import Requirement as Needs
from migrator.requirements.verdicts import ENOUGH, Kind, Verdict
from migrator.requirements.versions import Notation, has_floor, judged

_OLDEST_MINOR, _NEWEST_MINOR = 6, 30
"""The Pythons 3.x that a marker is tried on."""
_HEAD = re.compile(
    r"\s*(?P<channel>[\w.-]+::)?(?P<name>[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)"
    r"(?:\s*(?P<extras>\[[^\]]*\]))?"
)


class Form(enum.Enum):
    """What the text of a statement is."""

    REQUIREMENT = "requirement"
    """PEP 508: name, extras, clauses and marker."""
    MATCH = "match"
    """conda's: a channel, a name and clauses."""
    CLAUSES = "clauses"
    """The clauses alone; the name of the package stands elsewhere."""
    PYTHON = "python"
    """The clauses that Python has to meet."""
    SOURCE = "source"
    """Where the package comes from instead of an index."""

    @property
    def of_package(self) -> bool:
        """Whether it is the package that is asked for, not Python."""
        return self is not Form.PYTHON


@dataclass(frozen=True, slots=True)
class Stated:
    """A statement about the package, or about Python: `text` stands at `start` of the file.

    A `limit` only narrows what something else asks for. What is not in one `piece` is put together
    from several, and can't be replaced. It may hold for some `pythons` only, in Poetry's clauses.
    """

    start: int
    text: str
    form: Form
    notation: Notation = Notation.STANDARD
    limit: bool = False
    marker: str = ""
    pythons: str = ""
    piece: bool = True
    label: str = ""
    """What it is called in its file, where the text doesn't say."""


def names(text: str, package: str) -> bool:
    """Whether a requirement, of pip's or conda's, is one of the package."""
    head = _HEAD.match(text)
    return head is not None and canonicalize_name(head["name"]) == canonicalize_name(package)


def verdict(stated: Stated, needs: Needs) -> Verdict:
    """How a statement compares with what is needed; `wanted` takes the place of its text."""
    if stated.form is Form.SOURCE:
        return Verdict(Kind.UNREAD)
    if stated.form is Form.PYTHON:
        return judged(stated.text, needs.python, stated.notation)
    if stated.limit and not has_floor(_clauses_of(stated)[1], stated.notation):
        found = _of_clauses(stated, needs)
        return found if found.kind is Kind.SHUT else ENOUGH
    if stated.form is Form.REQUIREMENT:
        try:
            read = Requirement(stated.text)
        except InvalidRequirement:
            return Verdict(Kind.UNREAD)
        if read.url is not None:
            return Verdict(Kind.UNREAD)
    return _of_clauses(stated, needs)


def old_pythons_only(stated: Stated, needs: Needs) -> bool:
    """Whether a marker holds only for Pythons that the package doesn't run on any more."""
    if stated.pythons:
        return judged(stated.pythons, needs.python, Notation.POETRY).kind is Kind.SHUT
    text = stated.marker
    if stated.form is Form.REQUIREMENT:
        try:
            found = Requirement(stated.text).marker
        except InvalidRequirement:
            return False
        text = str(found or "")
    if "python" not in text:
        return False
    marker = Marker(text)
    oldest = Version(needs.python).minor
    held = [
        minor
        for minor in range(_OLDEST_MINOR, _NEWEST_MINOR)
        if marker.evaluate({"python_version": f"3.{minor}", "python_full_version": f"3.{minor}.0"})
    ]
    return bool(held) and max(held) < oldest


def _of_clauses(stated: Stated, needs: Needs) -> Verdict:
    before, clauses, after = _clauses_of(stated)
    found = judged(clauses, needs.version, stated.notation)
    return Verdict(found.kind, f"{before}{found.wanted}{after}" if found.wanted else "")


def _clauses_of(stated: Stated) -> tuple[str, str, str]:
    """The text of a statement: what stands before its clauses, these, and what follows them."""
    text = stated.text
    head = _HEAD.match(text)
    if stated.form not in (Form.REQUIREMENT, Form.MATCH) or head is None:
        return "", text, ""
    end = len(text)
    if stated.form is Form.REQUIREMENT:
        end = text.find(";") if ";" in text else end
    clauses = text[head.end() : end]
    inner = re.fullmatch(r"(\s*\(\s*)([^()]*?)(\s*\)\s*)", clauses)
    if inner is not None:
        return text[: head.end()] + inner[1], inner[2], inner[3] + text[end:]
    bare = clauses.strip()
    at = head.end() + len(clauses) - len(clauses.lstrip()) if bare else head.end()
    return text[:at], bare, text[at + len(bare) :]
