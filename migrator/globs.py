"""Git's patterns as regular expressions that take time in proportion to the name.

A pattern is text of one character a byte (Latin-1), as git compares bytes. Whatever follows a
star up to the next one is found where it first fits and stays there: a later place would leave
less for the rest, so nothing is ever tried twice. That is what keeps `*a*a*a*b` from hanging.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

SPECIAL = frozenset("*?[\\")
_NEVER = "(?!)"
_CLASSES = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "blank": " \\t",
    "cntrl": "\\x00-\\x1f\\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": "!-/:-@\\[-`{-~",
    "space": " \\t-\\r",
    "upper": "A-Z",
    "xdigit": "0-9A-Fa-f",
}


@dataclass(slots=True)
class _Piece:
    """What stands between two stars, after the star `lead` ("", "*" or a way across folders)."""

    lead: str
    text: str = ""


_STAR = "[^/]*"
_FOLDERS = "(?:[^/]*/)*"  # `**/`
_SOME_FOLDERS = "(?:[^/]*/)+"  # `**\/`, which git does not let stand for nothing
_REST = ".*"


def translate(pattern: str, number: int) -> str | None:
    """The expression for a whole name or path, None for a pattern that matches nothing.

    `number` keeps the groups of several patterns in one expression apart.
    """
    pieces = _pieces(pattern)
    if pieces is None:
        return None
    groups = (f"g{number}_{index}" for index in range(len(pieces) + 1))
    across: list[list[_Piece]] = [[]]
    for piece in pieces:
        if piece.lead in (_FOLDERS, _SOME_FOLDERS, _REST):
            across.append([])
        across[-1].append(piece)
    parts = [
        _across(run, groups, is_last=index == len(across) - 1) for index, run in enumerate(across)
    ]
    return "".join(parts) + r"\Z"


def _across(run: list[_Piece], groups: Iterator[str], *, is_last: bool) -> str:
    """What follows one `**`, up to the next."""
    lead = "" if run and run[0].lead == _STAR else run[0].lead if run else ""
    inner = "".join(
        _within(piece, groups, is_last=index == len(run) - 1) for index, piece in enumerate(run)
    )
    if lead in ("", _REST):
        return lead + inner
    if is_last:
        return f"{lead}{inner}"
    return _once(f"{lead}?{inner}", next(groups))


def _within(piece: _Piece, groups: Iterator[str], *, is_last: bool) -> str:
    """What follows one star; the last of a run stands at an end, or before a slash."""
    if piece.lead != _STAR:
        return piece.text
    if is_last or not piece.text:
        return _STAR + piece.text
    return _once(f"{_STAR}?{piece.text}", next(groups))


def _once(expression: str, group: str) -> str:
    """`expression` where it first fits, never to be tried again (Python 3.10 has no `(?>…)`)."""
    return f"(?=(?P<{group}>{expression}))(?P={group})"


def _pieces(pattern: str) -> list[_Piece] | None:
    """The pattern taken apart at its stars; None if it can match nothing."""
    pieces = [_Piece("")]
    at, end = 0, len(pattern)
    while at < end:
        sign = pattern[at]
        if sign == "*":
            lead, at = _stars(pattern, at)
            pieces.append(_Piece(lead))
        elif sign == "[":
            found = _bracket(pattern, at + 1)
            if found is None:
                return None
            text, at = found
            pieces[-1].text += text
        elif sign == "?":
            pieces[-1].text += "[^/]"
            at += 1
        else:
            if sign == "\\":
                at += 1
                if at == end:
                    return None
            pieces[-1].text += re.escape(pattern[at])
            at += 1
    return pieces


def _stars(pattern: str, start: int) -> tuple[str, int]:
    """The stars at `start`: what they stand for, and where the pattern goes on."""
    end = start
    while pattern[end : end + 1] == "*":
        end += 1
    opens = start == 0 or pattern[start - 1] == "/"
    if end - start == 1 or not opens:
        return _STAR, end
    if end == len(pattern):
        return _REST, end
    if pattern[end] == "/":
        return _FOLDERS, end + 1
    if pattern.startswith("\\/", end):
        return _SOME_FOLDERS, end + 2
    return _STAR, end


def _bracket(pattern: str, at: int) -> tuple[str, int] | None:
    """A set of characters from behind its `[`: its expression, and where the pattern goes on.

    None if it never ends, or names a class there is not.
    """
    negated = pattern[at : at + 1] in ("!", "^") and bool(pattern[at : at + 1])
    at += negated
    inside: list[str] = []
    previous = ""
    first = True
    while first or pattern[at : at + 1] != "]":
        first = False
        sign = pattern[at : at + 1]
        if not sign:
            return None
        if sign == "[" and pattern[at + 1 : at + 2] == ":":
            end = pattern.find("]", at + 2)
            if end < 0:
                return None
            if end > at + 2 and pattern[end - 1] == ":":
                known = _CLASSES.get(pattern[at + 2 : end - 1])
                if known is None:
                    return None
                inside.append(known)
                previous, at = "", end + 1
                continue
        if sign == "-" and previous and pattern[at + 1 : at + 2] not in ("", "]"):
            at += 1
            last, at = _escaped(pattern, at)
            if not last:
                return None
            if previous <= last:
                inside.append(f"{re.escape(previous)}-{re.escape(last)}")
            previous = ""
            continue
        previous, at = _escaped(pattern, at)
        if not previous:
            return None
        inside.append(re.escape(previous))
    # A slash is never matched by a set.
    if not inside:
        return ("[^/]" if negated else _NEVER), at + 1
    text = "".join(inside)
    return (f"[^/{text}]" if negated else f"(?!/)[{text}]"), at + 1


def _escaped(pattern: str, at: int) -> tuple[str, int]:
    """The character at `at`, or behind the backslash there; and where the pattern goes on."""
    if pattern[at] == "\\":
        at += 1
    return pattern[at : at + 1], at + 1
