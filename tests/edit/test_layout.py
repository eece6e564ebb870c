"""Where new arguments go, on how many lines, and what becomes of the comments."""

from __future__ import annotations

import ast
import os
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrator.edit import Positions, apply_edits
from migrator.edits import (
    Arguments,
    Binding,
    CallCode,
    ClausesCode,
    DictCode,
    Edit,
    Hole,
    Item,
    ListCode,
    Replace,
    Template,
)
from tests.edit.planning import at, calls, hole, kept_items, swap, with_items

ONE = Item("1", "one")
LONG = Item("a" * 70, "long")


def test_a_call_on_one_line_stays_on_one_line_where_it_fits() -> None:
    assert with_items("x = f(a, b=c).y  # c\n", ONE) == "x = f(a, b=c, one=1).y  # c\n"


def test_a_call_too_long_for_its_line_gets_an_item_a_line() -> None:
    assert with_items("if x:\n    y = f(a, *b, c=d, **e).z\n", LONG) == (
        "if x:\n    y = f(\n        a,\n        *b,\n        c=d,\n        **e,\n"
        f"        long={'a' * 70},\n    ).z\n"
    )


def test_what_follows_on_the_line_counts() -> None:
    text = "x = f(a)" + ".b" * 20 + "\n"
    assert with_items(text, ONE, length=len(text) + 6).count("\n") == 1
    assert with_items(text, ONE, length=len(text) + 5).count("\n") == 4


def test_wide_characters_take_two_columns() -> None:
    text = 'x = f("日本語")\n'
    assert with_items(text, ONE, length=22).count("\n") == 1
    assert with_items(text, ONE, length=21).count("\n") == 4


def test_a_call_over_lines_stays_over_lines() -> None:
    assert with_items("f(\n    a, b\n)\n", ONE) == "f(\n    a,\n    b,\n    one=1,\n)\n"
    assert with_items("f(a,\n  b)\n", ONE) == "f(\n    a,\n    b,\n    one=1,\n)\n"


def test_a_string_over_lines_does_not_spread_a_call() -> None:
    text = 'f(a, """\nb\n""")\n'
    assert with_items(text, ONE) == 'f(a, """\nb\n""", one=1)\n'
    assert with_items('f("""\nb\n""")\n', ONE) == ('f(\n    """\nb\n""",\n    one=1,\n)\n')


def test_the_indentation_of_the_file_is_used() -> None:
    text = "if x:\n\tf(\n\t\ta,\n\t)\n"
    item = Item(DictCode((LONG, ONE)), "d")
    assert with_items(text, item) == (
        f'if x:\n\tf(\n\t\ta,\n\t\td={{\n\t\t\t"long": {"a" * 70},\n\t\t\t"one": 1,\n\t\t}},\n\t)\n'
    )


def test_new_displays_and_calls_nest() -> None:
    inner = ListCode((Item("1"), Item(CallCode("g", (Item("2"), LONG)))))
    assert with_items("f()\n", Item(inner, "x"), Item("y", "**")) == (
        "f(\n    x=[\n        1,\n        g(\n            2,\n"
        f"            long={'a' * 70},\n        ),\n    ],\n    **y,\n)\n"
    )


def test_keys_that_are_original_expressions_stay() -> None:
    text = "f(k, v)\n"
    entry = Item(hole(text, "v"), key=hole(text, "k"))
    edit = Arguments(at(text, "f(k, v)"), (Item(DictCode((entry,))),))
    assert apply_edits(text, [edit], line_length=88) == "f({k: v})\n"


def test_a_dict_keeps_its_braces() -> None:
    text = "x = {'a': b, **c}\n"
    items = (Item(hole(text, "c"), "**"), Item(hole(text, "b", number=0), "z"))
    edit = Arguments(at(text, "{'a': b, **c}"), items)
    assert apply_edits(text, [edit], line_length=88) == "x = {**c, 'z': b}\n"


def test_a_generator_that_is_no_longer_alone_gets_parentheses() -> None:
    text = "f(x for x in y)\n"
    assert with_items(text) == text
    assert with_items(text, ONE) == "f((x for x in y), one=1)\n"


def test_comments_travel_with_their_items() -> None:
    text = (
        "f(  # opening\n    # above a\n    a,  # at a\n    b,\n    # above c\n"
        "    *d,  # at c\n    # end\n)\n"
    )
    assert with_items(text) == text
    (call,) = calls(text, "f")
    a, _, c = kept_items(text, call)
    turned = (c, ONE, replace(a, name="*"))
    edit = Arguments(Positions(text).span(call), turned)
    assert apply_edits(text, [edit], line_length=88) == (
        "f(  # opening\n    # above c\n    *d,  # at c\n    one=1,\n"
        "    # above a\n    *a,  # at a\n    # end\n)\n"
    )


def test_comments_of_items_that_are_gone_go_before_the_next() -> None:
    text = "f(\n    a,  # at a\n    b,\n    # above c\n    c,\n)\n"
    (call,) = calls(text, "f")
    _, b, _ = kept_items(text, call)
    edit = Arguments(Positions(text).span(call), (b,))
    assert apply_edits(text, [edit], line_length=88) == (
        "f(\n    # at a\n    b,\n    # above c\n)\n"
    )


def test_comments_of_nested_items_find_their_new_place() -> None:
    text = (
        "f(\n    a,\n    config=C(\n        # hot\n        temperature=1,\n"
        "        top=2,  # few\n    ),\n)\n"
    )
    (call,) = calls(text, "f")
    (config,) = calls(text, "C")
    first, whole = kept_items(text, call)
    temperature, top = kept_items(text, config)
    new = Item(DictCode((temperature,)), "generation_config", source=whole.source)
    edit = Arguments(Positions(text).span(call), (first, new, top))
    assert apply_edits(text, [edit], line_length=88) == (
        "f(\n    a,\n    generation_config={\n        # hot\n"
        '        "temperature": 1,\n    },\n    top=2,  # few\n)\n'
    )


def test_a_hole_over_lines_is_indented_anew_but_not_its_strings() -> None:
    text = 'f(\n    a=[\n        """x\n    y""",\n        # c\n        1,\n    ],\n)\n'
    (call,) = calls(text, "f")
    (item,) = kept_items(text, call)
    new = Item(DictCode((Item(item.value, "a", source=item.source), LONG)), "d")
    edit = Arguments(Positions(text).span(call), (new,))
    assert apply_edits(text, [edit], line_length=88) == (
        'f(\n    d={\n        "a": [\n            """x\n    y""",\n            # c\n'
        f'            1,\n        ],\n        "long": {"a" * 70},\n    }},\n)\n'
    )


def test_parentheses_around_a_value_stay() -> None:
    text = 'f(\n    a=(\n        # why\n        "x"\n        "y"\n    ),\n)\n'
    assert with_items(text, ONE) == text.replace("),\n)", "),\n    one=1,\n)")


def test_brackets_around_a_call_that_grows_are_spread_first() -> None:
    assert with_items("x = g(f(a), b)\n", LONG) == (
        f"x = g(\n    f(a, long={'a' * 70}),\n    b,\n)\n"
    )
    assert with_items("xyz = g[f(a)]\n", LONG) == (f"xyz = g[\n    f(a, long={'a' * 70})\n]\n")


def test_a_call_that_no_longer_needs_its_own_line_loses_it() -> None:
    text = f"x = g(\n    f(a).{'b' * 80}\n)\n"
    span = at(text, "b" * 80)
    assert apply_edits(text, [Replace(span, "b")], line_length=88) == "x = g(f(a).b)\n"


def test_operators_of_a_statement_that_grows_get_parentheses() -> None:
    assert with_items("x = f(a) or b\n", LONG, LONG) == (
        f"x = (\n    f(\n        a,\n        long={'a' * 70},\n"
        f"        long={'a' * 70},\n    )\n    or b\n)\n"
    )


def test_a_template_around_a_call_counts_in_its_width() -> None:
    text = "x = f(a)\n"
    span = at(text, "f(a)")
    wrapped = Template((Hole(span), "." + "b" * 70))
    edits: list[Edit] = [Replace(span, wrapped)]
    edits.append(Arguments(span, (Item(hole(text, "a")), ONE)))
    assert apply_edits(text, edits, line_length=88) == (f"x = f(a, one=1).{'b' * 70}\n")


COMMENT = st.sampled_from(["", "  # {}", "\n    # {}", "  # {}\n    # {}", "\n", " "])
ITEM = st.sampled_from(
    [
        *("a", "k=b", "*c", "**d", "(z)", "[]", "[1,  # {}\n 2]", "k=(x  # {}\n + y)"),
        *('"""s\n  t"""', "g(  # {}\n a)", "k=  # {}\n v", "h  # {}\n (y)"),
    ]
)


@st.composite
def commented_calls(draw: st.DrawFn) -> str:
    """A call with comments anywhere a comment may be, each with a number."""
    text = "if q:\n  r = f(" + draw(COMMENT)
    count = draw(st.integers(0, 5))
    for number in range(count):
        text += ("\n    " if "#" in text.rsplit("\n")[-1] else "") + draw(ITEM)
        text += draw(COMMENT)
        text += "\n    " if "#" in text.rsplit("\n")[-1] else ""
        text += "," if number + 1 < count or draw(st.booleans()) else ""
        text += draw(COMMENT)
    text += ("\n    " if "#" in text.rsplit("\n")[-1] else "") + ").s  # {}\nt = 1\n"
    for number in range(text.count("{}")):
        text = text.replace("{}", f"n{number}n", 1)
    return text


@settings(max_examples=int(os.environ.get("GEMINI_MIGRATE_EXAMPLES", "600")), deadline=None)
@given(commented_calls(), st.data())
def test_no_comment_is_lost_wherever_it_stands(text: str, data: st.DataObject) -> None:
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return
    newline = data.draw(st.sampled_from(["\n", "\r\n", "\r"]))
    text = text.replace("\n", newline)
    tree = ast.parse(text)
    (call,) = calls(text, "f")
    items = list(kept_items(text, call))
    kept = [item for item in items if data.draw(st.booleans())]
    plain = [i for i in kept if i.name is None]
    named = [i for i in kept if i.name is not None]
    more = [Item(DictCode((ONE, Item("2", "two"))), "n")]
    extra = data.draw(st.sampled_from([[], more]))
    gone = [item for item in items if item not in kept]
    edit = Arguments(Positions(text, tree).span(call), (*plain, *named, *extra))
    length = data.draw(st.sampled_from([20, 88]))
    out = apply_edits(text, [edit], line_length=length)
    ast.parse(out.replace("k=", "**"))
    wanted = re.findall(r"n\d+n", text)
    lost = [note for note in wanted if out.count(note) != 1]
    assert not lost, (lost, gone)
    assert set(re.findall(r"\r\n|\r|\n", out)) <= {newline}


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_new_lines_end_like_the_others(newline: str) -> None:
    text = "f(\n    a,  # c\n)\n".replace("\n", newline)
    assert with_items(text, ONE) == text.replace(f"c{newline}", f"c{newline}    one=1,{newline}")


def test_a_new_comprehension_breaks_before_its_clauses() -> None:
    text = "x = f(a, b)\n"
    for length, expected in (
        (40, 'x = "".join(a for p in b if p.text)\n'),
        (30, 'x = "".join(\n    a for p in b if p.text\n)\n'),
        (20, 'x = "".join(\n    a\n    for p in b\n    if p.text\n)\n'),
    ):
        loop = Template(("for p in ", hole(text, "b", Binding.TERNARY)))
        clauses = (loop, "if p.text")
        code = ClausesCode("''.join(", hole(text, "a"), clauses, ")")
        edit = Replace(at(text, "f(a, b)"), code)
        assert apply_edits(text, [edit], line_length=length) == expected


OPERATIONS = [
    # Broken for their length, joined where they fit again.
    (
        f"if (\n    {'a' * 40}\n    and {'b' * 40}.long\n):\n    pass\n",
        "a" * 40,
        "c",
        f"if c and {'b' * 40}.long:\n    pass\n",
    ),
    (
        f'x = {{\n    "k": {"a" * 80}\n    or 0,\n}}\n',
        "a" * 80,
        "c",
        'x = {\n    "k": c or 0,\n}\n',
    ),
    (
        f"x = [\n    f({'a' * 60})\n    for a in {'b' * 30}\n]\n",
        "a" * 60,
        "a" * 40,
        f"x = [\n    f({'a' * 40}) for a in {'b' * 30}\n]\n",
    ),
    # Broken for another reason: left alone.
    (
        "if (\n    aa\n    and b\n):\n    pass\n",
        "aa",
        "c",
        "if (\n    c\n    and b\n):\n    pass\n",
    ),
    (
        f"x = (\n    {'a' * 80}  # why\n    or b\n)\n",
        "a" * 80,
        "c",
        "x = (\n    c  # why\n    or b\n)\n",
    ),
    # The parentheses of a statement's value go, those that say something stay.
    (f"x = (\n    {'a' * 84}\n)\n", "a" * 84, "c", "x = c\n"),
    (f"x = f(\n    {'a' * 84}\n)\n", "a" * 84, "c", "x = f(c)\n"),
    (f"return (\n    yield {'a' * 84}\n)\n", "a" * 84, "c", "return (yield c)\n"),
    (f"x = (\n    y := {'a' * 84}\n)\n", "a" * 84, "c", "x = (y := c)\n"),
]


@pytest.mark.parametrize(("text", "old", "new", "expected"), OPERATIONS)
def test_what_was_broken_for_its_length_is_joined_once_it_fits(
    text: str, old: str, new: str, expected: str
) -> None:
    indent = "    " if text.startswith("return") else ""
    head = "def f():\n" if indent else ""
    body = head + "".join(indent + line for line in text.splitlines(keepends=True))
    wanted = head + "".join(indent + line for line in expected.splitlines(keepends=True))
    assert swap(body, old, new) == wanted


def test_the_last_brackets_break_rather_than_the_operator() -> None:
    text = "x = a or f()\n"
    assert with_items(text, LONG, ONE) == (f"x = a or f(\n    long={'a' * 70},\n    one=1,\n)\n")
    text = f"x = {'a' * 60} or {'b' * 40}.f()\n"
    assert with_items(text, ONE) == (f"x = (\n    {'a' * 60}\n    or {'b' * 40}.f(one=1)\n)\n")


def test_a_new_operation_too_long_for_its_line_is_broken() -> None:
    text = "x = a\n"
    code = f"{'a' * 40} or {'b' * 40} or c"
    assert swap(text, "a", code) == (f"x = (\n    {'a' * 40}\n    or {'b' * 40}\n    or c\n)\n")
    text = "x = f(\n    a,\n).text\n"
    whole = Template((hole(text, "f(\n    a,\n).text", Binding.OR), " or None"))
    assert swap(text, "f(\n    a,\n).text", whole) == (
        "x = (\n    f(\n        a,\n    ).text\n    or None\n)\n"
    )


def test_a_soft_bracket_is_there_only_where_it_is_needed() -> None:
    clauses = ("if " + "b" * 30, "else c")
    text = "x = a\n"
    code = ClausesCode("(", "a" * 20, clauses, ")", soft=True)
    edit = Replace(at(text, "a"), DictCode((Item(code, "key"),)))
    flat = 'x = {"key": ' + "a" * 20 + " if " + "b" * 30 + " else c}\n"
    assert apply_edits(text, [edit], line_length=80) == flat
    assert apply_edits(text, [edit], line_length=60) == (
        'x = {\n    "key": (\n'
        f"        {'a' * 20}\n        if {'b' * 30}\n        else c\n"
        "    ),\n}\n"
    )


def test_an_edit_over_several_operands_is_kept_where_the_operation_breaks() -> None:
    text = "if one and two and three:\n    pass\n"
    edit = Replace(at(text, "one and two"), "a" * 40)
    assert apply_edits(text, [edit], line_length=60) == (f"if {'a' * 40} and three:\n    pass\n")
    assert apply_edits(text, [edit], line_length=50) == (
        f"if (\n    {'a' * 40}\n    and three\n):\n    pass\n"
    )


def test_a_new_comprehension_breaks_inside_its_own_brackets() -> None:
    text = "x = a\n"
    code = ClausesCode("[", "a" * 30, ("for b in " + "c" * 30, "if b"), "]")
    assert apply_edits(text, [Replace(at(text, "a"), code)], line_length=60) == (
        f"x = [\n    {'a' * 30}\n    for b in {'c' * 30}\n    if b\n]\n"
    )
