"""Configs that start as copies of others, and which nested dicts they share then.

A copy of a flat config shared nothing that changed; settings are kept in nested dicts now.
"""

from __future__ import annotations

import ast

from codemods.objects.setting_rows import GENERATION
from codemods.objects.written_objects import fields_of
from codemods.request.config import new_name
from codemods.tables.api import CONFIG
from migrator.plan import Draft, Use, context_of
from migrator.understand.values import Constant

CHANGES = frozenset({Use.WRITE, Use.ATTRIBUTE})  # config["seed"] = 3, config.update(…)
SCALARS = frozenset({"str", "int", "float", "bool"})


def shares(draft: Draft, origin: ast.AST) -> bool:
    """Whether the config starts as a copy (`{**base}`) whose nested dicts are the base's own."""
    if copied(origin) is not None and holds_scalars(draft, origin):
        return False
    if isinstance(origin, ast.Dict):
        return None in origin.keys
    return isinstance(origin, ast.Call) and (
        bool(origin.args) or any(k.arg is None for k in origin.keywords)
    )


def copied(node: ast.AST) -> ast.expr | None:
    """The config that `dict(config)`, `{**config}` or a constructor copies, with nothing added."""
    if isinstance(node, ast.Dict) and node.keys == [None]:
        return node.values[0]
    if isinstance(node, ast.Call):
        copied = [*node.args, *(k.value for k in node.keywords if k.arg is None)]
        if len(copied) == 1 and len(node.args) + len(node.keywords) == 1:
            return copied[0]
    return None


def is_changed(draft: Draft, node: ast.AST, after: ast.AST | None = None) -> bool:
    """Whether settings are put into a config: at all, or in the scope of `after` and after it."""
    found = {node} | {getattr(value, "origin", None) for value in draft.values(node)}
    uses = [use for origin in found if origin for use in draft.facts.uses.get(origin, ())]
    changes = [use for use in uses if context_of(draft.facts, use).use in CHANGES]
    return any(after is None or _follows(draft, after, use) for use in changes)


def _follows(draft: Draft, first: ast.AST, second: ast.AST) -> bool:
    """Whether `second` comes after `first` in the same function."""
    scopes = draft.facts.structure.scope_of
    return scopes[first] is scopes[second] and draft.span(first).end <= draft.span(second).start


def is_shared(draft: Draft, origin: ast.AST, change: ast.AST) -> bool:
    """Whether another config that is kept has taken over the nested dicts, before a change."""
    for use in draft.facts.uses.get(origin, ()):
        holder = draft.facts.structure.parent(use)
        if isinstance(holder, ast.keyword) and holder.arg is None:
            holder = draft.facts.structure.parent(holder)
        elif not (isinstance(holder, ast.Dict) and _is_spread(holder, use)):
            continue
        if holder is None or isinstance(draft.facts.structure.parent(holder), ast.keyword):
            continue
        if copied(holder) is None:
            if _follows(draft, use, change) and not _nests(draft, holder):
                return True
    return False


def _is_spread(display: ast.Dict, node: ast.AST) -> bool:
    pairs = zip(display.keys, display.values, strict=True)
    return any(key is None and value is node for key, value in pairs)


def _nests(draft: Draft, node: ast.AST) -> bool:
    """Whether a config that is written out gets a nested dict of its own."""
    fields = fields_of(draft, node, CONFIG) if isinstance(node, ast.expr) else None
    return any(f.name and new_name(f.name) == GENERATION for f in fields or ())


def holds_scalars(draft: Draft, origin: ast.AST) -> bool:
    """Whether a config holds nothing that is shared by being copied."""
    held = draft.facts.held(origin)
    return all(isinstance(v, Constant) or getattr(v, "type", "") in SCALARS for v in held)
