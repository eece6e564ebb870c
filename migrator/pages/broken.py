"""Calls in blocks that are no Python: nobody can rewrite them, and nobody passes them over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from migrator.model import Blocker, Finding, Status
from migrator.pages.assumed import Assumed
from migrator.pages.blocks import Block
from migrator.plan.planner import MESSAGES
from migrator.plan.suppression import PATTERN

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
                line, column = found.first + row + 1, len(prefix) + call.start() + 1
                status = Status.SUPPRESSED if skipped else Status.MANUAL
                yield Finding(
                    assumed.codemod,
                    assumed.code,
                    status,
                    line,
                    column,
                    line,
                    len(prefix) + call.end(),
                    MESSAGES[status].format(call=call["call"].rpartition(".")[2]),
                    blocker=None if skipped else Blocker(line, column, REASON),
                    block=block.number,
                )
