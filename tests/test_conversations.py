"""Whatever a program does with its conversations, its rewritten version does the same.

Programs are made from nothing (`tests/conversation_programs`), rewritten, and run against the
local server before and after: a friendly one, and one in a mood. A few fixed ones run every time;
`GEMINI_MIGRATE_EXAMPLES=500 GEMINI_MIGRATE_SEED=1 pytest -n 0 -s tests/test_conversations.py` makes
as many others, those of the seed (or different ones in each run), and prints what became of them.
"""

from __future__ import annotations

import os
import random
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, seed, settings

from migrator.model import FileResult, Options, Source, Status
from migrator.pipeline import migrate
from tests.conversation_programs.model import Talk
from tests.conversation_programs.render import Written, write
from tests.conversation_programs.strategies import talks
from tests.oracle.compare import compare
from tests.oracle.programs import Oracle, Program
from tests.oracle.unkind import changes_in_mood, moods_in_turn

ASKED = int(os.environ.get("GEMINI_MIGRATE_EXAMPLES", "0"))
SEED = int(os.environ.get("GEMINI_MIGRATE_SEED", "0")) or random.randrange(1, 2**32)
examples = settings(
    max_examples=ASKED or 40,
    derandomize=not ASKED,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
SITE = re.compile(r"\.(?:generate_content|chats\.create|send_message)(?:_stream)?\(")


@pytest.fixture(scope="module")
def outcomes() -> Iterator[Counter[str]]:
    """What became of the programs; told at the end of a long run."""
    counts: Counter[str] = Counter()
    yield counts
    if ASKED:
        total = counts["programs"]
        print(f"\nseed {SEED}")
        for name, count in counts.most_common():
            print(f"{count:5} {100 * count / total:5.1f}%  {name}")


@examples
@(seed(SEED) if ASKED else lambda test: test)
@given(talk=talks())
def test_a_conversation_goes_on_as_before(
    talk: Talk, oracle: Oracle, outcomes: Counter[str]
) -> None:
    written = write(talk)
    note(written.source)
    result = rewrite(written)
    outcomes["programs"] += 1
    outcomes[outcome(result)] += 1
    for reason in reasons(result):
        outcomes[f"because {reason}"] += 1
    if result.output is not None:
        note(result.output.decode())
        turn = outcomes["programs"]
        check_run(written, result, oracle, turn=turn)
        check_moods(written, result, oracle, turn=turn)


def rewrite(written: Written) -> FileResult:
    """What becomes of a program: every site has a finding, and what stays has a reason."""
    (result,) = migrate([Source("talk.py", written.source.encode())], Options(), edit=True)
    assert result.error is None, result.error
    assert len(result.findings) == len(SITE.findall(written.source))
    for finding in result.findings:
        if finding.status is not Status.MIGRATED:
            assert finding.blocker is not None and finding.blocker.reason, finding
    migrated = any(finding.status is Status.MIGRATED for finding in result.findings)
    assert migrated == (result.output is not None)
    return result


def check_run(written: Written, result: FileResult, oracle: Oracle, *, turn: int = 0) -> None:
    """Both programs do the same; the SDK versions take turns."""
    assert result.output is not None
    worker = oracle.workers[turn % len(oracle.workers)]
    before = oracle.run(Program(written.source.encode(), written.stdin), worker)
    assert before.exit == 0, f"the original does not run\n{before.stderr}"
    after = oracle.run(Program(result.output, written.stdin), worker)
    found = compare(before, after)
    if any(finding.status is not Status.MIGRATED for finding in result.findings):
        found = [text for text in found if not text.startswith("the older API is still asked")]
    if any(empty(request.body.get("input")) for request in after.asked):
        found.append("a step without content is sent")
    assert not found, f"on {before.sdk}\n" + "\n".join(found)


def check_moods(
    written: Written, result: FileResult, oracle: Oracle, *, turn: int, count: int = 1
) -> int:
    """Both programs do the same in some moods of the server, other ones each turn; how many."""
    assert result.output is not None
    original, rewritten = (
        Program(source, written.stdin) for source in (written.source.encode(), result.output)
    )
    worker = oracle.workers[turn % len(oracle.workers)]
    moods = moods_in_turn(written.source, turn, count)
    for mood in moods:
        found = changes_in_mood(oracle, worker, original, rewritten, mood, result.findings)
        assert not found, "\n".join(found)
    return len(moods)


def empty(sent: Any) -> bool:
    """Whether a step says nothing; the server of the tests takes no notice of it."""
    steps = sent if isinstance(sent, list) else []
    return any(step.get("content") == [] for step in steps)


def outcome(result: FileResult) -> str:
    """What became of a program, in a word or two."""
    if result.output is None:
        return "blocked"
    some = any(finding.status is not Status.MIGRATED for finding in result.findings)
    text = result.output.decode()
    chained = "previous_interaction_id" in text
    kept = "store=False" in text
    how = "chained" if chained and not kept else "partly chained" if chained else "not chained"
    return f"{'partly ' if some else ''}migrated, {how}"


def reasons(result: FileResult) -> set[str]:
    """Why sites stayed, names left out."""
    return {
        re.sub(r"`[^`]*`|'[^']*'", "…", finding.blocker.reason)
        for finding in result.findings
        if finding.blocker is not None
    }
