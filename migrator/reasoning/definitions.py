"""The expressions behind a name: what it is assigned, what a helper returns, how texts begin."""

from __future__ import annotations

import ast

from migrator.plan import Draft
from migrator.understand.values import Function, Method

DEPTH = 4


def definitions(draft: Draft, node: ast.expr, depth: int = DEPTH) -> list[ast.expr]:
    """The expressions that `node` is a name for, as far as assignments tell; else `node` itself.

    A name that is (also) bound in another way than by a plain assignment stands for itself.
    """
    if depth and isinstance(node, ast.Name):
        found = _assigned(draft, node)
    elif depth and isinstance(node, ast.Call):
        found = _returned(draft, node)
    elif depth and isinstance(node, ast.IfExp):
        found = [node.body, node.orelse]
    elif depth and isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
        found = node.values
    else:
        found = None
    if not found:
        return [node]
    return [d for expression in found for d in definitions(draft, expression, depth - 1)]


def _assigned(draft: Draft, node: ast.Name) -> list[ast.expr] | None:
    """What is assigned to a name of the function (or module) that `node` stands in."""
    structure = draft.facts.structure
    scope = structure.scope_of[node]
    if node.id not in structure.locals_of[scope] or (scope, node.id) in structure.shared:
        return None
    found: list[ast.expr] = []
    for other in structure.stores(node.id):
        if structure.scope_of[other] is not scope or other not in draft.facts.state.values:
            continue
        parent = structure.parent(other)
        if isinstance(parent, (ast.Assign, ast.NamedExpr)) or (
            isinstance(parent, ast.AnnAssign) and parent.value is not None
        ):
            assert parent.value is not None
            found.append(parent.value)
        else:
            return None
    parameters = getattr(scope, "args", None)
    if parameters is not None and any(
        isinstance(a, ast.arg) and a.arg == node.id for a in ast.walk(parameters)
    ):
        return None
    return found


def _returned(draft: Draft, node: ast.Call) -> list[ast.expr] | None:
    """What the function of the program that `node` calls returns."""
    functions = set()
    for value in draft.values(node.func):
        function = value.node if isinstance(value, Function) else None
        if isinstance(value, Method):
            function = value.function
        if function is None:
            return None
        functions.add(function)
    found: list[ast.expr] = []
    for function in functions:
        if isinstance(function, ast.Lambda):
            found.append(function.body)
            continue
        for inner in ast.walk(function):
            if isinstance(inner, ast.Return) and inner.value is not None:
                if draft.facts.structure.enclosing_function(inner) is function:
                    found.append(inner.value)
            elif isinstance(inner, (ast.Yield, ast.YieldFrom)):
                return None
    return found


def beginning(draft: Draft, node: ast.expr) -> str:
    """The text that `node` certainly begins with."""
    constant = draft.constant(node)
    if constant is not None and isinstance(constant.value, str):
        return constant.value
    if isinstance(node, ast.JoinedStr) and node.values:
        first = node.values[0]
        return str(first.value) if isinstance(first, ast.Constant) else ""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return beginning(draft, node.left)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        return beginning(draft, node.left).partition("%")[0]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr == "format":
            return beginning(draft, node.func.value).partition("{")[0]
    return ""


def ending(draft: Draft, node: ast.expr) -> str:
    """The text that `node`, a text or a path, certainly ends with."""
    constant = draft.constant(node)
    if constant is not None and isinstance(constant.value, str):
        return constant.value
    if isinstance(node, ast.JoinedStr) and node.values:
        last = node.values[-1]
        return str(last.value) if isinstance(last, ast.Constant) else ""
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Div)):
        return ending(draft, node.right)
    if isinstance(node, ast.Call) and node.args and _makes_path(draft, node):
        return ending(draft, node.args[-1])
    return ""


def _makes_path(draft: Draft, node: ast.Call) -> bool:
    paths = {getattr(v, "path", None) for v in draft.values(node.func)}
    return bool(paths) and paths <= {"pathlib.Path", "os.path.join", "str", "os.fspath"}
