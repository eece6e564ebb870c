"""Programs of many modules: what is done grows with their lines.

Work is counted, not timed; see `tests/cli/test_growth.py`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from migrator import stack
from migrator.model import Options, Program, Source
from migrator.programs import programs
from migrator.together import migrate_program

CALL = 'client.models.generate_content(model="gemini-3.5-flash", contents=q)'
LLM = f"""\
from google import genai
client = genai.Client()
def ask(q: str):
    return {CALL}
"""


def own_calls(number: int) -> str:
    """A module with a call."""
    return f"from app.llm import client\ndef f(q: str):\n    r = {CALL}\n    return r.text\n"


def one_helper(number: int) -> str:
    """A module that reads what a function of another returns."""
    return "from app.llm import ask\ndef f(q: str):\n    return ask(q).text\n"


def layers(number: int) -> str:
    """One that hands it on, in layers of ten modules."""
    below = f"app.m{number - 1}" if number % 10 else "app.llm"
    body = "    r = below(q)\n    print(r.text)\n    return r\n"
    return f"from {below} import ask as below\ndef ask(q: str):\n{body}"


def around(modules: dict[str, str]) -> Program:
    """The program that files on the disk are."""
    cores = [Source(p, t.encode()) for p, t in modules.items() if "generate_content" in t]
    (program,) = programs(cores, modules)
    assert len(program.sources) == len(modules) - 1  # nothing imports the package itself
    return program


def work(do: Callable[[], object]) -> int:
    """How many functions are called, Python's and C's."""
    count = 0

    def tally(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    def counted() -> None:
        sys.setprofile(tally)
        try:
            do()
        finally:
            sys.setprofile(None)

    stack.call(counted)
    return count


@pytest.mark.parametrize("edit", [False, True], ids=["plan", "edit"])
@pytest.mark.parametrize("module", [own_calls, one_helper, layers])
def test_work_grows_with_the_modules(tree, module, edit):
    def once(count: int) -> int:
        modules = {f"app/m{i}.py": module(i) for i in range(count)}
        files = {"pyproject.toml": "", "app/__init__.py": "", "app/llm.py": LLM, **modules}
        tree(files)
        program = around({path: text for path, text in files.items() if path.endswith(".py")})
        return work(lambda: migrate_program(program, Options(unsafe_fixes=True), edit=edit))

    once(3)  # what is imported or compiled once
    few, many = once(20), once(80)
    assert many < 6 * few
