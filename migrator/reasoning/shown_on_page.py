"""Whether a value is only shown to people: under the cell of a notebook, where no program reads."""

from __future__ import annotations

import ast

from migrator.understand import Facts

_LAYOUT = frozenset({"sep", "end", "flush"})
_READERS = ("redirect_stdout", "capture_output", "stdout")
"""Names by which a program gets hold of what it prints."""


def is_shown_on_page(facts: Facts, node: ast.expr) -> bool:
    """Whether `node` is what a cell displays, or prints by itself or within a text.

    A script's output may be read by another program; a notebook's is part of its page.
    """
    structure = facts.structure
    on_page = structure.module(node) in structure.printed_on_page
    if not on_page or structure.is_shown_again(node):
        return False
    shown = structure.parent(node)
    if shown in structure.displayed:
        return True
    if isinstance(shown, ast.FormattedValue):
        text = structure.parent(shown)
        shown = structure.parent(text) if isinstance(text, ast.JoinedStr) else None
    if not (isinstance(shown, ast.Call) and isinstance(shown.func, ast.Name)):
        return False
    if shown.func.id != "print" or "print" in structure.bound_around(node):
        return False
    laid_out = all(keyword.arg in _LAYOUT for keyword in shown.keywords)
    return laid_out and not any(n in structure.named or n in structure.aliases for n in _READERS)
