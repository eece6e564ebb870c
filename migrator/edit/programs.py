"""Whether two trees are one program; positions, `pass` and brackets in `a and (b and c)` say
nothing.
"""

from __future__ import annotations

import ast


def difference(one: ast.AST, other: ast.AST, *, imports: bool = True) -> ast.AST | None:
    """The first node of `other` where the two programs differ, or one near it; None where they
    do not.

    Without `imports` those say nothing either, nor does an `if` that holds nothing else.
    """
    said = _said if imports else _said_but_imports
    pending: list[tuple[object, object, ast.AST]] = [(one, other, other)]
    while pending:
        left, right, near = pending.pop()
        if type(left) is not type(right):
            return near
        if isinstance(left, list) and isinstance(right, list):
            left, right = said(left), said(right)
            if len(left) != len(right):
                return near
            pending += [(a, b, near) for a, b in zip(left[::-1], right[::-1], strict=True)]
        elif isinstance(left, ast.AST) and isinstance(right, ast.AST):
            place = right if hasattr(right, "lineno") else near
            parts = [(_field(left, name), _field(right, name)) for name in reversed(left._fields)]
            pending += [(a, b, place) for a, b in parts if a is not b]
        elif left != right and repr(left) != repr(right):
            return near
    return None


def _said(items: list[object]) -> list[object]:
    return [item for item in items if not isinstance(item, ast.Pass)]


def _said_but_imports(items: list[object]) -> list[object]:
    return [item for item in items if not _imports_only(item)]


def _imports_only(node: object) -> bool:
    """Whether a statement does nothing but import."""
    if isinstance(node, ast.If):
        return all(_imports_only(inner) for inner in (*node.body, *node.orelse))
    return isinstance(node, (ast.Import, ast.ImportFrom, ast.Pass))


def _field(node: ast.AST, name: str) -> object:
    """A part of a node; `a and (b and c)` has the operands of `a and b and c`."""
    value = getattr(node, name, None)
    if name != "values" or not isinstance(node, ast.BoolOp):
        return value
    operands: list[object] = []
    for operand in node.values:
        alike = isinstance(operand, ast.BoolOp) and type(operand.op) is type(node.op)
        found = _field(operand, name) if alike else operand
        operands += found if isinstance(found, list) else [found]
    return operands
