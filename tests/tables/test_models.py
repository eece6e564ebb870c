"""The table of models that go, against the SDK, and what --upgrade-models may change."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from codemods.tables.models import AS_OF, MODELS, Ending, ending
from codemods.tables.settings import THINKING_BUDGETS
from codemods.tables.thinking import DYNAMIC, LEVELS, UNTHINKING, family
from migrator.model import Options, Source
from migrator.pipeline import migrate
from tests.oracle import environments
from tests.oracle.cases import Case, cases, options_of

UPGRADED = [case for case in cases() if options_of(case).upgrade_models and case.after]


@pytest.mark.parametrize("name", MODELS)
def test_dates_are_dates_and_successors_stay(name: str) -> None:
    known = MODELS[name]
    assert re.fullmatch(r"(20\d\d-\d\d-\d\d)?", known.day)
    if known.successor is not None:
        assert ending(known.successor) is None


def test_successors_are_known_to_the_newest_sdk() -> None:
    folder = environments.interpreters()[-1].parents[1]
    (page,) = folder.rglob("google/genai/_gaos/types/interactions/model.py")
    listed = set(re.findall(r'"(gemini-[\w.-]+)"', page.read_text(encoding="utf-8")))
    assert {known.successor for known in MODELS.values() if known.successor} <= listed


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("gemini-3.5-flash", None),
        ("gemini-2.5-flash-lite", None),
        ("gemini-pro-latest", None),
        ("gemini-1.5-pro-002", Ending()),
        ("models/gemini-2.5-pro", MODELS["gemini-2.5-pro"]),
    ],
)
def test_names_that_begin_alike_are_told_apart(name: str, found: Ending | None) -> None:
    assert ending(name) == found


def test_what_is_to_come_is_told_so() -> None:
    assert Ending(AS_OF).told == f"was shut down on {AS_OF}"
    assert Ending("9999-01-01").told == "is shut down on 9999-01-01"


@pytest.mark.parametrize("case", UPGRADED, ids=lambda case: case.id)
def test_nothing_but_names_of_models_is_upgraded(case: Case) -> None:
    """The cases can't be compared by running them: another model is asked."""

    def names_aside(options: Options) -> str:
        (result,) = migrate([Source(case.name, case.before)], options, edit=True)
        assert result.output is not None
        return re.sub(r"gemini-[\w.-]+", "gemini", result.output.decode())

    asked = options_of(case)
    assert names_aside(asked) == names_aside(replace(asked, upgrade_models=False))


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("models/gemini-3.8-flash", "gemini-3.8-flash"),
        ("gemini-3.1-pro-preview", "gemini-3.1-pro"),
        ("gemini-2.5-flash-lite-preview-09-2025", "gemini-2.5-flash-lite"),
        ("gemini-2.5-flash-001", "gemini-2.5-flash"),
        ("gemini-3.1-flash-lite-image", "gemini-3.1-flash-lite-image"),
    ],
)
def test_states_of_a_model_take_the_same_levels(model: str, name: str) -> None:
    assert family(model) == name and name in LEVELS


def test_there_is_a_budget_for_each_level_that_a_model_takes() -> None:
    assert all(levels <= set(THINKING_BUDGETS) for levels in LEVELS.values())
    assert set(LEVELS) >= DYNAMIC | UNTHINKING
