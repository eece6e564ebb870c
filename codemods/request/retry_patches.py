"""Programs that wrap the method itself in retries before they call it, as Kaggle's courses do."""

from __future__ import annotations

import ast

from migrator.edits import Delete
from migrator.plan import Draft
from migrator.understand.values import Symbol

RETRIES = frozenset(
    {
        "google.api_core.retry.Retry",
        "google.api_core.retry.AsyncRetry",
        "google.api_core.retry_async.AsyncRetry",
        "tenacity.retry",
        "backoff.on_exception",
    }
)
"""Callables that make a decorator which calls again what failed, and changes nothing else."""


def retry_patch(draft: Draft, node: ast.Attribute) -> ast.Assign | None:
    """The statement `Models.generate_content = Retry(…)(Models.generate_content)` that sets `node`.

    None for any other assignment.
    """
    statement = draft.facts.structure.parent(node)
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        return None
    match statement.value:
        case ast.Call(func=ast.Call(func=made_by), args=[ast.Attribute() as wrapped], keywords=[]):
            same = ast.unparse(wrapped) == ast.unparse(node)
            paths = {v.path for v in draft.values(made_by) if isinstance(v, Symbol)}
            return statement if same and paths and paths <= RETRIES else None
    return None


def plan_patches(draft: Draft, patches: list[ast.Assign]) -> None:
    """Take patches out, and with them the predicates that nothing else reads.

    The method is the class's: either all calls of the file go to the new one, or none.
    """
    sites = [site.call for site in draft.facts.sites]
    for site in sites:
        draft.join(site, patches[0])
    gone: list[ast.stmt] = [*patches, *_predicates(draft, patches)]
    for statement in gone:
        draft.edit(patches[0], Delete(draft.span(statement)))
    text = "the retries around generate_content are left out: interactions.create makes its own"
    draft.doubt(sites[0], patches[0], text)


def _predicates(draft: Draft, patches: list[ast.Assign]) -> list[ast.Assign]:
    """The statements that name a lambda which only patches read."""
    structure = draft.facts.structure
    read: dict[str, set[ast.AST]] = {}
    for node in structure.nodes:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            read.setdefault(node.id, set()).add(structure.statement(node))
    return [
        node
        for node in structure.nodes
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Lambda)
        and len(node.targets) == 1
        and isinstance(name := node.targets[0], ast.Name)
        and name.id in read
        and read[name.id] <= set(patches)
    ]
