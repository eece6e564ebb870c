"""Variables that are bound for some pieces of a stream only, and read where others come."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.streams.event_needs import Needing
from codemods.streams.implied_by_tests import END, NOTHING, Known
from codemods.streams.loop_body import bound
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
        target = bound(statement)
        if target is None:
            continue
        # Else, whatever does something stands under a guard of its own: see `binding_guard`.
        at_end = END not in guard and len(needing.brings) == 1
        for node in ast.walk(taken.loop):
            read = isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
            if not read or getattr(node, "id", "") != target.id:
                continue
            if at_end and (
                _is_constant(statement)
                or not _is_under(draft, node, frozenset({END}), needing, guards)
            ):
                continue
            if not _is_under(draft, node, guard, needing, guards):
                reason = STALE_AT_THE_END if END in guard else STALE
                yield statement, reason.format(target.id)
                break


def binding_guard(
    statement: ast.stmt, uses: set[str], guards: dict[ast.stmt, Known]
) -> Known | None:
    """The guard of what binds a variable that `statement` reads, which stands under none itself.

    `if not clean: continue` does no harm for an event more, but `clean` has no value there.
    """
    if END in uses:
        return None
    part = statement.test if uses and isinstance(statement, ast.If) else statement
    if uses and part is statement:
        return None
    nodes = [n for n in ast.walk(part) if isinstance(n, ast.Name)]
    read = {n.id for n in nodes if isinstance(n.ctx, ast.Load)}
    for earlier, guard in guards.items():
        if earlier is statement:
            continue
        stored = (n for n in ast.walk(earlier) if isinstance(n, ast.Name))
        if END not in guard and any(isinstance(n.ctx, ast.Store) and n.id in read for n in stored):
            return guard
    return None


def _is_constant(statement: ast.stmt) -> bool:
    """`seen = True`"""
    return isinstance(getattr(statement, "value", None), ast.Constant)


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
