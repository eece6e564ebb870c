"""Objects that become dicts, and are tested: a dict is as true as they were, unless it is empty."""

from __future__ import annotations

import ast

from codemods.objects.written_objects import class_path
from migrator.edits import Item
from migrator.plan import Draft, Reading


def note_truth(draft: Draft, node: ast.AST, items: tuple[Item, ...]) -> None:
    """Remember whether the dict of `items` that `node` becomes may be false where it was true."""
    if any(item.name != "**" for item in items):
        return
    if isinstance(node, ast.Dict):
        changed = len(node.keys) > len(items)
    else:
        changed = not (isinstance(node, ast.Call) and class_path(draft, node) == "dict")
    if changed:
        _changed(draft).add(node)


def keep_truth(draft: Draft, reading: Reading) -> None:
    """A test of the dict that an object became."""
    if reading.owner in _changed(draft):
        text = f"`{draft.quote(reading.base)}` is tested here, and may be empty now"
        draft.block(reading.owner, reading.base, text)


def keep_absence(draft: Draft, reading: Reading) -> None:
    """A dict is as absent as the object was."""


def _changed(draft: Draft) -> set[ast.AST]:
    return draft.once("dicts less true than before", set[ast.AST])
