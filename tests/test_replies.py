"""Whatever a program reads of a reply, its rewritten version does the same.

Programs are made from nothing (`tests/reply_programs`), rewritten, and run against the local server
before and after, each in one of the moods it can tell. A few fixed ones run every time;
`python -m tests.reply_programs.many 5000 1` makes others.
"""

from __future__ import annotations

import pytest

from tests.oracle.programs import Oracle
from tests.reply_programs.check import Trial, differences, rewrite
from tests.reply_programs.draw import Draw
from tests.reply_programs.render import write

EACH_RUN = 60


@pytest.mark.parametrize("seed", range(EACH_RUN))
def test_a_reply_is_read_as_before(seed: int, oracle: Oracle) -> None:
    source = write(Draw(seed))
    trial = Trial(seed * 31, unsafe=seed % 2 == 1)
    result = rewrite(source, unsafe=trial.unsafe)
    if result.output is not None:
        assert not differences(source, result, trial, oracle), source


def test_most_programs_are_rewritten() -> None:
    done = [rewrite(write(Draw(seed)), unsafe=True) for seed in range(EACH_RUN)]
    assert sum(result.output is not None for result in done) > EACH_RUN / 2
