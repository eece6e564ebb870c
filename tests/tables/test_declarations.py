"""Declarations told from the source equal those that the installed SDK derives at run time.

Both SDK versions derive the same ones, with `use_json_schema=True`, which is how `generate_content`
derives them. `"required": []` and an empty description say nothing and are not written.
"""

from __future__ import annotations

import ast
import json
import subprocess
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from codemods.functions.declarations import declaration
from codemods.schemas.annotation_schemas import Uncertain
from codemods.tables.knowledge import KNOWLEDGE
from migrator.reasoning.annotation_meanings import Meanings
from migrator.understand import understand
from migrator.understand.values import FunctionNode
from tests.oracle import environments
from tests.oracle.environments import ROOT

SOURCE = (ROOT / "tests" / "declared" / "functions.py").read_text(encoding="utf-8")
DEFERRED = "from __future__ import annotations\n" + SOURCE

sdks = pytest.mark.parametrize("sdk", range(len(environments.labels())), ids=environments.labels())


def told(source: str) -> dict[str, Any]:
    """Every declaration of a module, told from its source; the reason where it is not certain."""
    facts = understand(ast.parse(source), KNOWLEDGE)
    found: dict[str, Any] = {}
    for function in facts.structure.functions:
        if isinstance(function, ast.Lambda):
            continue
        cls = facts.structure.enclosing_class(function)
        static = "staticmethod" in [ast.unparse(d) for d in function.decorator_list]
        name = f"{cls.name}.{function.name}" if cls else function.name
        if cls is None or cls.name == "Shop":
            found[name] = _told(
                function,
                Meanings(facts, facts.structure.scope_of[function]),
                bound=cls is not None and not static,
            )
    return found


def _told(function: FunctionNode, names: Meanings, *, bound: bool) -> Any:
    try:
        made = declaration(function, names, bound=bound)
    except Uncertain as reason:
        return str(reason)
    return {
        "name": made.name,
        "description": made.description,
        "parameters": made.parameters,
    }


@lru_cache
def derived(sdk: int, source: str, folder: Path) -> dict[str, Any]:
    """What one SDK derives for the same module."""
    path = folder / "functions.py"
    path.write_text(source, encoding="utf-8")
    done = subprocess.run(
        [environments.interpreters()[sdk], "-m", "tests.declared.by_sdk", path],
        cwd=ROOT, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    for one in found.values():
        if one["parameters"] and not one["parameters"]["required"]:
            del one["parameters"]["required"]
    return found


@sdks
@pytest.mark.parametrize("source", [SOURCE, DEFERRED], ids=["evaluated", "deferred"])
def test_declarations_are_those_of_the_sdk(sdk: int, source: str, tmp_path: Path) -> None:
    ours = told(source)
    theirs = derived(sdk, source, tmp_path)
    assert len(theirs) > 45
    assert {n: (ours[n], e) for n, e in theirs.items() if ours[n] != e and n != "annotated"} == {}
    assert "only known at run time" in ours["annotated"]


REFUSED = {
    "def f(*names: str): ...": "*names is not declared",
    "def f(a: str, **rest: str): ...": "**rest is not declared",
    "def f(a): ...": "the parameter a has no annotation",
    "def f(a: str, /): ...": "positional-only",
    "@cached\ndef f(a: str): ...": "the decorator @cached",
    "f = lambda a: a": "a lambda has no name",
    "def f(a: str): ...\nf.__doc__ = 'told'": "set by the program",
    "def f(a: str): ...\nf.__name__ = 'g'": "set by the program",
    "class A:\n    def f(self, a: str): ...\nsetattr(A, 'f', print)": "set by the program",
    "def f(a: unknown.Type): ...": "`unknown.Type` can't be told",
    "def f(a: bytes): ...": "`bytes` can't be told",
    "def f(a: 'a type'): ...": "does not parse",
    "def f(a: str = get()): ...": "`get()` is only known at run time",
    "def f(a: str = b'x'): ...": "can't be written as JSON",
    "def f(a: float = 1e999): ...": "can't be written as JSON",
    "T = int\nT = str\ndef f(a: T): ...": "`T` can't be told",
    "class D: x: int\ndef f(a: D): ...": "the class D can't be told",
    "import dataclasses\n@dataclasses.dataclass\nclass D:\n    x: int\ndef f(a: D): ...": "class D",
    "import typing\nclass D(typing.TypedDict):\n    x: int\ndef f(a: D): ...": "class D",
    "import enum\nclass E(enum.Enum):\n    A = enum.auto()\ndef f(a: E): ...": "enum.auto()",
    "import enum\nclass E(enum.Flag):\n    A = 1\ndef f(a: E): ...": "the class E",
    "import enum\nclass E(enum.Enum):\n    A = 1\n    B = 'b'\ndef f(a: E): ...": "several types",
    "from typing import Literal\ndef f(a: Literal['a', 1]): ...": "several types",
    "from typing import Literal\ndef f(a: Literal[X]): ...": "the literal `X`",
    "from pydantic import BaseModel\nclass M(BaseModel):\n    model_config = {}\n    x: int\n"
    "def f(a: M): ...": "may be changed by `model_config = {}`",
    "from pydantic import BaseModel\nclass M(BaseModel):\n    parent: 'M'\ndef f(a: M): ...": (
        "the class M refers to itself"
    ),
    "from pydantic import BaseModel, Field\nclass M(BaseModel):\n    x: int = Field(alias='y')\n"
    "def f(a: M): ...": "`alias` of a Field",
    "from pydantic import BaseModel\nclass M(BaseModel, extra='forbid'):\n    x: int\n"
    "def f(a: M): ...": "the class M",
}


@pytest.mark.parametrize("source", REFUSED, ids=[str(n) for n in range(len(REFUSED))])
def test_what_can_not_be_told_is_refused_with_a_reason(source: str) -> None:
    facts = understand(ast.parse(source), KNOWLEDGE)
    (function,) = facts.structure.functions
    names = Meanings(facts, facts.structure.scope_of[function])
    with pytest.raises(Uncertain) as refusal:
        declaration(function, names, bound=False)
    assert REFUSED[source] in str(refusal.value)
