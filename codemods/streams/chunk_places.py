"""Places in the body of a loop over chunks."""

from __future__ import annotations

import ast

from migrator.edits import Span

SETTING = (ast.Assign, ast.AnnAssign, ast.Pass, ast.Continue)
"""Statements whose last run counts."""


def is_within(node: ast.AST, other: ast.AST) -> bool:
    return any(n is node for n in ast.walk(other))


def between(first: Span, second: Span) -> Span:
    """From the start of one stretch to the end of another."""
    return Span(first.start, second.end)
