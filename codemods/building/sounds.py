"""The one part of a spoken reply, which is the interaction's `output_audio`."""

from __future__ import annotations

import ast

from codemods.building.definitions import definitions
from migrator.plan import Draft
from migrator.plan.units import Member


def is_sound(draft: Draft, node: ast.expr, owner: Member) -> bool:
    """Whether `node` is `response….parts[0]` of a reply that is one sound, or a name for it."""
    return all(is_only_sound(draft, found, owner) for found in definitions(draft, node))


def is_only_sound(draft: Draft, node: ast.AST, owner: Member) -> bool:
    """Whether `node` is `response….parts[0]` of a spoken reply, of which the sound is read."""
    if not isinstance(node, ast.Subscript) or not isinstance(node.value, ast.Attribute):
        return False
    index = draft.constant(node.slice)
    if index is None or index.value not in {0, -1}:
        return False
    return draft.has_feature(node.value, owner, "only audio") and _only_heard(draft, node)


def _only_heard(draft: Draft, node: ast.expr) -> bool:
    """Whether nothing but the `inline_data` of a part is read, through its name if it has one."""
    structure = draft.facts.structure
    parent = structure.parent(node)
    reads: list[ast.AST | None] = [parent]
    if isinstance(parent, ast.Assign) and isinstance(parent.targets[0], ast.Name):
        name, scope = parent.targets[0].id, structure.scope_of[node]
        named = [n for n in ast.walk(scope) if isinstance(n, ast.Name) and n.id == name]
        reads = [structure.parent(n) for n in named if isinstance(n.ctx, ast.Load)]
    return all(isinstance(read, ast.Attribute) and read.attr == "inline_data" for read in reads)
