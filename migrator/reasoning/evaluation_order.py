"""What may be evaluated before what: which expressions change nothing, or can't be changed."""

from __future__ import annotations

import ast

from migrator.plan import Draft
from migrator.understand.structure import COMPREHENSIONS
from migrator.understand.values import (
    Class,
    Function,
    Instance,
    Method,
    Partial,
    Symbol,
    Unknown,
    Value,
)

PURE_METHODS = frozenset(
    {
        "decode",
        "encode",
        "endswith",
        "format",
        "get",
        "lower",
        "partition",
        "removeprefix",
        "removesuffix",
        "replace",
        "rpartition",
        "rsplit",
        "split",
        "splitext",
        "startswith",
        "strip",
        "upper",
        "with_suffix",
    }
)
PURE_MODULES = ("mimetypes.", "os.path.", "pathlib.")
PURE_FUNCTIONS = frozenset({"str", "os.fspath", "len"})
EFFECTS = (ast.Global, ast.Nonlocal, ast.Delete, ast.Raise, ast.Await, ast.Yield, ast.YieldFrom)
"""What a function that only works something out has none of."""
READERS = frozenset({"getbuffer", "getvalue", "read", "read_bytes", "tobytes", *PURE_METHODS})
"""Methods that hand something out and leave the program alone, whosever they are."""


def may_swap(draft: Draft, first: ast.expr, second: ast.expr) -> bool:
    """Whether `second` may be evaluated before `first`, which the old code evaluates before it."""
    if is_fixed(draft, first) or is_fixed(draft, second):
        return True
    if is_pure(draft, second) and not runs_program(draft, first):
        return True
    return is_pure(draft, first) and not runs_program(draft, second)


def is_fixed(draft: Draft, node: ast.expr) -> bool:
    """Whether `node` does nothing, and nothing that is evaluated beside it can change it."""
    structure = draft.facts.structure
    if isinstance(node, ast.Name):
        scope = structure.scope_of[node]
        return node.id in structure.locals_of[scope] and (scope, node.id) not in structure.shared
    return isinstance(node, ast.Constant)


def is_pure(draft: Draft, node: ast.expr) -> bool:
    """Whether evaluating `node` changes nothing at all."""
    for inner in ast.walk(node):
        if isinstance(inner, (ast.NamedExpr, ast.Yield, ast.YieldFrom, ast.Await)):
            return False
        if isinstance(inner, ast.Call) and not _is_pure_call(draft, inner):
            return False
        if isinstance(inner, ast.Attribute) and runs_property(draft, inner):
            return False
    return True


def runs_property(draft: Draft, node: ast.Attribute) -> bool:
    """Whether reading the attribute calls a property of the program."""
    return any(node in draft.facts.callers(function) for function in draft.facts.state.callers)


def _is_pure_call(draft: Draft, call: ast.Call) -> bool:
    callees = draft.values(call.func)
    paths = [v.path for v in callees if isinstance(v, Symbol)]
    if paths and len(paths) == len(callees):
        pure = (*PURE_MODULES, *draft.facts.state.knowledge.pure)
        return all(p in PURE_FUNCTIONS or p.startswith(pure) for p in paths)
    if callees and all(_is_pure_own(draft, callee) for callee in callees):
        return True
    if any(map(_is_own, callees)) or not isinstance(call.func, ast.Attribute):
        return False
    return call.func.attr in PURE_METHODS


def _is_pure_own(draft: Draft, value: Value) -> bool:
    """Whether `value` is a function of the program that only works something out."""
    function = value.node if isinstance(value, Function) else getattr(value, "function", None)
    if not isinstance(function, (ast.FunctionDef, ast.Lambda)):
        return False
    inside = [node for part in ast.iter_child_nodes(function) for node in ast.walk(part)]
    if any(isinstance(node, EFFECTS) for node in inside):
        return False
    if getattr(function, "decorator_list", None):
        return False
    stores = (n for n in inside if isinstance(n, (ast.Attribute, ast.Subscript)))
    if not all(isinstance(n.ctx, ast.Load) for n in stores):
        return False
    calls = [n for n in inside if isinstance(n, ast.Call)]
    return all(not _is_own_call(draft, n) and _is_pure_call(draft, n) for n in calls)


def _is_own_call(draft: Draft, call: ast.Call) -> bool:
    return any(map(_is_own, draft.values(call.func)))


def runs_program(draft: Draft, node: ast.expr) -> bool:
    """Whether evaluating `node` may run code of the program, which may change anything."""
    for inner in ast.walk(node):
        if isinstance(inner, (ast.NamedExpr, ast.Yield, ast.YieldFrom)):
            return True
        if isinstance(inner, ast.Call):
            callees = draft.values(inner.func)
            own = any(_is_own(v) and not _is_pure_own(draft, v) for v in callees)
            known = not own and not any(isinstance(v, Unknown) for v in callees)
            read = isinstance(inner.func, ast.Attribute) and inner.func.attr in READERS
            if not callees or not (known or (read and not own)):
                return True
    return False


def _is_own(value: Value) -> bool:
    """Whether calling `value` runs code of the program."""
    if isinstance(value, Method):
        return value.function is not None
    return isinstance(value, (Function, Class, Instance, Partial))


def statement_before(draft: Draft, node: ast.expr) -> ast.stmt | None:
    """The statement that evaluates `node` once, and always: what comes before it may make `node`.

    None where there is no such statement: in a lambda, a comprehension, a branch, a loop's test.
    """
    current: ast.AST = node
    structure = draft.facts.structure
    if isinstance(structure.scope_of[node], ast.ClassDef):
        return None  # a new name would become an attribute of the class
    while True:
        parent = structure.parent(current)
        assert parent is not None
        if isinstance(parent, ast.stmt):
            return parent if _is_evaluated_first(draft, parent, current) else None
        if isinstance(parent, (ast.Lambda, ast.comprehension, *COMPREHENSIONS)):
            return None
        if isinstance(parent, ast.IfExp) and current is not parent.test:
            return None
        if isinstance(parent, ast.BoolOp) and current is not parent.values[0]:
            return None
        current = parent


def _is_evaluated_first(draft: Draft, statement: ast.stmt, child: ast.AST) -> bool:
    if isinstance(statement, (ast.For, ast.AsyncFor)):
        return child is statement.iter
    if isinstance(statement, (ast.With, ast.AsyncWith)):
        return child is statement.items[0]
    if isinstance(statement, ast.If):
        start = draft.span(statement).start
        return child is statement.test and not draft.text.startswith("elif", start)
    simple = (ast.Expr, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return, ast.Raise)
    return isinstance(statement, simple)


def evaluated_before(draft: Draft, node: ast.expr) -> list[ast.expr]:
    """What the statement of `node` evaluates before `node`, outermost expressions only.

    The callee and the keywords of a call around `node` don't count; its earlier arguments do.
    """
    found: list[ast.expr] = []
    current: ast.AST = node
    while not isinstance(current, ast.stmt):
        parent = draft.facts.structure.parent(current)
        assert parent is not None
        targets = isinstance(parent, (ast.Assign, ast.AnnAssign, ast.For, ast.AsyncFor))
        for child in () if targets else ast.iter_child_nodes(parent):
            if child is current:
                break
            inner = child.value if isinstance(child, ast.keyword) else child
            callee = isinstance(parent, ast.Call) and inner is parent.func
            if isinstance(inner, ast.expr) and (not callee or _calls(inner)):
                found.append(inner)
        current = parent
    return found


def _calls(node: ast.expr) -> bool:
    return any(isinstance(inner, ast.Call) for inner in ast.walk(node))
