"""Makes many programs, runs them before and after in a mood each, and prints what differs.

`python -m tests.reply_programs.many 5000 1`: 5000 programs of the seed 1. What differs is made
smaller first, so far as `SMALLER` tries go.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence

from tests.oracle.programs import Oracle

from .check import Trial, differences, rewrite
from .draw import Draw, smaller
from .render import write

SMALLER = int(os.environ.get("GEMINI_MIGRATE_SMALLER", "60"))
EACH = 100
"""After so many programs the counts are printed."""


def main(count: int, seed: int) -> None:
    """Run so many programs, and print what became of them."""
    counts: Counter[str] = Counter()
    start = time.perf_counter()
    chance = random.Random(seed)
    with Oracle() as oracle:
        while counts["programs"] < count:
            counts["programs"] += 1
            draw = Draw(chance.randrange(2**32))
            write(draw)
            trial = Trial(chance.randrange(2**16), unsafe=chance.random() < 0.5)
            _try(draw.chosen, trial, oracle, counts)
            if counts["programs"] % EACH == 0 or counts["programs"] == count:
                spent = time.perf_counter() - start
                print(
                    f"{counts['programs']} programs, {counts['rewritten']} rewritten, "
                    f"{counts['differences']} differences, {spent:.0f} s",
                    flush=True,
                )
    for name, times in counts.most_common():
        print(f"{times:6} {name}")


def _try(chosen: Sequence[int], trial: Trial, oracle: Oracle, counts: Counter[str]) -> None:
    source = write(Draw(given=chosen))
    result = rewrite(source, unsafe=trial.unsafe)
    if result.output is None:
        for finding in result.findings:
            if finding.blocker:
                counts[f"{finding.status.value}: {finding.blocker.reason}"] += 1
            else:
                counts[finding.status.value] += 1
        return
    counts["rewritten"] += 1
    if not differences(source, result, trial, oracle):
        return
    if not differences(source, result, trial, oracle):
        counts["differences that did not come again (a run that took too long)"] += 1
        return
    counts["differences"] += 1
    mood = trial.mood(source)

    def still(candidate: Sequence[int]) -> bool:
        text = write(Draw(given=candidate))
        made = rewrite(text, unsafe=trial.unsafe)
        if made.output is None:
            return False
        told = _same_mood(text, trial, mood.name if mood else "")
        return told is not None and bool(differences(text, made, told, oracle))

    best = smaller(chosen, still, SMALLER)
    text = write(Draw(given=best))
    made = rewrite(text, unsafe=trial.unsafe)
    told = _same_mood(text, trial, mood.name if mood else "") or trial
    print(f"---------- program {counts['programs']}, {told}\n{text}")
    print("----------", (made.output or b"").decode(), "----------", sep="\n")
    print("\n".join(differences(text, made, told, oracle)))
    for finding in made.findings:
        print(finding.status.value, finding.message, *finding.notes, sep="\n  ")
    sys.stdout.flush()


def _same_mood(source: str, trial: Trial, name: str) -> Trial | None:
    """A trial in the same mood of another program, where that can meet it."""
    for number in range(trial.number, trial.number + 100):
        found = Trial(number, trial.unsafe)
        mood = found.mood(source)
        if (mood.name if mood else "") == name:
            return found
    return None


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
