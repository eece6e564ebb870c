"""The Python functions that a request hands to the model, and how the SDK called them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from codemods.functions.arguments_passed import HOLE, Passed, passed
from codemods.functions.declarations import Declaration, declaration
from codemods.objects.field_spelling import snake
from codemods.objects.written_objects import fields_of
from codemods.schemas.annotation_schemas import Uncertain, unquoted
from codemods.tables.api import TYPES
from migrator.edits import Code
from migrator.plan import Draft
from migrator.reasoning.annotation_meanings import Meanings
from migrator.reasoning.called_functions import Reached
from migrator.understand import CallSite
from migrator.understand.state import ANY_KEY
from migrator.understand.values import (
    Class,
    Constant,
    Function,
    FunctionNode,
    Instance,
    Method,
    Object,
    Partial,
    Value,
    Values,
)

TOOL = TYPES + "Tool"
CALLING = TYPES + "AutomaticFunctionCallingConfig"
READING = frozenset({"get", "items", "keys", "values", "index", "count", "copy", "format", "join"})
"""Methods that leave their object as it is."""
SENDING = frozenset({"send_message", "send_message_stream"})
"""Methods of a chat, whose config counts where they are given none."""
DEFAULT_REQUESTS = 10
"""How many requests the SDK made at most, the first one included."""
DECLARING = frozenset({"function_declarations", "mcp_servers"})
"""Fields of a `Tool` that switch automatic calling off for the whole request."""


@dataclass(frozen=True, slots=True)
class Callable:
    """A function of the file that the model may call.

    `code` is what the loop calls; `bound` says that it is a method of an object.
    """

    declaration: Declaration
    code: Code
    bound: bool

    @property
    def awaited(self) -> bool:
        """Whether calling it gives a coroutine."""
        return isinstance(self.declaration.function, ast.AsyncFunctionDef)


def function_of(value: Value) -> tuple[FunctionNode, bool] | None:
    """The function that a tool is, and whether its first argument is given already."""
    if isinstance(value, Function):
        return value.node, False
    if isinstance(value, Method) and isinstance(value.receiver, (Instance, Class)):
        if value.function is None or isinstance(value.function, ast.Lambda):
            return None
        decorators = {ast.unparse(d) for d in value.function.decorator_list}
        if "staticmethod" in decorators:
            return value.function, False
        if isinstance(value.receiver, Instance) or "classmethod" in decorators:
            return value.function, True
    return None


def declared(draft: Draft, node: ast.expr) -> Declaration:
    """The declaration of the one function that the tool `node` is.

    Raises Uncertain where the source does not tell it.
    """
    values = draft.values(node)
    if any(isinstance(value, Partial) for value in values):
        raise Uncertain("a partial has no name that a model could call it by")
    found = [function_of(value) for value in values]
    if len(found) != 1 or found[0] is None:
        raise Uncertain("it may be one of several functions, or none in view")
    function, bound = found[0]
    scope = draft.facts.structure.scope_of[function]
    return declaration(function, Meanings(draft.facts, scope), bound=bound)


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


def is_async(site: CallSite) -> bool:
    """Whether the call gives a coroutine."""
    return site.kind.returns.startswith("await ")


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


def callables(draft: Draft, site: CallSite, tools: Iterable[Value]) -> list[Callable]:
    """The functions among the tools; what can't be called like the SDK did is blocked."""
    reached = Reached(draft, site)
    found: dict[str, Callable] = {}
    for value in _functions(tools):
        wanted = function_of(value)
        assert wanted is not None
        function, bound = wanted
        scope = draft.facts.structure.scope_of[function]
        try:
            made = declaration(function, Meanings(draft.facts, scope), bound=bound)
        except Uncertain:
            continue  # blocked where it is declared
        expression = reached.expression(value)
        if expression is None:
            text = f"the name {made.name} may mean something else where the function must be called"
            draft.block(site.call, site.call, text + "; give the function a name of its own")
            continue
        if made.name in found:
            text = f"two tools are called {made.name}; give them different names"
            draft.block(site.call, site.call, text)
        names = Meanings(draft.facts, scope)
        code = _code(draft, site, made, names, expression)
        found[made.name] = Callable(made, code, bound)
    return list(found.values())


def changes_object(draft: Draft, function: FunctionNode) -> bool:
    """Whether a method may change the object it belongs to."""
    if not function.args.args:
        return False
    own = function.args.args[0].arg
    for node in ast.walk(function):
        if not (isinstance(node, ast.Name) and node.id == own):
            continue
        part = draft.facts.structure.parent(node)
        user = draft.facts.structure.parent(part) if part is not None else None
        if not isinstance(part, ast.Attribute) or not isinstance(part.ctx, ast.Load):
            return True
        if isinstance(user, ast.Call) and user.func is part:
            return True
        if isinstance(user, (ast.Attribute, ast.Subscript)):
            stored = not isinstance(user.ctx, ast.Load)
            called = isinstance(draft.facts.structure.parent(user), ast.Call)
            if stored or (called and isinstance(user, ast.Attribute) and user.attr not in READING):
                return True
    return False


def _functions(tools: Iterable[Value]) -> list[Value]:
    """The functions among the tools, in the order of the file."""
    functions: dict[FunctionNode, Value] = {}
    for tool in tools:
        wanted = function_of(tool)
        if wanted is not None:
            functions[wanted[0]] = tool
    return [functions[f] for f in sorted(functions, key=lambda f: (f.lineno, f.col_offset))]


def _code(
    draft: Draft, site: CallSite, made: Declaration, names: Meanings, expression: str
) -> Code:
    """The function, wrapped where its arguments must be converted first."""
    converted: list[tuple[str, str]] = []
    for parameter in made.signature:
        found: Passed = passed(parameter, names)
        if found.problem is not None:
            text = f"{made.name} takes {parameter.name}: {ast.unparse(parameter.annotation)}; "
            (draft.block if found.stops else draft.doubt)(
                site.call, parameter.annotation, text + found.problem
            )
        if found.pattern is not None:
            if not means_the_same(draft, parameter.annotation, made, site.call):
                text = f"`{ast.unparse(parameter.annotation)}` means something else at the call"
                draft.block(site.call, parameter.annotation, text)
            pattern = found.pattern.replace(HOLE, parameter.name)
            converted.append((parameter.name, pattern))
    if not converted:
        return expression
    taken = ", ".join(name for name, _ in converted)
    given = ", ".join(f"{name}={code}" for name, code in converted)
    if len(converted) == len(made.signature):
        return f"lambda {taken}: {expression}({given})"
    return f"lambda {taken}, **rest: {expression}({given}, **rest)"


def means_the_same(draft: Draft, annotation: ast.expr, made: Declaration, node: ast.AST) -> bool:
    """Whether the names of a function's annotation mean the same where `node` stands."""
    scopes = draft.facts.structure.scope_of
    there, here = (Meanings(draft.facts, scopes[n]) for n in (made.function, node))
    names = [n for n in ast.walk(unquoted(annotation)) if isinstance(n, ast.Name)]
    return all(there.of(n) is here.of(n) or there.of(n) == here.of(n) for n in names)
