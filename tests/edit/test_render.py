"""Edits compose, conflicts are refused, and everything else stays as it is."""

from __future__ import annotations

import ast

import pytest

from migrator.edit import EditConflict, Positions, apply_edits
from migrator.edits import (
    Arguments,
    Binding,
    Delete,
    DictCode,
    Edit,
    HeaderCode,
    Hole,
    InsertAfter,
    InsertBefore,
    Item,
    Nest,
    Replace,
    Row,
    RowsCode,
    Span,
    Swap,
    Template,
)
from tests.edit.planning import at, calls, hole, kept_items, swap

ODD = "\x0cx = 1 ;\\\n y=2\r\nif x :\r\n\tz  =  [ 1,2 ]  # c \n\tt = x.text"


def apply(text: str, *edits: Edit) -> str:
    return apply_edits(text, edits, line_length=88)


def test_no_edits_change_nothing() -> None:
    assert apply_edits(ODD, [], line_length=88) == ODD


def test_everything_around_an_edit_stays() -> None:
    assert swap(ODD, "text", "output_text") == ODD.replace("text", "output_text")


def test_a_hole_keeps_the_edits_inside_it() -> None:
    text = "y = f(a.text + b.text)\n"
    whole = Template(("g(", hole(text, "a.text + b.text"), ")"))
    out = apply(
        text,
        Replace(at(text, "f(a.text + b.text)"), whole),
        Replace(at(text, "text", 0), "new"),
        Replace(at(text, "text", 1), "new"),
    )
    assert out == "y = g(a.new + b.new)\n"


def test_edits_in_no_hole_vanish_with_what_they_edit() -> None:
    text = "y = f(a.text, b)\n"
    out = apply(
        text,
        Replace(at(text, "f(a.text, b)"), hole(text, "b")),
        Replace(at(text, "text"), "new"),
    )
    assert out == "y = b\n"


def test_a_template_may_wrap_what_another_edit_changes() -> None:
    text = "y = f(a)\n"
    span = at(text, "f(a)")
    out = apply(
        text,
        Replace(span, Template((Hole(span, Binding.ATOM), ".text"))),
        Arguments(span, (Item("1", "b"),)),
    )
    assert out == "y = f(b=1).text\n"


def test_the_same_edit_twice_is_one_edit() -> None:
    text = "y = x\n"
    edit = Replace(at(text, "x"), "z")
    assert apply(text, edit, edit) == "y = z\n"


@pytest.mark.parametrize(
    "edits",
    [
        (Replace(Span(4, 5), "a"), Replace(Span(4, 5), "b")),
        (Replace(Span(4, 9), "a"), Replace(Span(8, 13), "b")),
        (Delete(Span(0, 13)), InsertBefore(Span(1, 13), "b")),
        (Delete(Span(4, 5)),),
        (Arguments(Span(4, 5), ()),),
    ],
)
def test_edits_that_contradict_each_other_are_refused(edits: tuple[Edit, ...]) -> None:
    with pytest.raises(EditConflict):
        apply("y = a + b + c\n", *edits)


def test_an_edit_of_operands_that_another_keeps_one_by_one_is_refused() -> None:
    text = "y = a and b and c\n"
    run = Replace(at(text, "b and c"), "d")
    chain = at(text, "a and b and c")
    kept = Template((Hole(at(text, "b")), " and ", Hole(at(text, "c"))))
    with pytest.raises(EditConflict, match="would be lost"):
        apply(text, run, Replace(chain, kept))
    assert apply(text, run, Replace(chain, Hole(run.span))) == "y = d\n"


def test_what_is_to_be_gone_may_not_be_kept() -> None:
    text = "a = r.old and r.old[0]\nb = r.old\n"
    gone = [Span(6, 9), Span(16, 19)]
    chain, second = Span(4, 22), Span(14, 22)
    whole = Replace(chain, "r.new")
    with pytest.raises(EditConflict, match="the read of old on line 1 would be left"):
        apply_edits(text, [Replace(second, "r.new")], line_length=88, gone=gone)
    kept = Replace(chain, Template((Hole(second, Binding.LOOSE),)))
    with pytest.raises(EditConflict, match="would be left"):
        apply_edits(text, [kept], line_length=88, gone=gone)
    assert apply_edits(text, [whole], line_length=88, gone=gone) == "a = r.new\nb = r.old\n"


def test_what_is_to_be_gone_may_not_be_kept_where_statements_share_a_line() -> None:
    text = "if x: a(); b = r.old and r.old[0]\n"
    first, second = (text.index("r.old"), text.rindex("r.old"))
    gone = [Span(place + 2, place + 5) for place in (first, second)]
    statement = Span(text.index("b ="), len(text) - 1)
    said = InsertBefore(statement, "c()")
    whole = Replace(Span(first, len(text) - 1), "r.new")
    half = Replace(Span(second, len(text) - 1), "r.new")
    with pytest.raises(EditConflict, match="would be left"):
        apply_edits(text, [said, half], line_length=88, gone=gone)
    written = apply_edits(text, [said, whole], line_length=88, gone=gone)
    assert written == "if x:\n    a()\n    c()\n    b = r.new\n"


def test_text_that_does_not_parse_is_refused() -> None:
    with pytest.raises(EditConflict, match="does not parse"):
        apply("y = (\n", Replace(Span(0, 1), "x"))


@pytest.mark.parametrize(
    ("value", "binding", "expected"),
    [
        ("a", Binding.ATOM, "a.x"),
        ("a.b(c)[d]", Binding.ATOM, "a.b(c)[d].x"),
        ("a or b", Binding.ATOM, "(a or b).x"),
        ("1", Binding.ATOM, "(1).x"),
        ("await_", Binding.ATOM, "await_.x"),
        ("-a", Binding.ATOM, "(-a).x"),
        ("'a' 'b'", Binding.ATOM, "'a' 'b'.x"),
        ("(a or b)", Binding.ATOM, "((a or b).x)"),
        ("(a)(b)", Binding.ATOM, "(a)(b).x"),
        ("(a) + (b)", Binding.ATOM, "((a) + (b)).x"),
        ("[i for i in a]", Binding.ATOM, "[i for i in a].x"),
        ("lambda: 1", Binding.TERNARY, "(lambda: 1).x"),
    ],
)
def test_holes_get_the_parentheses_they_need(value: str, binding: Binding, expected: str) -> None:
    text = f"y = {value}\n"
    span = Positions(text).span(ast.parse(text).body[0].value)  # type: ignore[attr-defined]
    out = apply(text, Replace(span, Template((Hole(span, binding), ".x"))))
    assert out == f"y = {expected}\n"


@pytest.mark.parametrize(
    "before",
    [
        "x.y.z",
        "-x.y",
        "not x.y",
        "x.y + 1",
        "1 < x.y",
        "x.y ** 2",
        "x.y and z",
        "x.y[0]",
        "x.y()",
        "a if x.y else b",
        "[a for a in x.y if b]",
        "f(*x.y)",
        "{**x.y}",
        "f(x.y)",
        "f(a=x.y)",
        "(x.y).z",
        "lambda: x.y",
        "x.y if a else b",
        "b if a else x.y",
        "f'{x.y}'",
        "(x.y)",
        "x.y, 1",
    ],
)
@pytest.mark.parametrize(
    "new", ["p or q", "p if q else r", "p + q", "not p", "p == q", "lambda: p"]
)
def test_a_replacement_means_the_same_in_any_place(before: str, new: str) -> None:
    text = f"w = {before}\n"
    out = swap(text, "x.y", new)
    marked = ast.parse(text.replace("x.y", "MARK"))

    class Put(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.AST:
            parsed = ast.parse(new, mode="eval").body
            return parsed if node.id == "MARK" else node

    assert ast.dump(ast.parse(out)) == ast.dump(Put().visit(marked))


def test_an_awaited_replacement_is_put_in_parentheses() -> None:
    text = "async def g():\n    y = await x.y\n"
    assert "await (p or q)" in swap(text, "x.y", "p or q")


def test_parentheses_that_are_there_are_not_doubled() -> None:
    assert swap("y = -(x.y)\n", "x.y", "a + b") == "y = -(a + b)\n"
    text = "y = f((a or b))\n"
    span = at(text, "f((a or b))")
    code = Template((hole(text, "a or b", Binding.ATOM), ".x"))
    assert apply(text, Replace(span, code)) == "y = (a or b).x\n"


def test_a_hole_over_lines_gets_parentheses_outside_brackets() -> None:
    text = "y = f(\n    'a'\n    'b'\n)\n"
    out = swap(text, text[4:-1], hole(text, "'a'\n    'b'"))
    assert out == "y = (\n    'a'\n    'b'\n)\n"
    text = "y = f(a +\n      b).c\n"
    out = swap(text, "f(a +\n      b)", Template(("g(", hole(text, "a +\n      b"), ")")))
    assert out == "y = g(a +\n      b).c\n"


@pytest.mark.parametrize(
    ("before", "new", "after"),
    [
        ("f'{x.y}'", 'a["b"]', "f'{a[\"b\"]}'"),
        ('f"{x.y}"', 'a["b"]', "f\"{a['b']}\""),
        ('f"""{x.y}"""', 'a["b"]', 'f"""{a[\'b\']}"""'),
        ('f"{x.y!r:>{x.z}}"', "a", 'f"{a!r:>{x.z}}"'),
        ('f"{w:>{x.y}}"', "a['b']", "f\"{w:>{a['b']}}\""),
        ('f"{x.y}"', "{1: 2}", 'f"{({1: 2})}"'),
        ('f"{{}}{x.y=}" "{x.z}"', "a", 'f"{{}}{a=}" "{x.z}"'),
        ("f'é{x.y}' f\"{b}\"", "'a'", 'f\'é{"a"}\' f"{b}"'),
    ],
)
def test_new_code_in_fstrings_uses_the_other_quotes(before: str, new: str, after: str) -> None:
    assert swap(f"s = {before}\n", "x.y", new) == f"s = {after}\n"


@pytest.mark.parametrize("new", ["a['x\"y']", "a['\\n']", "b'\\x00'"])
def test_new_code_no_fstring_can_hold_is_refused(new: str) -> None:
    with pytest.raises(EditConflict, match="f-string"):
        swap('s = f"{x.y}"\n', "x.y", new)


def test_a_call_in_an_fstring_stays_on_one_line() -> None:
    text = 's = f"{call(a)} and more"\n'
    (call,) = calls(text, "call")
    config = DictCode((Item("'x' * 1000000000000000000000", "temperature"),))
    items = (*kept_items(text, call), Item(config, "generation_config"))
    out = apply(text, Arguments(Positions(text, ast.parse(text)).span(call), items))
    assert out == (
        "s = f\"{call(a, generation_config={'temperature':"
        " 'x' * 1000000000000000000000})} and more\"\n"
    )


def test_new_strings_use_the_quotes_of_the_file() -> None:
    single = "a = 'x'\nb = 'y'\nc = \"z\"\nd = f()\n"
    items = (Item(DictCode((Item('"text"', "type"),)), "x"),)
    out = apply(single, Arguments(at(single, "f()"), items))
    assert out.endswith("d = f(x={'type': 'text'})\n")
    out = apply("d = f()\n", Arguments(Span(4, 7), items))
    assert out == 'd = f(x={"type": "text"})\n'


def before(text: str, fragment: str, code: str) -> str:
    return apply(text, InsertBefore(at(text, fragment), code))


def after(text: str, fragment: str, code: str) -> str:
    return apply(text, InsertAfter(at(text, fragment), code))


def delete(text: str, *fragments: str) -> str:
    return apply(text, *(Delete(at(text, fragment)) for fragment in fragments))


def test_statements_are_put_in_at_the_indentation_of_their_neighbour() -> None:
    text = "if x:\n\t# about a\n\ta()  # a\n\tb()"
    assert before(text, "a()", "n()") == text.replace("\ta()", "\tn()\n\ta()")
    assert after(text, "a()", "n()") == text.replace("# a\n\tb", "# a\n\tn()\n\tb")
    assert after(text, "b()", "n()") == text + "\n\tn()"


def test_statements_that_share_a_line_are_parted() -> None:
    assert before("a(); b()\n", "b()", "n()") == "a()\nn()\nb()\n"
    assert after("a(); b()\n", "a()", "n()") == "a()\nn()\nb()\n"
    assert before("a(); b()\n", "a()", "n()") == "n()\na(); b()\n"
    assert after("a(); b();  # c\n", "b()", "n()") == "a(); b();  # c\nn()\n"


def test_the_body_of_a_one_line_header_moves_down() -> None:
    assert before("if x: a()\n", "a()", "n()") == "if x:\n    n()\n    a()\n"
    assert after("if x: a()\n", "a()", "n()") == "if x:\n    a()\n    n()\n"
    text = "def f():\n  if x: a(); b()  # c\n  d()\n"
    assert after(text, "a()", "n()") == (
        "def f():\n  if x:\n    a()\n    n()\n    b()  # c\n  d()\n"
    )


def test_statements_go_before_decorators() -> None:
    text = "@a\n@ b\ndef f():\n    pass\n"
    assert before(text, text[:-1], "n()") == "n()\n" + text
    assert before(text, "def f():\n    pass", "n()") == "n()\n" + text


def test_an_expression_and_its_statement_change_together() -> None:
    text = "f(a)\n"
    out = apply(
        text,
        InsertBefore(Span(0, 4), Template(("b = ", hole(text, "a")))),
        Replace(Span(0, 4), "g(b)"),
        InsertAfter(Span(0, 4), "c()"),
    )
    assert out == "b = a\ng(b)\nc()\n"


def test_inserted_lines_end_like_the_lines_of_the_file() -> None:
    assert before("a()\r\nb()\r\nc()\n", "b()", "n()") == "a()\r\nn()\r\nb()\r\nc()\n"


def test_a_deleted_statement_may_have_one_put_in_its_place() -> None:
    text = "if x:\n    a()  # c\n\n    b()\n"
    span = at(text, "a()")
    first, second = InsertBefore(span, "n()"), InsertAfter(span, "m()")
    assert apply(text, Delete(span), first) == text.replace("a()", "n()")
    assert apply(text, second, Delete(span), first) == text.replace("a()  # c", "n()  # c\n    m()")
    third = InsertBefore(span, "o()")
    out = text.replace("    a()", "    n()\n    o()")
    assert apply(text, Delete(span), first, third) == out


def test_what_follows_a_block_and_its_last_statement_goes_in_order() -> None:
    text = "if x:\n    a()"
    edits = [InsertAfter(Span(0, 13), "c()"), InsertAfter(at(text, "a()"), "b()")]
    assert apply(text, *edits) == "if x:\n    a()\n    b()\nc()"


def test_edits_of_a_shared_line_are_all_done_in_order() -> None:
    text = "a(); b()\n"
    new = InsertBefore(at(text, "b()"), "n()")
    assert apply(text, Delete(at(text, "a()")), new) == "n()\nb()\n"
    first = InsertAfter(at(text, "a()"), "m()")
    assert apply(text, new, first) == "a()\nm()\nn()\nb()\n"
    stands_in = InsertBefore(at(text, "a()"), RowsCode((Row("for x in y:"), Row("x()", 1))))
    out = "for x in y:\n    x()\nb()\n"
    assert apply(text, Delete(at(text, "a()")), stands_in) == out


@pytest.mark.parametrize(
    "head",
    ["class C:", "def f():", "while a and (\n    b\n):", "with a as b:", "else:", "except E:",
     "finally:", "elif (b):", "case [1, x]:", "case(1):", "async def f():"],
)  # fmt: skip
def test_one_line_bodies_of_every_kind_become_blocks(head: str) -> None:
    first = {"else:": "if a: b()\n", "elif (b):": "if a: b()\n"}
    first |= {"except E:": "try: b()\n", "finally:": "try: b()\n"}
    if head.startswith("case"):
        text = f"match m:\n  {head} n(); \\\n    o()\n"
        assert before(text, "o()", "new()") == (
            f"match m:\n  {head}\n    n()\n    new()\n    o()\n"
        )
        return
    text = f"{first.get(head, '')}{head} n(); \\\n    o();\n"
    out = f"{first.get(head, '')}{head}\n    n()\n    new()\n    o()\n"
    assert before(text, "o()", "new()") == out
    assert after(text, "n()", "new()") == out


@pytest.mark.parametrize(
    ("text", "gone", "expected"),
    [
        ("a()\nb()\nc()\n", ["b()"], "a()\nc()\n"),
        ("a(); b(); c()\n", ["b()"], "a(); c()\n"),
        ("a(); b(); c()\n", ["c()"], "a(); b()\n"),
        ("a(); b()\n", ["a()"], "b()\n"),
        ("if x: a()\n", ["a()"], "if x: pass\n"),
        ("if x: a(); b()\n", ["a()"], "if x: b()\n"),
        ("if x:\n    a()\nb()\n", ["a()"], "if x:\n    pass\nb()\n"),
        ("if x:\n    a()  # c\nb()\n", ["a()"], "if x:\n    pass  # c\nb()\n"),
        (
            'def f():\n    """D."""\n    a()\n',
            ["a()"],
            'def f():\n    """D."""\n    pass\n',
        ),
        ("if x:\n    a()\n    b()\n", ["a()", "b()"], "if x:\n    pass\n"),
        ("if x:\n    # c\n    a()\n    b()\n", ["a()"], "if x:\n    # c\n    b()\n"),
        ("a()\nb()  # c\nd()\n", ["b()"], "a()\n# c\nd()\n"),
        ("a()\n\nb()\n\nc()\n", ["b()"], "a()\n\nc()\n"),
        ("a()\n\nb()\n\n\ndef f(): pass\n", ["b()"], "a()\n\n\ndef f(): pass\n"),
        ("a()\n\n\nb()\n\nc()\n", ["b()"], "a()\n\n\nc()\n"),
        ("def f():\n    a()\n\n    b()\n", ["a()"], "def f():\n    b()\n"),
        ("a()\n\nb()\n\nc()\n\nd()\n", ["b()", "c()"], "a()\n\nd()\n"),
        (
            "def f():\n    b()\n\n    a()\n\n\nc()\n",
            ["a()"],
            "def f():\n    b()\n\n\nc()\n",
        ),
        ("a()\n\nb()\n", ["b()"], "a()\n"),
        ("a()\nb()", ["b()"], "a()\n"),
        ("a(\n    1,  # one\n)\nb()\n", ["a(\n    1,  # one\n)"], "# one\nb()\n"),
        ("a()\r\nb()\r\n", ["a()"], "b()\r\n"),
    ],
)
def test_statements_are_taken_out_with_their_lines(
    text: str, gone: list[str], expected: str
) -> None:
    out = delete(text, *gone)
    assert out == expected
    ast.parse(out)


def test_comments_of_a_replaced_expression_move_before_the_statement() -> None:
    text = "if a:\n    y = (\n        x  # why\n        .y\n    )\n"
    out = swap(text, "x  # why\n        .y", "z")
    assert out == "if a:\n    # why\n    y = (\n        z\n    )\n"


def test_three_hundred_chained_calls_do_not_overflow() -> None:
    text = "y = x" + ".f(a)" * 300 + ".text\n"
    positions = Positions(text)
    edits: list[Edit] = [
        Arguments(positions.span(call), (*kept_items(text, call), Item("1", "b")))
        for call in calls(text, "f")
    ]
    edits.append(Replace(at(text, "text"), "output_text"))
    out = apply_edits(text, edits, line_length=10**6)
    assert out == "y = x" + ".f(a, b=1)" * 300 + ".output_text\n"


def test_nesting_beyond_the_stack_is_a_conflict_not_a_crash() -> None:
    text = "y = " + "f(" * 90 + ")" * 90 + "\n"
    positions = Positions(text)
    edits: list[Edit] = [
        Arguments(positions.span(call), (*kept_items(text, call), Item("1", "b")))
        for call in calls(text, "f")
    ]
    try:
        ast.parse(apply_edits(text, edits, line_length=88))
    except EditConflict as error:
        assert "deep" in str(error)


def test_stretches_that_are_swapped_keep_their_edits() -> None:
    first = "except A:\n    a()"
    second = "except B as e:\n    b(e)"
    text = f"try:\n    x()\n{first}  # c\n{second}\n"
    swap_ = Swap(at(text, first), at(text, second))
    out = apply(text, swap_, Replace(at(text, "b(e)"), "n()"))
    assert out == (f"try:\n    x()\nexcept B as e:\n    n()\n{first}  # c\n")
    with pytest.raises(EditConflict, match="overlap"):
        apply(text, Swap(Span(0, 9), Span(4, 20)))


def test_several_statements_go_before_one_in_their_order() -> None:
    text = "if x:\n    a()\n"
    span = at(text, "a()")
    edits = [InsertBefore(span, code) for code in ("one()", "two()", "one()")]
    assert apply(text, *edits) == "if x:\n    one()\n    two()\n    a()\n"


def statements(text: str) -> list[Span]:
    """The spans of the statements in the first loop of `text`."""
    (loop,) = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.For)]
    return [Positions(text).span(node) for node in loop.body]


LOOP = "for x in y:\n    # before\n    a(x)\n    b(\n        x\n    )  # behind\nc()\n"


def test_statements_go_under_a_header_with_their_comments() -> None:
    first, last = statements(LOOP)
    span = Span(first.start, last.end)
    header = HeaderCode("if", ("p", "q"))
    assert apply(LOOP, Nest(span, span, header)) == (
        "for x in y:\n    # before\n    if p and q:\n        a(x)\n"
        "        b(\n            x\n        )  # behind\nc()\n"
    )


def test_statements_keep_their_edits_under_a_header() -> None:
    first, _ = statements(LOOP)
    name = at(LOOP, "a(x")
    renamed = Replace(Span(name.start, name.start + 1), "z")
    written = apply(LOOP, Nest(first, first, "if p:"), renamed, InsertBefore(first, "q()"))
    assert "    # before\n    q()\n    if p:\n        z(x)\n    b(" in written


def test_what_is_put_before_a_statement_moves_along() -> None:
    text = "for x in y:\n    for z in x:\n        # kept\n        a(z)\n"
    outer = next(n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.For))
    positions = Positions(text)
    inner, call = positions.span(outer.body[0]), at(text, "a(z)")
    rows = RowsCode((Row("b()"), Row("if c:"), Row("d()", 1)))
    edits = [Nest(inner, inner, "if p:"), Nest(call, call, "if q:"), InsertBefore(call, rows)]
    assert apply(text, *edits) == (
        "for x in y:\n    if p:\n        for z in x:\n            # kept\n            b()\n"
        "            if c:\n                d()\n            if q:\n                a(z)\n"
    )


def test_what_is_put_after_a_statement_moves_along() -> None:
    text = "if p:\n    if q:\n        a(\n            x\n        )  # behind\nc()\n"
    outer = ast.parse(text).body[0]
    call = next(n for n in ast.walk(outer) if isinstance(n, ast.Expr))
    positions = Positions(text)
    span = positions.span(call)
    rows = RowsCode((Row(""), Row("if d:"), Row("e()", 1)))
    moved = "{0}a(\n{0}    x\n{0})  # behind\n\n{0}if d:\n{0}    e()\n"
    in_place = apply(text, Nest(positions.span(outer), span, None), InsertAfter(span, rows))
    assert in_place == moved.format("") + "c()\n"
    other = apply(text, Nest(positions.span(outer), span, "if r:"), InsertAfter(span, rows))
    assert other == f"if r:\n{moved.format('    ')}c()\n"
    deeper = apply(text, Nest(span, span, "if r:"), InsertAfter(span, rows))
    assert deeper == f"if p:\n    if q:\n        if r:\n{moved.format('            ')}c()\n"


def test_what_takes_the_place_of_a_statement_moves_along() -> None:
    text = "if p:\n    if q:\n        a(x)\nc()\n"
    outer = ast.parse(text).body[0]
    call = at(text, "a(x)")
    nest = Nest(Positions(text).span(outer), call, "if r:")
    edits = [nest, Delete(call), InsertBefore(call, "b()"), InsertAfter(call, "d()")]
    assert apply(text, *edits) == "if r:\n    b()\n    d()\nc()\n"


def test_a_header_takes_the_place_of_another() -> None:
    text = "if p:\n    for x in y:\n        # kept\n        if x:\n            a(x)\n"
    outer = ast.parse(text).body[0]
    inner = next(n for n in ast.walk(outer) if isinstance(n, ast.Expr))
    positions = Positions(text)
    nest = Nest(positions.span(outer), positions.span(inner), "if q:")
    assert apply(text, nest) == "# kept\nif q:\n    a(x)\n"


def test_statements_take_the_place_of_others() -> None:
    body = "    # kept\n    if x:\n        a(x)  # behind\n    b(\n        x\n    )\n"
    text = f"p()\nfor x in y:\n{body}c()\n"
    (loop,) = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.For)]
    first, last = statements(text)
    renamed = Replace(at(text, "a"), "z")
    edits = [Nest(Positions(text).span(loop), Span(first.start, last.end), None), renamed]
    assert apply(text, *edits) == ("p()\n# kept\nif x:\n    z(x)  # behind\nb(\n    x\n)\nc()\n")


def test_what_follows_a_deleted_statement_moves_along() -> None:
    body = "        a(z)\n        b(z)\n        c(\n            z\n        )\n"
    text = f"for x in y:\n    for z in x:\n{body}"
    outer = ast.parse(text).body[0]
    inner = next(n for n in ast.walk(outer) if isinstance(n, ast.For) and n is not outer)
    positions = Positions(text)
    first, gone, last = map(positions.span, inner.body)
    nest = Nest(positions.span(inner), Span(first.start, last.end), None)
    assert apply(text, nest, Delete(gone)) == ("for x in y:\n    a(z)\n    c(\n        z\n    )\n")


def test_a_long_header_is_broken() -> None:
    text = "for x in y:\n    a(x)\n"
    (span,) = statements(text)
    header = HeaderCode("while", ("p" * 50, "q" * 50))
    written = apply(text, Nest(span, span, header)).replace("p" * 50, "p").replace("q" * 50, "q")
    assert written == "for x in y:\n    while (\n        p\n        and q\n    ):\n        a(x)\n"


def test_lines_are_put_on_lines_of_their_own() -> None:
    text = "for x in y: a(x)\n"
    (span,) = statements(text)
    called = Row(Template(("q(", hole(text, "y"), ")")), 1)
    rows = RowsCode((Row(HeaderCode("if", ("p",))), called))
    assert apply(text, InsertBefore(span, rows)) == (
        "for x in y:\n    if p:\n        q(y)\n    a(x)\n"
    )


def test_an_expression_moves_without_what_takes_its_place() -> None:
    text = "f(g(a))\n"
    moved = Hole(at(text, "g(a)"), inside=True)
    edits = [
        Replace(at(text, "g(a)"), "x"),
        Replace(at(text, "a"), "b"),
        InsertBefore(Span(0, 7), Template(("x = ", moved))),
    ]
    assert apply(text, *edits) == "x = g(b)\nf(x)\n"
