"""Properties of the whole core: whatever the program, nothing crashes and nothing is lost.

`GEMINI_MIGRATE_EXAMPLES=3000 pytest -n 2 tests/test_properties.py` tries as many examples of each,
others in each run.
"""

from __future__ import annotations

import ast
import io
import os
import tokenize
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from migrator.documents import decode
from migrator.model import FileResult, Options, Source, Status
from migrator.pipeline import migrate
from tests.oracle.cases import Case, cases

ASKED = int(os.environ.get("GEMINI_MIGRATE_EXAMPLES", "0"))
# The same examples in every run: a failure is a bug to fix, never a matter of luck.
examples = settings(
    max_examples=ASKED or 60,
    derandomize=not ASKED,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
CASES = [case for case in cases() if not case.settings.get("options")]
CHANGED = [case for case in CASES if case.after is not None]


def run(data: bytes) -> FileResult:
    (result,) = migrate([Source("x.py", data)], Options(), edit=True)
    return result


def text_of(data: bytes) -> str:
    return decode(data).text.replace("\r\n", "\n")


def comments(text: str) -> list[str]:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return sorted(t.string for t in tokens if t.type == tokenize.COMMENT)


def check_sound(data: bytes, *, refusable: bool = False) -> FileResult:
    """What holds for every program that parses.

    Of nonsense (`refusable`) the verification may think better, and leave it alone.
    """
    result = run(data)
    if refusable and result.error is not None:
        assert "internal error" not in result.error
        assert result.output is None
        return result
    assert result.error is None
    statuses = [finding.status for finding in result.findings]
    if result.output is None:
        assert Status.MIGRATED not in statuses
        return result
    assert Status.MIGRATED in statuses
    before, after = text_of(data), text_of(result.output)
    ast.parse(after)
    left = comments(after)
    for comment in comments(before):
        assert comment in left
        left.remove(comment)
    again = run(result.output)
    assert again.error is None
    assert again.output is None
    assert Status.MIGRATED not in [finding.status for finding in again.findings]
    return result


# Programs from nothing: a small grammar around clients, calls and replies.

NAMES = st.sampled_from(["client", "r", "x", "text", "config", "ask"])
PROMPTS = st.sampled_from(['"hi"', "x", 'f"say {x}"', '["a", x]', "text", "input()", "None"])
CONFIGS = st.sampled_from(
    ["", ', config={"temperature": 1}', ", config=config", ', config=dict(top_p=x, seed=2)',
     ", config=types.GenerateContentConfig(system_instruction=text)", ", **config"]
)  # fmt: skip
READS = st.sampled_from(
    ["", ".text", ".text.strip()", ".usage_metadata.total_token_count", ".parsed",
     ".candidates[0].content.parts[0].text", ".candidates[0].finish_reason", ".nonsense"]
)  # fmt: skip


@st.composite
def expressions(draw: st.DrawFn, depth: int = 2) -> str:
    kind = draw(st.integers(0, 9 if depth else 3))
    if kind <= 1:
        return draw(NAMES)
    if kind == 2:
        return draw(st.sampled_from(["1", "'s'", "None", "True", "[]", "{}", "genai.Client()"]))
    if kind == 3:
        return draw(NAMES) + draw(READS)
    if kind <= 6:
        holder = draw(st.sampled_from(["client", "x", "self.client", "client.aio", "ask()"]))
        call = f"{holder}.models.generate_content(model='m', contents={draw(PROMPTS)}"
        return f"{call}{draw(CONFIGS)}){draw(READS)}"
    inner = st.deferred(lambda: expressions(depth - 1))
    shape = draw(
        st.sampled_from(
            ["({0} or {1})", "[{0}, {1}]", "{{'k': {0}, 'v': {1}}}", "({0} if {1} else None)",
             "print({0}, {1})", "(lambda: {0})()", "[{0} for x in {1}]", "f'{{{0}}}'", "not {0}",
             "{0} == {1}", "{0} is None", "(x := {0})", "ask({0}, text={1})", "str({0}) + {1}"]
        )
    )  # fmt: skip
    return shape.format(draw(inner), draw(inner))


@st.composite
def blocks(draw: st.DrawFn, depth: int = 2) -> list[str]:
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 3))):
        lines += draw(statements(depth))
    return lines


@st.composite
def statements(draw: st.DrawFn, depth: int = 2) -> list[str]:
    value = draw(expressions())
    kind = draw(st.integers(0, 11 if depth else 4))
    if kind <= 4:
        name = draw(NAMES)
        shape = draw(
            st.sampled_from(
                ["{0} = {1}", "{1}", "print({1})", "{0} += {1}", "{0}, x = {1}, 1",
                 "del {0}", "self.{0} = {1}", "{0}['k'] = {1}", "{0}: object = {1}  # why"]
            )
        )  # fmt: skip
        return [shape.format(name, value)]
    body = ["    " + line for line in draw(blocks(depth - 1))]
    heads = ["if {0}:", "for r in {0}:", "while {0}:", "with {0} as client:", "class A:"]
    heads += ["def ask(self, text='t', *, config=None):", "async def ask(x):", "try:"]
    head = draw(st.sampled_from(heads)).format(value)
    lines = [head, *body]
    if head == "try:":
        caught = draw(st.sampled_from(["Exception", "errors.APIError as e", "(ValueError,)"]))
        return [*lines, f"except {caught}:", "    pass"]
    if "def " in head and draw(st.booleans()):
        lines.append(f"    return {draw(expressions(1))}")
    elif head.startswith(("for", "while")) and draw(st.booleans()):
        lines.append("    break")
    return lines


@examples
@given(blocks(3))
def test_no_program_crashes_the_core(lines: list[str]) -> None:
    head = ["from google import genai", "from google.genai import errors, types", ""]
    client = ["client = genai.Client()", "config = {'temperature': 0}", "x = text = 'a'"]
    source = "\n".join([*head, *client, *lines]) + "\n"
    try:
        compile(source, "x.py", "exec", dont_inherit=True)
    except SyntaxError:
        assume(False)
    check_sound(source.encode(), refusable=True)


# Programs from the fixtures, damaged and rearranged.


@examples
@given(st.sampled_from(CASES), st.data())
def test_no_damaged_program_crashes_the_core(case: Case, data: st.DataObject) -> None:
    lines = text_of(case.before).splitlines(keepends=True)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        change = data.draw(st.sampled_from(["drop", "double", "swap"]))
        if change == "drop" and len(lines) > 1:
            del lines[at]
        elif change == "double":
            lines.insert(at, lines[at])
        elif at:
            lines[at - 1], lines[at] = lines[at], lines[at - 1]
    source = "".join(lines)
    try:
        compile(source, "x.py", "exec", dont_inherit=True)
    except SyntaxError:
        assert "internal error" not in (run(source.encode()).error or "")
        return
    check_sound(source.encode(), refusable=True)


def places(text: str) -> Iterator[tuple[int, int, bool]]:
    """Where a comment may go: line, column and whether the line ends a statement."""
    previous = None
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        ends = token.type in (tokenize.NEWLINE, tokenize.NL)
        if ends and previous is not None and previous.type != tokenize.COMMENT and token.string:
            yield token.start[0] - 1, token.start[1], token.type == tokenize.NEWLINE
        previous = token


@st.composite
def commented(draw: st.DrawFn, text: str) -> str:
    """`text` with comments and blank lines where they mean nothing."""
    lines = text.split("\n")
    found = sorted(places(text), reverse=True)
    chosen = draw(st.lists(st.sampled_from(found), min_size=1, max_size=12, unique=True))
    for number, (line, column, _) in enumerate(sorted(chosen, reverse=True)):
        kind = draw(st.sampled_from(["after", "blank", "above"]))
        if kind == "after" or not lines[line].strip():
            lines[line] = lines[line][:column] + f"  # note {number}"
        elif kind == "blank" and not lines[line].startswith(" "):
            lines.insert(line + 1, "")
        else:
            indent = lines[line][: len(lines[line]) - len(lines[line].lstrip())]
            lines.insert(line, f"{indent}# note {number}")
    return "\n".join(lines)


WRAPPABLE = (ast.Call, ast.Name, ast.Attribute, ast.Constant, ast.List, ast.Dict, ast.BinOp)


@st.composite
def parenthesised(draw: st.DrawFn, text: str) -> str:
    """`text` with brackets around some expressions."""
    tree = ast.parse(text)
    quoted = [n for n in ast.walk(tree) if isinstance(n, ast.JoinedStr)]
    inside = {id(part) for n in quoted for part in ast.walk(n)}
    nodes = [
        node
        for node in ast.walk(tree)
        if isinstance(node, WRAPPABLE)
        and isinstance(getattr(node, "ctx", ast.Load()), ast.Load)
        and id(node) not in inside
    ]
    lines = text.encode().split(b"\n")
    cuts = []
    for node in draw(st.lists(st.sampled_from(nodes), min_size=1, max_size=6, unique=True)):
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        cuts.append((node.end_lineno - 1, node.end_col_offset, b")"))
        cuts.append((node.lineno - 1, node.col_offset, b"("))
    for line, column, bracket in sorted(cuts, reverse=True):
        lines[line] = lines[line][:column] + bracket + lines[line][column:]
    return b"\n".join(lines).decode()


def same_program(one: str, other: str) -> bool:
    try:
        return ast.dump(ast.parse(one)) == ast.dump(ast.parse(other))
    except SyntaxError:
        return False


def check_same_as(case: Case, changed: str) -> None:
    """The layout of a program decides nothing but the layout of what becomes of it."""
    assume(same_program(text_of(case.before), changed))
    result = check_sound(changed.encode())
    assert result.output is not None
    assert case.after is not None
    assert same_program(text_of(result.output), text_of(case.after))


PLAIN = [case for case in CHANGED if not case.before.startswith(b"\xef\xbb\xbf")]
PLAIN = [case for case in PLAIN if b"coding" not in case.before and b"\f" not in case.before]


@examples
@given(st.sampled_from(PLAIN), st.data())
def test_comments_and_blank_lines_are_kept_and_change_nothing(
    case: Case, data: st.DataObject
) -> None:
    check_same_as(case, data.draw(commented(text_of(case.before))))


@examples
@given(st.sampled_from(PLAIN), st.data())
def test_brackets_change_nothing(case: Case, data: st.DataObject) -> None:
    check_same_as(case, data.draw(parenthesised(text_of(case.before))))


OWN_NEWLINES = [case for case in CASES if b"\r" in case.before]


@pytest.mark.parametrize("case", OWN_NEWLINES, ids=lambda case: case.id)
def test_newlines_of_either_kind_give_the_same(case: Case) -> None:
    """Of the other cases, `tests/test_patch.py` has every one."""
    unix = case.before.replace(b"\r\n", b"\n")
    windows = run(unix.replace(b"\n", b"\r\n")).output
    plain = run(unix).output
    assert (windows or b"").replace(b"\r\n", b"\n") == (plain or b"")
    assert windows is None or windows.count(b"\n") == windows.count(b"\r\n")
