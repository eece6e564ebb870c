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
        if isinstance(left, ast.AST) and isinstance(right, ast.AST):
            place = right if hasattr(right, "lineno") else near
            for name in reversed(left._fields):
                a, b = getattr(left, name, None), getattr(right, name, None)
                if a is b or (a == [] and b == []):  # names and contexts that are alike are one
                    continue
                if name == "values" and isinstance(left, ast.BoolOp):
                    a, b = _operands(left), _operands(right)
                pending.append((a, b, place))
        elif isinstance(left, list) and isinstance(right, list):
            if isinstance((left or right)[0], ast.stmt):
                left, right = said(left), said(right)
            if len(left) != len(right):
                return near
            pending += [(a, b, near) for a, b in zip(left[::-1], right[::-1], strict=True)]
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


def _operands(node: object) -> list[object]:
    """The operands of `and` or `or`; `a and (b and c)` has those of `a and b and c`."""
    assert isinstance(node, ast.BoolOp)
    found: list[object] = []
    for operand in node.values:
        alike = isinstance(operand, ast.BoolOp) and type(operand.op) is type(node.op)
        found += _operands(operand) if alike else [operand]
    return found
