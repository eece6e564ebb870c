"""Errors that a program catches: which of them, around which of its lines."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable

from migrator.plan import Draft
from migrator.reasoning.statement_effects import LEAVING, always_leaves
from migrator.understand.structure import FUNCTION_TYPES

GATHERED = "return_exceptions"
"""What makes results of the errors of what `asyncio.gather` runs."""
ALL = "BaseException"
MISSING = frozenset({"AttributeError", "IndexError", "TypeError"})
"""What reading something of nothing raises."""
MAYBE = MISSING | {"LookupError", "Exception", ALL}
"""What catches some error of them."""


def catches(draft: Draft, node: ast.AST, names: set[str]) -> bool:
    """Whether an error of one of these names is caught around `node`, or around its callers."""
    found = handled(draft, node)
    return bool(found & names) or ("Exception" in names and ALL in found)


def handled(draft: Draft, node: ast.AST) -> set[str]:
    """The names of the errors that are caught around `node`, or around what runs its function."""
    known = draft.once("handled", dict[ast.AST, set[str]])
    if node not in known:
        known[node] = _handled(draft, node)
    return known[node]


def _handled(draft: Draft, node: ast.AST) -> set[str]:
    found: set[str] = set()
    waiting, seen = [node], set[ast.AST]()
    while waiting:
        caught, scope = _caught(draft, waiting.pop())
        found |= caught
        if isinstance(scope, FUNCTION_TYPES) and scope not in seen:
            seen.add(scope)
            waiting += draft.facts.callers(scope)
    return found


def caught_elsewhere(draft: Draft, node: ast.AST, former: set[str], error: str) -> bool:
    """Whether `error` at `node` goes another way than one of `former`, which a handler catches.

    `except AttributeError:` in a function and `except Exception:` around its call catch both, but
    not in the same place. All names are those of builtin errors.
    """
    return any(_goes_apart(draft, node, name, error) for name in former - {error})


def _goes_apart(draft: Draft, node: ast.AST, former: str, error: str) -> bool:
    """Whether one of two errors that leave `node` is caught by another handler than the other."""
    seen = set[ast.AST]()
    waiting = [(node, False)]
    while waiting:
        at, gone = waiting.pop()  # and whether the second error was caught before it came there
        levels, scope = _levels(draft, at)
        for level in levels:
            was, now = _catcher(level, former), None if gone else _catcher(level, error)
            if was is not None:
                if was != now:
                    return True
                break
            gone = gone or now is not None
        else:
            if isinstance(scope, FUNCTION_TYPES) and scope not in seen:
                seen.add(scope)
                waiting += [(caller, gone) for caller in draft.facts.callers(scope)]
    return False


def _catcher(level: list[set[str]], error: str) -> int | None:
    """Which of some handlers catches an error of a builtin class, 0-based."""
    return next((index for index, names in enumerate(level) if is_caught_by(names, error)), None)


def is_caught_by(names: set[str], error: str) -> bool:
    """Whether handlers of errors of these names catch one of a builtin class."""
    return any(cls.__name__ in names for cls in getattr(builtins, error).__mro__)


def outlives_error(draft: Draft, statement: ast.stmt, name: str) -> bool:
    """Whether a name that a statement binds is read where an error of it has been caught."""
    current: ast.AST = statement
    while not isinstance(current, (*FUNCTION_TYPES, ast.Module)):
        parent = draft.facts.structure.parent(current)
        assert parent is not None
        guarded = isinstance(parent, ast.Try) and current in parent.body and parent.handlers
        if guarded or (isinstance(parent, (ast.With, ast.AsyncWith)) and _suppressed(parent)):
            inside = {n for part in _run_without_error(parent) for n in ast.walk(part)}
            if any(
                isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Load)
                for n in ast.walk(draft.facts.structure.scope_of[statement])
                if n not in inside
            ):
                return True
        current = parent
    return False


def goes_on(statement: ast.stmt) -> bool:
    """Whether a statement catches any error, and the program goes on behind it then."""
    if isinstance(statement, (ast.With, ast.AsyncWith)):
        return bool(_suppressed(statement) & {"Exception", ALL})
    if not isinstance(statement, ast.Try) or any(_leaves(h.body) for h in statement.handlers):
        return False
    found = _named_by(statement.handlers)
    return bool(found & {"Exception", ALL}) or found >= MISSING


def may_go_on(statement: ast.AST) -> bool:
    """Whether a statement catches some error of what it runs, and may go on behind it then."""
    if isinstance(statement, (ast.With, ast.AsyncWith)):
        return bool(_suppressed(statement) & MAYBE)
    return isinstance(statement, ast.Try) and any(
        _named_by([handler]) & MAYBE and not always_leaves(handler.body)
        for handler in statement.handlers
    )


def _leaves(block: list[ast.stmt]) -> bool:
    """Whether a block may leave its function or loop."""
    return any(isinstance(node, LEAVING) for statement in block for node in ast.walk(statement))


def gathers_errors(draft: Draft) -> bool:
    """Whether errors come back among results: `gather(…, return_exceptions=True)`."""

    def find() -> bool:
        return any(
            node.arg == GATHERED and getattr(node.value, "value", True) is not False
            for node in draft.facts.structure.every(ast.keyword)
        )

    return draft.once("errors among results", find)


def _run_without_error(statement: ast.AST) -> list[ast.stmt]:
    """What of a statement runs no more once an error is caught."""
    body: list[ast.stmt] = getattr(statement, "body", [])
    return [*body, *(statement.orelse if isinstance(statement, ast.Try) else [])]


def _caught(draft: Draft, node: ast.AST) -> tuple[set[str], ast.AST]:
    """The errors that are caught around `node` in its function or by a decorator; the function."""
    levels, scope = _levels(draft, node)
    return {name for level in levels for handler in level for name in handler}, scope


def _levels(draft: Draft, node: ast.AST) -> tuple[list[list[set[str]]], ast.AST]:
    """What catches errors around `node`, from the inside out; its function, or else the module.

    Of each that does, the names that its handlers catch, in order.
    """
    found: list[list[set[str]]] = []
    current = node
    while not isinstance(current, (*FUNCTION_TYPES, ast.Module)):
        parent = draft.facts.structure.parent(current)
        assert parent is not None
        if isinstance(parent, ast.Try) and current in parent.body:
            found.append([_named_by([handler]) for handler in parent.handlers])
        if isinstance(parent, (ast.With, ast.AsyncWith)) and current in parent.body:
            found.append([_suppressed(parent)])
        if isinstance(parent, ast.Call) and any(k.arg == GATHERED for k in parent.keywords):
            found.append([{"Exception"}])
        current = parent
    for decorator in getattr(current, "decorator_list", ()):
        found.append(_tried_again(draft, decorator))
    return found, current


def _tried_again(draft: Draft, decorator: ast.expr) -> list[set[str]]:
    """The names of the errors for which a decorator calls the function again."""
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    name = getattr(called, "id", getattr(called, "attr", ""))
    return [
        _named_by([handler])
        for node in draft.facts.structure.module(decorator).body
        if isinstance(node, ast.FunctionDef) and node.name == name
        for handler in ast.walk(node)
        if isinstance(handler, ast.ExceptHandler)
    ]


def _suppressed(statement: ast.With | ast.AsyncWith) -> set[str]:
    """The names of the errors that `contextlib.suppress` keeps back."""
    calls = [item.context_expr for item in statement.items]
    return {
        name
        for call in calls
        if isinstance(call, ast.Call) and "suppress" in _named(call.func)
        for argument in call.args
        for name in _named(argument)
    }


def _named_by(handlers: Iterable[ast.ExceptHandler]) -> set[str]:
    """The names of the errors that handlers catch."""
    types = [handler.type for handler in handlers]
    found = {name for node in types if node is not None for name in _named(node)}
    return found | ({ALL} if None in types else set())


def _named(node: ast.expr) -> set[str]:
    """The names in an expression, those of modules and those of attributes."""
    return {getattr(n, "id", getattr(n, "attr", "")) for n in ast.walk(node)}
