"""Mocks of the method: what is done with them, and what stands in the place of it."""

from __future__ import annotations

import ast

from codemods.mocks.asked import check_contents, plan_arguments, plan_expected, plan_keywords
from codemods.mocks.needs import arguments_of
from codemods.mocks.replies import plan_reply, plan_reply_use
from codemods.mocks.stand_in import MOCKS, StandIn
from migrator.edits import Replace
from migrator.understand.structure import named_parameters
from migrator.understand.values import Function, FunctionNode, Object, Symbol

COUNTED = frozenset(
    {
        *("called", "call_count", "await_count", "reset_mock"),
        *("assert_called", "assert_called_once", "assert_not_called"),
        *("assert_awaited", "assert_awaited_once", "assert_not_awaited"),
    }
)
EXPECTING = frozenset(
    {
        *("assert_called_with", "assert_called_once_with", "assert_any_call"),
        *("assert_awaited_with", "assert_awaited_once_with", "assert_any_await"),
    }
)
BUILT_IN_ERRORS = ("Exception", "Error")
OTHER_ERRORS = "the rewritten call raises other errors than `{}`"


def plan_method(mocked: StandIn, node: ast.expr) -> None:
    """One use of a mock of the method: `node` is the mock, under its new name already."""
    parent = mocked.structure.parent(node)
    if isinstance(parent, ast.Attribute):
        _plan_attribute(mocked, parent)
    elif isinstance(parent, ast.Assign) and node in parent.targets:
        plan_callable(mocked, parent.value)
    elif isinstance(parent, ast.Assign) and isinstance(parent.targets[0], ast.Name):
        loads = mocked.loads(parent.targets[0])
        if loads is None:
            mocked.refuse(node, f"`{parent.targets[0].id}` is bound more than once")
        for load in loads or ():
            plan_method(mocked, load)
    else:
        mocked.refuse(node, f"`{mocked.quote(node)}` is handed on here")


def _plan_attribute(mocked: StandIn, node: ast.Attribute) -> None:
    parent = mocked.structure.parent(node)
    if node.attr in COUNTED:
        return
    if node.attr == "return_value":
        if isinstance(parent, ast.Assign) and node in parent.targets:
            plan_reply(mocked, parent.value)
        else:
            plan_reply_use(mocked, node)
    elif node.attr == "side_effect" and isinstance(parent, ast.Assign):
        if node in parent.targets:
            plan_effects(mocked, parent.value)
    elif node.attr in EXPECTING and isinstance(parent, ast.Call):
        plan_expected(mocked, parent)
    elif node.attr in {"call_args", "await_args"}:
        plan_arguments(mocked, node)
    elif node.attr in {"call_args_list", "await_args_list"}:
        _plan_calls(mocked, node)
    else:
        mocked.refuse(node, f"`{node.attr}` of the mock is not followed")


def plan_returned(mocked: StandIn, node: ast.expr) -> None:
    """One use of a mock of a function that returns a reply: what it is asked is its own affair."""
    attribute = mocked.structure.parent(node)
    if not isinstance(attribute, ast.Attribute):
        mocked.refuse(node, f"`{mocked.quote(node)}` is handed on here")
    elif attribute.attr in {"return_value", "side_effect"}:
        _plan_attribute(mocked, attribute)


def _plan_calls(mocked: StandIn, node: ast.Attribute) -> None:
    """`mock.call_args_list[0]`, `len(mock.call_args_list)`, `for call in mock.call_args_list`."""
    parent = mocked.structure.parent(node)
    if isinstance(parent, ast.Subscript) and parent.value is node:
        plan_arguments(mocked, parent)
    elif isinstance(parent, (ast.For, ast.comprehension)) and isinstance(parent.target, ast.Name):
        loads = mocked.loads(parent.target)
        if loads is None:
            mocked.refuse(node, f"`{parent.target.id}` is bound more than once")
        for load in loads or ():
            plan_arguments(mocked, load)
    elif not (isinstance(parent, ast.Call) and getattr(parent.func, "id", "") == "len"):
        mocked.refuse(node, f"`{mocked.quote(node)}` is handed on here")


def plan_callable(mocked: StandIn, node: ast.expr) -> None:
    """What is put where the method was: another mock, or a function."""
    for value in mocked.draft.values(node) or (None,):
        if isinstance(value, Function):
            plan_function(mocked, value.node)
        elif isinstance(value, Object) and isinstance(value.origin, ast.Call):
            if value.type.rpartition(".")[2] not in MOCKS or value.path:
                mocked.refuse(node, f"`{mocked.quote(node)}` can't be followed")
            elif mocked.first(value.origin):
                plan_mock_of_method(mocked, value.origin)
        else:
            mocked.refuse(node, f"`{mocked.quote(node)}` can't be followed to where it is made")


def plan_mock_of_method(mocked: StandIn, call: ast.Call) -> None:
    """`AsyncMock(return_value=…)`: it stands for the method, and so do the names it has."""
    if call.args:
        mocked.refuse(call.args[0], "the mock has a specification of the older method")
    plan_configured(mocked, call)
    for use in mocked.draft.facts.uses.get(call, ()):
        parent = mocked.structure.parent(use)
        if isinstance(parent, ast.Attribute):
            _plan_attribute(mocked, parent)
        elif isinstance(parent, ast.Call) and use in parent.args and mocked.is_followed(parent):
            continue
        elif not isinstance(parent, (ast.Assign, ast.AnnAssign, ast.keyword, ast.Return)):
            mocked.refuse(use, f"`{mocked.quote(use)}` is handed on here")


def plan_configured(mocked: StandIn, call: ast.Call) -> None:
    """The replies that a mock is made with."""
    for keyword in call.keywords:
        if keyword.arg == "return_value":
            plan_reply(mocked, keyword.value)
        elif keyword.arg == "side_effect":
            plan_effects(mocked, keyword.value)
        elif keyword.arg != "name":
            mocked.refuse(keyword.value, "what else the mock is made with is not followed")


def plan_effects(mocked: StandIn, node: ast.expr) -> None:
    """What `side_effect` is set to: replies and errors in turn, a function, or an error."""
    for value in mocked.draft.values(node) or (None,):
        if isinstance(value, Function):
            plan_function(mocked, value.node)
        elif isinstance(value, Object) and isinstance(value.origin, (ast.List, ast.Tuple)):
            if mocked.first(value.origin):
                for item in value.origin.elts:
                    _plan_effect(mocked, item)
                _check_growth(mocked, value.origin)
        elif not _is_other_error(mocked, node):
            mocked.refuse(node, f"`{mocked.quote(node)}` can't be followed to where it is made")


def _check_growth(mocked: StandIn, display: ast.AST) -> None:
    """A list of effects is only what is written in it."""
    for use in mocked.draft.facts.uses.get(display, ()):
        parent = mocked.structure.parent(use)
        if isinstance(parent, (ast.Attribute, ast.Subscript, ast.AugAssign)):
            mocked.refuse(use, f"`{mocked.quote(use)}` changes here")


def _plan_effect(mocked: StandIn, node: ast.expr) -> None:
    if not _is_other_error(mocked, node):
        plan_reply(mocked, node)


def _is_other_error(mocked: StandIn, node: ast.expr) -> bool:
    """Whether `node` is an error of Python's own, which both calls may raise alike."""
    for value in mocked.draft.values(node) or (None,):
        path = value.path if isinstance(value, Symbol) else getattr(value, "type", "")
        if not isinstance(path, str) or "." in path or not path.endswith(BUILT_IN_ERRORS):
            return False
    return True


def plan_function(mocked: StandIn, function: FunctionNode, *, skip: int = 0) -> None:
    """A function of the tests that stands in for the method: its parameters and what it gives."""
    if not mocked.first(function):
        return
    if not mocked.in_test(function):
        mocked.refuse(function, "a function of the program stands in for the method")
        return
    _plan_parameters(mocked, function, skip)
    if isinstance(function, ast.Lambda):
        plan_reply(mocked, function.body)
        return
    for node in ast.walk(function):
        if mocked.structure.scope_of.get(node) is not function:
            continue
        if isinstance(node, (ast.Yield, ast.YieldFrom)):
            mocked.refuse(node, "the chunks of a stream are not followed")
        elif isinstance(node, ast.Return) and node.value is not None:
            plan_reply(mocked, node.value)
        elif isinstance(node, ast.Raise) and node.exc is not None:
            if not _is_other_error(mocked, node.exc):
                mocked.refuse(node, OTHER_ERRORS.format(mocked.quote(node.exc)))


def _plan_parameters(mocked: StandIn, function: FunctionNode, skip: int) -> None:
    """`def fake(*, model, contents, **kwargs)`: by the names that the rewritten calls pass."""
    spec = function.args
    named = named_parameters(function)[skip:]
    own = {parameter.arg for parameter in named}
    if spec.kwarg is not None:
        _plan_gathered(mocked, function, spec.kwarg)
    for parameter in named:
        if parameter.arg == "contents":
            _rename_parameter(mocked, function, parameter)
        elif parameter.arg == "config" and mocked.structure.mentions(function, "config"):
            mocked.refuse(parameter, "the settings are arguments of their own in the new call")
    passed: set[str] = set()
    for site in mocked.sites:
        items = arguments_of(mocked.draft, site)
        if items is None or any(item.name in {None, "**"} for item in items):
            mocked.refuse(function, "what the rewritten call passes is not written out")
            return
        passed.update(item.name or "" for item in items)
    missing = sorted(passed - {"input" if name == "contents" else name for name in own})
    if missing and spec.kwarg is None:
        text = f"the rewritten call also passes `{missing[0]}`, which the fake doesn't take"
        mocked.refuse(function, text)


def _plan_gathered(mocked: StandIn, function: FunctionNode, kwarg: ast.arg) -> None:
    """`**kwargs` of a fake."""
    for load in mocked.structure.mentions(function, kwarg.arg):
        parent = mocked.structure.parent(load)
        if isinstance(parent, ast.Call) and load in parent.args:
            mocked.refuse(load, f"`{kwarg.arg}` is kept here, and what is read of it not followed")
        else:
            plan_keywords(mocked, load)


def _rename_parameter(mocked: StandIn, function: FunctionNode, parameter: ast.arg) -> None:
    """`contents` -> `input`; what it is given must be what it was."""
    draft = mocked.draft
    start = draft.span(parameter).start
    span = type(draft.span(parameter))(start, start + len(parameter.arg))
    loads = mocked.structure.mentions(function, parameter.arg)
    if loads:
        check_contents(mocked, loads[0])
    for node in loads:
        if not isinstance(node.ctx, ast.Load):
            mocked.refuse(node, "`contents` is bound anew here")
        draft.edit(mocked.owner, Replace(draft.span(node), "input"))
    if any(n.id == "input" for n in ast.walk(function) if isinstance(n, ast.Name)):
        mocked.refuse(parameter, "the name input means something else here")
    draft.edit(mocked.owner, Replace(span, "input"))
