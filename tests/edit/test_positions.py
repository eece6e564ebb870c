"""Spans count characters, wherever the node stands."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest

from migrator.edit.positions import Positions
from migrator.edits import Span


def text_of(source: str, node: ast.AST, tree: ast.AST) -> str:
    span = Positions(source, tree).span(node)
    return source[span.start : span.end]


def names(source: str) -> list[tuple[str, str]]:
    tree = ast.parse(source)
    positions = Positions(source, tree)
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            span = positions.span(node)
            found.append((node.id, source[span.start : span.end]))
    return found


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_columns_after_wide_characters_count_characters(newline: str) -> None:
    source = f"# é{newline}x = 'äöü', name{newline}y = '😀'; z = x"
    assert all(name == text for name, text in names(source))


def test_form_feed_and_unicode_separators_end_no_line() -> None:
    source = "x = 'a\x0cb\u2028c\x85', y\n\x0cz = x\n"
    assert all(name == text for name, text in names(source))


@pytest.mark.parametrize(
    "source",
    [
        "f'{a}{b}'",
        "f'{{}}{a}'",
        "f'é{a}é{b!r:>{c}}'",
        "f'''\n{\n  a\n}\n  {b:{c}.{d}}'''",
        "f'{a=}{b = }{c=!r:>{d}}'",
        "f'\\N{EM DASH}{a}' f'\\\\{b}'",
        "rf'\\N{a}{b}'",
        "(f'{a}' 'plain {x}'\n   rf'\\{b}' u'é'\n f'{c}')",
        "f'{a!s}{b != c}{d[\"x\"]}'",
        "f\"{f'{a}{b}'}{c}\"",
        'f"{(lambda x: x)(a)}{ {a: b}[c] }"',
        "f'{a, b}{[i for i in c]}'",
        "f\"{a:{f'{b}'}}{c}\"",
        'x = f"""{\n   a(b,\n     c)}"""; d',
        "f'{a:%H:%M}{b:{c}:{d}}'",
        "f'{(a := b)}{a:=5}'",
        "f'{a if b else c}' + f'{a}' % {b: c}[d]",
    ],
)
def test_names_in_replacement_fields_are_where_they_stand(source: str) -> None:
    assert all(name == text for name, text in names(source + "\n"))


def test_a_call_in_a_field_has_its_whole_span() -> None:
    source = "f'é{\nx.y(1)}'" if sys.version_info >= (3, 12) else "f'é{x.y(1)}'"
    tree = ast.parse(source)
    call = next(n for n in ast.walk(tree) if isinstance(n, ast.Call))
    assert text_of(source, call, tree) == "x.y(1)"


@pytest.mark.parametrize(
    ("source", "inner", "outer"),
    [
        ("f(x)", "x", "x"),
        ("f((x))", "x", "(x)"),
        ("return_((x), y)", "x", "(x)"),
        ("y = (x)", "x", "(x)"),
        ("y = not(x)", "x", "(x)"),
        ("y = ( # a (\n  (x) # )\n)", "x", "( # a (\n  (x) # )\n)"),
        ("a[(x)](y)", "y", "y"),
        ("f'{(x)}'", "x", "(x)"),
        ("y = 'a' 'b', (x)", "x", "(x)"),
        ("y = (x,)", "x", "x"),
        ("y = \\\n  (x)", "x", "(x)"),
        ("f()(x)", "x", "x"),
        ("lambda: (x)", "x", "(x)"),
    ],
)
def test_redundant_parentheses_are_told_from_those_of_calls(
    source: str, inner: str, outer: str
) -> None:
    tree = ast.parse(source)
    node = next(n for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id == inner)
    positions = Positions(source, tree)
    span = positions.span_with_parentheses(positions.span(node))
    assert source[span.start : span.end] == outer


def test_the_pieces_of_a_call_have_spans_of_their_own() -> None:
    source = "é = a . b\\\n . c_é (x = 1, ** y)\n"
    tree = ast.parse(source)
    positions = Positions(source, tree)
    call = next(n for n in ast.walk(tree) if isinstance(n, ast.Call))
    assert isinstance(call.func, ast.Attribute)

    def text(span: Span) -> str:
        return source[span.start : span.end]

    assert text(positions.attribute_name(call.func)) == "c_é"
    assert text(positions.arguments(call)) == "(x = 1, ** y)"
    assert [text(positions.keyword_name(k)) for k in call.keywords] == ["x", "**"]


def test_lines_and_columns_start_at_one() -> None:
    positions = Positions("é\r\nab\rc\n")
    assert positions.line_column(0) == (1, 1)
    assert positions.line_column(4) == (2, 2)
    assert positions.line_column(6) == (3, 1)


def test_a_node_without_a_position_is_refused() -> None:
    with pytest.raises(ValueError, match="no position"):
        Positions("x").span(ast.Load())


def test_positions_need_no_libcst() -> None:
    code = "import sys, migrator.edit; sys.exit('libcst' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_deep_chains_are_read() -> None:
    source = "x" + ".y(z)" * 300
    assert all(name == text for name, text in names(source))
