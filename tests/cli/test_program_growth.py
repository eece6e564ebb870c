"""Programs of many modules: what is done grows with their lines, and only what can matter is read.

Work is counted, not timed; see `tests/cli/test_growth.py`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from migrator import import_graph, stack
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


def test_imports_that_mean_nothing_of_the_project_cost_little():
    project = import_graph.Project(["/x/app/llm.py", "/x/app/__init__.py"])
    text = "import os\nfrom collections.abc import (\n    Iterator,\n    Mapping,\n)\n"
    mine = "from app import (  # here\n    llm,\n)\nimport os, app.llm as l\nfrom ..x import y\n"
    assert import_graph.import_paths(text.encode(), project.names) == []
    found = import_graph.import_paths((text + mine).encode(), project.names)
    assert found == ["app", "app.llm", "..x", "..x.y"]


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("from app \\\n  import llm\n", ["app", "app.llm"]),
        ("from app import llm, \\\r\n   api\r\n", ["app", "app.llm", "app.api"]),
        ("import os, \\\n  app.llm as x, b\n", ["app", "app.llm"]),
        ("from app.x import (\r\n  a,\r\n)\r\n", ["app.x", "app.x.a"]),
        ("  from ..a.b import c as d, e  # f", ["..a.b", "..a.b.c", "..a.b.e"]),
        ("from app.llm import *\nimport app", ["app.llm", "app"]),
        ("important = 1\nfrom . import (a,  # x\n b)", [".", ".a", ".b"]),
    ],
)
def test_imports_in_all_spellings(text, paths):
    assert import_graph.import_paths(text.encode(), {b"app"}) == paths


@pytest.mark.parametrize(
    ("file", "path", "meant"),
    [
        ("/x/app/api.py", "app.llm", "/x/app/llm.py"),
        ("/x/app/api.py", "app", "/x/app/__init__.py"),
        ("/x/app/api.py", ".llm", "/x/app/llm.py"),
        ("/x/app/api.py", ".", "/x/app/__init__.py"),
        ("/x/app/sub/api.py", "..llm", "/x/app/llm.py"),
        ("/x/app/sub/api.py", "..", "/x/app/__init__.py"),
        ("/x/app/api.py", "app.llm.ask", None),
        ("/x/app/api.py", "llm", "/x/app/llm.py"),
        ("/x/tests/test_it.py", "lib_of", "/x/src/lib_of/__init__.py"),
        ("/x/tests/test_it.py", "space.deep", "/x/space/deep.py"),
        ("/x/tests/test_it.py", "space", None),
        ("/main.py", "other", "/other.py"),
        ("/main.py", ".other", "/other.py"),
    ],
)
def test_which_file_an_import_means(file, path, meant):
    files = [
        "/x/app/__init__.py",
        "/x/app/api.py",
        "/x/app/llm.py",
        "/x/app/sub/api.py",
        "/x/src/lib_of/__init__.py",
        "/x/space/deep.py",
        "/main.py",
        "/other.py",
    ]
    assert import_graph.Project(files).target(file, path) == meant
