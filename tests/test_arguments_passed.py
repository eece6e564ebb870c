"""Arguments reach a function as the SDK passed them, or the loop is held back.

A loop that calls `function(**arguments)` converts nothing; the SDK made models of dicts, and let
nothing through that it could not check.
"""

from __future__ import annotations

import ast
import json
import subprocess
from typing import Any

import pytest

from codemods.functions.arguments_passed import passed
from codemods.functions.declarations import Parameter
from codemods.tables.knowledge import KNOWLEDGE
from migrator.reasoning.annotation_meanings import Meanings
from migrator.understand import understand
from tests.oracle.environments import ROOT, interpreters, labels
from tests.tables.test_declarations import DEFERRED, SOURCE

PAIRS: list[tuple[str, Any]] = [
    ("str", "x"),
    ("int", 3),
    ("float", 2.5),
    ("float", 3),
    ("bool", True),
    ("list", [1, "a"]),
    ("dict", {"a": 1}),
    ("object", "x"),
    ("list[str]", ["x"]),
    ("List[int]", [1]),
    ("list[list[str]]", [["x"]]),
    ("list[dict]", [{"a": 1}]),
    ("dict[str, int]", {"a": 1}),
    ("Dict[str, list[int]]", {"a": [1]}),
    ("Optional[str]", "x"),
    ("Optional[str]", None),
    ("str | None", "x"),
    ("Union[int, str]", "x"),
    ("Optional[list[str]]", ["x"]),
    ("Optional[dict]", {"a": 1}),
    ("Optional[dict[str, int]]", {"a": 1}),
    ("typing.List", ["x"]),
    ("typing.Dict", {"a": 1}),
    ("Literal['x', 'y']", "x"),
    ("Unit", "celsius"),
    ("Optional[Unit]", "celsius"),
    ("list[Literal['x']]", ["x"]),
    ("Any", "x"),
    ("dict[str, Any]", {"a": 1}),
    ("list[Any]", ["x"]),
    ("Sequence[str]", ["x"]),
    ("Mapping[str, str]", {"a": "b"}),
    ("Color", "red"),
    ("Size", "S"),
    ("tuple[int, str]", [1, "a"]),
    ("set[str]", ["x"]),
    ("Address", {"street": "x"}),
    ("list[Address]", [{"street": "x"}]),
    ("dict[str, Address]", {"a": {"street": "x"}}),
    ("list[list[Address]]", [[{"street": "x"}]]),
    ("'Address'", {"street": "x"}),
    ("'str'", "x"),
]
ANNOTATED: list[tuple[str, Any]] = [
    ("Annotated[str, 'the city']", "x"),
    ("Annotated[list[str], Field(max_length=3)]", ["x"]),
]
"""The SDK checks these only where annotations are kept as text."""
WRITTEN: list[tuple[str, Any]] = [
    ("datetime.date", "2026-01-01"),
    ("datetime.datetime", "2026-01-01T10:00:00"),
    ("datetime.time", "10:00:00"),
    ("datetime.timedelta", "PT1H"),
    ("uuid.UUID", "12345678-1234-5678-1234-567812345678"),
    ("Optional[datetime.date]", "2026-01-01"),
]
"""The model writes these as text, of which newer versions of the SDK make an object."""

sdks = pytest.mark.parametrize("sdk", range(len(labels())), ids=labels())


def foretold(source: str, pairs: list[tuple[str, Any]]) -> list[str]:
    """What the loop takes for granted of each pair."""
    facts = understand(ast.parse(source), KNOWLEDGE)
    names = Meanings(facts, facts.structure.modules[0])
    found = []
    for annotation, _ in pairs:
        node = ast.parse(annotation, mode="eval").body
        told = passed(Parameter("a", node, required=True), names)
        found.append("error" if told.problem else "model" if told.pattern else "same")
    return found


def observed(sdk: int, source: str, pairs: list[tuple[str, Any]]) -> list[str]:
    """What one SDK does with each pair."""
    done = subprocess.run(
        [interpreters()[sdk], "-m", "tests.declared.passed_by_sdk"],
        input=json.dumps({"source": source, "pairs": pairs}),
        cwd=ROOT, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: list[str] = json.loads(done.stdout)
    return found


@sdks
@pytest.mark.parametrize("source", [SOURCE, DEFERRED], ids=["evaluated", "deferred"])
def test_arguments_are_passed_as_the_sdk_did(sdk: int, source: str) -> None:
    pairs = PAIRS + ANNOTATED
    rows = zip(pairs, foretold(source, pairs), observed(sdk, source, pairs), strict=True)
    assert [row for row in rows if row[1] != row[2]] == []


def test_texts_are_no_objects_for_every_sdk() -> None:
    assert foretold(SOURCE, WRITTEN) == ["error"] * len(WRITTEN)
    oldest, *_, newest = (observed(sdk, SOURCE, WRITTEN) for sdk in range(len(labels())))
    assert oldest == ["error"] * len(WRITTEN)
    assert newest == ["other"] * len(WRITTEN)


def test_models_are_made_where_the_sdk_made_them() -> None:
    facts = understand(ast.parse(SOURCE), KNOWLEDGE)
    names = Meanings(facts, facts.structure.modules[0])

    def pattern(annotation: str, *, required: bool = True) -> str | None:
        node = ast.parse(annotation, mode="eval").body
        return passed(Parameter("a", node, required), names).pattern

    assert pattern("Address") == "Address(**{})"
    assert pattern("list[Address]") == "[Address(**item) for item in {}]"
    assert pattern("dict[str, Address]") == ("{key: Address(**value) for key, value in {}.items()}")
    assert pattern("Optional[Address]") is None
    assert pattern("Address", required=False) is None
