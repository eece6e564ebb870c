"""Modules that hand the errors they get to code of other modules, perhaps helpers of theirs."""

from __future__ import annotations

import ast

from migrator.plan import Draft
from migrator.understand.values import Symbol

HANDLERS = frozenset(
    {
        *("add_exception_handler", "exception_handler", "errorhandler", "register_error_handler"),
        *("excepthook", "set_exception_handler", "add_done_callback", "return_exceptions"),
        *("exc_info", "exception", "add_error_handler"),
    }
)
"""Names by which libraries hand errors over, or give them back."""
SHOWING = frozenset({"print", "str", "repr", "isinstance", "type", "getattr", "hasattr", "id"})
LOGGING = frozenset({"debug", "info", "warning", "warn", "error", "critical", "exception", "log"})
"""Functions, and methods of loggers, that show what they are given."""


def modules_that_hand_on(draft: Draft) -> frozenset[ast.Module]:
    """The modules in which an error that is caught goes further than to what shows it."""
    structure = draft.facts.structure
    found: set[ast.Module] = set()
    for node in structure.nodes:
        if isinstance(node, ast.ExceptHandler):
            hands = node.name is not None and any(
                _hands_on(draft, inner, node.name) for inner in ast.walk(node)
            )
        else:
            name = getattr(node, "attr", getattr(node, "arg", ""))
            hands = isinstance(node, (ast.Attribute, ast.keyword)) and name in HANDLERS
            hands = hands and not _is_logging(draft, node)
        if hands:
            found.add(structure.module(node))
    return frozenset(found)


def _is_logging(draft: Draft, node: ast.AST) -> bool:
    """`logger.exception("…")` and `logger.error("…", exc_info=True)`."""
    call = draft.facts.structure.parent(node)
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return False
    return call.func.attr in LOGGING and (isinstance(node, ast.keyword) or bool(call.args))


def _hands_on(draft: Draft, node: ast.AST, name: str) -> bool:
    """Whether the error called `name`, or a text of it, goes to other code by `node`."""
    if isinstance(node, (ast.Return, ast.Yield, ast.Assign, ast.AnnAssign)):
        return node.value is not None and _mentions(node.value, name)
    if not isinstance(node, ast.Call):
        return False
    values = draft.values(node.func)
    if values and all(isinstance(value, Symbol) for value in values):
        return False
    called = getattr(node.func, "attr", getattr(node.func, "id", ""))
    given = (*node.args, *(keyword.value for keyword in node.keywords))
    return called not in SHOWING | LOGGING and any(_mentions(value, name) for value in given)


def _mentions(node: ast.expr, name: str) -> bool:
    return any(isinstance(inner, ast.Name) and inner.id == name for inner in ast.walk(node))
