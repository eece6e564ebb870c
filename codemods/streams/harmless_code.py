"""Code that does no harm where it runs for an event more, and code that leaves a loop."""

from __future__ import annotations

import ast

from migrator.plan import Draft
from migrator.understand.values import Symbol

HARMLESS = frozenset({"sys.stdout.flush", "time.sleep", "asyncio.sleep", "anyio.sleep"})
"""Calls that do the same however often they are made."""


def only_binds(node: ast.stmt) -> bool:
    """`data = part.inline_data.data if part.inline_data else None`: it does nothing otherwise."""
    if not isinstance(node, ast.Assign) or len(node.targets) != 1:
        return False
    choice = node.value
    if not isinstance(node.targets[0], ast.Name) or not isinstance(choice, ast.IfExp):
        return False
    acting = (ast.Call, ast.Await, ast.Yield, ast.YieldFrom)
    return not any(
        isinstance(n, acting) for part in (choice.test, choice.orelse) for n in ast.walk(part)
    )


def is_harmless(draft: Draft, node: ast.stmt) -> bool:
    """Whether it makes no difference how often a statement runs."""
    if isinstance(node, (ast.Pass, ast.Continue, ast.Break, ast.Return, ast.Raise)):
        return True
    call = node.value if isinstance(node, ast.Expr) else None
    if isinstance(call, ast.Await):
        call = call.value
    if isinstance(call, ast.Constant):
        return True
    if not isinstance(call, ast.Call):
        return False
    values = draft.values(call.func)
    return bool(values) and all(isinstance(v, Symbol) and v.path in HARMLESS for v in values)
