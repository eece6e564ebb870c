"""Guards that need not be asked: what they guard does nothing without them, or was asked before."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.reply.certain_fields import is_settled
from codemods.reply.path_kinds import kinds_of
from codemods.reply.path_prefixes import bases, is_asked, plain, presence, root
from codemods.reply.vanished_reads import goes, left_of
from codemods.tables.api import CANDIDATES, PARTS
from migrator.edits import Delete, Nest
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.reasoning.statement_effects import always_leaves
from migrator.understand.structure import FUNCTION_TYPES

Block = list[ast.stmt]


def fold(draft: Draft, owner: Member, test: ast.expr) -> bool:
    """Take away the `if` that asks a test, where it is all that the `if` asks."""
    statement = draft.facts.structure.parent(test)
    if not isinstance(statement, ast.If) or statement.test is not test or statement.orelse:
        return False
    if _is_elif(draft, statement):
        return False
    present = presence(draft, test)
    if present and (is_idle(draft, statement.body) or _is_asked_around(draft, statement)):
        draft.edit(owner, Nest(draft.span(statement), left_of(draft, statement.body), None))
        return True
    if not present and always_leaves(statement.body) and _is_asked_before(draft, statement):
        draft.edit(owner, Delete(draft.span(statement)))
        return True
    return False


def _is_elif(draft: Draft, node: ast.If) -> bool:
    return draft.source(node).startswith("elif")


def is_idle(draft: Draft, block: Block) -> bool:
    """Whether a block does nothing where there are no parts: it goes through them, that is all."""
    return all(
        goes(draft, node)
        or _asks_again(draft, node)
        or (
            isinstance(node, ast.For)
            and not node.orelse
            and (_goes_through_parts(draft, node) or _goes_through_one(draft, node))
        )
        for node in block
    )


def _asks_again(draft: Draft, node: ast.stmt) -> bool:
    """Whether a statement asks once more, and does nothing else: that `if` goes as well."""
    asks = isinstance(node, ast.If) and not node.orelse and presence(draft, node.test) is True
    return asks and is_idle(draft, node.body)  # type: ignore[attr-defined]


def _goes_through_parts(draft: Draft, node: ast.For) -> bool:
    source = plain(node.iter)
    return kinds_of(draft, source) == {PARTS} and is_asked(draft, source)


def _goes_through_one(draft: Draft, node: ast.For) -> bool:
    return kinds_of(draft, plain(node.iter)) == {CANDIDATES} and is_idle(draft, node.body)


def _root(draft: Draft, test: ast.expr) -> str:
    return ast.unparse(root(draft, bases(draft, test)[0]))


def _is_asked_around(draft: Draft, node: ast.If) -> bool:
    """Whether an `if` around asks the same."""
    wanted = _root(draft, node.test)
    return any(
        isinstance(outer, ast.If)
        and inner in outer.body
        and presence(draft, outer.test) is True
        and not is_settled(draft, outer.test)
        and _root(draft, outer.test) == wanted
        for inner, outer in _around(draft, node)
    )


def _is_asked_before(draft: Draft, node: ast.If) -> bool:
    """Whether an `if` before leaves for the same reason."""
    wanted = _root(draft, node.test)
    for inner, outer in _around(draft, node):
        for block in (getattr(outer, "body", []), getattr(outer, "orelse", [])):
            if not isinstance(block, list) or inner not in block:
                continue
            for other in block[: block.index(inner)]:
                if isinstance(other, ast.If) and always_leaves(other.body):
                    if is_settled(draft, other.test):
                        continue
                    if presence(draft, other.test) is False and _root(draft, other.test) == wanted:
                        return True
    return False


def _around(draft: Draft, node: ast.stmt) -> Iterator[tuple[ast.stmt, ast.AST]]:
    """The statements around `node` in its function, each with the one that holds it."""
    inner: ast.AST = node
    while isinstance(inner, ast.stmt) and not isinstance(inner, FUNCTION_TYPES):
        outer = draft.facts.structure.parent(inner)
        if outer is None:
            return
        yield inner, outer
        inner = outer
