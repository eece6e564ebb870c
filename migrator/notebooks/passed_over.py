"""Calls in cells that are no Python: nobody can rewrite them, and nobody passes them over."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from migrator.model import CellPlace, Finding
from migrator.notebooks.cells import Cell
from migrator.pages.assumed import Assumed
from migrator.plan.skip_comments import PATTERN

BROKEN = "the cell is no Python, so nothing tells what is done with the reply"
WRITTEN = "the cell writes a file of its own: what it holds is no part of the notebook"
_WRITES = re.compile(r"\s*%%\s*(?:writefile|file)\b.*\.pyw?\s*(?:\n|$)")
APART = "the cell runs in a Python of its own: it is no part of the notebook"
_APART = re.compile(r"\s*%%\s*(?:script\s+\S*)?(?:python|pypy)[\d.]*\b")
_MAGIC = re.compile(r"\s*%%\s*(?!time\b|timeit\b|capture\b|prun\b)\w")


def calls_passed_over(cells: Iterable[Cell], assumed: Assumed, *, skip: bool) -> Iterator[Finding]:
    """Findings about the calls in cells that can't be parsed; `skip`: the notebook is skipped.

    A cell in another language says nothing of calls in Python, one that writes a module does.
    """
    for cell in cells:
        writes = _WRITES.match(cell.source) is not None
        apart = _APART.match(cell.source) is not None
        if _MAGIC.match(cell.source) and not (writes or apart):
            continue
        place = CellPlace(cell.number, cell.id)
        reason = WRITTEN if writes else APART if apart else BROKEN
        for line, text in enumerate(cell.source.split("\n"), 1):
            skipped = skip or PATTERN.search(text) is not None
            for call in assumed.calls_in(text.partition("#")[0]):
                told = assumed.reported(call, line, 0, reason, skipped=skipped)
                blocker = told.blocker and replace(told.blocker, cell=place)
                yield replace(told, blocker=blocker, cell=place)
