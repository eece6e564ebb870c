"""What the tests around a MIME type say about it: `if kind.startswith("image/"):`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from migrator.plan import Draft
from migrator.understand.structure import FUNCTION_TYPES

LISTS = (ast.List, ast.Tuple, ast.Set)


def tested(draft: Draft, node: ast.expr) -> tuple[str, ...]:
    """The MIME types that `node` may be where it stands, or how they begin; empty if not known.

    The innermost test counts that holds wherever `node` is evaluated.
    """
    name = ast.unparse(node)
    for test, branch in _tests(draft, node):
        found = next((f for t in _all_true(test) if (f := _said(t, name))), ())
        if found and not _is_bound(branch, node):
            return found
    return ()


def _tests(draft: Draft, node: ast.expr) -> Iterator[tuple[ast.expr, ast.AST]]:
    """The tests that hold at `node`, innermost first, each with what it guards."""
    current: ast.AST = node
    parent = draft.facts.structure.parent(current)
    while parent is not None and not isinstance(current, FUNCTION_TYPES):
        if isinstance(parent, ast.If) and current in parent.body:
            yield parent.test, parent
        if isinstance(parent, ast.IfExp) and current is parent.body:
            yield parent.test, parent
        current, parent = parent, draft.facts.structure.parent(parent)


def _all_true(test: ast.expr) -> list[ast.expr]:
    """The tests that must all hold for `test` to hold."""
    return test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) else [test]


def _said(test: ast.expr, name: str) -> tuple[str, ...]:
    """What `test` says of the expression that is written as `name`."""
    if isinstance(test, ast.Call) and isinstance(test.func, ast.Attribute) and len(test.args) == 1:
        if test.func.attr == "startswith" and ast.unparse(test.func.value) == name:
            return _texts(test.args[0])
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and ast.unparse(test.left) == name:
        (other,) = test.comparators
        if isinstance(test.ops[0], ast.Eq) and isinstance(other, ast.Constant):
            return _texts(other)
        if isinstance(test.ops[0], ast.In) and isinstance(other, LISTS):
            return _texts(other)
    return ()


def _texts(node: ast.expr) -> tuple[str, ...]:
    """The texts that are written out; none unless all of them are MIME types, or begin one."""
    elements = node.elts if isinstance(node, LISTS) else [node]
    texts = [e.value for e in elements if isinstance(e, ast.Constant) and isinstance(e.value, str)]
    return tuple(texts) if len(texts) == len(elements) and all("/" in t for t in texts) else ()


def _is_bound(branch: ast.AST, node: ast.expr) -> bool:
    """Whether something in the branch gives what `node` reads another value."""
    names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    written = ast.unparse(node)
    for part in ast.walk(branch):
        if isinstance(getattr(part, "ctx", None), (ast.Store, ast.Del)):
            if isinstance(part, ast.Name) and part.id in names:
                return True
            if isinstance(part, (ast.Attribute, ast.Subscript)) and ast.unparse(part) == written:
                return True
    return False
