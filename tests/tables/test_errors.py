"""What the texts of errors say, by the tables, and what searches through them still find."""

from __future__ import annotations

import pytest

from codemods.errors.error_words import in_details, matched, same_match, still_matched
from codemods.tables.errors import FAILURES
from tests.oracle.errors import CODE_WORDS, STATUS_NAMES


def test_the_server_of_the_tests_knows_the_same_words() -> None:
    for failure in FAILURES:
        assert set(failure.words) <= set(CODE_WORDS[failure.status])
    named = {failure.name for failure in FAILURES}
    assert set(STATUS_NAMES.values()) <= named


@pytest.mark.parametrize(
    ("word", "lowered", "before", "after"),
    [
        ("429", False, {429}, {429}),
        ("RESOURCE_EXHAUSTED", False, {429}, set()),
        ("resource_exhausted", True, {429}, set()),
        ("resource_exhausted", False, set(), set()),
        ("quota", True, {429}, set()),
        ("not_found", True, {404}, {404}),
        ("unavailable", True, {503}, {503}),
        ("INTERNAL", False, {500}, set()),
        ("API key not valid", False, set(), set()),
    ],
)
def test_words_are_found_in_some_errors(
    word: str, lowered: bool, before: set[int], after: set[int]
) -> None:
    assert {f.status for f in matched(word, lowered=lowered)} == before
    assert {f.status for f in still_matched(word, lowered=lowered)} == after


@pytest.mark.parametrize(
    ("word", "held"),
    [("retryDelay", True), ("PerDay", True), ("overloaded", False), ("429", False)],
)
def test_details_hold_some_words(word: str, held: bool) -> None:
    assert in_details(word, lowered=False) == held


@pytest.mark.parametrize(
    ("pattern", "same"),
    [
        (r"\b(429|503)\b", True),
        (r"retry in ([\d.]+)s", True),
        (r"^429", False),
        (r"RESOURCE_EXHAUSTED", False),
        (r"'retryDelay': '(\d+)s'", False),
        (r"(", False),
    ],
)
def test_patterns_find_the_same_or_not(pattern: str, same: bool) -> None:
    assert same_match(pattern, 0) == same
