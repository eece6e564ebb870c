"""Error classes that are named outside of handlers: tested, gathered in tuples, or handed on."""

from __future__ import annotations

import ast

from codemods.errors.error_reads import tested_before, translate
from codemods.tables.errors import (
    API_ERROR,
    ATTRIBUTES,
    CLIENT_ERROR,
    NEW_MODULE,
    OLD,
    REPLACEMENTS,
    SERVER_ERROR,
    STATUS_ERROR,
)
from migrator.edits import Replace, Span
from migrator.plan import Draft, leave_to_hand
from migrator.reasoning.sites_in_reach import sites_in_reach
from migrator.understand.structure import FUNCTION_TYPES
from migrator.understand.values import Function, Object, Symbol

PROCESSES = frozenset(
    {
        "concurrent.futures.ProcessPoolExecutor",
        "concurrent.futures.process.ProcessPoolExecutor",
        "multiprocessing.Pool",
        "multiprocessing.pool.Pool",
    }
)
PICKLED = (
    "an error of the call is sent from one process to another here, and the new errors can't be "
    "unpickled, which breaks the pool; catch it within the function that runs there"
)
RETRY_FILTERS = frozenset(
    {
        "tenacity.retry_if_exception_type",
        "backoff.on_exception",
        "retry.retry",
        "retry.api.retry",
        "stamina.retry",
    }
)
"""Functions of libraries that take classes of errors to try again after."""
SUPPRESSING = frozenset({"contextlib.suppress"})
GETTING_ERRORS = frozenset({"giveup", "on_backoff", "on_giveup", "on_success"})
"""Functions that some of them call with an error, which may look into it."""


def plan_references(draft: Draft, handled: set[ast.AST]) -> None:
    """Widen tests, retry filters and tuples of error classes; block what can't be followed.

    `handled` holds the reads of errors that are planned with their handlers.
    """
    _plan_tested_reads(draft, handled)
    for node, values in list(draft.facts.state.values.items()):
        if len(values) != 1 or not isinstance(node, (ast.Name, ast.Attribute)):
            continue
        (value,) = values
        if isinstance(value, Symbol) and value.path in REPLACEMENTS:
            if isinstance(node.ctx, ast.Load):
                _plan_reference(draft, node, value.path)


def _plan_reference(draft: Draft, node: ast.expr, path: str) -> None:
    parent = draft.facts.structure.parent(node)
    display = parent if isinstance(parent, ast.Tuple) else None
    holder = draft.facts.structure.parent(parent) if display and parent else parent
    if isinstance(holder, (ast.ExceptHandler, ast.Attribute, ast.Raise)) or _is_annotation(
        draft, node
    ):
        return
    if isinstance(holder, ast.Call) and holder.func is node:
        return
    suppressed = isinstance(holder, ast.Call) and _calls(draft, holder, SUPPRESSING)
    known = _paths(draft, display.elts) if display else {path}
    if suppressed and isinstance(holder, ast.Call):
        known = _paths(draft, holder.args)
    tests = _is_isinstance(draft, holder, display or node)
    if isinstance(holder, ast.Call) and path == CLIENT_ERROR and tests and not display:
        _plan_client_test(draft, node, holder)
        return
    fits = path != CLIENT_ERROR or bool(known & {SERVER_ERROR, API_ERROR})
    followed = tests or _is_filter(draft, holder) or (display and _is_handler_tuple(draft, display))
    if fits and (followed or suppressed):
        _widen(draft, node, path, in_tuple=suppressed or display is not None)
        return
    _refuse(draft, node, path)


def _plan_tested_reads(draft: Draft, handled: set[ast.AST]) -> None:
    """`isinstance(e, errors.APIError) and e.code == 429`, away from any handler."""
    for node in list(draft.facts.state.values):
        if not isinstance(node, ast.Attribute) or node in handled or node.attr not in ATTRIBUTES:
            continue
        if isinstance(node.ctx, ast.Load) and node.attr != "response":
            if tested_before(draft, node, draft.source(node.value)):
                for site in sites_in_reach(draft, node):
                    translate(draft, site.call, node, node.attr, others=True)


def plan_processes(draft: Draft) -> None:
    """Pools of processes, which pickle the errors that the functions they run let through."""
    for node in draft.facts.structure.every(ast.Call):
        paths = {v.path for v in draft.values(node.func) if isinstance(v, Symbol)}
        if paths & PROCESSES:
            for site in sites_in_reach(draft, node):
                if not is_contained(draft, site.call):
                    draft.doubt(site.call, node, PICKLED)


def is_contained(draft: Draft, node: ast.AST) -> bool:
    """Whether errors of a call end where it is made."""
    child: ast.AST = node
    while (parent := draft.facts.structure.parent(child)) is not None:
        if isinstance(parent, FUNCTION_TYPES):
            return False
        if isinstance(parent, ast.Try) and child in parent.body:
            if any(_ends_errors(handler) for handler in parent.handlers):
                return True
        child = parent
    return False


def _ends_errors(handler: ast.ExceptHandler) -> bool:
    """Whether a handler catches every error and raises none."""
    broad = handler.type is None or ast.unparse(handler.type) in {"Exception", "BaseException"}
    return broad and not any(isinstance(n, ast.Raise) for n in ast.walk(handler))


def _widen(draft: Draft, node: ast.expr, path: str, *, in_tuple: bool) -> None:
    new = REPLACEMENTS[path]
    span = draft.span(node)
    edit = Replace(span, f"({draft.source(node)}, {new})")
    if in_tuple:
        end = draft.positions.span_with_parentheses(span).end
        edit = Replace(Span(end, end), f", {new}")
    for site in sites_in_reach(draft, node):
        draft.need(site.call, node, NEW_MODULE, new)
        draft.edit(site.call, edit)


def _plan_client_test(draft: Draft, node: ast.expr, call: ast.Call) -> None:
    """`isinstance(e, errors.ClientError)` -> a status error below 500."""
    error = draft.source(call.args[0])
    if not isinstance(call.args[0], ast.Name):
        _refuse(draft, node, CLIENT_ERROR)
        return
    old = f"isinstance({error}, {draft.source(node)})"
    new = f"isinstance({error}, {STATUS_ERROR}) and {error}.status_code < 500"
    for site in sites_in_reach(draft, node):
        draft.need(site.call, node, NEW_MODULE, STATUS_ERROR)
        draft.edit(site.call, Replace(draft.span(call), f"{old} or {new}"))


def _refuse(draft: Draft, node: ast.expr, path: str) -> None:
    name = path.removeprefix(OLD)
    new = REPLACEMENTS[path]
    text = f"errors.{name} is handed on here, but the new calls raise {new} instead"
    for site in sites_in_reach(draft, node):
        leave_to_hand(draft, site.call, node, text)


def _paths(draft: Draft, nodes: list[ast.expr]) -> set[str]:
    return {v.path for node in nodes for v in draft.values(node) if isinstance(v, Symbol)}


def _calls(draft: Draft, call: ast.Call, paths: frozenset[str]) -> bool:
    """Whether a call is one of a function of `paths`, and maybe of others."""
    return any(isinstance(v, Symbol) and v.path in paths for v in draft.values(call.func))


def _is_handler_tuple(draft: Draft, display: ast.Tuple) -> bool:
    """Whether a tuple is only ever used to say which exceptions a handler catches."""
    for node in draft.facts.uses.get(display, ()):
        if node is display or not isinstance(getattr(node, "ctx", None), ast.Load):
            continue
        parent = draft.facts.structure.parent(node)
        if isinstance(parent, ast.ExceptHandler) and parent.type is node:
            continue
        if _is_isinstance(draft, parent, node) or _is_filter(draft, parent):
            continue
        return False
    return any(isinstance(v, Object) for v in draft.values(display))


def _is_annotation(draft: Draft, node: ast.expr) -> bool:
    parent = draft.facts.structure.parent(node)
    return (isinstance(parent, ast.arg) and not _is_dispatched(draft, parent)) or (
        isinstance(parent, ast.AnnAssign) and parent.annotation is node
    )


def _is_dispatched(draft: Draft, argument: ast.arg) -> bool:
    """`@describe.register`: the annotation decides which errors the function gets."""
    current: ast.AST | None = argument
    while current is not None and not isinstance(current, FUNCTION_TYPES):
        current = draft.facts.structure.parent(current)
    decorators = getattr(current, "decorator_list", [])
    return any(ast.unparse(d).split("(")[0].endswith(".register") for d in decorators)


def _is_isinstance(draft: Draft, call: ast.AST | None, node: ast.expr) -> bool:
    if not isinstance(call, ast.Call) or len(call.args) != 2 or call.args[1] is not node:
        return False
    return _calls(draft, call, frozenset({"isinstance"}))


def _is_followed(draft: Draft, keyword: ast.keyword) -> bool:
    """Whether a keyword hands no error to a function, or to one that is in view."""
    if keyword.arg not in GETTING_ERRORS:
        return True
    values = draft.values(keyword.value)
    return keyword.arg == "giveup" and all(isinstance(v, Function) for v in values) and bool(values)


def _is_filter(draft: Draft, call: ast.AST | None) -> bool:
    if not isinstance(call, ast.Call):
        return False
    if not all(_is_followed(draft, keyword) for keyword in call.keywords):
        return False
    return _calls(draft, call, RETRY_FILTERS)
