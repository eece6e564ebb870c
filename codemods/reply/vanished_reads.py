"""What goes when something else takes the place of a read: the steps on the way, and defaults."""

from __future__ import annotations

import ast

from codemods.reply.caught_failures import doubt_failure
from codemods.reply.interaction import interaction
from codemods.reply.missing_names import missing_name
from codemods.reply.path_prefixes import bases, nearer, root
from migrator.edits import Delete, Span
from migrator.plan import Draft, Reading


def or_nothing(draft: Draft, node: ast.expr) -> ast.expr:
    """`parts or []` of `parts`, `parts if content else None` and their like: no list is None.

    Unless they ask for a name that may be nothing.
    """
    parent = draft.facts.structure.parent(node)
    while isinstance(parent, (ast.BoolOp, ast.IfExp)) and nearer(draft, parent) is node:
        test = parent.test if isinstance(parent, ast.IfExp) else parent.values[0]
        if test is not node and missing_name(draft, bases(draft, test)) is not None:
            break
        node, parent = parent, draft.facts.structure.parent(parent)
    return node


def settle(draft: Draft, node: ast.expr) -> None:
    """Everything between `node` and its response is gone."""
    response = root(draft, node)
    kept = set(ast.walk(response))
    draft.settled.update(
        inner for inner in ast.walk(node) if isinstance(inner, ast.expr) and inner not in kept
    )


def name_interaction(draft: Draft, reading: Reading) -> None:
    """Put the interaction in the place of a part of the response; a name that is one more goes."""
    base = reading.base
    doubt_failure(draft, reading.owner, base)
    statement = draft.facts.structure.parent(base)
    if isinstance(statement, ast.stmt) and goes(draft, statement):
        draft.edit(reading.owner, Delete(draft.span(statement)))
    else:
        draft.replace(reading.owner, base, interaction(draft, base))
    settle(draft, base)


def goes(draft: Draft, statement: ast.stmt) -> bool:
    """Whether a statement only makes another name for the interaction."""
    if not isinstance(statement, ast.Assign):
        return False
    name = statement.targets[0]
    return isinstance(name, ast.Name) and nearer(draft, name) is statement.value


def left_of(draft: Draft, block: list[ast.stmt]) -> Span:
    """Where the statements of a block stand, from the first one on that does not go."""
    first = next((s for s in block if not goes(draft, s)), block[-1])
    return Span(draft.span(first).start, draft.span(block[-1]).end)
