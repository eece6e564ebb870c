"""The expressions behind a name: what it is assigned, what a helper returns, how texts begin."""

from __future__ import annotations

import ast

from migrator.plan import Draft
from migrator.understand.structure import COMPREHENSIONS
from migrator.understand.values import Function, Method

DEPTH = 4
LISTING = frozenset({"sorted", "list", "reversed", "tuple", "set", "iter"})
GLOBBING = frozenset({"glob", "rglob", "iglob"})


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


def assigned(draft: Draft, node: ast.expr) -> list[ast.expr]:
    """What a name is assigned; nothing for anything else, and where that can't be told."""
    return (_assigned(draft, node) or []) if isinstance(node, ast.Name) else []


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
    return _pattern_of(draft, node).rpartition("*")[2] if isinstance(node, ast.Name) else ""


def _pattern_of(draft: Draft, node: ast.Name) -> str:
    """The pattern of the files that a name stands for in turn: `for path in folder.glob("*.md")`.

    Nothing where the name is bound in another way as well.
    """
    loop = _loop_of(draft, node)
    if loop is None:
        return ""
    listed = loop.iter
    while isinstance(listed, ast.Call) and getattr(listed.func, "id", "") in LISTING:
        listed = listed.args[0] if listed.args else listed.func
    if not isinstance(listed, ast.Call) or not listed.args:
        return ""
    method = getattr(listed.func, "attr", getattr(listed.func, "id", ""))
    return ending(draft, listed.args[0]) if method in GLOBBING else ""


def _loop_of(draft: Draft, node: ast.Name) -> ast.For | ast.comprehension | None:
    """The one loop, or clause of a comprehension, that a name is bound by."""
    structure = draft.facts.structure
    current: ast.AST | None = node
    while current is not None and not isinstance(current, ast.stmt):
        for clause in current.generators if isinstance(current, COMPREHENSIONS) else ():
            if isinstance(clause.target, ast.Name) and clause.target.id == node.id:
                return clause
        current = structure.parent(current)
    parents = {structure.parent(n) for n in structure.bindings(structure.owner_of(node), node.id)}
    others = [parent for parent in parents if not isinstance(parent, ast.comprehension)]
    return others[0] if len(others) == 1 and isinstance(others[0], ast.For) else None


def _makes_path(draft: Draft, node: ast.Call) -> bool:
    paths = {getattr(v, "path", None) for v in draft.values(node.func)}
    return bool(paths) and paths <= {"pathlib.Path", "os.path.join", "str", "os.fspath"}
