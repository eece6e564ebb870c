"""What running a single statement may do: raise, bind names, or swallow an exception."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence

from migrator.syntax import children, descendants

HARMLESS = frozenset({"print", "len", "str", "repr", "isinstance", "bool", "list", "dict", "tuple"})
HARMLESS_METHODS = frozenset(
    {
        "append", "extend", "insert", "clear", "strip", "lower", "upper", "startswith", "endswith",
        "format", "join", "get", "setdefault", "debug", "info", "warning", "error", "exception",
        "split", "replace", "items", "keys", "values",
    }
)  # fmt: skip
CHANGING_METHODS = frozenset(
    {"append", "extend", "insert", "clear", "pop", "remove", "sort", "reverse", "update"}
)
CATCH_ALL = frozenset({"Exception", "BaseException"})
LEAVING = (ast.Return, ast.Raise, ast.Continue, ast.Break)


def always_leaves(block: Sequence[ast.stmt]) -> bool:
    """Whether a block never goes on to what follows it."""
    last = block[-1] if block else None
    if isinstance(last, ast.If):
        return always_leaves(last.body) and always_leaves(last.orelse)
    return isinstance(last, LEAVING)


def headers(node: ast.stmt) -> Iterator[ast.AST]:
    """The expressions that a statement itself evaluates: of a compound one, those of its header."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        yield from node.decorator_list
    elif isinstance(node, ast.ClassDef):
        yield from (*node.bases, *node.decorator_list)
    elif isinstance(node, (ast.If, ast.While)):
        yield node.test
    elif isinstance(node, (ast.For, ast.AsyncFor)):
        yield from (node.iter, node.target)
    elif isinstance(node, (ast.With, ast.AsyncWith)):
        yield from node.items
    elif isinstance(node, ast.Match):
        yield node.subject
    elif not isinstance(node, (ast.Try, getattr(ast, "TryStar", ast.Try))):
        yield node


def parts(node: ast.stmt) -> Iterator[ast.AST]:
    """Every node that a statement itself runs; the bodies of lambdas don't run yet."""
    stack = list(headers(node))
    while stack:
        current = stack.pop()
        yield current
        if not isinstance(current, ast.Lambda):
            stack += children(current)


def may_raise(node: ast.stmt, safe: Collection[ast.AST | None] = ()) -> bool:
    """Whether a statement may, as far as programs count on it, end by an exception.

    Expressions that are `safe` don't fail.
    """
    for part in parts(node):
        if part in safe:
            continue
        if isinstance(part, (ast.Await, ast.Raise, ast.Assert, ast.AsyncFor, ast.Yield)):
            return True
        if isinstance(part, ast.Subscript) and isinstance(part.ctx, ast.Load):
            return True
        if isinstance(part, ast.Call) and not _harmless(part):
            return True
    return isinstance(node, (ast.With, ast.AsyncWith))


def _harmless(call: ast.Call) -> bool:
    if isinstance(call.func, ast.Name):
        return call.func.id in HARMLESS or call.func.id[:1].isupper()
    if isinstance(call.func, ast.Attribute):
        constructor = call.func.attr[:1].isupper() or call.func.attr.startswith("from_")
        return constructor or call.func.attr in HARMLESS_METHODS
    return False


def is_steady(node: ast.expr) -> bool:
    """Whether an expression gives the same wherever it is evaluated in the next few statements."""
    for part in descendants(node):
        if isinstance(part, (ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr)):
            return False
        if isinstance(part, ast.Call) and not _harmless(part):
            return False
    return True


def bound_names(node: ast.stmt) -> frozenset[str]:
    """The names, and the attributes, that a statement itself assigns."""
    names: set[str] = set()
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return frozenset({node.name})
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return frozenset((a.asname or a.name).partition(".")[0] for a in node.names)
    for part in parts(node):
        if isinstance(part, ast.Name) and not isinstance(part.ctx, ast.Load):
            names.add(part.id)
        elif isinstance(part, ast.Attribute) and not isinstance(part.ctx, ast.Load):
            names.add(part.attr)
    return frozenset(names)


def changed_names(node: ast.stmt) -> frozenset[str]:
    """The names, and the attributes, of lists and dicts that a statement changes in place."""
    names: set[str] = set()
    for part in parts(node):
        changed: ast.expr | None = None
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute):
            changed = part.func.value if part.func.attr in CHANGING_METHODS else None
        elif isinstance(part, ast.Subscript) and not isinstance(part.ctx, ast.Load):
            changed = part.value
        if isinstance(changed, (ast.Name, ast.Attribute)):
            names.add(changed.id if isinstance(changed, ast.Name) else changed.attr)
    return frozenset(names)


def catches_all(handler: ast.ExceptHandler) -> bool:
    """Whether a handler lets no ordinary exception pass."""
    if handler.type is None:
        return True
    return any(
        isinstance(n, ast.Name) and n.id in CATCH_ALL
        for n in (handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type])
    )


def may_swallow(node: ast.With | ast.AsyncWith) -> bool:
    """Whether leaving the block by an exception may go on after it."""
    return any("suppress" in ast.unparse(item.context_expr) for item in node.items)
