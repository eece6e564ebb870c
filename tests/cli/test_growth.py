"""Big files and deep ones: what is done grows with the file, and what is too deep is told.

Work is counted, not timed: calls of functions, which no other process slows down.
"""

from __future__ import annotations

import sys

import pytest

from migrator import stack
from migrator.model import FileResult, Options, Source
from migrator.pipeline import migrate

HEAD = "from google import genai\nclient = genai.Client()\n"
CALL = 'client.models.generate_content(model="m", contents="{0}")'
SITE = f"r = {CALL}\nprint(r.text)\n"


def sites(count: int) -> str:
    return "".join(f"r{i} = {CALL.format(i)}\nprint(r{i}.text)\n" for i in range(count))


def chats(count: int) -> str:
    return "".join(
        f'def f{i}(q):\n    chat = client.chats.create(model="m")\n'
        "    print(chat.send_message(q).text)\n    print(chat.send_message('more').text)\n"
        for i in range(count)
    )


def branches(count: int) -> str:
    body = "".join(f"    if q == {i}:\n        x{i} = {i}\n" for i in range(count))
    return f"def f(q):\n{body}{SITE}"


def data(count: int) -> str:
    body = "".join(f'    "key{i}": ["value", {i}, "{i}"],\n' for i in range(count))
    return f"d = {{\n{body}}}\n{SITE}"


def comments(count: int) -> str:
    return "# a line that says something\n" * count + SITE


def one_name(count: int) -> str:
    return "".join(f"r = {CALL.format(i)}\nprint(r.text)\n" for i in range(count))


def one_parameter(count: int) -> str:
    call = CALL.format("{q}").replace('"{q}"', "q")
    return "".join(f"def f{i}(q):\n    return {call}.text\n" for i in range(count))


def one_of_many(count: int) -> str:
    body = "".join(f"if q == {i}:\n    r = {CALL.format(i)}\n" for i in range(count))
    return f"import sys\nq = len(sys.argv)\n{SITE}{body}print(r.text)\n"


def text(count: int) -> str:
    return "s = '''" + "a line of text\n" * count + f"'''\n{SITE}"


def work(source: str, *, edit: bool) -> int:
    """How many calls, of Python's functions and C's, planning (and editing) a program takes."""
    count = 0

    def tally(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    program = [Source("x.py", (HEAD + source).encode())]
    sys.setprofile(tally)
    try:
        (result,) = migrate(program, Options(), edit=edit)
    finally:
        sys.setprofile(None)
    assert result.error is None
    return count


@pytest.mark.parametrize("edit", [False, True], ids=["plan", "edit"])
@pytest.mark.parametrize(
    ("program", "size"),
    [
        (sites, 50),
        (one_name, 25),
        (one_parameter, 25),
        (one_of_many, 25),
        (chats, 20),
        (branches, 100),
        (data, 300),
        (comments, 2_000),
        (text, 2_000),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_work_grows_with_the_file(program, size, edit):
    work(program(3), edit=edit)  # what is imported or compiled once
    once, four_times = (work(program(n), edit=edit) for n in (size, 4 * size))
    assert four_times < 6 * once


DEPTH = 3_000
DEEP = {
    "attributes": f"q = x{'.a()' * DEPTH}\n",
    "sum": f"q = {' + '.join(['1'] * DEPTH)}\n",
    "not": f"q = {'not ' * DEPTH}x\n",
    "conditional": "q = " + "".join(f"{i} if x == {i} else " for i in range(DEPTH)) + "0\n",
    "elif": "if x:\n    y = 0\n" + "".join(f"elif x == {i}:\n    y = {i}\n" for i in range(DEPTH)),
    "and": "q = " + " and ".join(f"x{i}" for i in range(DEPTH)) + "\n",
    "lambda": f"q = {'lambda: ' * DEPTH}0\n",
}


def result_of(source: str) -> FileResult:
    program = [Source("x.py", (HEAD + source).encode())]
    (result,) = stack.call(lambda: migrate(program, Options(), edit=False))
    return result


@pytest.mark.parametrize("kind", DEEP)
def test_deep_code_is_planned_or_named(kind):
    result = result_of(SITE + DEEP[kind])
    if result.error is None:
        assert len(result.findings) == 1
    else:
        assert "nested too deeply" in result.error
        assert "internal" not in result.error


@pytest.mark.parametrize("count", [25, DEPTH])
def test_a_call_in_every_branch_of_a_deep_conditional(count):
    chosen = "".join(f"{CALL.format(i)} if x == {i} else " for i in range(count))
    result = result_of(f"r = {chosen}{CALL}\nprint(r.text)\n")
    if count < 100:
        assert len(result.findings) == count + 1
    else:
        assert "line 3 calls generate_content more than 100 expressions deep" in str(result.error)
