"""What may be evaluated before what, and what may be evaluated twice."""

from __future__ import annotations

import pytest

from migrator.reasoning.evaluated_once import is_repeatable, may_come_first, new_name, twice
from migrator.reasoning.evaluation_order import (
    evaluated_before,
    is_pure,
    may_swap,
    runs_program,
    statement_before,
)

from .drafting import drafted, expression

HELPERS = """
    import os

    log = []

    def note(text):
        log.append(text)
        return text

    def double(number):
        return number * 2

    class Page:
        @property
        def size(self):
            log.append("size")
            return 1

    page = Page()
    def show(first, second):
        {}
"""


@pytest.mark.parametrize(
    ("code", "pure"),
    [
        ("first + second", True),
        ("double(first)", True),
        ("os.path.join(first, second)", True),
        ("first.strip().lower()", True),
        ("note(first)", False),
        ("page.size", False),
        ("(third := first)", False),
        ("unknown(first)", False),
    ],
)
def test_what_changes_nothing(code: str, pure: bool) -> None:
    draft = drafted(HELPERS.format(f"return {code}"))
    assert is_pure(draft, expression(draft, code)) is pure


@pytest.mark.parametrize(
    ("code", "runs"), [("note(first)", True), ("double(first)", False), ("first.read()", False)]
)
def test_what_runs_code_of_the_program(code: str, runs: bool) -> None:
    draft = drafted(HELPERS.format(f"return {code}"))
    assert runs_program(draft, expression(draft, code)) is runs


@pytest.mark.parametrize(
    ("first", "second", "may"),
    [
        ("note(first)", "second", True),
        ("note(first)", "log", False),
        ("note(first)", "note(second)", False),
        ("double(first)", "log[0]", True),
        ("len(log)", "note(first)", False),
        ("'text'", "note(first)", True),
    ],
)
def test_which_two_may_change_places(first: str, second: str, may: bool) -> None:
    draft = drafted(HELPERS.format(f"return {first}, {second}"))
    assert may_swap(draft, expression(draft, first), expression(draft, second)) is may


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("return note(first)", True),
        ("print(note(first))", True),
        ("if note(first): pass", True),
        ("while note(first): pass", False),
        ("return first and note(first)", False),
        ("return note(first) if second else 1", False),
        ("return lambda: note(first)", False),
        ("return [note(first) for _ in second]", False),
        ("for _ in note(first): pass", True),
    ],
)
def test_a_statement_that_evaluates_something_once_and_always(code: str, found: bool) -> None:
    draft = drafted(HELPERS.format(code))
    assert (statement_before(draft, expression(draft, "note(first)")) is not None) is found


def test_a_header_that_another_test_precedes_has_no_place_before_it() -> None:
    code = "if second:\n            pass\n        elif note(first):\n            pass"
    draft = drafted(HELPERS.format(code))
    assert statement_before(draft, expression(draft, "note(first)")) is None


def test_what_comes_before_something_in_its_statement() -> None:
    draft = drafted(HELPERS.format("print(note('a'), first, key=double(2))"))
    before = evaluated_before(draft, expression(draft, "double(2)"))
    assert before == [expression(draft, "note('a')"), expression(draft, "first")]


def test_what_may_move_before_its_statement() -> None:
    draft = drafted(HELPERS.format("print(len(log), double(first), note('b'))"))
    assert may_come_first(draft, expression(draft, "double(first)"))
    assert not may_come_first(draft, expression(draft, "note('b')"))


@pytest.mark.parametrize(
    ("code", "again"),
    [("first", True), ("first[0].text", True), ("page.size", False), ("double(first)", False)],
)
def test_what_gives_the_same_again(code: str, again: bool) -> None:
    draft = drafted(HELPERS.format(f"return {code}"))
    assert is_repeatable(draft, expression(draft, code)) is again


def test_a_value_that_is_needed_twice_gets_a_name() -> None:
    draft = drafted(HELPERS.format("answer = 1\n        return note(first)"))
    node = expression(draft, "note(first)")
    used = twice(draft, node, node, "answer", "reply")
    assert (used.first, used.again, used.is_named) == ("reply", "reply", True)
    assert draft.units.summary([node]).edits


def test_a_name_is_new_where_it_stands() -> None:
    draft = drafted("text = 1\n\ndef show(text):\n    return len(text)\n")
    node = expression(draft, "len(text)")
    assert new_name(draft, node, node, "text") == "text_2"
