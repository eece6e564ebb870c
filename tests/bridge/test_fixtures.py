"""Programs that nobody has migrated do the same over the bridge, and never ask the older API."""

from __future__ import annotations

import pytest

from tests.oracle.cases import Case, cases
from tests.oracle.compare import compare
from tests.oracle.environments import ROOT
from tests.oracle.programs import Oracle, OverBridge

BRIDGE = ROOT / "codemods" / "bridge" / "genai_bridge.py"
FIRST = [case for case in cases() if case.runs and case.id.startswith("chats/straight-line")]


@pytest.mark.parametrize("sdk", [0, -1], ids=["oldest", "newest"])
@pytest.mark.parametrize("case", FIRST, ids=lambda case: case.id)
def test_does_the_same_over_the_bridge(case: Case, sdk: int, oracle: Oracle) -> None:
    program, worker = case.program(case.before), oracle.workers[sdk]
    before = oracle.run(program, worker)
    after = oracle.run(program, OverBridge(worker, BRIDGE))
    if before.legacy:
        assert not compare(before, after)
