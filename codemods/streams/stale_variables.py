"""Variables that are bound for some pieces of a stream only, and read where others come."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.streams.event_needs import Needing
from codemods.streams.implied_by_tests import END, NOTHING, Known
from codemods.streams.stream_facts import Taken
from migrator.plan import Draft

STALE = "`{}` is bound for some events only, and read for others as well; test the part itself"
STALE_AT_THE_END = (
    "`{}` is bound by the last event only, and read for others as well; use it where it is bound"
)


def stale_names(
    draft: Draft, taken: Taken, needing: Needing, guards: dict[ast.stmt, Known]
) -> Iterator[tuple[ast.stmt, str]]:
    """The assignments under a guard whose variable is read in the loop without it, and why not.

    A variable that builds on itself (`count = count + 1`) may be.
    """
    for statement, guard in guards.items():
        target = _bound(statement)
        if target is None or (END not in guard and len(needing.brings) == 1):
            continue
        for node in ast.walk(taken.loop):
            read = isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
            if not read or getattr(node, "id", "") != target.id:
                continue
            if not _is_under(draft, node, guard, needing, guards):
                reason = STALE_AT_THE_END if END in guard else STALE
                yield statement, reason.format(target.id)
                break


def _bound(statement: ast.stmt) -> ast.Name | None:
    """The variable that a statement binds anew."""
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target = statement.targets[0]
    elif isinstance(statement, ast.AnnAssign):
        target = statement.target
    else:
        return None
    if not isinstance(target, ast.Name) or statement.value is None:
        return None
    names = {n.id for n in ast.walk(statement.value) if isinstance(n, ast.Name)}
    return None if target.id in names else target


def _is_under(
    draft: Draft, node: ast.AST, guard: Known, needing: Needing, guards: dict[ast.stmt, Known]
) -> bool:
    """Whether `node` is reached for none but the pieces of `guard`."""
    structure = draft.facts.structure
    known = NOTHING
    current = node
    while (parent := structure.parent(current)) is not None:
        if isinstance(current, ast.stmt) and guards.get(current, NOTHING) == guard:
            return True
        if isinstance(parent, ast.If) and current is not parent.test:
            says = needing.says(parent.test)
            known = needing.learn(known, says.true if current in parent.body else says.false)
        current = parent
    return bool(known & guard)
