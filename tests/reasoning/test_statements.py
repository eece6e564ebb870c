"""What running a statement may do, and what is known of variables after it."""

from __future__ import annotations

import ast

import pytest

from migrator.reasoning.piecewise import is_piecewise
from migrator.reasoning.statement_effects import (
    bound_names,
    changed_names,
    is_steady,
    may_raise,
    may_swallow,
)
from migrator.reasoning.variable_states import (
    NOTHING_KNOWN,
    State,
    bind,
    fact,
    fails,
    forget,
    learn,
    verdict,
)

from .drafting import statement


@pytest.mark.parametrize(
    ("code", "raises"),
    [
        ("x = 1", False),
        ("x = y + z", False),
        ("items.append(x)", False),
        ("print(x)", False),
        ("x = Page(1)", False),
        ("x = ask()", True),
        ("x = items[0]", True),
        ("items[0] = x", False),
        ("assert x", True),
        ("await x", True),
        ("with x: pass", True),
        ("show = lambda: ask()", False),
        ("if x: ask()", False),
        ("def show(): ask()", False),
    ],
)
def test_what_may_end_by_an_exception(code: str, raises: bool) -> None:
    assert may_raise(statement(code)) is raises


@pytest.mark.parametrize(
    ("code", "bound", "changed"),
    [
        ("a, b = c", {"a", "b"}, set()),
        ("self.a = c", {"a"}, set()),
        ("import a.b as c, d.e", {"c", "d"}, set()),
        ("def a(): b = 1", {"a"}, set()),
        ("for a in b: c = 1", {"a"}, set()),
        ("if (a := b): c = 1", {"a"}, set()),
        ("a.append(b)", set(), {"a"}),
        ("self.a['k'] = b", set(), {"a"}),
        ("a.copy()", set(), set()),
    ],
)
def test_which_names_a_statement_binds_and_changes(
    code: str, bound: set[str], changed: set[str]
) -> None:
    node = statement(code)
    assert (bound_names(node), changed_names(node)) == (bound, changed)


def test_what_stays_as_it_is() -> None:
    assert is_steady(ast.parse("name.strip()", mode="eval").body)
    assert not is_steady(ast.parse("ask(name)", mode="eval").body)


def test_a_block_that_an_exception_may_leave_quietly() -> None:
    for code, swallows in (("with suppress(KeyError): ask()", True), ("with lock: ask()", False)):
        node = statement(code)
        assert isinstance(node, ast.With) and may_swallow(node) is swallows


@pytest.mark.parametrize(
    ("code", "same"),
    [
        ("for page in pages: print(page)", True),
        ("for page in pages:\n        total = len(page)\n        print(total)", True),
        ("for page in pages:\n        total += len(page)", False),
        ("for page in pages:\n        print(last)\n        last = page", False),
        ("for page in enumerate(pages): print(page)", False),
        ("for page in pages: return page", False),
        ("print(1)\n    for page in pages: print(page)", False),
    ],
)
def test_a_loop_that_remembers_nothing(code: str, same: bool) -> None:
    node = statement(f"def show(pages):\n    {code}\n")
    assert isinstance(node, ast.FunctionDef) and is_piecewise(node) is same


@pytest.mark.parametrize(
    ("test", "wanted"),
    [
        ("done", False),
        ("not done", True),
        ("done or reply", True),
        ("done and other", False),
        ("other", None),
        ("other and not done", None),
        ("reply is None", False),
    ],
)
def test_how_a_test_comes_out(test: str, wanted: bool | None) -> None:
    known = learn(NOTHING_KNOWN, "done", State.FALSE)
    known = learn(known, "reply", State.ANSWER)
    assert verdict(ast.parse(test, mode="eval").body, known) is wanted


def test_what_is_known_after_a_binding() -> None:
    known = bind(NOTHING_KNOWN, statement("done = False"), {"done"}, ())
    assert fact(known, "done") is State.FALSE
    known = bind(known, statement("done = ask()"), {"done"}, ())
    assert fact(known, "done") is None
    known = bind(known, statement("done = ask()"), {"done"}, ("done",))
    assert fact(known, "done") is State.ANSWER
    assert forget(known, {"done"}) == NOTHING_KNOWN


@pytest.mark.parametrize(
    ("code", "does"),
    [
        ("print(reply)", True),
        ("print(other or reply)", False),
        ("reply = 1", False),
        ("show = lambda: reply", False),
    ],
)
def test_a_statement_that_reads_what_is_not_bound(code: str, does: bool) -> None:
    assert fails(statement(code), learn(NOTHING_KNOWN, "reply", State.UNBOUND)) is does
