"""Functions of the program that a library calls with an error, to ask whether to try again."""

from __future__ import annotations

import ast

from codemods.errors.caught_error import Caught
from codemods.objects.call_graph import CallGraph
from codemods.objects.calls_run import Reach
from codemods.tables.errors import OLD, PREDICATES
from migrator.plan import Draft
from migrator.understand.values import Symbol


def predicates(draft: Draft) -> list[Caught]:
    """The errors that are handed to functions of the program, by the calls that hand them."""
    calls = [
        node
        for node in draft.facts.uses
        if isinstance(node, ast.Call) and _hands_errors(draft, node)
    ]
    return [_caught(draft, CallGraph.of(draft), call) for call in calls]


def _hands_errors(draft: Draft, call: ast.Call) -> bool:
    return any(isinstance(v, Symbol) and v.path in PREDICATES for v in draft.values(call.func))


def _caught(draft: Draft, graph: CallGraph, call: ast.Call) -> Caught:
    """Of the function that the call decorates, what it may raise; else anything in the file."""
    sites: set[ast.AST] = {site.call for site in draft.facts.sites}
    others, streams = True, False
    function = _decorated(draft, call)
    if function is not None:
        reach = Reach(graph, function.body)
        sites, others, streams = reach.sites or sites, reach.others, reach.streams
    pure = _catches_sdk_only(draft, call)
    return Caught(draft, sites, call, pure=pure, others=others, streams=streams)


def _catches_sdk_only(draft: Draft, call: ast.Call) -> bool:
    """`backoff.on_exception(wait, classes, …)`: whether the classes are those of the SDK alone."""
    if len(call.args) < 2:
        return False
    given = call.args[1]
    classes = given.elts if isinstance(given, ast.Tuple) else [given]
    paths = [getattr(v, "path", "") for node in classes for v in draft.values(node)]
    return bool(paths) and all(str(path).startswith(OLD) for path in paths)


def _decorated(draft: Draft, node: ast.AST) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    child, structure = node, draft.facts.structure
    while (parent := structure.parent(child)) is not None:
        if isinstance(parent, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return parent if child in parent.decorator_list else None
        if isinstance(parent, ast.stmt):
            return None
        child = parent
    return None
