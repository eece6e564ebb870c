"""One tree for each text, for all who read it, and the ways through a tree."""

from __future__ import annotations

import ast
from functools import lru_cache

OLDEST_PYTHON = (3, 10)


def parse(text: str) -> ast.Module:
    """The tree of the module `text`, which nobody may change.

    The last few are kept: a file is read before the edits, after them and after its imports, by
    several checks each time. Raises what `ast.parse` raises.
    """
    return _parsed(text)[0]


def refused_by_oldest(text: str) -> SyntaxError | None:
    """What the oldest Python we support has against the module `text`, which parses on this one."""
    return _parsed(text)[1]


@lru_cache(maxsize=3)
def _parsed(text: str) -> tuple[ast.Module, SyntaxError | None]:
    try:
        return ast.parse(text, feature_version=OLDEST_PYTHON), None
    except SyntaxError as error:
        return ast.parse(text), error


def base_of(node: ast.expr) -> ast.expr:
    """What attributes are read of: `a` of `a.b.c`, `f()` of `f().b`."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node


def children(node: ast.AST) -> list[ast.AST]:
    """The nodes right below `node`, as `ast.iter_child_nodes` gives them, in a third of its time.

    Contexts (`ast.Load` and its like) are left out: they stand nowhere, and all share a few.
    """
    found: list[ast.AST] = []
    for name, is_mixed in _FIELDS[type(node)]:
        value = getattr(node, name, None)
        if not value:
            continue
        if not isinstance(value, list):
            if isinstance(value, ast.AST):
                found.append(value)
        elif is_mixed:
            found += [part for part in value if isinstance(part, ast.AST)]
        else:
            found += value
    return found


def descendants(node: ast.AST) -> list[ast.AST]:
    """`node` and all below it, in the order of `ast.walk`."""
    found = [node]
    for each in found:  # which grows
        found += children(each)
    return found


def block_of(parent: ast.AST | None, node: ast.AST) -> list[ast.stmt]:
    """The block of `parent` that `node` is a statement of; an empty one if it is in none."""
    for name in ("body", "orelse", "finalbody"):
        block: list[ast.stmt] | ast.expr | None = getattr(parent, name, None)
        if isinstance(block, list) and node in block:
            return block
    return []


_WITHOUT_NODES = frozenset(
    {"arg", "attr", "asname", "conversion", "ctx", "id", "is_async", "kind", "level", "module",
     "simple", "tag", "type_comment"}
)  # fmt: skip
"""Fields that hold no node, or only a context."""

_MIXED = frozenset({"keys", "kw_defaults", "kwd_attrs", "names"})
"""Fields whose lists may hold something else than nodes."""

_FIELDS = {
    kind: tuple((name, name in _MIXED) for name in kind._fields if name not in _WITHOUT_NODES)
    for kind in vars(ast).values()
    if isinstance(kind, type) and issubclass(kind, ast.AST)
}
"""The fields of each kind of node that may hold nodes, and whether something else as well."""
