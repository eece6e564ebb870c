"""What the text of an error says about each way to fail, with the old errors and the new ones."""

from __future__ import annotations

import re

from codemods.tables.errors import FAILURES, OLD_DETAILS, Failure

Failures = frozenset[Failure]
NAMES = {failure.name: failure for failure in FAILURES}
ALWAYS_DETAILED = "quota"
"""A word that the details of every 429 held; what else they held differed from error to error."""


def matched(word: str, *, lowered: bool) -> Failures:
    """The failures whose old text holds `word`: their number, their name, or a 429's quota."""
    found = frozenset(f for f in FAILURES if word in _cased(_old_head(f), lowered))
    if ALWAYS_DETAILED in word.lower() and in_details(word, lowered=lowered):
        return found | {NAMES["RESOURCE_EXHAUSTED"]}
    return found


def still_matched(word: str, *, lowered: bool) -> Failures:
    """The failures whose new text holds `word`, whichever word and body the server answers with."""
    return frozenset(
        f for f in FAILURES if all(word in _cased(text, lowered) for text in _new_texts(f))
    )


def in_details(word: str, *, lowered: bool) -> bool:
    """Whether only the details of an old error held `word`."""
    held = any(word in _cased(text, lowered) for text in OLD_DETAILS.values())
    return held and not any(word in _cased(_old_head(f), lowered) for f in FAILURES)


def same_match(pattern: str, flags: int) -> bool:
    """Whether a search finds the same in the texts of old errors and of new ones."""
    try:
        search = re.compile(pattern, flags).search
    except re.error:
        return False
    if any(search(text) for text in OLD_DETAILS.values()):
        return False
    return all(
        _found(search(_old_head(failure))) == _found(search(text))
        for failure in FAILURES
        for text in _new_texts(failure)
    )


def _found(match: re.Match[str] | None) -> tuple[str | None, ...] | None:
    return None if match is None else (match[0], *match.groups())


def by_status(failures: Failures) -> tuple[list[int], list[str]]:
    """The HTTP statuses of `failures`, and the usual failures that share one, but aren't meant."""
    statuses = sorted({failure.status for failure in failures})
    meant = {failure.name for failure in failures}
    return statuses, [
        f.name for f in FAILURES if f.status in statuses and f.usual and f.name not in meant
    ]


def _old_head(failure: Failure) -> str:
    """The text of an old error, without the server's message and its details."""
    code, name = failure.status, failure.name
    return f"{code} {name}. {{'error': {{'code': {code}, 'message': '', 'status': '{name}'"


def _new_texts(failure: Failure) -> list[str]:
    """The possible texts of a new error, without the server's message."""
    head = f"Error code: {failure.status} - {{'error': "
    documented = [f"{head}{{'code': '{word}', 'message': ''}}}}" for word in failure.words]
    old = f"{head}{{'code': {failure.status}, 'message': '', 'status': '{failure.name}'}}}}"
    return [*documented, old]


def _cased(text: str, lowered: bool) -> str:
    return text.lower() if lowered else text
