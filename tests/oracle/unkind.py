"""Runs a program before and after its rewrite in one mood of the server."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from migrator.model import Finding, Status

from .mood_rules import compare_in_mood, moods_for, weathers_after, weathers_before
from .moods import Mood, Weather
from .programs import Interpreter, Oracle, Program, Run


def moods_in_turn(source: str, turn: int, count: int) -> list[Mood]:
    """Some of the moods that a program can tell apart; other ones with each turn."""
    told = list(moods_for(source))
    return [told[(turn * count + number) % len(told)] for number in range(min(count, len(told)))]


def changes_in_mood(
    oracle: Oracle,
    worker: Interpreter,
    original: Program,
    rewritten: Program,
    mood: Mood,
    findings: Sequence[Finding],
    world: int | None = None,
    *,
    header: bool = True,
) -> list[str]:
    """What the rewritten program does otherwise in some world of the mood, unannounced.

    With `world`, in that one alone. The original runs in no more spellings than it takes to find
    one that is like it: what it does in one that it gets through is enough.
    """
    spelt = weathers_before(mood, original.text)
    if any(finding.status is not Status.MIGRATED for finding in findings):
        spelt = spelt[:1]  # what the older API still answers is spelt so, too
    before: list[Run] = []
    worlds = weathers_after(mood, rewritten.text)
    for weather in worlds if world is None else [worlds[world % len(worlds)]]:
        after = oracle.run(rewritten, worker, weather)
        runs = _runs(oracle, worker, original, spelt, before)
        found = _differences(runs, after, mood, findings, header=header)
        if found:
            return [f"in the mood {mood.name} ({weather.world.name}), on {after.sdk}:", *found]
    return []


def _runs(
    oracle: Oracle,
    worker: Interpreter,
    original: Program,
    spelt: Sequence[Weather],
    done: list[Run],
) -> Iterable[Run]:
    """The original in one spelling after the other; `done` keeps what ran."""
    for number, weather in enumerate(spelt):
        if number == len(done):
            done.append(oracle.run(original, worker, weather))
        yield done[number]


def _differences(
    runs: Iterable[Run], after: Run, mood: Mood, findings: Sequence[Finding], *, header: bool
) -> list[str]:
    """What a rewritten program does that the original does in no spelling of the mood.

    An interaction doesn't tell the spellings apart, so any of them will do; but where the
    original gets through in some of them, ending by an error in the others is no excuse.
    """
    said = [(f.message, *f.notes, f.blocker.reason if f.blocker else "") for f in findings]
    notes = [text for texts in said for text in texts]
    partly = any(finding.status is not Status.MIGRATED for finding in findings)
    through: list[list[str]] = []
    failed: list[list[str]] = []
    for run in runs:
        found = compare_in_mood(run, after, mood, notes, header=header)
        if partly:
            found = [text for text in found if "the older API is still asked" not in text]
        if run.exit == 0 and not found:
            return []
        (through if run.exit == 0 else failed).append(found)
    return min(through or failed, key=len)
