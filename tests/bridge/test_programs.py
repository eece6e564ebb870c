"""Random programs do the same over the bridge; `python -m tests.bridge.programs` makes others."""

from __future__ import annotations

from itertools import islice

from tests.oracle.programs import Oracle

from .programs import differences, programs

EACH_RUN = 40


def test_programs_do_the_same_over_the_bridge(oracle: Oracle) -> None:
    for turn, program in enumerate(islice(programs(1), EACH_RUN), 1):
        assert not differences(program, turn, oracle), program.source.decode()
