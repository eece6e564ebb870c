"""The forms in which programs take what a chunk holds: `text or ""`, `calls.extend(…)`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from migrator.plan import Draft
from migrator.understand.values import Symbol


def or_nothing(draft: Draft, node: ast.expr) -> ast.expr:
    """`node`, or the whole of `node or []`."""
    parent = draft.facts.structure.parent(node)
    if not isinstance(parent, ast.BoolOp) or not isinstance(parent.op, ast.Or):
        return node
    empty = parent.values[-1]
    nothing = isinstance(empty, (ast.List, ast.Tuple)) and not empty.elts
    return parent if nothing and parent.values[0] is node and len(parent.values) == 2 else node


def or_none(draft: Draft, node: ast.expr) -> ast.expr:
    """`node`, or the whole of `node if … else None`."""
    parent = draft.facts.structure.parent(node)
    if not isinstance(parent, ast.IfExp) or parent.body is not node:
        return node
    other = parent.orelse
    return parent if isinstance(other, ast.Constant) and other.value is None else node


def gathered(draft: Draft, node: ast.expr) -> ast.expr | None:
    """The list in `calls.extend(node)` or `calls += node`."""
    parent = draft.facts.structure.parent(node)
    if isinstance(parent, ast.AugAssign) and isinstance(parent.op, ast.Add):
        return parent.target
    if isinstance(parent, ast.Call) and parent.args == [node] and not parent.keywords:
        alone = isinstance(draft.facts.structure.parent(parent), ast.Expr)
        if isinstance(parent.func, ast.Attribute) and parent.func.attr == "extend" and alone:
            return parent.func.value
    return None


def first_of(draft: Draft, node: ast.expr) -> ast.Subscript | None:
    """`node[0]`."""
    parent = draft.facts.structure.parent(node)
    if not isinstance(parent, ast.Subscript) or parent.value is not node:
        return None
    index = draft.constant(parent.slice)
    return parent if index is not None and index.value == 0 and index.kind == "int" else None


def is_or_empty(parent: ast.AST | None, node: ast.expr) -> bool:
    """Whether `parent` is `node or ""`, or `node if node else ""`."""
    if isinstance(parent, ast.IfExp):
        same = parent.body is node and ast.dump(parent.test) == ast.dump(node)
        return same and is_empty(parent.orelse)
    if not isinstance(parent, ast.BoolOp) or not isinstance(parent.op, ast.Or):
        return False
    return len(parent.values) == 2 and parent.values[0] is node and is_empty(parent.values[-1])


def is_empty(node: ast.expr) -> bool:
    """Whether `node` is an empty string."""
    return isinstance(node, ast.Constant) and node.value == ""


def is_builtin(draft: Draft, call: ast.Call, *names: str) -> bool:
    """Whether `call` calls one of the builtins `names`."""
    values = draft.values(call.func)
    return bool(values) and all(isinstance(v, Symbol) and v.path in names for v in values)


def is_left(statements: Sequence[ast.stmt], *, inner: bool = False) -> bool:
    """Whether `break` or `return` leaves the loop with this body; `inner` in a loop of its own."""
    for statement in statements:
        if isinstance(statement, ast.Return) or (isinstance(statement, ast.Break) and not inner):
            return True
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        deeper = inner or isinstance(statement, (ast.For, ast.AsyncFor, ast.While))
        if is_left(getattr(statement, "body", []), inner=deeper):
            return True
        others = [getattr(statement, name, []) for name in ("orelse", "finalbody")]
        others += [part.body for part in getattr(statement, "handlers", [])]
        others += [part.body for part in getattr(statement, "cases", [])]
        if any(is_left(block, inner=inner) for block in others):
            return True
    return False


def jumps(statements: list[ast.stmt]) -> Iterator[ast.Break | ast.Continue]:
    """Every `break` and `continue` of a loop with this body."""
    for statement in statements:
        if isinstance(statement, (ast.Break, ast.Continue)):
            yield statement
        elif not isinstance(statement, (ast.For, ast.AsyncFor, ast.While, ast.FunctionDef)):
            for name in ("body", "orelse", "finalbody"):
                yield from jumps(getattr(statement, name, []))
            for part in (*getattr(statement, "handlers", []), *getattr(statement, "cases", [])):
                yield from jumps(part.body)
