"""Displays of nothing but constants: they mean the same in every round, and are read once.

Data that stands in a program, a thousand lines of it, would else be interpreted again whenever
something else has become known.
"""

from __future__ import annotations

import ast

from migrator.syntax import children
from migrator.understand.values import Values

DISPLAYS = frozenset({ast.List, ast.Tuple, ast.Set, ast.Dict})


class Literals:
    """What such displays and their parts evaluate to."""

    def __init__(self) -> None:
        self._known: dict[ast.AST, dict[ast.AST, Values]] = {}

    def recall(self, values: dict[ast.AST, Values], node: ast.expr) -> bool:
        """Whether `node` is such a display and was read before; its parts are then in `values`."""
        known = self._known.get(node)
        if known is None:
            return False
        values.update(known)
        return True

    def remember(self, values: dict[ast.AST, Values], node: ast.expr) -> None:
        """Note what the parts of a display are if it holds nothing but constants.

        Of displays within displays the inner ones come first.
        """
        parts = children(node)
        if all(isinstance(part, ast.Constant) or part in self._known for part in parts):
            known: dict[ast.AST, Values] = {node: values[node]}
            for part in parts:
                known.update(self._known.pop(part) if part in self._known else {part: values[part]})
            self._known[node] = known
