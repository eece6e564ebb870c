"""Programs that ask once and read one thing of the reply: what may be asked for, and a rewrite
that is run in every mood.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from migrator.model import Options, Source
from migrator.pipeline import migrate
from tests.oracle.mood_rules import moods_for
from tests.oracle.moods import Mood
from tests.oracle.programs import Oracle, Program
from tests.oracle.unkind import changes_in_mood

PLAIN = ("", "temperature=0.5")
"""The tag in a prompt that brings something about, and the settings that ask for it."""
SEARCH = ("[[search]]", "tools=[types.Tool(google_search=types.GoogleSearch())]")
CALLS = (
    "[[call look]]",
    'tools=[types.Tool(function_declarations=[{"name": "look", "description": "Look."}])]',
)


def differences(
    program: str, oracle: Oracle, turn: int, moods: Callable[[str], Iterable[Mood]] = moods_for
) -> list[str] | None:
    """What `program` does otherwise in some mood once it is migrated, without unsafe fixes.

    None where it stays as it is. The SDK versions take turns. `moods` gives those of a program's
    text that are tried.
    """
    original = Program(program.encode())
    (result,) = migrate([Source("program.py", original.source)], Options(), edit=True)
    assert result.error is None
    if result.output is None:
        return None
    worker = oracle.workers[turn % len(oracle.workers)]
    after = Program(result.output)
    return [
        text
        for mood in moods(original.text)
        for text in changes_in_mood(oracle, worker, original, after, mood, result.findings)
    ]
