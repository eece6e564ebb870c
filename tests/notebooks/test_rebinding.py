"""Names that a later cell binds again are told apart, and what may run later is told of both."""

from __future__ import annotations

import ast

import pytest

from migrator.notebooks.rebinding import tell_apart

MARK = "_v"


def marked(*cells: str) -> list[str]:
    """The cells with the marks that their names get."""
    text, begins = "", []
    for cell in cells:
        begins.append(text.count("\n") + 1)
        text += cell + "\n"
    tree = ast.parse(text)
    tell_apart(tree, begins, MARK)
    found: list[list[str]] = [[] for _ in cells]
    for statement in tree.body:
        index = sum(begin <= statement.lineno for begin in begins) - 1
        found[index].append(ast.unparse(statement))
    return ["\n".join(lines) for lines in found]


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        (["x = 1", "print(x)", "x = 2", "x"], ["x = 1", "print(x)", "x_v1 = 2", "x_v1"]),
        (["x = 1", "x = f(x)\nx"], ["x = 1", "x_v1 = f(x)\nx_v1"]),
        (["x = 1\nx = 2", "x"], ["x = 1\nx = 2", "x"]),
        (["x = 1", "x += 1"], ["x = 1", "x += 1"]),
        (["x = 1", "if a:\n    x = 2", "x"], ["x = 1", "if a:\n    x = 2", "x"]),
        (["x, y = 1, 2", "y, x = 3, 4"], ["x, y = (1, 2)", "y_v1, x_v1 = (3, 4)"]),
        (["import x", "x = 1"], ["import x", "x = 1"]),
        (["def x():\n    pass", "x = 1"], ["def x():\n    pass", "x = 1"]),
        (["x = 1", "x: int = 2\nx"], ["x = 1", "x_v1: int = 2\nx_v1"]),
        (
            ["x = 1", "any(x for _ in x)", "x = 2"],
            ["x = 1", "any((x for _ in x))", "x_v1 = 2"],
        ),
    ],
)
def test_names_are_told_apart(cells: list[str], wanted: list[str]) -> None:
    assert marked(*cells) == wanted


def test_a_function_reads_what_is_current_where_it_is_called() -> None:
    ask = "def ask():\n    return x"
    assert marked("x = 1", ask, "ask()", "x = 2\nx")[3] == "x_v1 = 2\nx_v1"
    assert marked("x = 1", ask, "x = 2", "ask()")[:3] == [
        "x = 1",
        "def ask():\n    return x_v1",
        "x_v1 = 2",
    ]
    assert marked("x = 1", ask, "ask()", "x = 2\nask()")[3] == "x = 2\nask()"


@pytest.mark.parametrize(
    "keep",
    ["later = ask", "run(ask)", "@ask\ndef f():\n    pass", "def f():\n    return ask()\ng(f)"],
)
def test_a_function_that_is_handed_on_may_read_any(keep: str) -> None:
    cells = ["x = 1", "def ask():\n    return x", keep, "x = 2"]
    assert marked(*cells)[3] == "x = 2"


@pytest.mark.parametrize(
    "read",
    ["f = lambda: x", "f = (x for _ in y)", "class A:\n    def f(self):\n        return x"],
)
def test_what_runs_later_may_read_any(read: str) -> None:
    assert (
        marked("x = 1", read if read.startswith("class") else f"f = {read}", "x = 2")[2] == "x = 2"
    )


def test_a_function_that_is_defined_again_is_another() -> None:
    run = "def run():\n    return x\nrun()"
    cells = marked("x = 1", run, "x = 2", run)
    assert cells[1] == run
    assert cells[3] == "def run():\n    return x_v1\nrun()"


def test_names_of_functions_stay() -> None:
    cells = [
        "def f():\n    x = 1\n    return x",
        "x = 2",
        "x = 3",
        "def g(x):\n    global y\n    y = x",
        "y = 1",
        "y = 2",
    ]
    found = marked(*cells)
    assert found[0] == cells[0]
    assert found[2] == "x_v1 = 3"
    assert found[3:] == cells[3:]
