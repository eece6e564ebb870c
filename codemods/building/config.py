"""Read an old config, in any of its spellings, as a row of settings.

Accepts `types.GenerateContentConfig(…)`, a dict display, `dict(…)` and `**` of any of them.
"""

from __future__ import annotations

import ast

from codemods.building.emptied import is_emptied
from codemods.building.format_tests import judge_tests
from codemods.building.names import snake
from codemods.building.settings import Setting, Settings, translate
from codemods.building.shapes import constructs
from codemods.tables.api import CONFIG
from codemods.tables.settings import GENERATION_FIELDS
from migrator.edits import Binding, Code, Hole, Template
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.understand.state import KEYS
from migrator.understand.values import Constant


def is_config_call(draft: Draft, node: ast.expr) -> bool:
    """Whether `node` constructs a config (the class, its TypedDict or `dict`)."""
    return constructs(draft, node, CONFIG)


def read_config(draft: Draft, node: ast.expr, owner: Member) -> Settings:
    """The settings that the config written at `node` holds; blockers go to `owner`."""
    settings = Settings()
    add_config(draft, node, owner, settings)
    return settings


def add_config(draft: Draft, node: ast.expr, owner: Member, settings: Settings) -> None:
    """Add what the config written at `node` holds to `settings`."""
    _add_written(draft, node, owner, settings)
    judge_tests(draft, node, owner, settings.json_test, settings.schema_test)
    shared = settings.names() & settings.spread_names
    if shared:
        name = sorted(shared)[0]
        text = f"the config and a dict spread into it both set {name}; one would replace the other"
        draft.block(owner, node, text)


def _add_written(draft: Draft, node: ast.expr, owner: Member, settings: Settings) -> None:
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=False):
            _add_entry(draft, key, value, owner, settings)
        return
    if isinstance(node, ast.Call) and is_config_call(draft, node) and not node.args:
        for keyword in node.keywords:
            if keyword.arg is None:
                _add_spread(draft, keyword.value, owner, settings)
            else:
                span = draft.span(keyword)
                name = snake(keyword.arg)
                translate(draft, Setting(owner, name, keyword.value, span, settings))
        return
    draft.block(
        owner, node, f"the config is built by `{draft.quote(node)}`, which can't be followed"
    )


def _add_entry(
    draft: Draft, key: ast.expr | None, value: ast.expr, owner: Member, settings: Settings
) -> None:
    if key is None:
        _add_spread(draft, value, owner, settings)
        return
    name = draft.constant(key)
    if name is None or not isinstance(name.value, str):
        draft.block(owner, key, f"the config key `{draft.quote(key)}` is only known at run time")
        return
    start, end = draft.span(key).start, draft.span(value).end
    span = type(draft.span(key))(start, end)
    translate(draft, Setting(owner, snake(name.value), value, span, settings))


def _add_spread(draft: Draft, value: ast.expr, owner: Member, settings: Settings) -> None:
    """`**options`: the dict is converted where it is made and spread into `create`."""
    if isinstance(value, ast.Dict) or is_config_call(draft, value):
        add_config(draft, value, owner, settings)
        return
    spread_config(draft, value, owner, settings)


def spread_config(draft: Draft, value: ast.expr, owner: Member, settings: Settings) -> None:
    """Spread a config that is made elsewhere; None stands for an empty one."""
    code = _arguments(draft, value, owner)
    if is_emptied(draft, value):
        return
    if isinstance(code, Template):
        code = Template(("(", code, ")"))
    keys = _keys(draft, value)
    shared = keys & settings.spread_names
    settings.spread_names |= keys
    if shared:
        name = sorted(shared)[0]
        text = (
            f"`{draft.quote(value)}` and another dict both set {name}; one would replace the other"
        )
        draft.block(owner, value, text)
    settings.spread(code, draft.span(value))


def _arguments(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """The config `node` as a dict of arguments, an empty one for None."""
    constant = draft.constant(node)
    if constant is not None and constant.value is None:
        return "{}"
    if isinstance(node, ast.IfExp):
        draft.sinks[node] = "config"
        body, rest = (_arguments(draft, n, owner) for n in (node.body, node.orelse))
        if rest == "{}" and isinstance(body, Hole):
            same = draft.text[body.span.start : body.span.end] == draft.source(node.test)
            if same and isinstance(node.test, ast.Name):
                return body  # `options if options else {}`
        return Template((body, " if ", draft.hole(node.test), " else ", rest))
    if isinstance(node, ast.Call) and is_config_call(draft, node):
        names = [k.arg for k in node.keywords]
        if names == [None] and not node.args:
            return _arguments(draft, node.keywords[0].value, owner)
    code = draft.convert(node, "config", owner)
    if any(isinstance(v, Constant) and v.value is None for v in draft.values(node)):
        return Template((draft.hole(node, Binding.OR), " or {}"))
    return code


def _keys(draft: Draft, value: ast.expr) -> set[str]:
    """The arguments of `create` that a config made elsewhere may set."""
    names: set[str] = set()
    for item in draft.values(value):
        origin = getattr(item, "origin", None)
        if origin is None:
            continue
        for key in draft.facts.state.keys.get(origin, ()):
            if isinstance(key, str) and key != KEYS:
                names.add(new_name(snake(key.removeprefix("."))))
    return names


def new_name(field: str) -> str:
    """The argument of `create` that an old field ends up in."""
    if field in {*GENERATION_FIELDS, "thinking_config", "speech_config", "tool_config"}:
        return "generation_config"
    if field.startswith("response_") or field == "image_config":
        return "response_format"
    return field
