"""New functions of a file: names for them, and a place before the first statement that uses one."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Sequence
from typing import TypeVar

from migrator.edits import Edit, InsertAfter, InsertBefore, Row, RowsCode
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.reasoning.free_names import FreeNames
from migrator.understand.structure import ScopeNode

Node = TypeVar("Node", bound=ast.AST)

BLANK = Row("")
HEADED = (ast.For, ast.AsyncFor, ast.While, ast.If, ast.With, ast.AsyncWith, ast.Try)
"""Statements whose block sets a function off that it begins with."""


def free_everywhere(draft: Draft, nodes: Iterable[ast.AST], *wanted: str) -> str:
    """A name for a function of a module that can be called at all of `nodes`."""
    structure = draft.facts.structure
    nodes = tuple(nodes)
    scopes: set[ScopeNode] = {structure.scope_of[node] for node in nodes}
    scopes.update(structure.module(node) for node in nodes)
    names = FreeNames(structure, *sorted(scopes, key=lambda s: getattr(s, "lineno", 0)))
    return names.take(*wanted)


def of_module(draft: Draft, nodes: Iterable[Node], at: ast.AST) -> list[Node]:
    """Those of `nodes` that stand in the same module as `at`."""
    module = draft.facts.structure.module
    return [node for node in nodes if module(node) is module(at)]


def insert_function(draft: Draft, users: Sequence[ast.AST], rows: Sequence[Row]) -> Edit:
    """Put a function before the first statement of a module that holds one of `users`, all of
    which stand in that module.
    """
    body = draft.facts.structure.module(users[0]).body
    first = min(body.index(_top(draft, user)) for user in users)
    if first == 0:
        return InsertBefore(draft.span(body[0]), RowsCode((*rows, BLANK, BLANK)))
    before = body[first - 1]
    missing = max(2 - _blank_lines(_lines_after(draft, before)), 0)
    put = draft.once("functions put", dict[ast.AST, list[str]]).setdefault(before, [])
    if repr(rows) not in put:
        put.append(repr(rows))
    above = 2 if put[0] == repr(rows) else 2 - missing  # the one above has added the others
    code = RowsCode((*[BLANK] * above, *rows, *[BLANK] * missing))
    return InsertAfter(draft.span(before), code)


def is_global(draft: Draft, statement: ast.stmt) -> bool:
    """Whether a statement stands in the module itself, where functions are set off by two lines."""
    return isinstance(draft.facts.structure.parent(statement), ast.Module)


def separate(draft: Draft, owner: Member, statement: ast.stmt, wanted: int) -> None:
    """See to the blank lines above a statement in whose place a function begins."""
    before, _ = _beside(draft, statement)
    if before is None:
        if isinstance(draft.facts.structure.parent(statement), HEADED):
            draft.edit(owner, InsertBefore(draft.span(statement), RowsCode((BLANK,))))
        return
    missing = wanted - _blank_lines(_lines_after(draft, before))
    if missing > 0:
        rows = RowsCode((BLANK,) * missing)
        draft.edit(owner, InsertAfter(draft.span(_last_in(before)), rows))


def blanks_below(draft: Draft, statement: ast.stmt) -> int:
    """How many blank lines stand below a statement; as many as anyone wants at the end."""
    _, after = _beside(draft, statement)
    return _blank_lines(_lines_after(draft, statement)) if after is not None else sys.maxsize


def _beside(draft: Draft, statement: ast.stmt) -> tuple[ast.stmt | None, ast.stmt | None]:
    """The statements before and after one in its block."""
    block = draft.facts.structure.block(statement)
    around = [None, *block, None]
    at = block.index(statement)
    return around[at], around[at + 2]


def _last_in(statement: ast.stmt) -> ast.stmt:
    """The statement that ends where one ends that may have blocks."""
    blocks = [getattr(statement, name, None) for name in ("finalbody", "orelse")]
    blocks += [inner.body for inner in getattr(statement, "handlers", [])[-1:]]
    blocks += [inner.body for inner in getattr(statement, "cases", [])[-1:]]
    blocks.append(getattr(statement, "body", None))
    block = next((block for block in blocks if block), None)
    return _last_in(block[-1]) if isinstance(block, list) else statement


def _lines_after(draft: Draft, statement: ast.stmt) -> str:
    """The text below the line on which a statement ends."""
    end = draft.text.find("\n", draft.span(statement).end)
    return draft.text[end + 1 :] if end >= 0 else ""


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
