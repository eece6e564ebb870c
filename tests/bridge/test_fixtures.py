"""Programs that nobody has migrated do the same over the bridge, and never ask the older API.

Every case that runs is tried natively and over the bridge, with a friendly server and in moods of
it. A run of the tests takes a third of the cases with a friendly server, the SDK versions in turn,
and some of them in a mood; all of them with each SDK in each mood that its program can tell apart:

    GEMINI_MIGRATE_MOODS=all pytest tests/bridge/test_fixtures.py

`GEMINI_MIGRATE_MOODS=empty,safety` tries those moods; the friendly one is called `plain`.
"""

from __future__ import annotations

import os
import re
import zlib

import pytest

from tests.oracle.cases import Case, cases
from tests.oracle.moods import Mood
from tests.oracle.programs import Oracle

from .crossing import PLAIN, Crossing, moods_in

ASKED = os.environ.get("GEMINI_MIGRATE_MOODS", "")
SDKS = ("oldest", "newest")
SHARE = 3
"""One case of so many is tried in each run of the tests; a third of those in a mood as well."""

KEPT = {
    r"generationConfig\.topK": "GenerationConfig of the Interactions API has no such field",
    r"generationConfig\.(presence|frequency)Penalty": "it has none of these",
    r"generationConfig\.(responseLogprobs|logprobs)": "nor of these",
    r"generationConfig\.candidateCount": "an interaction is one reply",
    r"thinkingConfig\.thinkingBudget": "there are levels, and none is the same as a number",
    r"retrievalConfig\.language_?[cC]ode": "a tool of maps knows a place, and no language",
    r"toolConfig\.include_?[sS]erver_?[sS]ide_?[tT]ool_?[iI]nvocations": (
        "what the server's tools were asked and answered are steps, and no parts are made of them"
    ),
    r"functionDeclarations\.behavior": "functions that don't block have no place",
    r"mediaResolution\.num_?[tT]okens": "a resolution is one of four words",
    r"a document of the type application/zip": "documents are of listed types",
    r"an answer to a function that was not called": "a result needs the id of its call",
    r"a part with nothing in it": "there is no content of that kind",
    r"tuned models": "interactions are of the models that Google serves",
}
"""Why requests of cases stay with generateContent, by the text of the warning."""

APART = {
    "chats/refuses-replies-awaited-elsewhere": (
        "oldest",
        "natively the client fails in its second event loop; the bridge has connections for each",
    ),
    "chats/reply-waited-for-with-a-limit": (
        "oldest",
        "natively the client fails in its second event loop; the bridge has connections for each",
    ),
}
"""Cases that are not compared on a version of the SDK, and why."""

IN_MOODS = {
    **{
        (f"structured-output/{name}", mood): "the server of the tests can't spoil a bare word"
        for name, moods in {
            "enum-mime": (),
            "enum-mime-shapes": (),
            "enum-mime-refused": ("cut-text", "several-texts", "none-between"),
        }.items()
        for mood in ("broken-json", "fenced-json", *moods)
    },
    **{
        (f"error-handlers/{case}", f"error-{status}"): "what a failure cancels may have asked"
        for case, statuses in {
            "group-of-client-errors": (400, 503),
            "exception-group-read": (400, 401, 403, 404, 429, 500, 503, 504),
        }.items()
        for status in statuses
    },
    **{
        pair: "a thought's signature in what became a turn of the user is left out"
        for pair in (
            ("history/careful-roles-flipped-of-replies", "none-between"),
            ("read-parts/thought-sent-again", "only-thoughts"),
        )
    },
    ("streams/once-per-answer", "stream-without-end"): (
        "a stream that says nothing and has no end is one without a chunk"
    ),
    ("error-handlers/retry-delay-without-default", "error-429"): (
        "an error of interactions tells a delay by its header or not at all; the program needs it"
    ),
}
"""Pairs of cases and moods that are not compared, and why."""


def _rank(name: str) -> int:
    return zlib.crc32(name.encode())


def _tried(case: Case) -> list[Mood]:
    moods = moods_in(case.before.decode("utf-8", "replace"))
    moods = [mood for mood in moods if (case.id, mood.name) not in IN_MOODS]
    if ASKED == "all":
        return moods
    if ASKED:
        return [mood for mood in moods if mood.name in ASKED.split(",")]
    rank = _rank(case.id)
    if rank % SHARE:
        return []
    others = sorted(moods[1:], key=lambda mood: _rank(f"{case.id} {mood.name}"))
    return [PLAIN, *others[: rank // SHARE % SHARE == 0]]


def _pairs() -> list[tuple[Case, int, list[Mood]]]:
    found = []
    for number, case in enumerate(case for case in cases() if case.runs and _tried(case)):
        sdks = (0, -1) if ASKED else (-(number % 2),)
        found += [(case, sdk, _tried(case)) for sdk in sdks if not _is_apart(case, sdk)]
    return found


def _is_apart(case: Case, sdk: int) -> bool:
    return APART.get(case.id, ("", ""))[0] == SDKS[sdk]


PAIRS = _pairs()


@pytest.mark.parametrize(
    ("case", "sdk", "moods"), PAIRS, ids=[f"{case.id}-{SDKS[sdk]}" for case, sdk, _ in PAIRS]
)
def test_does_the_same_over_the_bridge(
    case: Case, sdk: int, moods: list[Mood], oracle: Oracle
) -> None:
    crossing = Crossing(oracle, oracle.workers[sdk], case.program(case.before))
    if not crossing.asks():
        return
    for mood in moods:
        assert not crossing.differences(mood)
    unknown = [text for text in crossing.kept if not any(re.fullmatch(k, text) for k in KEPT)]
    assert not unknown


def test_the_tables_name_cases_and_moods() -> None:
    known = {case.id: case for case in cases()}
    assert set(APART) <= set(known)
    for case, mood in IN_MOODS:
        assert mood in {one.name for one in moods_in(known[case].before.decode())}
