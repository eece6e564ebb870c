"""Several statements put in at once, and expressions of theirs taken from the statement beside."""

from __future__ import annotations

import ast

import pytest

from migrator.edit import Positions, apply_edits
from migrator.edits import (
    Arguments,
    Binding,
    CallCode,
    DictCode,
    Edit,
    Hole,
    InsertAfter,
    InsertBefore,
    Item,
    Replace,
    Row,
    RowsCode,
    Span,
    Template,
)

LOOP = RowsCode((Row("for x in y:"), Row("if x:", 1), Row("break", 2), Row("z(x)", 1)))


def insert(text: str, wanted: str, *, after: bool, code: RowsCode = LOOP) -> str:
    """`text` with statements beside the statement that reads `wanted`."""
    kind = InsertAfter if after else InsertBefore
    return apply_edits(text, [kind(statement(text, wanted), code)], line_length=88)


def statement(text: str, wanted: str) -> Span:
    positions = Positions(text)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.stmt) and ast.get_source_segment(text, node) == wanted:
            return positions.span(node)
    raise AssertionError(wanted)


def test_rows_are_indented_from_where_the_statement_stands() -> None:
    text = "def f():\n    a()  # note\n    b()\n"
    assert insert(text, "a()", after=True) == (
        "def f():\n    a()  # note\n    for x in y:\n        if x:\n            break\n"
        "        z(x)\n    b()\n"
    )
    assert insert(text, "a()", after=False) == (
        "def f():\n    for x in y:\n        if x:\n            break\n"
        "        z(x)\n    a()  # note\n    b()\n"
    )


def test_rows_use_the_indentation_of_the_file() -> None:
    text = "class A:\n\tdef f(self):\n\t\ta()\n"
    loop = "\t\tfor x in y:\n\t\t\tif x:\n\t\t\t\tbreak\n\t\t\tz(x)\n"
    assert insert(text, "a()", after=True) == text + loop


@pytest.mark.parametrize("after", [True, False])
def test_statements_on_one_line_get_lines_of_their_own(after: bool) -> None:
    changed = insert("if q: a(); b(); c()\n", "b()", after=after)
    loop = "    for x in y:\n        if x:\n            break\n        z(x)\n"
    expected = f"    a()\n    b()\n{loop}" if after else f"    a()\n{loop}    b()\n"
    assert changed == f"if q:\n{expected}    c()\n"


def test_empty_rows_are_empty_lines() -> None:
    code = RowsCode((Row(""), Row(""), Row("b = 1")))
    assert insert("a = 1\n", "a = 1", after=True, code=code) == "a = 1\n\n\nb = 1\n"


def test_carriage_returns_stay() -> None:
    changed = insert("a()\r\nb()\r\n", "a()", after=True)
    assert changed.count("\r\n") == changed.count("\n") == 6


def test_a_row_is_laid_out_where_it_stands() -> None:
    entry = DictCode((Item('"' + "v" * 30 + '"', "k"),))
    code = RowsCode((Row("if x:"), Row(Template(("y = ", entry)), 1)))
    changed = apply_edits("a()\n", [InsertAfter(statement("a()\n", "a()"), code)], line_length=40)
    assert changed == 'a()\nif x:\n    y = {\n        "k": "' + "v" * 30 + '",\n    }\n'


def test_holes_of_rows_bring_the_edits_inside_them() -> None:
    text = "r = c.old(\n    a,  # first\n)\n"
    positions = Positions(text)
    call = next(n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Call))
    assert isinstance(call.func, ast.Attribute)
    again = CallCode(Hole(positions.span(call.func), Binding.ATOM), (Item("b"),))
    edits: list[Edit] = [
        Replace(positions.attribute_name(call.func), "new"),
        Arguments(
            positions.span(call),
            (Item(Hole(positions.span(call.args[0])), "x", source=positions.span(call.args[0])),),
        ),
        InsertBefore(statement(text, text.strip()), RowsCode((Row("b = 1"),))),
        InsertAfter(
            statement(text, text.strip()),
            RowsCode((Row("while x:"), Row(Template(("r = ", again)), 1))),
        ),
    ]
    assert apply_edits(text, edits, line_length=88) == (
        "b = 1\nr = c.new(\n    x=a,  # first\n)\nwhile x:\n    r = c.new(b)\n"
    )


@pytest.mark.parametrize("after", [True, False])
def test_a_hole_leaves_out_the_statements_beside_it(after: bool) -> None:
    text = "f\n" if not after else "x = f\n"
    name = statement(text, text.strip()).end - 1
    hole = Hole(Span(name, name + 1))
    kind = InsertAfter if after else InsertBefore
    edits: list[Edit] = [
        Replace(hole.span, Template(("g(", hole, ")"))),
        kind(statement(text, text.strip()), "z"),
    ]
    expected = "x = g(f)\nz\n" if after else "z\ng(f)\n"
    assert apply_edits(text, edits, line_length=88) == expected
