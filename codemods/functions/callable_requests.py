"""Which requests of a program declare its functions, and call them by themselves."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from codemods.functions.callables import function_of
from codemods.objects.field_spelling import snake
from codemods.objects.written_objects import fields_of
from codemods.tables.api import TYPES
from migrator.plan import Draft
from migrator.understand import CallSite
from migrator.understand.state import ANY_KEY
from migrator.understand.values import Constant, Object, Value, Values

TOOL = TYPES + "Tool"
CALLING = TYPES + "AutomaticFunctionCallingConfig"
SENDING = frozenset({"send_message", "send_message_stream"})
"""Methods of a chat, whose config counts where they are given none."""
DEFAULT_REQUESTS = 10
"""How many requests the SDK made at most, the first one included."""
DECLARING = frozenset({"function_declarations", "mcp_servers"})
"""Fields of a `Tool` that switch automatic calling off for the whole request."""


def handed_over(draft: Draft, configs: Sequence[ast.expr]) -> Values:
    """Everything that the tools of the configs may be."""
    found: set[Value] = set()
    for value in field_values(draft, configs, "tools"):
        if isinstance(value, Object) and value.origin is not None:
            found |= draft.facts.held(value.origin)
    return frozenset(found)


def may_have_tools(draft: Draft, setting: ast.expr) -> bool:
    """Whether the config that holds `setting` may have tools as well."""
    config = draft.facts.structure.parent(setting)
    if isinstance(config, ast.keyword):
        config = draft.facts.structure.parent(config)
    keys = draft.facts.state.keys.get(config) if config is not None else None
    argument = draft.facts.structure.parent(config) if config is not None else None
    sent = isinstance(argument, ast.keyword) and argument.arg == "config"
    if sent and keys is not None and ANY_KEY not in keys:
        return any(snake(str(key).removeprefix(".")) == "tools" for key in keys)
    return "tools" in draft.text


def field_values(draft: Draft, configs: Sequence[ast.expr], name: str) -> Values:
    """What the field `name` of the configs may be."""
    found: set[Value] = set()
    for config in (value for node in configs for value in draft.values(node)):
        origin = getattr(config, "origin", None)
        for key in draft.facts.state.keys.get(origin, ()) if origin is not None else ():
            if isinstance(key, str) and snake(key.removeprefix(".")) == name:
                assert origin is not None
                found |= draft.facts.held(origin, key)
    return frozenset(found)


def configs_of(draft: Draft, site: CallSite) -> list[ast.expr]:
    """The configs that may count for a call: its own, or else those of its chat."""
    own = _own_config(site)
    if own is not None or site.kind.method not in SENDING:
        return [] if own is None else [own]
    taken = site.method.at
    chat = taken.value if isinstance(taken, ast.Attribute) else site.call.func
    makers = {getattr(value, "origin", None) for value in draft.values(chat)}
    sites = draft.facts.sites
    numbers = draft.once("numbers of sites", lambda: {s.call: n for n, s in enumerate(sites)})
    configs = [_own_config(sites[n]) for n in sorted(numbers[m] for m in makers if m in numbers)]
    return [config for config in configs if config is not None]


def _own_config(site: CallSite) -> ast.expr | None:
    """The expression that a call passes as its config."""
    if "config" not in site.kind.parameters:
        return None
    index = site.kind.parameters.index("config") + site.skip
    named = [k.value for k in site.call.keywords if k.arg == "config"]
    if not named and isinstance(site.call, ast.Call) and len(site.call.args) > index:
        named = [site.call.args[index]]
    if not named or (isinstance(named[0], ast.Constant) and named[0].value is None):
        return None
    return named[0]


def calls_functions(draft: Draft, configs: Sequence[ast.expr]) -> bool:
    """Whether the SDK may have called functions for a request with such a config."""
    tools = handed_over(draft, configs)
    if not any(function_of(tool) for tool in tools) or declares(draft, tools):
        return False
    requests = requests_made(draft, configs)
    return requests is None or requests > 1


def declares(draft: Draft, tools: Iterable[Value]) -> bool:
    """Whether one of the tools holds declarations, so that the SDK called nothing by itself."""
    for tool in tools:
        origin = getattr(tool, "origin", None)
        fields = fields_of(draft, origin, TOOL) if isinstance(origin, ast.expr) else None
        for field in fields or ():
            constant = draft.constant(field.value)
            if field.name in DECLARING and not (constant is not None and constant.value is None):
                return True
    return False


def requests_made(draft: Draft, configs: Sequence[ast.expr]) -> int | None:
    """How many requests the SDK made at most; 0 where it called nothing by itself.

    None where the configs that may be passed differ in that, or do not tell it.
    """
    found: set[int] = set()
    settings = field_values(draft, configs, "automatic_function_calling")
    for value in settings:
        number = _requests(draft, value)
        if number is None:
            return None
        found.add(number)
    return found.pop() if len(found) == 1 else None if found else DEFAULT_REQUESTS


def _requests(draft: Draft, value: Value) -> int | None:
    if isinstance(value, Constant) and value.value is None:
        return DEFAULT_REQUESTS
    origin = getattr(value, "origin", None)
    fields = fields_of(draft, origin, CALLING) if isinstance(origin, ast.expr) else None
    if fields is None:
        return None
    found = DEFAULT_REQUESTS
    for field in fields:
        constant = draft.constant(field.value)
        if constant is None:
            return None
        if field.name == "disable" and constant.value:
            return 0
        if field.name == "maximum_remote_calls" and constant.value is not None:
            if not isinstance(constant.value, int):
                return None
            found = max(constant.value, 0)
        elif field.name not in {"disable", "maximum_remote_calls", "ignore_call_history"}:
            return None
    return found
