"""New functions of a file: names for them, and a place before the first statement that uses one."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from codemods.building.free_names import FreeNames
from migrator.edits import Edit, InsertAfter, InsertBefore, Row, RowsCode
from migrator.plan import Draft

BLANK = Row("")


def free_everywhere(draft: Draft, nodes: Iterable[ast.AST], *wanted: str) -> str:
    """A name for a function of the module that can be called at all of `nodes`."""
    structure = draft.facts.structure
    scopes = {structure.tree, *(structure.scope_of[node] for node in nodes)}
    names = FreeNames(structure, *sorted(scopes, key=lambda s: getattr(s, "lineno", 0)))
    return names.take(*wanted)


def insert_function(draft: Draft, users: Iterable[ast.AST], rows: Sequence[Row]) -> Edit:
    """Put a function before the first of the module's statements that holds one of `users`."""
    body = draft.facts.structure.tree.body
    first = min(body.index(_top(draft, user)) for user in users)
    if first == 0:
        return InsertBefore(draft.span(body[0]), RowsCode((*rows, BLANK, BLANK)))
    before = body[first - 1]
    end = draft.text.find("\n", draft.span(before).end)
    rest = draft.text[end + 1 :] if end >= 0 else ""
    missing = [BLANK] * max(2 - _blank_lines(rest), 0)
    return InsertAfter(draft.span(before), RowsCode((BLANK, BLANK, *rows, *missing)))


def _top(draft: Draft, node: ast.AST) -> ast.stmt:
    """The statement of the module that holds `node`."""
    current = node
    parent = draft.facts.structure.parent(current)
    while parent is not None and not isinstance(parent, ast.Module):
        current, parent = parent, draft.facts.structure.parent(parent)
    assert isinstance(current, ast.stmt)
    return current


def _blank_lines(text: str) -> int:
    """How many blank lines `text` begins with."""
    count = 0
    for line in text.splitlines():
        if line.strip():
            break
        count += 1
    return count
