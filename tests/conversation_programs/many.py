"""Makes many programs, runs them before and after in moods of the server, and prints differences.

`python -m tests.conversation_programs.many 5000 1 [MOODS]`: 5000 programs of the seed 1, each in
two moods (or so many) besides the usual one. Unlike the test it goes on after a difference.
"""

from __future__ import annotations

import sys
import time
from collections import Counter

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.oracle.programs import Oracle
from tests.test_conversations import check_moods, check_run, outcome, rewrite

from .model import Talk
from .render import write
from .strategies import talks

AT_ONCE = 100
"""So many programs are drawn before they run; their seeds follow each other."""


def drawn(number: int) -> list[Talk]:
    """Some programs."""
    found: list[Talk] = []

    @seed(number)
    @settings(
        max_examples=AT_ONCE,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(talk=talks())
    def draw(talk: Talk) -> None:
        found.append(talk)

    draw()
    return found


def main(count: int, first: int, moods: int) -> None:
    """Run so many programs, and print what became of them."""
    counts: Counter[str] = Counter()
    start = time.perf_counter()
    with Oracle() as oracle:
        number = first * 1_000_000
        while counts["programs"] < count:
            for talk in drawn(number):
                _try(talk, oracle, counts, moods)
            number += 1
            spent = time.perf_counter() - start
            print(
                f"{counts['programs']} programs, {counts['runs in moods']} runs in moods, "
                f"{counts['differences']} differences, {spent:.0f} s",
                flush=True,
            )
    for name, times in counts.most_common():
        print(f"{times:6} {name}")


def _try(talk: Talk, oracle: Oracle, counts: Counter[str], moods: int) -> None:
    counts["programs"] += 1
    turn = counts["programs"]
    written = write(talk)
    try:
        result = rewrite(written)
        counts[outcome(result)] += 1
        if result.output is None:
            return
        counts["rewritten"] += 1
        check_run(written, result, oracle, turn=turn)
        counts["runs in moods"] += check_moods(written, result, oracle, turn=turn, count=moods)
    except AssertionError as error:
        counts["differences"] += 1
        print(f"---------- program {turn}\n{written.source}", flush=True)
        print((result.output or b"").decode(), error, sep="\n----------\n", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 2)
