"""What programs ask of errors that may have it or not: `getattr(e, "code", None)`."""

from __future__ import annotations

import ast

from codemods.errors.caught_error import Caught
from codemods.errors.error_names import read_as
from codemods.errors.status_tests import Statuses
from codemods.tables.errors import API_ERROR, ATTRIBUTES, BODY_READS, NEW_ATTRIBUTES
from migrator.edits import Replace, Template
from migrator.understand.values import Symbol

MESSAGE = "the message of an error reads differently now; the server's words are in .body"
ANY_NAME = "`{}` may ask for an attribute that the new errors don't have, or that only they have"
FOUND_NOW = "`{}`: errors of generate_content had no {}, the new ones have one"
OTHER_BODY = "`{}` has other fields now: a code in words and a message, nothing else"


def plan_response(caught: Caught, node: ast.expr) -> None:
    """`e.response.json()`: the HTTP response holds the body, which has other fields."""
    for use in read_as(caught.draft, node):
        parent = caught.draft.facts.structure.parent(use)
        if isinstance(parent, ast.Attribute) and parent.attr in BODY_READS:
            caught.doubt(parent, OTHER_BODY.format(caught.draft.quote(parent)))


def _is_caught_before(caught: Caught) -> bool:
    """Whether a handler above takes all errors with a status."""
    guard = caught.draft.facts.structure.parent(caught.origin)
    handlers = guard.handlers if isinstance(guard, ast.Try) else []
    for handler in handlers:
        if handler is caught.origin:
            return False
        values = caught.draft.values(handler.type) if handler.type is not None else frozenset()
        if any(isinstance(v, Symbol) and v.path == API_ERROR for v in values):
            return True
    return False


def _asks_code_too(caught: Caught, node: ast.Call) -> bool:
    """Whether the code, which both have by some name, is asked for right beside the status."""
    outer: ast.AST = node
    while (parent := caught.draft.facts.structure.parent(outer)) is not None:
        nested = isinstance(parent, ast.Call) and ast.unparse(parent.func) == "getattr"
        if not (nested or isinstance(parent, ast.BoolOp)):
            break
        outer = parent
    names = {n.value for n in ast.walk(outer) if isinstance(n, ast.Constant)}
    return "code" in names or any(
        isinstance(n, ast.Attribute) and n.attr == "code" for n in ast.walk(outer)
    )


def plan_probe(
    caught: Caught, node: ast.Call, base: ast.expr, typed: bool, statuses: Statuses
) -> None:
    """`getattr(e, "code", None)`: ask for `status_code` where there is no `code`."""
    wanted = node.args[1] if len(node.args) > 1 else None
    if not isinstance(wanted, ast.Constant):
        caught.doubt(node, ANY_NAME.format(caught.draft.quote(node)))
        return
    told_before = _asks_code_too(caught, node) or _is_caught_before(caught)
    if wanted.value in NEW_ATTRIBUTES and not told_before:
        caught.doubt(node, FOUND_NOW.format(caught.draft.quote(node), wanted.value))
    if wanted.value == "response":
        plan_response(caught, node)
    if wanted.value not in ATTRIBUTES:
        return
    if wanted.value == "message" and len(node.args) < 3:
        return  # both have a message
    if wanted.value == "message":
        caught.doubt(node, MESSAGE)
        return
    probe = isinstance(node.func, ast.Name) and node.func.id == "hasattr"
    numeric = wanted.value == "status" and statuses.is_numeric(node)
    if wanted.value == "response" or node in statuses.dropped:
        return
    if probe and wanted.value == "code":
        _plan_hasattr(caught, node, typed)
    elif not probe and len(node.args) == 3 and (wanted.value == "code" or numeric):
        _plan_getattr(caught, node, base, numeric)
    elif not probe and len(node.args) == 3:
        lost = f"`{caught.draft.quote(node)}`: the new errors have no {wanted.value}, so it is {{}}"
        caught.doubt(node, lost.format(caught.draft.source(node.args[2])))
    else:
        text = f"`{caught.draft.quote(node)}`: the new errors keep it in .body"
        caught.block(node, text)


def _plan_getattr(caught: Caught, node: ast.Call, base: ast.expr, numeric: bool) -> None:
    """The code, or what a new error has instead, unless that is asked for right beside it."""
    draft = caught.draft
    parent = draft.facts.structure.parent(node)
    if isinstance(parent, ast.BoolOp) and any(
        "status_code" in draft.source(v) for v in parent.values
    ):
        return
    if numeric or not caught.others:
        caught.edit(Replace(draft.span(node.args[1]), '"status_code"'))
    if caught.others:
        default, error = draft.hole(node.args[2]), draft.hole(base)
        name = "code" if numeric else "status_code"
        code = Template(("getattr(", error, f', "{name}", ', default, ")"))
        caught.edit(Replace(draft.span(node.args[2]), code))


def _plan_hasattr(caught: Caught, node: ast.Call, typed: bool) -> None:
    """`hasattr(e, "code")` alone says nothing about what is read afterwards."""
    if not typed:
        text = (
            f"`{caught.draft.quote(node)}`: the new errors have status_code; test for that as well"
        )
        caught.block(node, text)
        return
    caught.edit(Replace(caught.draft.span(node.args[1]), '"status_code"'))
