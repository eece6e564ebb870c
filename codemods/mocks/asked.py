"""What tests say that a mocked method was asked: expected calls, and arguments read back."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from codemods.mocks.asked_settings import plan_config
from codemods.mocks.needs import arguments_of, passes_unchanged
from codemods.mocks.stand_in import StandIn
from codemods.objects.setting_rows import Settings
from codemods.request.request_arguments import add_config_of
from migrator.edits import Arguments, Code, DictCode, Item, ListCode, Replace
from migrator.understand import CallSite

RENAMED = {"model": "model", "contents": "input"}
POSITIONAL = "the rewritten call passes its arguments by their names"
CONFIG = "the settings are arguments of their own in the rewritten call"


def plan_expected(mocked: StandIn, call: ast.Call) -> None:
    """`mock.assert_called_once_with(model=…, contents=…)`: as the rewritten call passes them."""
    if call.args or any(keyword.arg is None for keyword in call.keywords):
        mocked.refuse(call, "what is expected is not written out by names")
        return
    expected = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    unknown = set(expected) - {*RENAMED, "config"}
    if unknown:
        mocked.refuse(call, f"no call has an argument {sorted(unknown)[0]}")
        return
    settings = Settings()
    for keyword in call.keywords:
        if keyword.arg == "config":
            add_config_of(mocked.draft, mocked.owner, keyword.value, settings)
        elif keyword.arg is not None:
            code = mocked.draft.hole(keyword.value)
            settings.top(RENAMED[keyword.arg], code, mocked.draft.span(keyword))
    check_contents(mocked, call)
    items = list(settings.arguments())
    more = _added(mocked, call, {item.name for item in items})
    if not more and "config" not in expected:
        for keyword in call.keywords:
            if keyword.arg == "contents":
                mocked.rename(keyword, RENAMED["contents"])
    elif more is not None:
        mocked.draft.edit(mocked.owner, Arguments(mocked.draft.span(call), (*items, *more)))


def _added(mocked: StandIn, node: ast.AST, expected: set[str | None]) -> Sequence[Item] | None:
    """Arguments that the rewritten call passes besides those that are expected."""
    found: Sequence[Item] | None = None
    for site in mocked.sites:
        items = arguments_of(mocked.draft, site)
        names = {item.name for item in items or ()}
        if items is None or not names >= expected or names & {None, "**"}:
            continue
        more = [item for item in items if item.name not in expected]
        if any(item.name not in {"extra_headers", "store"} for item in more):
            continue
        if not all(_is_written(item.value) for item in more):
            continue
        if found is not None and list(found) != more:
            mocked.refuse(node, "several calls may be meant, which pass different arguments")
            return None
        found = more
    if found is None:
        mocked.refuse(node, "no call that it may be about passes just these arguments")
    return found


def _is_written(code: Code) -> bool:
    """Whether new code names nothing of the program."""
    if isinstance(code, (DictCode, ListCode)):
        return all(item.key is None and _is_written(item.value) for item in code.items)
    return isinstance(code, str)


def plan_arguments(mocked: StandIn, node: ast.expr) -> None:
    """`mock.call_args`, or a name for it: what is read of it."""
    parent = mocked.structure.parent(node)
    if isinstance(parent, ast.Attribute) and parent.attr == "kwargs":
        plan_keywords(mocked, parent)
    elif isinstance(parent, ast.Subscript) and parent.value is node:
        index = mocked.draft.constant(parent.slice)
        if index is not None and index.value in (1, -1):
            plan_keywords(mocked, parent)
        else:
            mocked.refuse(parent, POSITIONAL)
    elif isinstance(parent, ast.Assign) and len(parent.targets) == 1:
        _plan_named(mocked, node, parent.targets[0])
    elif isinstance(parent, ast.Compare):
        mocked.refuse(parent, "it is compared as a whole")
    elif isinstance(parent, ast.Attribute) and parent.attr == "args":
        mocked.refuse(parent, POSITIONAL)
    elif not isinstance(parent, ast.Expr):
        mocked.refuse(node, f"`{mocked.quote(node)}` is handed on here")


def _plan_named(mocked: StandIn, node: ast.expr, target: ast.expr) -> None:
    """`call = mock.call_args`, `args, kwargs = mock.call_args`."""
    if isinstance(target, ast.Name):
        _follow(mocked, target, plan_arguments)
    elif isinstance(target, ast.Tuple) and len(target.elts) == 2:
        first, second = target.elts
        if not isinstance(first, ast.Name) or not isinstance(second, ast.Name):
            mocked.refuse(node, "it is taken apart here")
            return
        if mocked.loads(first) and first.id != "_":
            mocked.refuse(node, POSITIONAL)
        _follow(mocked, second, plan_keywords)
    else:
        mocked.refuse(node, "it is taken apart here")


def _follow(mocked: StandIn, name: ast.Name, plan: object) -> None:
    loads = mocked.loads(name)
    if loads is None:
        mocked.refuse(name, f"`{name.id}` is bound more than once")
        return
    for load in loads:
        plan(mocked, load)  # type: ignore[operator]


def plan_keywords(mocked: StandIn, node: ast.expr) -> None:
    """`mock.call_args.kwargs`, the `**kwargs` of a fake, or a name for them."""
    parent = mocked.structure.parent(node)
    if isinstance(parent, ast.Subscript) and parent.value is node:
        _plan_key(mocked, parent.slice)
    elif isinstance(parent, ast.Attribute) and parent.attr in {"get", "pop"}:
        call = mocked.structure.parent(parent)
        if isinstance(call, ast.Call) and call.args:
            _plan_key(mocked, call.args[0])
        else:
            mocked.refuse(node, "what is read of it is not in view")
    elif isinstance(parent, ast.Compare) and all(
        isinstance(op, (ast.In, ast.NotIn)) for op in parent.ops
    ):
        _plan_key(mocked, parent.left)
    elif isinstance(parent, ast.Assign) and isinstance(parent.targets[0], ast.Name):
        _follow(mocked, parent.targets[0], plan_keywords)
    else:
        mocked.refuse(node, f"`{mocked.quote(node)}` is used as a whole here")


def _plan_key(mocked: StandIn, key: ast.expr) -> None:
    """The name of an argument that is read."""
    name = mocked.draft.constant(key)
    if not isinstance(key, ast.Constant) or name is None or name.value not in RENAMED:
        is_config = name is not None and name.value == "config"
        if is_config and plan_config(mocked, key):
            return
        mocked.refuse(key, CONFIG if is_config else "which argument is read is not written here")
    elif name.value == "contents":
        check_contents(mocked, key)
        if mocked.first(key):
            quote = mocked.draft.source(key)[-1]
            mocked.draft.edit(mocked.owner, Replace(mocked.draft.span(key), f"{quote}input{quote}"))


def check_contents(mocked: StandIn, node: ast.AST) -> None:
    """The rewritten calls must send what the old ones were given, as it is."""
    for site in mocked.sites:
        if not _sends_unchanged(mocked, site):
            line = mocked.draft.line(site.call)
            text = f"the call on line {line} sends its contents in another form now"
            mocked.refuse(node, text)
            return


def _sends_unchanged(mocked: StandIn, site: CallSite) -> bool:
    index = site.kind.parameters.index("contents") + site.skip
    values = [k.value for k in site.call.keywords if k.arg == "contents"]
    values += site.call.args[index : index + 1]
    return len(values) == 1 and passes_unchanged(mocked.draft, site, values[0])
