"""Functions that may get things one by one, and those that must get them together."""

from __future__ import annotations

import ast
import textwrap

import pytest

from migrator.reasoning.piecewise import is_piecewise


def _function(body: str) -> ast.FunctionDef:
    tree = ast.parse("def show(reply):\n" + textwrap.indent(textwrap.dedent(body).strip(), "    "))
    function = tree.body[0]
    assert isinstance(function, ast.FunctionDef)
    return function


@pytest.mark.parametrize(
    "body",
    [
        '''
        """Prints what a reply has."""
        for part in reply.parts:
            text = part.text
            print(text)
        ''',
        """
        for part in reply.parts:
            with open(part.name) as file:
                file.write(part.text)
            for line in part.text:
                seen.append(line)
        """,
    ],
)
def test_rounds_that_know_nothing_of_each_other_may_be_calls(body: str) -> None:
    assert is_piecewise(_function(body))


@pytest.mark.parametrize(
    "body",
    [
        "print(part)\n    break",
        "return part",
        "total += part",
        "if part.text:\n        last = part\n    else:\n        print(last)",
        "try:\n        last = part.text\n    finally:\n        print(last)",
        "def show():\n        print(part)",
    ],
)
def test_rounds_that_remember_or_end_the_loop_need_one_call(body: str) -> None:
    assert not is_piecewise(_function(f"for part in reply.parts:\n    {body}"))


@pytest.mark.parametrize(
    "body",
    [
        "count = 0\nfor part in reply.parts:\n    print(part)",
        "for part in reply.parts:\n    print(part)\nprint('done')",
        "for part in reply.parts:\n    print(part)\nelse:\n    print('done')",
        "for number, part in enumerate(reply.parts):\n    print(number, part)",
        "while reply.parts:\n    print(reply.parts.pop())",
    ],
)
def test_what_a_call_does_once_needs_one_call(body: str) -> None:
    assert not is_piecewise(_function(body))
