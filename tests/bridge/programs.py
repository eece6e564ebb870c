"""Makes many programs, runs them natively and over the bridge, and prints what differs.

`python -m tests.bridge.programs 5000 1`: 5000 programs of the seed 1, half of them about replies,
half about conversations, in turn with each SDK, in a friendly mood and in one that they can tell.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from collections.abc import Iterator

from tests.conversation_programs.many import drawn
from tests.conversation_programs.render import write as write_talk
from tests.oracle.programs import Oracle, Program
from tests.reply_programs.draw import Draw
from tests.reply_programs.render import write as write_reply

from .crossing import Crossing, moods_in

EACH = 500
"""After so many programs the counts are printed."""


def programs(seed: int) -> Iterator[Program]:
    """Programs without an end; the same for the same seed."""
    chance = random.Random(seed)
    number = seed * 1_000_000
    while True:
        for talk in drawn(number):
            yield Program(write_reply(Draw(chance.randrange(2**32))).encode())
            written = write_talk(talk)
            yield Program(written.source.encode(), stdin=written.stdin)
        number += 1


def differences(program: Program, turn: int, oracle: Oracle) -> list[str]:
    """What a program does over the bridge that it never does natively; `turn` chooses the mood."""
    crossing = Crossing(oracle, oracle.workers[turn // 2 % len(oracle.workers)], program)
    if not crossing.asks():
        return []
    friendly, *moods = moods_in(program.text)
    mood = moods[turn // 4 % len(moods)] if moods else friendly
    return crossing.differences(friendly) or crossing.differences(mood)


def main(count: int, seed: int) -> None:
    """Run so many programs, and print what they do otherwise."""
    counts: Counter[str] = Counter()
    start = time.perf_counter()
    with Oracle() as oracle:
        for turn, program in enumerate(programs(seed), 1):
            found = differences(program, turn, oracle)
            counts["programs"] += 1
            if found:
                counts["differences"] += 1
                print(f"---------- program {turn}\n{program.source.decode()}", *found, sep="\n")
            if turn % EACH == 0 or turn == count:
                spent = time.perf_counter() - start
                print(f"{turn} programs, {counts['differences']} differ, {spent:.0f} s", flush=True)
            if turn == count:
                break


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
