"""Rewrites a program and runs it before and after."""

from __future__ import annotations

from dataclasses import dataclass

from migrator.model import FileResult, Options, Source, Status
from migrator.pipeline import migrate
from tests.oracle.mood_rules import compare_in_mood, moods_for
from tests.oracle.moods import Mood
from tests.oracle.programs import Oracle, Program
from tests.oracle.unkind import changes_in_mood


@dataclass(frozen=True, slots=True)
class Trial:
    """Under which conditions a program is tried: `number` chooses the mood and its world."""

    number: int
    unsafe: bool

    def mood(self, source: str) -> Mood | None:
        """The mood of the server; None for a friendly one."""
        moods: list[Mood | None] = [*moods_for(source), None]
        return moods[self.number % len(moods)]


def rewrite(source: str, *, unsafe: bool) -> FileResult:
    """What becomes of a program."""
    (result,) = migrate(
        [Source("program.py", source.encode())], Options(unsafe_fixes=unsafe), edit=True
    )
    assert result.error is None, result.error
    assert result.findings
    for finding in result.findings:
        if finding.status is Status.MANUAL:
            assert finding.blocker is not None and finding.blocker.reason, finding
    return result


def differences(source: str, result: FileResult, trial: Trial, oracle: Oracle) -> list[str]:
    """What the rewritten program does otherwise; the SDK versions take turns."""
    assert result.output is not None
    worker = oracle.workers[trial.number % len(oracle.workers)]
    original, rewritten = Program(source.encode()), Program(result.output)
    mood = trial.mood(source)
    if mood is not None:
        return changes_in_mood(
            oracle, worker, original, rewritten, mood, result.findings, trial.number // 7
        )
    before = oracle.run(original, worker)
    assert before.exit >= 0, before.stderr
    after = oracle.run(rewritten, worker)
    notes = [text for finding in result.findings for text in (finding.message, *finding.notes)]
    return compare_in_mood(before, after, None, notes, cautious=not trial.unsafe)
