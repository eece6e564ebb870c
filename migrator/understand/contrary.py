"""What is done with a value that no text could stand: keys, methods and attributes of others."""

from __future__ import annotations

import ast

from migrator.understand import spelling
from migrator.understand.structure import Structure


def against(structure: Structure, node: ast.expr) -> ast.expr | None:
    """What is done with `node` where it stands, if no text can stand it."""
    parent = structure.parent(node)
    if isinstance(parent, ast.Subscript) and parent.value is node:
        if isinstance(parent.slice, ast.Slice):
            return None
        return parent if _is_key(parent) else _use_of_no_letter(structure, parent)
    if isinstance(parent, ast.Attribute) and parent.value is node:
        return None if hasattr(str, parent.attr) else parent
    if isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Add):
        lists = any(isinstance(n, (ast.List, ast.ListComp)) for n in spelling.operands(parent))
        return parent if lists else None
    if isinstance(parent, (ast.For, ast.AsyncFor, ast.comprehension)) and parent.iter is node:
        return _loop_over_no_letters(structure, parent)
    return None


def _loop_over_no_letters(
    structure: Structure, loop: ast.For | ast.AsyncFor | ast.comprehension
) -> ast.expr | None:
    """What is done with the items of a loop that no letter of a text can stand."""
    target = loop.target
    if not isinstance(target, ast.Name):
        return loop.iter
    inside = structure.parent(loop) if isinstance(loop, ast.comprehension) else loop
    assert inside is not None
    items = (n for n in ast.walk(inside) if isinstance(n, ast.Name) and n.id == target.id)
    return next((use for item in items if (use := _use_of_no_letter(structure, item))), None)


def _use_of_no_letter(structure: Structure, item: ast.expr) -> ast.expr | None:
    parent = structure.parent(item)
    if isinstance(parent, ast.Subscript) and parent.value is item:
        return parent if _is_key(parent) else None
    if isinstance(parent, ast.Attribute) and parent.value is item:
        return None if hasattr(str, parent.attr) else parent
    return None


def _is_key(node: ast.Subscript) -> bool:
    return isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str)
