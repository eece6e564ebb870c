"""How runs in a mood are held against each other: errors, what is printed on their way, notes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.oracle.errors import documented_body, error_body
from tests.oracle.mood_rules import ERROR_TEXT, EXPECTED, RAISING, compare_in_mood, got_as_far
from tests.oracle.moods import BY_NAME
from tests.oracle.programs import Oracle, Program, Run

UNWOUND = """
def ask():
    try:
        print("asked")
        {raised}
        print("read")
    finally:
        print("done")
ask()
"""
CAUGHT = """
try:
    ask()
except ValueError:
    print("caught")
    raise
"""
THROUGH = Run("", 0, "reply\n", "reply\n", "", ())
FAILED = Run("", 1, "", "", "", ())
UNTOLD = "an interaction does not tell them apart"
TOLD = f"{UNTOLD}; one of them raises an error"


@pytest.mark.parametrize("code", [400, 429, 503])
def test_errors_read_the_same_on_both_sides(code: int) -> None:
    old, new = error_body(code, "No more."), documented_body(code, "No more.")
    said = f"failed: {code} {old['error']['status']}. {old}, again"
    says = f"failed: Error code: {code} - {new}, again"
    assert ERROR_TEXT.sub("", said) == ERROR_TEXT.sub("", says) == "failed: , again"


def test_what_a_finally_prints_on_the_way_of_an_error_is_apart(oracle: Oracle) -> None:
    broken, whole, handled = (
        oracle.run(Program(source.encode()), oracle.workers[-1])
        for source in (
            UNWOUND.format(raised="raise ValueError"),
            UNWOUND.format(raised="pass"),
            UNWOUND.format(raised="raise ValueError").removesuffix("ask()\n") + CAUGHT,
        )
    )
    assert (broken.stdout, broken.reached) == ("asked\ndone\n", "asked\n")
    assert whole.stdout == whole.reached == "asked\nread\ndone\n"
    assert got_as_far(broken, whole, []) == []
    assert got_as_far(replace(broken, reached=broken.stdout), whole, [])
    assert handled.reached == "asked\ncaught\n"


def test_only_a_note_about_errors_excuses_one() -> None:
    empty = BY_NAME["empty"]
    assert compare_in_mood(THROUGH, FAILED, empty, [UNTOLD])
    assert not compare_in_mood(THROUGH, FAILED, empty, [TOLD])
    assert compare_in_mood(THROUGH, FAILED, BY_NAME["error-503"], [TOLD])


def test_notes_about_errors_are_notes_about_moods() -> None:
    assert EXPECTED.keys() >= RAISING
