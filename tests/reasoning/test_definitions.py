"""The expressions behind names, where values get lost, and which names are free."""

from __future__ import annotations

import ast

import pytest

from migrator.reasoning.definitions import beginning, definitions, ending
from migrator.reasoning.free_names import FreeNames
from migrator.reasoning.lost_values import cause_of
from migrator.reasoning.name_scopes import comes_from_callers, scope_of_name

from .drafting import drafted, expression


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("text = 'a'\nprint(text)", ["'a'"]),
        ("text = 'a'\nif x:\n    text = 'b'\nprint(text)", ["'a'", "'b'"]),
        ("def make():\n    return 'a' if x else 'b'\ntext = make()\nprint(text)", ["'a'", "'b'"]),
        ("text = x or 'a'\nprint(text)", ["x", "'a'"]),
        ("text = 'a'\ntext += 'b'\nprint(text)", ["text"]),
        ("for text in x:\n    print(text)", ["text"]),
        ("def show(text):\n    print(text)", ["text"]),
        ("def make():\n    yield 'a'\ntext = make()\nprint(text)", ["make()"]),
    ],
)
def test_what_a_name_stands_for(source: str, found: list[str]) -> None:
    draft = drafted(source)
    (node,) = expression(draft, "print(text)").args  # type: ignore[attr-defined]
    assert [ast.unparse(one) for one in definitions(draft, node)] == found


@pytest.mark.parametrize(
    ("code", "begins", "ends"),
    [
        ("'whole'", "whole", "whole"),
        ("f'a {x} b'", "a ", " b"),
        ("f'{x}'", "", ""),
        ("'a' + x", "a", ""),
        ("x + 'b'", "", "b"),
        ("'a %s b' % x", "a ", ""),
        ("'a {} b'.format(x)", "a ", ""),
        ("Path(x, 'b.md')", "", "b.md"),
        ("Path(x) / 'b.md'", "", "b.md"),
    ],
)
def test_how_a_text_begins_and_ends(code: str, begins: str, ends: str) -> None:
    draft = drafted(f"from pathlib import Path\n\ndef show(x):\n    return {code}\n")
    node = expression(draft, ast.unparse(ast.parse(code, mode="eval").body))
    assert (beginning(draft, node), ending(draft, node)) == (begins, ends)


def test_files_of_a_pattern_end_as_it_does() -> None:
    source = "for path in sorted(folder.glob('*.md')):\n    print(path)\n"
    draft = drafted(source)
    assert ending(draft, expression(draft, "path")) == ".md"


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("def show(x):\n    x.run()", "the parameter `x` comes from a caller out of view"),
        ("from .core import x\nx.run()", "`x` is imported from .core, which is out of view"),
        ("x = make()\nx.run()", "`x` is `make()`, which can't be followed"),
        ("y = make()\nx = y\nx.run()", "`y` is `make()`, which can't be followed"),
        ("x.run()", "nothing in the file makes `x`"),
    ],
)
def test_where_a_value_gets_lost(source: str, told: str) -> None:
    draft = drafted(source)
    assert cause_of(draft, expression(draft, "x.run()"))[1] == told


def test_a_free_name_is_neither_read_nor_bound() -> None:
    draft = drafted("text = 1\n\ndef show(part):\n    inner = text\n    print(other, inner)\n")
    structure = draft.facts.structure
    (function,) = structure.functions
    names = FreeNames(structure, function)
    assert names.take("text", "part", "answer") == "answer"
    assert names.take("answer") == "answer_2"
    assert names.take("list", "other") == "other_2"


def test_a_name_that_callers_give() -> None:
    draft = drafted("size = 1\n\ndef show(part):\n    return part + size\n")
    part, size = expression(draft, "part"), expression(draft, "size")
    assert comes_from_callers(draft, part) and not comes_from_callers(draft, size)
    assert isinstance(size, ast.Name)
    assert isinstance(scope_of_name(draft, size), ast.Module)
