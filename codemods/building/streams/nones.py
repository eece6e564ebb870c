"""Chunks without text: whether the None that stood for their text can have been meant."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from codemods.building.interaction import catches
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.understand.values import Symbol

NOTE = (
    "a chunk without text (a thought, a step of a tool, an image) had a text of None, which was "
    'printed as "None"; an event without text prints nothing'
)


FEATURES = ("thoughts", "tools", "images", "audio")
"""What a model is asked for that comes in chunks without text."""


def doubt_nones(draft: Draft, owner: Member, texts: Sequence[ast.expr]) -> None:
    """`texts` read the text of chunks as it is: some may have had a text of None."""
    for feature in FEATURES:
        if not texts or not draft.has_feature(texts[0], owner, feature):
            continue
        if any(is_meant(draft, node) for node in texts):
            text = f"chunks of {feature} had no text; this ran for them, too, with None"
            draft.doubt(owner, draft.facts.structure.statement(texts[0]), text)
        else:
            draft.note(owner, NOTE)


def is_meant(draft: Draft, node: ast.expr) -> bool:
    """Whether the program may tell a text of None, which `node` reads, from no text.

    It does not where texts are printed one behind the other, or added to a string: there None is a
    mistake, or raises a TypeError.
    """
    if _is_printed_in_a_row(draft, node):
        return False
    return not _is_added(draft, node) or catches(draft, node, {"TypeError", "Exception"})


def _is_added(draft: Draft, node: ast.expr) -> bool:
    """`answer += chunk.text`, `file.write(chunk.text)`"""
    parent = draft.facts.structure.parent(node)
    if isinstance(parent, (ast.AugAssign, ast.BinOp)):
        return isinstance(parent.op, ast.Add)
    if not isinstance(parent, ast.Call) or parent.args != [node]:
        return False
    return isinstance(parent.func, ast.Attribute) and parent.func.attr == "write"


def _is_printed_in_a_row(draft: Draft, node: ast.expr) -> bool:
    """`print(chunk.text, end="")`"""
    parent = draft.facts.structure.parent(node)
    if isinstance(parent, ast.FormattedValue):
        parent = draft.facts.structure.parent(parent)
        parent = draft.facts.structure.parent(parent) if parent is not None else None
    if not isinstance(parent, ast.Call) or len(parent.args) != 1:
        return False
    values = draft.values(parent.func)
    if not values or not all(isinstance(v, Symbol) and v.path == "print" for v in values):
        return False
    ends = [draft.constant(k.value) for k in parent.keywords if k.arg == "end"]
    return bool(ends) and ends[0] is not None and "\n" not in str(ends[0].value)
