"""What the blocks of a module are indented by: most of them, or those around a place."""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from migrator.edit.positions import Positions


@dataclass(frozen=True, slots=True)
class Block:
    """A statement's place: the list it is in, its index there, and the node that holds
    the list.
    """

    body: list[ast.stmt]
    index: int
    owner: ast.AST


class Indents:
    """The indentation of blocks, which need not be the same in all cells of a notebook."""

    def __init__(self, positions: Positions, blocks: Mapping[ast.stmt, Block]) -> None:
        self._positions = positions
        self._blocks = blocks

    @cached_property
    def usual(self) -> str:
        """What one more level adds in most blocks."""
        first = (block for block in self._blocks.values() if block.index == 0)
        counts = Counter(filter(None, map(self._step, first)))
        return max(counts, key=lambda unit: counts[unit]) if counts else "    "

    def step_at(self, offset: int) -> str:
        """What one more level adds around a place."""
        index = bisect_right(self._begun, (offset, len(self._positions.text))) - 1
        if index < 0:
            return self.usual
        node = self._at[self._begun[index]]
        below = getattr(node, "body", ())
        inner = self._step(self._blocks[below[0]]) if below else ""
        return self._step(self._blocks[node]) or inner or self.usual

    @cached_property
    def _at(self) -> dict[tuple[int, int], ast.stmt]:
        """Every statement, by where it begins and ends."""
        spans = {node: self._positions.span(node) for node in self._blocks}
        return {(span.start, span.end): node for node, span in spans.items()}

    @cached_property
    def _begun(self) -> list[tuple[int, int]]:
        return sorted(self._at)

    def _step(self, block: Block) -> str:
        """What a block is indented by below its owner; empty for a module, or on one line."""
        if isinstance(block.owner, ast.Module):
            return ""
        owner = block.owner.pattern if isinstance(block.owner, ast.match_case) else block.owner
        outer = self._positions.indent(self._positions.span(owner).start)
        for node in block.body:
            inner = self._positions.indent(self._positions.span(node).start)
            if inner != outer and inner.startswith(outer):
                return inner[len(outer) :]
        return ""
