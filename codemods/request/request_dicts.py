"""A request that is a dict: `generate_content(**request)`.

The dict holds old arguments, made somewhere in view; it is made of new ones there, and wherever a
key of it is set later.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from codemods.objects.setting_rows import Settings, Spread
from codemods.objects.written_objects import constructs
from codemods.request.request_arguments import add_config_of, input_code, model_code
from migrator.edits import Binding, CallCode, Code, Delete, DictCode, Item, Replace, Span, Template
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.reasoning.annotated_variables import annotate
from migrator.reasoning.parameters_changed import note_parameters
from migrator.understand.facts import origin_of
from migrator.understand.state import ANY_KEY, KEYS
from migrator.understand.structure import FUNCTION_TYPES, Structure
from migrator.understand.values import Object, Value

KIND = "request"
LOOPS = (ast.For, ast.AsyncFor, ast.While, *FUNCTION_TYPES)
"""What may run the statements in it more than once."""


@dataclass(frozen=True, slots=True)
class Given:
    """An old argument where it is put into a request."""

    owner: Member
    name: str
    value: ast.expr
    source: Span


def is_request(draft: Draft, node: ast.expr) -> bool:
    """Whether everything that `node` may be is a dict whose making is in view."""
    values = draft.values(node)
    return bool(values) and all(draft.can_rebuild(value, KIND) for value in values)


def names_in(draft: Draft, node: ast.expr) -> set[str]:
    """The old arguments that the request `node` may hold."""
    origins = [origin for value in draft.values(node) if (origin := origin_of(value))]
    keys = {key for origin in origins for key in draft.facts.state.keys.get(origin, ())}
    if ANY_KEY in keys:
        return {"model", "contents"}  # one of them, or none: `build` refuses such a key
    return {key for key in keys if isinstance(key, str) and key != KEYS}


def spread_request(draft: Draft, node: ast.expr, owner: Member, settings: Settings) -> None:
    """Spread a request into a new call, or into another request."""
    if not is_request(draft, node):
        text = f"the arguments `{draft.quote(node)}` can't be followed to where they are made"
        draft.block(owner, node, text)
        return
    if "config" in names_in(draft, node):
        _check_one_config(draft, node, owner)
    _check_one_method(draft, node, owner)
    code = draft.convert(node, KIND, owner)
    settings.spread(code, draft.span(node), Spread(shown=draft.quote(node)))


def _check_one_method(draft: Draft, node: ast.expr, owner: Member) -> None:
    """What callers pass to `call(method, **request)` is for the method that all pass."""
    gathered = any(isinstance(origin_of(value), ast.arg) for value in draft.values(node))
    if gathered and isinstance(owner, ast.Call) and owner in draft.legacy_calls:
        if len(draft.values(owner.func)) != 1:
            text = f"`{draft.quote(owner.func)}` may be several methods, each with arguments of its"
            draft.block(owner, owner, text + " own; call each by itself")


def accepts(draft: Draft, value: Value) -> bool:
    """Displays of a dict, and calls of `dict`."""
    node = origin_of(value)
    if not isinstance(value, Object) or value.type != "dict":
        return False
    return isinstance(node, ast.Dict) or (
        isinstance(node, ast.Call) and len(node.args) < 2 and constructs(draft, node, "dict")
    )


def build(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """The dict of new arguments."""
    settings = Settings()
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                spread_request(draft, value, owner, settings)
            else:
                span = Span(draft.span(key).start, draft.span(value).end)
                put(draft, Given(owner, name_of(draft, key), value, span), settings)
    elif isinstance(node, ast.Call):
        put_arguments(draft, node, owner, settings)
    return DictCode(settings.items())


def rebuilt(draft: Draft, origin: ast.expr) -> None:
    """Tell a type checker that the dict holds values of several types."""
    note_parameters(draft, origin, origin, "a dict of other arguments")
    statement = draft.facts.structure.parent(origin)
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        annotate(draft, origin, statement.targets[0], "dict[str, Any]")


def put_arguments(draft: Draft, call: ast.Call, owner: Member, settings: Settings) -> None:
    """What `dict(…)` or `request.update(…)` is given."""
    for node in call.args:
        if isinstance(node, ast.Dict) and not isinstance(owner, ast.Dict):
            code = build(draft, node, owner)
            settings.spread(code, draft.span(node), Spread(shown=draft.quote(node)))
        else:
            spread_request(draft, node, owner, settings)
    for keyword in call.keywords:
        if keyword.arg is None:
            spread_request(draft, keyword.value, owner, settings)
        else:
            given = Given(owner, keyword.arg, keyword.value, draft.span(keyword))
            put(draft, given, settings)


def name_of(draft: Draft, key: ast.expr) -> str:
    """The argument that a key names; nothing where only a run tells."""
    constant = draft.constant(key)
    return str(constant.value) if constant is not None else ""


def put(draft: Draft, given: Given, settings: Settings) -> None:
    """Put an old argument among the new ones."""
    owner, value = given.owner, given.value
    if given.name == "model":
        settings.top("model", model_code(draft, owner, value), given.source)
    elif given.name == "contents":
        settings.top("input", input_code(draft, owner, value), given.source)
    elif given.name == "config":
        _put_config(draft, given, settings)
    else:
        text = f"generate_content has no argument {given.name}; this call can't have worked"
        if not given.name:
            text = f"which argument `{draft.quote(value)}` is, is only known at run time"
        draft.block(owner, value, text)


def _put_config(draft: Draft, given: Given, settings: Settings) -> None:
    owner, value = given.owner, given.value
    constant = draft.constant(value)
    if constant is not None and constant.value is None:
        return
    calls_functions = draft.rule("request", "calls functions")
    if calls_functions is not None and calls_functions(draft, [value]):
        text = "the functions in it must be called in a loop; pass the config to the call itself"
        draft.block(owner, value, text)
    own = Settings()
    add_config_of(draft, owner, value, own)
    settings.take(own, own.order)
    _check_one_config(draft, value, owner)
    if own.spreads and _comes_again(draft.facts.structure, value, owner):
        text = "settings of an earlier turn would stay in the request; make it anew in each turn"
        draft.block(owner, value, text)


def _check_one_config(draft: Draft, node: ast.expr, owner: Member) -> None:
    """A later config took the place of an earlier one; its settings would join those now.

    `node` is a config of the request, or another request that is put into it with its config.
    """
    known = draft.once("configs of requests", dict[Member, list[ast.expr]]).setdefault(owner, [])
    others = [other for other in known if other is not node]
    structure = draft.facts.structure
    gathered = isinstance(owner, ast.arg)  # callers may pass one, too
    if gathered or not all(_exclude_each_other(structure, node, other) for other in others):
        text = "the config of the request is set in several places, whose settings would mix"
        draft.block(owner, node, text)
    known.append(node)


def _exclude_each_other(structure: Structure, one: ast.AST, other: ast.AST) -> bool:
    """Whether two nodes stand in different branches of the same `if`."""
    branches = dict(_branches(structure, one))
    return any(branches.get(test, taken) != taken for test, taken in _branches(structure, other))


def _branches(structure: Structure, node: ast.AST) -> list[tuple[ast.If, bool]]:
    """The `if` statements around a node, and whether it stands where they are true."""
    found: list[tuple[ast.If, bool]] = []
    parent = structure.parent(node)
    while parent is not None:
        if isinstance(parent, ast.If) and node is not parent.test:
            found.append((parent, node in parent.body))
        node, parent = parent, structure.parent(parent)
    return found


def _comes_again(structure: Structure, node: ast.AST, owner: ast.AST) -> bool:
    """Whether a statement may run several times for one object made by `owner`."""
    return bool(_around(structure, node) - _around(structure, owner))


def _around(structure: Structure, node: ast.AST | None) -> set[ast.AST]:
    found: set[ast.AST] = set()
    while node is not None:
        if isinstance(node, LOOPS):
            found.add(node)
        node = structure.parent(node)
    return found


def set_key(draft: Draft, target: ast.Subscript, statement: ast.Assign, owner: Member) -> None:
    """`request["config"] = …`: the statement sets the arguments that this becomes."""
    settings = Settings()
    span = draft.span(statement.value)
    put(draft, Given(owner, name_of(draft, target.slice), statement.value, span), settings)
    items = settings.items()
    base = draft.hole(target.value, Binding.ATOM)
    if not items:
        draft.edit(owner, Delete(draft.span(statement)))
    elif len(items) == 1 and items[0].name not in {None, "**"}:
        key = f'"{items[0].name}"'
        draft.edit(owner, Replace(draft.span(target.slice), key), Replace(span, items[0].value))
    else:
        code = CallCode(Template((base, ".update")), _updating(items))
        draft.edit(owner, Replace(draft.span(statement), code))


def update(draft: Draft, call: ast.Call, base: ast.expr, owner: Member) -> None:
    """`request.update(…)` with new arguments."""
    settings = Settings()
    put_arguments(draft, call, owner, settings)
    items = settings.items()
    statement = draft.facts.structure.statement(call)
    if not items and isinstance(statement, ast.Expr):
        draft.edit(owner, Delete(draft.span(statement)))
        return
    method = Template((draft.hole(base, Binding.ATOM), ".update"))
    draft.replace(owner, call, CallCode(method, _updating(items)))


def _updating(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The arguments of `update`: a dict alone needs no spread."""
    return (Item(items[0].value),) if len(items) == 1 and items[0].name == "**" else items
