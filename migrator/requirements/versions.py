"""What the clauses of a requirement let in, and how they are raised.

Versions are compared by `packaging`; the notations of Poetry and conda are told in its terms.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass, replace

from packaging.version import InvalidVersion, Version

from migrator.requirements.verdicts import ENOUGH, Kind, Verdict


class Notation(enum.Enum):
    """How clauses are written."""

    STANDARD = "standard"
    """PEP 440: `>=1.2,<2`."""
    POETRY = "poetry"
    """`^1.2`, `~1.2`, `1.2.*`; `1.2` alone is that version."""
    CONDA = "conda"
    """`>=1.2,<2`, `1.2.*`; `=1.2` is whatever begins so."""


_PART = re.compile(r"(\s*)(~=|===|==|!=|<=|>=|<|>|\^|~|=)?(\s*)(v?\d[\w.+!*-]*|\*)(\s*)")
_SIGNS = {
    Notation.STANDARD: frozenset({"~=", "===", "==", "!=", "<=", ">=", "<", ">"}),
    Notation.POETRY: frozenset({"~=", "==", "!=", "<=", ">=", "<", ">", "^", "~", "=", ""}),
    Notation.CONDA: frozenset({"~=", "==", "!=", "<=", ">=", "<", ">", "=", ""}),
}


@dataclass(frozen=True, slots=True)
class _Clause:
    """One clause: `lead`, `sign`, `gap`, `number` and `trail` put together are its text.

    It lets in what is at least `floor` and below `ceiling`, or just that where `included`.
    """

    lead: str
    sign: str
    gap: str
    number: str
    trail: str
    floor: Version | None = None
    ceiling: Version | None = None
    included: bool = False
    excluded: Version | None = None
    pinned: bool = False

    def reaches(self, oldest: Version) -> bool:
        """Whether a version is let in that is new enough."""
        if self.ceiling is None:
            return True
        return self.ceiling >= oldest if self.included else self.ceiling > oldest

    def written(self, sign: str, number: str) -> str:
        """The clause with another sign and version, and its spaces."""
        return f"{self.lead}{sign}{self.gap}{number}{self.trail}"


def judged(text: str, oldest: str, notation: Notation) -> Verdict:
    """What the clauses `text` let in, held against the oldest version that will do."""
    needed = Version(oldest)
    if text.strip() in ("", "*"):
        return Verdict(Kind.LOOSE, f">={oldest}")
    clauses = _clauses(text, notation)
    if clauses is None:
        return Verdict(Kind.UNREAD, f">={oldest}")
    shut = [clause for clause in clauses if not clause.reaches(needed)]
    if shut:
        others = [c for c in clauses if not c.excluded and c is not shut[0]]
        if shut[0].pinned and not others:  # which says nothing against newer versions
            return Verdict(Kind.LOOSE, _raised(clauses, needed, oldest, notation))
        return Verdict(Kind.SHUT, f">={oldest}")
    if any(clause.floor is not None and clause.floor >= needed for clause in clauses):
        return ENOUGH
    return Verdict(Kind.LOOSE, _raised(clauses, needed, oldest, notation))


def has_floor(text: str, notation: Notation) -> bool:
    """Whether some versions are too old for the clauses `text`."""
    return any(clause.floor is not None for clause in _clauses(text, notation) or ())


def _raised(clauses: list[_Clause], needed: Version, oldest: str, notation: Notation) -> str:
    """The clauses with one that asks for what is needed, and without those that this settles."""
    kept = [c for c in clauses if c.excluded is None or c.excluded >= needed]
    lowest = next((c for c in kept if c.floor is not None), None)
    texts = [
        _raised_clause(c, oldest, notation) if c is lowest else c.written(c.sign, c.number)
        for c in kept
    ]
    if lowest is None:
        spaced = len(clauses) > 1 and clauses[1].lead
        texts = [f">={oldest}", *(f" {t.lstrip()}" if spaced else t for t in texts)]
    texts[0] = clauses[0].lead + texts[0].lstrip()
    return ",".join(texts)


def _raised_clause(clause: _Clause, oldest: str, notation: Notation) -> str:
    series = clause.ceiling is not None and clause.ceiling > Version(oldest)
    if clause.pinned and (clause.included or not series):
        size = clause.number.count(".") - oldest.count(".")
        return clause.written(clause.sign, oldest + ".0" * max(size, 0))
    if series:  # such as ^2.1, ~=2.1 or 2.*
        sign = "^" if notation is Notation.POETRY and clause.sign != "~=" else "~="
        return clause.written(sign, oldest)
    return clause.written(">=", oldest)


def _clauses(text: str, notation: Notation) -> list[_Clause] | None:
    """The clauses of `text`, None where one is not understood."""
    found: list[_Clause] = []
    for part in text.split(","):
        match = _PART.fullmatch(part)
        if match is None or (match[2] or "") not in _SIGNS[notation]:
            return None
        clause = _Clause(match[1], match[2] or "", match[3], match[4], match[5])
        try:
            found.append(_understood(clause, notation))
        except InvalidVersion:
            return None
    return found


def _understood(clause: _Clause, notation: Notation) -> _Clause:
    """The clause with what it lets in. Raises InvalidVersion."""
    sign, number = clause.sign, clause.number
    if number == "*":
        return clause
    series = number.endswith(".*")
    version = Version(number.removesuffix(".*"))
    exact = sign in ("==", "===", "") or (sign == "=" and notation is Notation.POETRY)
    if sign == "!=":
        above = _after(version, len(version.release)) if series else version
        return replace(clause, excluded=above)
    if sign == "^":
        return replace(clause, floor=version, ceiling=_after(version, _first_number(version)))
    if sign == "~":
        return replace(clause, floor=version, ceiling=_after(version, min(len(version.release), 2)))
    if sign == "~=":
        return replace(clause, floor=version, ceiling=_after(version, len(version.release) - 1))
    if sign == "=" and not exact:
        above = _after(version, len(version.release))
        return replace(clause, floor=version, ceiling=above, pinned=not series)
    if exact and series:
        return replace(clause, floor=version, ceiling=_after(version, len(version.release)))
    if exact:
        return replace(clause, floor=version, ceiling=version, included=True, pinned=True)
    if sign in ("<", "<="):
        return replace(clause, ceiling=version, included=sign == "<=")
    return replace(clause, floor=version)


def _first_number(version: Version) -> int:
    """How many numbers of a version `^` holds fast: those up to the first that is not 0."""
    return next((i for i, n in enumerate(version.release, 1) if n), len(version.release))


def _after(version: Version, size: int) -> Version:
    """The first version behind all that begin with the first `size` numbers of `version`."""
    numbers = list(version.release[: max(size, 1)])
    numbers[-1] += 1
    return Version(".".join(map(str, numbers)))
