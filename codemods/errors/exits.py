"""Errors that `__exit__` of a context manager is told of."""

from __future__ import annotations

import ast

from codemods.errors.caught_error import Caught
from codemods.errors.class_names import plan_class
from codemods.objects.call_graph import CallGraph
from codemods.objects.calls_run import Reach
from migrator.plan import Draft
from migrator.reasoning.sites_in_reach import sites_in_reach
from migrator.understand.function_parameters import EXITS
from migrator.understand.structure import named_parameters


def exits(draft: Draft) -> list[Caught]:
    """The errors that methods of context managers get, in the name of what runs in between."""
    methods = [
        (cls, method)
        for cls in draft.facts.structure.classes
        for method in cls.body
        if isinstance(method, (ast.FunctionDef, ast.AsyncFunctionDef)) and method.name in EXITS
    ]
    return [_told(CallGraph.of(draft), cls, method) for cls, method in methods]


def _told(
    graph: CallGraph, cls: ast.ClassDef, method: ast.FunctionDef | ast.AsyncFunctionDef
) -> Caught:
    draft = graph.draft
    body = graph.managed(cls)
    reach = Reach(graph, body)
    sites = reach.sites if body else {site.call for site in sites_in_reach(draft, method)}
    caught = Caught(draft, sites, method, pure=False, others=True, streams=reach.streams)
    _plan_kind(caught, method)
    return caught


def _plan_kind(caught: Caught, method: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    """The class of the error comes as an argument of its own, before it."""
    parameters = named_parameters(method)
    if len(parameters) < 2:
        return
    for node in caught.draft.facts.structure.named.get(parameters[1].arg, ()):
        loaded = isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
        if loaded and caught.draft.facts.structure.enclosing_function(node) is method:
            plan_class(caught, node)
