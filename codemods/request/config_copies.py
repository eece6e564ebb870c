"""Configs that start as copies of others, and which nested dicts they share then.

A copy of a flat config shared nothing that changed; settings are kept in nested dicts now.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.objects.setting_rows import FORMAT
from codemods.request.config import is_copy
from migrator.plan import Draft, Use, context_of
from migrator.understand.facts import origin_of
from migrator.understand.structure import FUNCTION_TYPES
from migrator.understand.values import Constant, Function

CHANGES = frozenset({Use.WRITE, Use.ATTRIBUTE})  # config["seed"] = 3, config.update(…)
SCALARS = frozenset({"str", "int", "float", "bool"})


def shared_groups(draft: Draft, origin: ast.AST) -> frozenset[str]:
    """Which nested dicts a config that is changed has from those whose settings it takes over.

    A `generation_config` is one of its own then.
    """
    whole = copied(origin) is not None and is_whole(draft, origin)
    return frozenset() if whole or not taken_over(origin) else frozenset({FORMAT})


def taken_over(node: ast.AST) -> list[ast.expr]:
    """The configs whose settings another takes over, as it is written."""
    if isinstance(node, ast.Dict):
        return [v for k, v in zip(node.keys, node.values, strict=True) if k is None]
    if isinstance(node, ast.BinOp):
        return [node.left, node.right]
    if not isinstance(node, ast.Call):
        return []
    if is_copy(node):
        assert isinstance(node.func, ast.Attribute)
        return [node.func.value, *(k.value for k in node.keywords if k.arg == "update")]
    return [*node.args, *(k.value for k in node.keywords if k.arg is None)]


def copied(node: ast.AST) -> ast.expr | None:
    """The config that a copy is made of with nothing added.

    As `dict(config)`, `{**config}`, `config.model_copy()` or a constructor makes it.
    """
    if isinstance(node, ast.Dict) and node.keys == [None]:
        return node.values[0]
    if isinstance(node, ast.Call) and is_copy(node):
        assert isinstance(node.func, ast.Attribute)
        return None if any(k.arg == "update" for k in node.keywords) else node.func.value
    if isinstance(node, ast.Call):
        copied = [*node.args, *(k.value for k in node.keywords if k.arg is None)]
        if len(copied) == 1 and len(node.args) + len(node.keywords) == 1:
            return copied[0]
    return None


def is_whole(draft: Draft, node: ast.AST) -> bool:
    """Whether a copy that is changed may be one of everything in it, as nothing else is shared."""
    base = copied(node)
    origins = [o for v in draft.values(base) if (o := origin_of(v))] if base is not None else []
    return all(holds_scalars(draft, origin) for origin in (node, *origins))


def is_changed_apart(draft: Draft, node: ast.AST) -> bool:
    """Whether settings are put into a config, or into one that it has taken over, later on."""
    bases = taken_over(node)
    if not bases:
        return False
    if _is_changed(draft, node):
        return True
    return not _is_only_passed(draft, node) and any(_is_changed(draft, b, node) for b in bases)


def _is_only_passed(draft: Draft, node: ast.AST) -> bool:
    """Whether a config is only handed down to the call that it is for."""
    uses = [use for use in draft.facts.uses.get(node, ()) if use is not node]
    return all(_is_passed(draft, use) for use in (node, *uses))


def _is_passed(draft: Draft, node: ast.AST) -> bool:
    """Whether a config is an argument, of a function in view or of the call that it is for."""
    parent = draft.facts.structure.parent(node)
    if isinstance(parent, ast.keyword):
        if parent.arg == "config":
            return True
        parent = draft.facts.structure.parent(parent)
    if not isinstance(parent, ast.Call) or node is parent.func:
        return False
    return all(isinstance(value, Function) for value in draft.values(parent.func))


def _is_changed(draft: Draft, node: ast.AST, after: ast.AST | None = None) -> bool:
    """Whether settings are put into a config: at all, or perhaps after `after`."""
    found = {node} | {getattr(value, "origin", None) for value in draft.values(node)}
    uses = [use for origin in found if origin for use in draft.facts.uses.get(origin, ())]
    changes = [use for use in uses if context_of(draft.facts, use).use in CHANGES]
    return any(after is None or _follows(draft, after, use) for use in changes)


def _follows(draft: Draft, first: ast.AST, second: ast.AST) -> bool:
    """Whether `second` may come after `first`: in another function, or in the next round, too."""
    structure = draft.facts.structure
    if structure.scope_of[first] is not structure.scope_of[second]:
        return True
    return draft.span(first).end <= draft.span(second).start or _in_one_loop(draft, first, second)


def _in_one_loop(draft: Draft, first: ast.AST, second: ast.AST) -> bool:
    """Whether both are in the body of one loop."""
    loops = [set(_loops_around(draft, node)) for node in (first, second)]
    return bool(loops[0] & loops[1])


def _loops_around(draft: Draft, node: ast.AST) -> Iterator[ast.AST]:
    current: ast.AST | None = node
    while current is not None and not isinstance(current, FUNCTION_TYPES):
        if isinstance(current, (ast.For, ast.AsyncFor, ast.While)):
            yield current
        current = draft.facts.structure.parent(current)


def shared_with_others(draft: Draft, origin: ast.AST, change: ast.AST) -> frozenset[str]:
    """Which nested dicts a config has in common with others when it is changed."""
    return shared_groups(draft, origin) | groups_taken(draft, origin, change)


def groups_taken(draft: Draft, origin: ast.AST, change: ast.AST) -> frozenset[str]:
    """Which nested dicts another config that is kept has taken over, before a change."""
    found: frozenset[str] = frozenset()
    for use in draft.facts.uses.get(origin, ()):
        holder = _holder(draft, use)
        if holder is None or isinstance(draft.facts.structure.parent(holder), ast.keyword):
            continue
        if _follows(draft, use, change):
            found |= shared_groups(draft, holder)
    return found


def _holder(draft: Draft, use: ast.AST) -> ast.AST | None:
    """The config that takes over the settings of one that is used so."""
    parent = draft.facts.structure.parent(use)
    if isinstance(parent, ast.keyword):
        return draft.facts.structure.parent(parent) if parent.arg is None else None
    if isinstance(parent, ast.Attribute):
        call = draft.facts.structure.parent(parent)
        return call if is_copy(call) else None
    return parent if isinstance(parent, ast.Dict) and _is_spread(parent, use) else None


def _is_spread(display: ast.Dict, node: ast.AST) -> bool:
    pairs = zip(display.keys, display.values, strict=True)
    return any(key is None and value is node for key, value in pairs)


def holds_scalars(draft: Draft, origin: ast.AST) -> bool:
    """Whether a config holds nothing that is shared by being copied."""
    held = draft.facts.held(origin)
    return all(isinstance(v, Constant) or getattr(v, "type", "") in SCALARS for v in held)
