"""Configs that nothing is left of: the variable goes, and the calls are made without it."""

from __future__ import annotations

import ast

from migrator.edits import Delete
from migrator.plan import Draft
from migrator.understand.facts import origin_of
from migrator.understand.structure import FUNCTION_TYPES


def note_empty(draft: Draft, origin: ast.AST) -> None:
    """The config made by `origin` asks for nothing any more."""
    _empty(draft).add(origin)


def drop_emptied(draft: Draft, origin: ast.expr | ast.arg) -> bool:
    """Delete the statement that makes an empty config, if the config is only sent."""
    if not _is_dropped(draft, origin):
        return False
    draft.edit(origin, Delete(draft.span(draft.facts.structure.statement(origin))))
    return True


def is_emptied(draft: Draft, node: ast.expr) -> bool:
    """Whether `node` is the variable of a config that is gone."""
    origins = {origin_of(value) for value in draft.values(node)}
    return len(origins) == 1 and _is_dropped(draft, origins.pop())


def _empty(draft: Draft) -> set[ast.AST]:
    return draft.once("empty configs", set[ast.AST])


def _is_dropped(draft: Draft, origin: ast.AST | None) -> bool:
    if origin is None or origin not in _empty(draft):
        return False
    structure = draft.facts.structure
    statement = structure.parent(origin)
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        return False
    if not isinstance(structure.scope_of[statement], FUNCTION_TYPES):
        return False  # other files may import it
    target = statement.targets[0]
    if not isinstance(target, ast.Name):
        return False
    others = [node for node in draft.facts.uses[origin] if node not in {origin, target}]
    return all(_is_sent(draft, node, origin) for node in others)


def _is_sent(draft: Draft, node: ast.expr, origin: ast.AST) -> bool:
    """Whether `node` is the config of a call, and can be nothing else."""
    structure = draft.facts.structure
    keyword = structure.parent(node)
    call = structure.parent(keyword) if isinstance(keyword, ast.keyword) else None
    sites = draft.legacy_calls
    sent = isinstance(keyword, ast.keyword) and keyword.arg == "config" and call in sites
    return sent and all(origin_of(value) is origin for value in draft.values(node))
