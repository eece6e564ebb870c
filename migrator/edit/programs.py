"""Whether two trees are one program; positions, `pass` and brackets in `a and (b and c)` say
nothing.
"""

from __future__ import annotations

import ast


def difference(one: ast.AST, other: ast.AST) -> ast.AST | None:
    """The first node of `other` where the two programs differ, or one near it; None where they
    do not.
    """
    pending: list[tuple[object, object, ast.AST]] = [(one, other, other)]
    while pending:
        left, right, near = pending.pop()
        if type(left) is not type(right):
            return near
        if isinstance(left, list) and isinstance(right, list):
            left, right = _said(left), _said(right)
            if len(left) != len(right):
                return near
            pending.extend((a, b, near) for a, b in zip(left[::-1], right[::-1], strict=True))
        elif isinstance(left, ast.AST) and isinstance(right, ast.AST):
            place = right if hasattr(right, "lineno") else near
            for name in reversed(left._fields):
                pending.append((_field(left, name), _field(right, name), place))
        elif left != right and repr(left) != repr(right):
            return near
    return None


def without_imports(tree: ast.Module) -> ast.Module:
    """`tree` without its imports, and without the `if` that held nothing else; it is changed."""
    for node in [*ast.walk(tree)][::-1]:
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list):
                setattr(node, name, [statement for statement in block if _stays(statement)])
    return tree


def _stays(node: ast.AST) -> bool:
    if isinstance(node, ast.If):
        return bool(node.body or node.orelse)
    return not isinstance(node, (ast.Import, ast.ImportFrom, ast.Pass))


def _said(items: list[object]) -> list[object]:
    return [item for item in items if not isinstance(item, ast.Pass)]


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
