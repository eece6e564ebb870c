"""A file is never lost for one of its units, and never touched where Python can't run it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

import migrator.edit
from migrator.edit import EditConflict
from migrator.edits import Edit, NeedImport, Replace, Span
from migrator.model import FileResult, Finding, Options, Source, Status
from migrator.pipeline import migrate
from migrator.plan import Part, Plan
from migrator.salvage import carried_out
from migrator.verify import VerificationError, check_names

PROGRAM = """\
from google import genai

client = genai.Client()


def ask(text: str) -> str | None:
    return client.models.generate_content(model="m", contents=text).text  # first


def tell(text: str) -> str | None:
    return client.models.generate_content(model="m", contents=text).text  # second
"""
PER_CALL = Options(header="call")


def part(line: int) -> Part:
    finding = Finding("c", "GM", Status.MIGRATED, line, 1, line, 2, "call becomes create")
    return Part((Replace(Span(line, line), str(line)),), (finding,))


def left_out(plan: Plan) -> list[int]:
    return [f.line for f in plan.findings if f.status is Status.MANUAL]


def carry_without(*bad: set[int]) -> tuple[str, Plan]:
    """Carry six units out, which fails where all of one of `bad` are together."""

    def carry(plan: Plan) -> str:
        lines = {f.line for f in plan.findings if f.status is Status.MIGRATED}
        if any(group <= lines for group in bad):
            raise VerificationError("no")
        return " ".join(map(str, sorted(lines)))

    return carried_out(Plan(tuple(part(line) for line in range(1, 7))), carry)


def test_units_that_fail_alone_are_left_out() -> None:
    text, plan = carry_without({2}, {5})
    assert text == "1 3 4 6"
    assert left_out(plan) == [2, 5]
    reasons = {f.blocker.reason for f in plan.findings if f.blocker}
    assert all("failed a check: no" in reason for reason in reasons)
    assert plan.findings[1].message == "call must be migrated by hand"


def test_units_that_contradict_each_other_are_both_left_out() -> None:
    text, plan = carry_without({2, 6}, {3})
    assert text == "1 4 5"
    assert left_out(plan) == [2, 3, 6]


def test_a_plan_that_can_be_carried_out_is_carried_out_once() -> None:
    text, plan = carry_without()
    assert text == "1 2 3 4 5 6"
    assert left_out(plan) == []


@pytest.mark.parametrize("error", [EditConflict("no room"), KeyError("oops")])
def test_the_other_units_of_a_file_are_written(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply_edits = migrator.edit.apply_edits
    second = PROGRAM.index("def tell")

    def fails(text: str, edits: Sequence[Edit], **settings: Any) -> str:
        for edit in edits:
            if not isinstance(edit, NeedImport) and edit.span.start > second:
                raise error
        return apply_edits(text, edits, **settings)

    monkeypatch.setattr(migrator.edit, "apply_edits", fails)
    (result,) = migrate([Source("x.py", PROGRAM.encode())], PER_CALL, edit=True)
    assert result.error is None
    assert [f.status for f in result.findings] == [Status.MIGRATED, Status.MANUAL]
    assert result.output is not None
    before, _, after = result.output.decode().partition("def tell")
    assert "interactions.create" in before
    assert after == PROGRAM.partition("def tell")[2]


def check(source: str, *, edit: bool) -> FileResult:
    (result,) = migrate([Source("x.py", source.encode())], Options(), edit=edit)
    return result


@pytest.mark.parametrize("edit", [True, False])
@pytest.mark.parametrize(
    "line",
    ["return 1", "yield 1", "break", "continue", "nonlocal q", "def f(a, a): pass", "*a, *b = c",
     "__debug__ = 1", "def f():\n    from os import *", "def f():\n    await g()",
     "def f():\n    q = 1\n    global q", "from __future__ import annotations"],
)  # fmt: skip
def test_a_program_that_python_refuses_is_refused(line: str, edit: bool) -> None:
    result = check(f"{PROGRAM}{line}\n", edit=edit)
    assert result.output is None
    assert result.error is not None
    assert result.error.startswith("cannot be compiled at line 1")
    assert "report" not in result.error


def test_lines_may_end_in_carriage_returns() -> None:
    result = check(PROGRAM.replace("\n", "\r"), edit=True)
    plain = check(PROGRAM, edit=True)
    assert result.output is not None
    assert plain.output is not None
    assert result.output == plain.output.replace(b"\n", b"\r")
    skipped = PROGRAM.replace("# first", "# gemini-migrate: skip").replace("\n", "\r")
    found = check(skipped, edit=False).findings
    assert [f.status for f in found] == [Status.SUPPRESSED, Status.MIGRATED]


LOOP = """\
for item in items:
    def show(text=item):
        return text, [part for part in item], (other := 1)
"""


@pytest.mark.parametrize(
    "edited",
    [
        LOOP.replace("for item in items", "for thing in items"),
        LOOP.replace("text=item", "words=item"),
        LOOP.replace("for part in", "for piece in"),
        "import json\n" + LOOP + "print(jsn)\n",
        LOOP + "class A:\n    def f(self):\n        return x\n    x = 1\n",
    ],
)
def test_a_name_that_nothing_binds_is_noticed(edited: str) -> None:
    with pytest.raises(VerificationError, match="nothing binds the name"):
        check_names(LOOP, edited)


@pytest.mark.parametrize(
    ("original", "edited"),
    [
        (LOOP, LOOP + "print(len(str(item)), show)\n"),
        ("from x import *\nask(y)\n", "from x import *\nprint(ask(y))\n"),
        ("x = 1\n", "def f():\n    global y\n    y = 1\n\n\nf()\nprint(y, __name__)\n"),
        ("x = 1\n", "try:\n    import json as j\nexcept ImportError as e:\n    print(e, j)\n"),
        ("x = 1\n", "x = 1\nmatch x:\n    case [a, *b]:\n        print(a, b)\n"),
    ],
)
def test_a_name_that_something_binds_is_none_of_that(original: str, edited: str) -> None:
    check_names(original, edited)
