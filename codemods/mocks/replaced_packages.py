"""Tests that put something else in the place of the SDK: it must have what new code imports."""

from __future__ import annotations

import ast

from migrator.edits import NeedImport
from migrator.plan import Draft, is_in_tests, leave_to_hand

MODULES = "sys.modules"
REPLACED = frozenset({"google", "google.genai"})
"""Packages whose modules are not found any more where something else stands in their place."""
PUTTING = frozenset({"setdefault", "setitem"})
MISSING = "`{}` is replaced here; the new code imports {}, which must be put there, too"


def plan_replaced_packages(draft: Draft) -> None:
    """`sys.modules["google.genai"] = MagicMock()`, where new code imports one of its modules."""
    structure = draft.facts.structure
    places = [
        node
        for node in structure.every(ast.Constant)
        if node.value in REPLACED and is_in_tests(draft, node) and _is_put(draft, node)
    ]
    if not places:
        return
    given = {node.value for node in structure.every(ast.Constant) if is_in_tests(draft, node)}
    units = draft.units
    for site in draft.facts.sites:
        members = [m for m in units.known() if units.find(m) is units.find(site.call)]
        needed = {
            edit.module for edit in units.summary(members).edits if isinstance(edit, NeedImport)
        }
        for module in sorted(needed - given):
            for node in places:
                if module.startswith(f"{node.value!s}."):
                    leave_to_hand(draft, site.call, node, MISSING.format(node.value, module))


def _is_put(draft: Draft, node: ast.Constant) -> bool:
    """Whether a name of a module is one that something is put under in `sys.modules`."""
    structure = draft.facts.structure
    parent = structure.parent(node)
    if isinstance(parent, ast.Subscript):
        return isinstance(parent.ctx, ast.Store) and ast.unparse(parent.value) == MODULES
    if isinstance(parent, ast.Call) and isinstance(parent.func, ast.Attribute):
        if parent.func.attr not in PUTTING:
            return False
        return any(MODULES in ast.unparse(n) for n in (parent.func.value, *parent.args[:1]))
    call = structure.parent(parent) if isinstance(parent, ast.Dict) else None
    if isinstance(call, ast.Call) and parent in call.args and node in getattr(parent, "keys", ()):
        return ast.unparse(call.func).endswith("patch.dict") and any(
            MODULES in ast.unparse(argument) for argument in call.args[:1]
        )
    return False
