"""Errors that a program catches, around which of its lines."""

from __future__ import annotations

import pytest

from migrator.reasoning.caught_errors import catches, gathers_errors, handled, outlives_error

from .drafting import drafted, expression

SHAPES = {
    "try": ("try:\n    ask()\nexcept (KeyError, errors.Gone):\n    pass", {"KeyError", "Gone"}),
    "bare": ("try:\n    ask()\nexcept:\n    pass", {"BaseException"}),
    "else": ("try:\n    pass\nexcept KeyError:\n    pass\nelse:\n    ask()", set()),
    "handler": ("try:\n    pass\nexcept KeyError:\n    ask()", set()),
    "finally": ("try:\n    pass\nexcept KeyError:\n    pass\nfinally:\n    ask()", set()),
    "suppress": ("with contextlib.suppress(OSError):\n    ask()", {"OSError"}),
    "nested": (
        "try:\n    with suppress(OSError):\n        ask()\nexcept ValueError:\n    pass",
        {"OSError", "ValueError"},
    ),
    "caller": (
        "def inner():\n    return ask()\ntry:\n    inner()\nexcept KeyError:\n    pass",
        {"KeyError"},
    ),
    "decorator": (
        "def again(function):\n    def run():\n        try:\n            return function()\n"
        "        except OSError:\n            return function()\n    return run\n\n"
        "@again\ndef inner():\n    return ask()",
        {"OSError"},
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_which_errors_are_caught(shape: str) -> None:
    source, names = SHAPES[shape]
    draft = drafted(source)
    found = handled(draft, expression(draft, "ask()"))
    assert names <= found
    assert bool(found) is bool(names)


def test_a_handler_of_everything_catches_any_exception() -> None:
    draft = drafted(SHAPES["bare"][0])
    assert catches(draft, expression(draft, "ask()"), {"Exception"})
    assert not catches(draft, expression(draft, "ask()"), {"KeyError"})


@pytest.mark.parametrize(
    ("after", "read"), [("print(reply)", True), ("pass", False), ("reply = None", False)]
)
def test_a_name_that_is_read_after_an_error(after: str, read: bool) -> None:
    guarded = "try:\n        reply = ask()\n    except KeyError:\n        pass"
    draft = drafted(f"def show():\n    {guarded}\n    {after}")
    statement = draft.facts.structure.statement(expression(draft, "ask()"))
    assert outlives_error(draft, statement, "reply") is read


@pytest.mark.parametrize(
    ("given", "gathers"), [("return_exceptions=True", True), ("return_exceptions=False", False)]
)
def test_errors_among_results(given: str, gathers: bool) -> None:
    assert gathers_errors(drafted(f"await asyncio.gather(ask(), {given})")) is gathers
