"""Parts of code out of view that are called pictures: taken for those of Pillow, with a doubt.

The old API takes texts, parts, files and pictures of Pillow as they are; a name says which of
them it is, where the program works with Pillow, and does nothing that pictures can't do.
"""

from __future__ import annotations

import ast

from codemods.content.text_refuted import said_as, words
from codemods.tables.words import NAMED_AS_PICTURE, READS_OF_PICTURES
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.understand.values import Symbol, Unknown

TAKERS_OF_OTHERS = frozenset(
    {
        "b64decode",
        "b64encode",
        "BytesIO",
        "fromarray",
        "frombytes",
        "from_bytes",
        "from_uri",
        "open",
    }
)
"""Functions that are given paths, bytes or arrays of what is called an image."""


def assume_picture(draft: Draft, node: ast.expr, owner: Member) -> bool:
    """Whether the unknown `node` is taken for a picture, which is doubted."""
    if not isinstance(node, (ast.Name, ast.Attribute, ast.Subscript, ast.Call)):
        return False
    values = draft.values(node)
    unknown = all(isinstance(v, (Unknown, Symbol)) for v in values)
    named = words(said_as(node))[-1:]
    if not unknown or not named or named[0] not in NAMED_AS_PICTURE:
        return False
    if not draft.facts.structure.imports("PIL") or _is_something_else(draft, node):
        return False
    draft.doubt(owner, node, f"`{draft.quote(node)}` is assumed to be a picture of Pillow")
    return True


def _is_something_else(draft: Draft, node: ast.expr) -> bool:
    """Whether the program does with it, somewhere in the file, what no picture can do."""
    structure, same = draft.facts.structure, ast.dump(node)
    name = getattr(node, "id", getattr(node, "attr", None))
    mentions = structure.named.get(name, ()) if name is not None else ()
    for mention in mentions:
        if ast.dump(mention) != same:
            continue
        parent = structure.parent(mention)
        if isinstance(parent, ast.keyword):
            parent = structure.parent(parent)
        if isinstance(parent, ast.Call) and parent.func is not mention:
            called = getattr(parent.func, "attr", getattr(parent.func, "id", ""))
            if called in TAKERS_OF_OTHERS:
                return True
        if isinstance(parent, ast.Attribute) and parent.attr not in READS_OF_PICTURES:
            return True
        if isinstance(parent, (ast.Subscript, ast.BinOp)) and mention is not getattr(
            parent, "slice", None
        ):
            return True
    return False
