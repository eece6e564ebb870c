"""Runs a program before and after its rewrite in one mood of the server."""

from __future__ import annotations

from collections.abc import Sequence

from migrator.model import Finding, Status

from .mood_rules import differences, moods_for, weathers_after, weathers_before
from .moods import Mood
from .programs import Oracle, Program, Worker


def moods_in_turn(source: str, turn: int, count: int) -> list[Mood]:
    """Some of the moods that a program can tell apart; other ones with each turn."""
    told = list(moods_for(source))
    return [told[(turn * count + number) % len(told)] for number in range(min(count, len(told)))]


def changes_in_mood(
    oracle: Oracle,
    worker: Worker,
    original: Program,
    rewritten: Program,
    mood: Mood,
    findings: Sequence[Finding],
) -> list[str]:
    """What the rewritten program does otherwise in some world of the mood, unannounced."""
    before = [
        oracle.run(original, worker, weather)
        for weather in weathers_before(mood, original.source.decode())
    ]
    said = [(f.message, *f.notes, f.blocker.reason if f.blocker else "") for f in findings]
    notes = [text for texts in said for text in texts]
    partly = any(finding.status is not Status.MIGRATED for finding in findings)
    for weather in weathers_after(mood, rewritten.source.decode()):
        after = oracle.run(rewritten, worker, weather)
        found = differences(before, after, mood, notes)
        if partly:
            found = [text for text in found if "the older API is still asked" not in text]
        if found:
            return [f"in the mood {mood.name} ({weather.world.name}), on {after.sdk}:", *found]
    return []
