"""Names of an error's text that a rewrite leaves without a reader."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from codemods.errors.caught_error import Caught
from migrator.edits import Delete


def drop_unread(caught: Caught, replaced: Sequence[ast.expr]) -> None:
    """Take away names of a text that nothing reads any more: `text = str(e)`.

    `replaced` are the texts in tests that others stand in for.
    """
    structure = caught.draft.facts.structure
    for name in {text.id for text in replaced if isinstance(text, ast.Name)}:
        texts = [t for t in replaced if isinstance(t, ast.Name) and t.id == name]
        for region in {structure.region(text) for text in texts}:
            here = [
                node
                for node in structure.named[name]
                if isinstance(node, ast.Name) and structure.region(node) is region
            ]
            stores = [node for node in here if not isinstance(node.ctx, ast.Load)]
            read = {node for node in here if isinstance(node.ctx, ast.Load)}
            made = structure.parent(stores[0]) if len(stores) == 1 else None
            if read <= set(texts) and isinstance(made, ast.Assign) and len(made.targets) == 1:
                inner = not isinstance(region, ast.Module)
                if inner and isinstance(made.targets[0], ast.Name):
                    caught.edit(Delete(caught.draft.span(made)))
