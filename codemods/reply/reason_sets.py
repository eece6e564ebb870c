"""Sets of finish reasons that have a name: `reason in REFUSALS`."""

from __future__ import annotations

import ast

from codemods.tables.api import FINISH_REASON
from migrator.edits import Delete
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.understand.values import Object

Display = ast.Set | ast.List | ast.Tuple
DISPLAYS = (ast.Set, ast.List, ast.Tuple)
MAKING = frozenset({"frozenset", "set", "tuple", "list"})


def named_reasons(draft: Draft, owner: Member, node: ast.expr) -> Display | None:
    """The display of reasons that `node` is the name of, if nothing but tests reads it.

    What is only read by tests of reasons, all of which go, goes as well: their units are one.
    """
    values = draft.values(node)
    made = next(iter(values)) if len(values) == 1 else None
    origin = made.origin if isinstance(made, Object) and not made.path else None
    display = _display(origin)
    if display is None or origin is None:
        return None
    reads = [use for use in draft.facts.uses.get(origin, ()) if use is not origin]
    loads = [use for use in reads if isinstance(getattr(use, "ctx", None), ast.Load)]
    if not all(_is_tested(draft, use) for use in loads):
        return None
    draft.join(owner, origin)
    if all(_is_test_of_reason(draft, use) for use in loads):
        _leave_out(draft, owner, origin, loads)
    return display


def _display(origin: ast.AST | None) -> Display | None:
    """`{…}`, or what stands in `frozenset({…})`."""
    if isinstance(origin, ast.Call) and getattr(origin.func, "id", "") in MAKING:
        origin = origin.args[0] if len(origin.args) == 1 else None
    return origin if isinstance(origin, DISPLAYS) else None


def _is_tested(draft: Draft, use: ast.expr) -> bool:
    """`x in REFUSALS`, `x not in REFUSALS`."""
    test = draft.facts.structure.parent(use)
    listed = isinstance(test, ast.Compare) and isinstance(test.ops[0], (ast.In, ast.NotIn))
    return listed and isinstance(test, ast.Compare) and test.comparators == [use]


def _is_test_of_reason(draft: Draft, use: ast.expr) -> bool:
    test = draft.facts.structure.parent(use)
    values = draft.values(test.left) if isinstance(test, ast.Compare) else frozenset()
    return any(isinstance(v, Object) and v.type == FINISH_REASON for v in values)


def _leave_out(draft: Draft, owner: Member, origin: ast.AST, loads: list[ast.expr]) -> None:
    """Take the set away where every mention of its name is one of the tests."""
    structure = draft.facts.structure
    statement = structure.parent(origin)
    if not isinstance(statement, ast.Assign) or len(statement.targets) > 1:
        return
    target = statement.targets[0]
    if not isinstance(target, ast.Name) or not isinstance(structure.parent(statement), ast.Module):
        return
    mentions = [n for n in structure.named.get(target.id, ()) if n is not target]
    exported = structure.module(statement) in structure.links.exports
    if not exported and target.id not in structure.aliases and set(mentions) <= set(loads):
        draft.edit(owner, Delete(draft.span(statement)))
