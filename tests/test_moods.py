"""Every runnable case does the same after its rewrite in every mood of the server.

Each run of the tests tries a few moods of each case. `GEMINI_MIGRATE_MOODS=all` tries all that its
program can tell apart, `GEMINI_MIGRATE_MOODS=empty,safety` those.
"""

from __future__ import annotations

import os
import re
import zlib

import pytest

from tests.oracle import moods
from tests.oracle.cases import Case
from tests.oracle.mood_rules import moods_for
from tests.oracle.moods import BY_NAME, MOODS, Mood
from tests.oracle.programs import Oracle
from tests.oracle.unkind import changes_in_mood
from tests.test_fixtures import RUNNABLE, rewrite

ASKED = os.environ.get("GEMINI_MIGRATE_MOODS", "")
EACH_RUN = 1
"""How many moods of a case are tried in each run of the tests."""
RARE = ("null",)
"""Kinds of moods that few cases can tell: those that can, try them."""


LEFT_OUT = {
    ("function-calls/careful-agent-parts-accumulate", "two-calls"): (
        "answers of earlier turns are sent again without ids: nothing says which call they are for"
    ),
}
"""Pairs of cases and moods that are not compared, and why."""


def _tried(case: Case) -> list[Mood]:
    source = case.before.decode("utf-8", "replace")
    told = [mood for mood in moods_for(source) if (case.id, mood.name) not in LEFT_OUT]
    if ASKED == "all":
        return told
    if ASKED:
        return [mood for mood in told if mood.name in ASKED.split(",")]
    rare = [mood for mood in told if mood.kind in RARE]
    ranked = sorted(told, key=lambda mood: zlib.crc32(f"{case.id} {mood.name}".encode()))
    return rare[:EACH_RUN] or ranked[:EACH_RUN]


PAIRS = [(case, mood.name) for case in RUNNABLE for mood in _tried(case)]


@pytest.mark.parametrize(("case", "name"), PAIRS, ids=lambda value: getattr(value, "id", value))
def test_does_the_same_in_a_mood(case: Case, name: str, oracle: Oracle) -> None:
    mood = BY_NAME[name]
    assert case.after is not None
    original, rewritten = case.program(case.before), case.program(case.after)
    found = rewrite(case, case.before).findings
    header = case.settings.get("options", {}).get("header") != "off"
    assert not changes_in_mood(
        oracle, oracle.workers[-1], original, rewritten, mood, found, header=header
    )


def test_every_mood_is_tried() -> None:
    assert ASKED or {name for _, name in PAIRS} == {mood.name for mood in MOODS}


def test_every_mood_names_its_sources() -> None:
    described = (moods.__doc__ or "").partition("Sources, by name:")[2]
    known = set(re.findall(r"^([A-Z]\w+) ", described, re.MULTILINE))
    assert {name for mood in MOODS for name in mood.source.split(", ")} <= known
