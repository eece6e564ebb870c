"""What the words that a program searches an error's text for stand for."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from codemods.errors.caught_error import Caught
from codemods.errors.error_words import NAMES, Failures, in_details, matched
from codemods.errors.text_searches import Search
from codemods.tables.errors import Failure

MESSAGE = (
    "words of an error's message are searched for: they are the server's, and the Interactions API "
    "may put them differently"
)
BAD_KEY = (
    "Google documents HTTP status 401 for a bad API key of the Interactions API, where "
    "generateContent answered 400"
)


def looked_for(search: Search) -> Failures:
    """The failures that a search finds in the old text."""
    found = (matched(str(w.value), lowered=search.lowered) for w in search.words)
    return frozenset().union(*found)


def names_of(search: Search) -> Failures:
    """The failures whose whole name a search of one word looks for."""
    if search.listed:
        return frozenset()
    failure = named(search.words[0], search.lowered)
    return frozenset({failure}) if failure is not None else frozenset()


def named(word: ast.Constant, lowered: bool) -> Failure | None:
    """The failure whose whole name `word` is."""
    value = str(word.value).strip(" .:")
    failure = NAMES.get(value.upper().rpartition(" ")[2]) if lowered == value.islower() else None
    if failure is None or value.upper() in {failure.name, f"{failure.status} {failure.name}"}:
        return failure
    return None


def is_precondition(*searches: Search) -> bool:
    """Whether a search looks for the rarer of the two names that 400 has."""
    names = {str(search.words[0].value).upper() for search in searches}
    return "FAILED_PRECONDITION" in names


def note_messages(caught: Caught, searches: Iterable[Search]) -> None:
    """Tell of searches for what no number and no name says."""
    words = [(str(w.value), s.lowered) for s in searches for w in s.words]
    for word, lowered in words:
        said = matched(word, lowered=lowered) or in_details(word, lowered=lowered)
        if not said and any(letter.isalpha() for letter in word):
            caught.note(MESSAGE)
        if "apikey" in word.lower().replace("_", "").replace(" ", ""):
            caught.note(BAD_KEY)
