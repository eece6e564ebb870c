"""Calls in blocks that are no Python: nobody can rewrite them, and nobody passes them over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from migrator.model import Finding
from migrator.pages.assumed import Assumed
from migrator.pages.blocks import Block
from migrator.plan.skip_comments import PATTERN

REASON = "the block is no Python, so nothing tells what is done with the reply"


def broken_calls(blocks: Iterable[Block], assumed: Assumed, *, skip: bool) -> Iterator[Finding]:
    """Findings about the calls that stand in what can't be parsed; `skip`: the page is skipped."""
    for block in blocks:
        if block.code is not None:
            continue
        found = block.found
        for row, (prefix, text) in enumerate(zip(found.prefixes, found.lines, strict=True)):
            code = text.partition("#")[0]
            skipped = skip or PATTERN.search(text) is not None
            for call in assumed.calls_in(code):
                line = found.first + row + 1
                told = assumed.reported(call, line, len(prefix), REASON, skipped=skipped)
                yield replace(told, block=block.number)
