"""What is found and written is the same in every run, whatever order a run's hashes come in."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.oracle.cases import cases
from tests.oracle.environments import ROOT

EVERY = 25
SAY = f"""\
from migrator.model import Source
from migrator.pipeline import migrate
from tests.oracle.cases import cases
from tests.oracle.cases import options_of

for case in cases()[::{EVERY}]:
    (result,) = migrate([Source(case.id, case.before)], options_of(case), edit=True)
    print(case.id, result)
"""
"""Hashes of texts differ by the seed, those of nodes by where in memory they happen to lie."""


def said(seed: str) -> str:
    run = subprocess.run(
        [sys.executable, "-c", SAY],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
    )
    return run.stdout


def test_two_runs_say_and_write_the_same() -> None:
    first = said("1")
    assert len(first.splitlines()) >= len(cases()) // EVERY
    assert first == said("2")
