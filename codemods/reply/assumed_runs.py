"""Helpers out of view that are taken to run what they are given: `with_retry(lambda: ask(…))`."""

from __future__ import annotations

from migrator.plan import Draft
from migrator.understand.facts import origin_of


def plan_assumed_runs(draft: Draft) -> None:
    """Say so of the calls whose responses come back from such helpers."""
    for run in draft.facts.state.assumed_runs:
        text = (
            f"`{draft.quote(run.func)}` is assumed to call what it is given, to return what comes "
            "of it, and to ask no error for what the old ones had"
        )
        for origin in {origin_of(value) for value in draft.values(run)}:
            if origin in draft.legacy_calls:
                draft.doubt(origin, run, text)
