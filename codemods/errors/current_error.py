"""Errors that `sys.exc_info()` and `.exc_info` tell of, where no more than words are asked."""

from __future__ import annotations

import ast

from codemods.errors.error_names import loads_of
from codemods.errors.kept_errors import KeptError
from migrator.plan import Draft

READ_DIFFERENTLY = "the class and the text of the error that is asked for here read differently now"
HANDED_ON = "`{}` is assumed to be no error of these calls, or not to be asked for its attributes"
KEPT = "exc_info"
PARTS = 3
"""How many items `exc_info` has: the class, the error and the trace."""


def shown_of(draft: Draft, node: ast.AST) -> str | None:
    """What is to be said of an error that is only shown, or handed on; None where more is asked."""
    parent = draft.facts.structure.parent(node)
    if isinstance(node, ast.Attribute) and node.attr == KEPT:
        held = isinstance(parent, ast.Dict) and node in parent.values
        return HANDED_ON.format(draft.quote(node)) if held else None
    if not isinstance(node, ast.Call) or not isinstance(parent, ast.Assign):
        return None
    target = parent.targets[0]
    if len(parent.targets) != 1 or not isinstance(target, ast.Tuple) or len(target.elts) != PARTS:
        return None
    names = [element.id for element in target.elts if isinstance(element, ast.Name)]
    if len(names) != PARTS:
        return None
    kind, error = (loads_of(draft, node, {name}) for name in names[:2])
    plain = all(_is_named(draft, use) for use in kind) and all(_is_told(draft, u) for u in error)
    return READ_DIFFERENTLY if plain else None


def _is_named(draft: Draft, use: ast.expr) -> bool:
    """Whether a class is only asked for its name, or whether there is one."""
    parent = draft.facts.structure.parent(use)
    if isinstance(parent, ast.Attribute):
        return parent.attr in {"__name__", "__qualname__"}
    return isinstance(parent, (ast.If, ast.IfExp, ast.BoolOp, ast.UnaryOp)) and use is not getattr(
        parent, "body", None
    )


def _is_told(draft: Draft, use: ast.expr) -> bool:
    """Whether an error is only turned into a text, or shown."""
    parent = draft.facts.structure.parent(use)
    if isinstance(parent, ast.Call) and ast.unparse(parent.func) == "str":
        return use in parent.args
    return not KeptError(draft).is_looked_into(use)
