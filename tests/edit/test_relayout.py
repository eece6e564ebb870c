"""The layout of a program decides nothing but the layout of what becomes of it.

Fixtures are laid out otherwise (`relayout`) and rewritten: the program that comes out is the one
the fixture writes down, or a finding says why there is none. A few fixed ones run every time;
`GEMINI_MIGRATE_EXAMPLES=5000 pytest -n 0 tests/edit/test_relayout.py` makes as many others,
different in each run. The number at the end of a name makes that one again.
"""

from __future__ import annotations

import ast
import os
from random import Random

import pytest

from migrator.edit.programs import difference
from migrator.model import FileResult, Source, Status
from migrator.pipeline import migrate
from tests.edit.relayout import relaid
from tests.oracle.cases import Case, options_of
from tests.test_fixtures import CHANGED

ASKED = int(os.environ.get("GEMINI_MIGRATE_EXAMPLES", "0"))
FIRST = Random().randrange(10**9) if ASKED else 0
ODD = ("\ufeff", "coding", "\f", "\r")  # their layout is what these cases are about
PLAIN = [case for case in CHANGED if not any(mark.encode() in case.before for mark in ODD)]
NUMBERS = range(FIRST, FIRST + (ASKED or 30))


def picked(number: int) -> tuple[Case, str]:
    """A fixture and a layout of it."""
    chance = Random(number)
    case = chance.choice(PLAIN)
    return case, relaid(case.before.decode(), chance, chance.choice([1, 2, 4, 8]))


def rewritten(case: Case, text: str) -> FileResult:
    (result,) = migrate([Source("x.py", text.encode())], options_of(case), edit=True)
    return result


def canonical(tree: ast.Module) -> ast.Module:
    """`tree` with one spelling of what depends on how long lines are: `if not x: continue` before
    the rest of a loop, or the rest of it under `if x:`.
    """
    for loop in ast.walk(tree):
        if not isinstance(loop, (ast.For, ast.AsyncFor, ast.While)):
            continue
        for index in reversed(range(len(loop.body))):
            node = loop.body[index]
            if isinstance(node, ast.If) and isinstance(node.test, ast.UnaryOp) and not node.orelse:
                if len(node.body) == 1 and isinstance(node.body[0], ast.Continue):
                    rest = loop.body[index + 1 :]
                    loop.body[index:] = [ast.If(node.test.operand, rest or [ast.Pass()], [])]
    return tree


@pytest.mark.parametrize("number", NUMBERS)
def test_another_layout_comes_to_the_same_program(number: int) -> None:
    case, text = picked(number)
    assert case.after is not None
    result = rewritten(case, text)
    assert result.error is None, f"{case.id}: {result.error}\n{text}"
    left = [f for f in result.findings if f.status is not Status.MIGRATED and f.blocker]
    if any("failed a check" in f.blocker.reason for f in left if f.blocker):
        pytest.fail(f"{case.id}: {left[0].blocker}\n{text}")
    if len(left) > len([f for f in rewritten(case, case.before.decode()).findings if f.blocker]):
        return  # refused, with a reason
    assert result.output is not None
    one, other = (canonical(ast.parse(data)) for data in (case.after, result.output))
    assert difference(one, other) is None, f"{case.id}\n{text}\n{result.output.decode()}"
