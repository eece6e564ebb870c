"""Where one name is read and bound, in the order of the lines, for questions about many bindings.

A script may bind one name thousands of times; each binding asks about the lines after it only.
"""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mentions:
    """The uses of one name of a scope.

    `changes` are the bindings after which the name may mean something else than before; `repeated`
    those of them that stand in a loop. Lines count from 1.
    """

    nodes: Sequence[ast.Name]
    changes: Sequence[ast.Name]
    repeated: Sequence[ast.Name]

    def between(self, begin: int, end: int | None) -> Sequence[ast.Name]:
        """The uses from the line `begin` on, before the line `end`."""
        last = len(self.nodes) if end is None else _first(self.nodes, end)
        return self.nodes[_first(self.nodes, begin) : last]

    def end_of(self, store: ast.Name | None) -> int | None:
        """The line from which on the name may mean something else than `store` binds it to.

        0 where that may be any line, as in a loop; None where it never does. Without `store` the
        question is about what the name means at first.
        """
        begin = 0 if store is None else store.lineno
        if _next_other(self.repeated, begin, store) is not None:
            return 0
        other = _next_other(self.changes, begin, store)
        return None if other is None else other.lineno


def _next_other(nodes: Sequence[ast.Name], begin: int, store: ast.Name | None) -> ast.Name | None:
    """The first of `nodes` from the line `begin` on that isn't `store`."""
    index = _first(nodes, begin)
    return next((node for node in nodes[index : index + 2] if node is not store), None)


def _first(nodes: Sequence[ast.Name], line: int) -> int:
    """The index of the first of `nodes` that stands on `line` or after it."""
    return bisect_left(nodes, line, key=lambda node: node.lineno)


def by_line(nodes: Sequence[ast.Name]) -> list[ast.Name]:
    """The nodes in the order of their lines."""
    return sorted(nodes, key=lambda node: node.lineno)
