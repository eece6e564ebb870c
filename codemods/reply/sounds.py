"""The one part of a spoken reply, which is the interaction's `output_audio`."""

from __future__ import annotations

import ast

from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.reasoning.definitions import definitions


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


def found_sound(draft: Draft, holder: ast.AST, owner: Member) -> ast.Call | None:
    """`next((p for p in parts if p.inline_data), None)` of a spoken reply, which is its sound."""
    call = draft.facts.structure.parent(holder)
    if not isinstance(holder, ast.GeneratorExp) or not isinstance(call, ast.Call):
        return None
    (over, *more) = holder.generators
    if more or not isinstance(over.target, ast.Name) or len(over.ifs) != 1 or over.is_async:
        return None
    name = over.target.id
    picked = isinstance(holder.elt, ast.Name) and holder.elt.id == name
    nothing = len(call.args) == 2 and getattr(call.args[1], "value", "") is None
    if getattr(call.func, "id", "") != "next" or not picked or not nothing:
        return None
    asked = _asked_of(over.ifs[0])
    if asked != (name, "inline_data"):
        return None
    return call if draft.has_feature(over.iter, owner, "only audio") else None


def _asked_of(test: ast.expr) -> tuple[str, str] | None:
    """The name and the attribute in `p.inline_data`, perhaps by getattr or beside `is not None`."""
    if isinstance(test, ast.Compare) and isinstance(test.ops[0], (ast.IsNot, ast.NotEq)):
        none = getattr(test.comparators[0], "value", "") is None
        return _asked_of(test.left) if none else None
    if isinstance(test, ast.Attribute) and isinstance(test.value, ast.Name):
        return test.value.id, test.attr
    if isinstance(test, ast.Call) and getattr(test.func, "id", "") == "getattr":
        base, field = test.args[0], test.args[1]
        if isinstance(base, ast.Name) and isinstance(field, ast.Constant):
            return base.id, str(field.value)
    return None


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
