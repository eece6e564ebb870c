"""Names that statements give to what they make of an error, and where these are read."""

from __future__ import annotations

import ast

from migrator.plan import Draft


def names_given(draft: Draft, node: ast.expr) -> set[str]:
    """The names that the assignment (or `:=`) whose value is `node` gives it."""
    parent = draft.facts.structure.parent(node)
    if isinstance(parent, ast.Assign) and parent.value is node:
        return {target.id for target in parent.targets if isinstance(target, ast.Name)}
    if isinstance(parent, (ast.AnnAssign, ast.NamedExpr)) and parent.value is node:
        return {parent.target.id} if isinstance(parent.target, ast.Name) else set()
    return set()


def loads_of(draft: Draft, node: ast.expr, names: set[str]) -> list[ast.Name]:
    """Where the function around `node` reads one of `names`."""
    structure = draft.facts.structure
    region = structure.region(node)
    return [
        use
        for name in sorted(names)
        for use in structure.named.get(name, ())
        if isinstance(use, ast.Name)
        and isinstance(use.ctx, ast.Load)
        and structure.region(use) is region
    ]


def read_as(draft: Draft, node: ast.expr) -> list[ast.expr]:
    """`node` itself, and every name that its statement gives it, where that is read."""
    return [node, *loads_of(draft, node, names_given(draft, node))]
