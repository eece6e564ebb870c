"""What is known of a module that is made of the cells of a notebook."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from migrator.understand.structure import Structure

_SHOWN = re.compile(r"_{1,3}|_\d+|Out")


@dataclass(frozen=True, slots=True)
class Cells:
    """`displayed` holds the lines (1-based) on which an expression begins that a cell displays.

    `replaced` has names of the tree that a later cell binds again, and from which line on (1-based)
    nothing has their value any more. `written` has the names of the tree that are marked to tell
    them apart, and how they are written. `forms` holds the lines (1-based) of assignments whose
    value people choose in a form that stands beside the cell. `printed_on_page` says that what is
    printed is shown under a cell, for people, where no program reads it. `of_notebook` tells
    cells from a plain file.
    """

    displayed: frozenset[int] = frozenset()
    replaced: Mapping[str, int] = field(default_factory=dict)
    written: Mapping[str, str] = field(default_factory=dict)
    forms: frozenset[int] = frozenset()
    printed_on_page: bool = False
    of_notebook: bool = False

    def moved(self, lines: int) -> Cells:
        """The same of a module that stands so many lines further down."""
        return replace(
            self,
            displayed=frozenset(line + lines for line in self.displayed),
            replaced={name: line + lines for name, line in self.replaced.items()},
            forms=frozenset(line + lines for line in self.forms),
        )


def reads_what_was_shown(structure: Structure, notebook: ast.Module) -> bool:
    """Whether a cell of `notebook` reads `_`, `_2` or `Out[2]`: what IPython calls a value that was
    displayed.
    """
    for name in filter(_SHOWN.fullmatch, structure.named):
        mentions = structure.mentions(notebook, name)
        loads = [node for node in mentions if isinstance(node.ctx, ast.Load)]
        if loads and len(loads) == len(mentions) and name not in structure.aliases:
            return True
    return False
