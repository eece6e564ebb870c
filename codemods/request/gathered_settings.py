"""Settings that callers pass as keywords: `def _config(self, system, **extra)`.

The dict is made by every call of the function, so that is where its settings are translated.
"""

from __future__ import annotations

import ast

from codemods.objects.conditional_settings import judge_tests
from codemods.objects.field_spelling import snake
from codemods.objects.setting_rows import Setting, Settings, translate
from migrator.edits import Arguments, Item, Template
from migrator.plan import Draft
from migrator.understand.structure import FUNCTION_TYPES, named_parameters
from migrator.understand.values import Function, FunctionNode, Method, Value


def gathering_function(draft: Draft, node: ast.AST | None) -> FunctionNode | None:
    """The function whose `**` parameter `node` is, if every call of it can be rewritten."""
    function = function_with(draft, node)
    callers = draft.facts.callers(function) if function is not None else ()
    if function is None or not callers:
        return None
    return function if all(_is_plain(draft, call, function) for call in callers) else None


def function_with(draft: Draft, node: ast.AST | None) -> FunctionNode | None:
    """The function whose `**` parameter `node` is, if all its calls are in view."""
    if not isinstance(node, ast.arg):
        return None
    spec = draft.facts.structure.parent(node)
    function = draft.facts.structure.parent(spec) if spec is not None else None
    if not isinstance(function, FUNCTION_TYPES) or function.args.kwarg is not node:
        return None
    if draft.facts.is_external(function) or draft.facts.values(node):
        return None
    return function


def _is_plain(draft: Draft, call: ast.AST, function: FunctionNode) -> bool:
    """Whether a call calls the function and nothing else, with arguments that are written out."""
    plain = means_only(draft, call, function)
    return plain and all(k.arg is not None for k in getattr(call, "keywords", ()))


def means_only(draft: Draft, call: ast.AST, function: FunctionNode) -> bool:
    """Whether a call calls the function and nothing else, without a `*` argument."""
    return (
        isinstance(call, ast.Call)
        and all(_function_of(value) is function for value in draft.values(call.func))
        and not any(isinstance(argument, ast.Starred) for argument in call.args)
    )


def _function_of(value: Value) -> FunctionNode | None:
    if isinstance(value, Function):
        return value.node
    return value.function if isinstance(value, Method) else None


def pass_settings(draft: Draft, parameter: ast.arg, function: FunctionNode) -> None:
    """Translate what each call passes for the `**` parameter."""
    own = {named.arg for named in named_parameters(function)}
    for call in draft.facts.callers(function):
        assert isinstance(call, ast.Call)
        passed = [k for k in call.keywords if k.arg not in own]
        if not passed:
            continue
        settings = Settings()
        for keyword in passed:
            span = draft.span(keyword)
            name = snake(keyword.arg or "")
            translate(draft, Setting(parameter, name, keyword.value, span, settings))
        judge_tests(draft, call, parameter, settings.json_test, settings.schema_test)
        taken = own & settings.names()
        if taken:
            text = f"`{draft.quote(call)}` would set {min(taken)} of {_name(function)} instead"
            draft.block(parameter, call, text)
        kept = [
            *(Item(draft.hole(a), source=draft.span(a)) for a in call.args),
            *(as_it_is(draft, k) for k in call.keywords if k.arg in own),
        ]
        draft.edit(parameter, Arguments(draft.span(call), (*kept, *settings.items())))


def as_it_is(draft: Draft, keyword: ast.keyword) -> Item:
    """An argument that stays."""
    return Item(Template((draft.hole(keyword.value),)), keyword.arg, source=draft.span(keyword))


def _name(function: FunctionNode) -> str:
    return getattr(function, "name", "the function")
