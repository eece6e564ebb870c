"""Requests that callers pass as keywords: `def call(**request)`, which sends them.

The dict is made by every call of the function, so that is where its arguments are made new. A
call may hand on a `**` parameter of its own function: then that is made new at the calls of it.
"""

from __future__ import annotations

import ast

from codemods.objects.setting_rows import Settings
from codemods.request import request_dicts
from codemods.request.gathered_settings import as_it_is, function_with, means_only
from codemods.request.request_dicts import Given, put, spread_request
from migrator.edits import Arguments, Code, Item
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.understand.facts import origin_of
from migrator.understand.structure import named_parameters
from migrator.understand.values import FunctionNode, Value


def accepts(draft: Draft, value: Value) -> bool:
    """Dicts that are written out, and those that calls in view gather."""
    gathered = requesting_function(draft, origin_of(value)) is not None
    return gathered or request_dicts.accepts(draft, value)


def build(draft: Draft, node: ast.expr | ast.arg, owner: Member) -> Code:
    """The request, made of new arguments."""
    function = requesting_function(draft, node)
    if isinstance(node, ast.arg):
        assert function is not None
        pass_request(draft, node, function)
        return draft.hole(node)
    return request_dicts.build(draft, node, owner)


def requesting_function(draft: Draft, node: ast.AST | None) -> FunctionNode | None:
    """The function whose `**` parameter `node` is, if every call of it can be rewritten."""
    function = function_with(draft, node)
    callers = draft.facts.callers(function) if function is not None else ()
    if function is None or not callers:
        return None
    return function if all(means_only(draft, call, function) for call in callers) else None


def pass_request(draft: Draft, parameter: ast.arg, function: FunctionNode) -> None:
    """Make new what each call passes for the `**` parameter."""
    own = {named.arg for named in named_parameters(function)}
    for call in sorted(draft.facts.callers(function), key=draft.line):
        assert isinstance(call, ast.Call)
        draft.join(parameter, call)
        settings = Settings()
        for keyword in call.keywords:
            if keyword.arg is None:
                spread_request(draft, keyword.value, call, settings)
            elif keyword.arg not in own:
                put(draft, Given(call, keyword.arg, keyword.value, draft.span(keyword)), settings)
        taken = own & settings.names()
        if taken:
            name = getattr(function, "name", "the function")
            text = f"`{draft.quote(call)}` would set {min(taken)} of {name} instead"
            draft.block(call, call, text)
        kept = [
            *(Item(draft.hole(a), source=draft.span(a)) for a in call.args),
            *(as_it_is(draft, k) for k in call.keywords if k.arg in own),
        ]
        draft.edit(call, Arguments(draft.span(call), (*kept, *settings.items())))
