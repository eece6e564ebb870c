"""What tests replace besides the method, and would miss once the program is rewritten.

Chats, what functions of the program return, errors of the older API, and clients that are expected
to be made without a header.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.mocks.made_clients import plan_made_client
from codemods.mocks.methods import COUNTED, EXPECTING, plan_returned
from codemods.mocks.patches import Patch, names_of_mock, patch_of
from codemods.mocks.replies import plan_reply
from codemods.mocks.stand_in import sites_tested_by, stand_in
from codemods.tables.errors import REPLACEMENTS
from migrator.plan import Draft, leave_to_hand
from migrator.understand import CallSite
from migrator.understand.facts import origin_of
from migrator.understand.values import (
    NOTHING,
    Awaitable,
    Class,
    Function,
    Instance,
    Method,
    Module,
    Object,
    Symbol,
    Values,
)

CHATS = "chats.create"
MESSAGES = frozenset({"send_message", "send_message_stream"})
SETTING = frozenset({"return_value", "side_effect", "call_args", "call_args_list", "await_args"})
CHAT = "a chat is mocked here; the tests must mock interactions.create instead"
RETURNED = "what `{}` returns is mocked here; the tests must mock an interaction instead"
ERROR = "an error of the older API is made here, which the rewritten calls don't raise"
PLAIN = frozenset({"str", "int", "float", "bool", "list[str]"})
"""What is read of a reply and is the same after."""
OTHERS = frozenset({"bot", "channel", "context", "message"})
"""What else has a method `send_message`: bots of messengers."""


def plan_others(draft: Draft) -> None:
    """Block the calls whose tests would break, or pass for the wrong reason."""
    structure = draft.facts.structure
    if not structure.links.tests:
        return
    tests = structure.links.tests
    for name in sorted({"create", *MESSAGES}):
        for node in structure.named.get(name, ()):
            if isinstance(node, ast.Attribute) and structure.module(node) in tests:
                _plan_chat(draft, node)
    for call in structure.every(ast.Call):
        if structure.module(call) in tests:
            _plan_call(draft, call)
    for statement in structure.every(ast.Assign):
        if structure.module(statement) in tests:
            _plan_assigned(draft, statement)
    for function in structure.functions:
        if not isinstance(function, ast.Lambda) and function.name in MESSAGES:
            if structure.module(function) in tests and structure.enclosing_class(function):
                _block_chats(draft, function)
    _plan_doubles(draft)


def _plan_doubles(draft: Draft) -> None:
    """Classes of tests with a method like one of the program that hands a reply or a stream on."""
    structure = draft.facts.structure
    giving: dict[str, list[CallSite]] = {}
    methods = [f for f in structure.functions if not isinstance(f, ast.Lambda)]
    for function in methods:
        if structure.module(function) not in structure.links.tests:
            giving.setdefault(function.name, []).extend(
                _sites_of(draft, frozenset({Function(function)}))
            )
    for function in methods:
        if structure.module(function) in structure.links.tests and giving.get(function.name):
            near = sites_tested_by(draft, function) if structure.enclosing_class(function) else []
            for site in giving[function.name]:
                if site in near:
                    text = RETURNED.format(function.name)
                    leave_to_hand(draft, site.call, function, text)


# chats


def _plan_chat(draft: Draft, node: ast.Attribute) -> None:
    """`client.chats.create.return_value`, `chat.send_message.side_effect`."""
    if any(node is site.method.at for site in (*draft.facts.sites, *draft.facts.handed_on)):
        return
    parent = draft.facts.structure.parent(node)
    mocked = isinstance(parent, ast.Attribute) and parent.attr in SETTING | COUNTED | EXPECTING
    if not mocked and isinstance(node.ctx, ast.Load):
        return
    holder = node.value
    name = getattr(holder, "attr", None) or getattr(holder, "id", "")
    if node.attr == "create" and name != "chats":
        return
    if node.attr in MESSAGES and any(other in str(name) for other in OTHERS):
        return
    _block_chats(draft, node)


def _block_chats(draft: Draft, node: ast.AST) -> None:
    for site in sites_tested_by(draft, node):
        if site.kind.method == CHATS or site.kind.method in MESSAGES:
            leave_to_hand(draft, site.call, node, CHAT)


# patches, errors and expectations


def _plan_call(draft: Draft, call: ast.Call) -> None:
    paths = {v.path for v in draft.values(call.func) if isinstance(v, Symbol)}
    if paths & set(REPLACEMENTS):
        for site in sites_tested_by(draft, call):
            leave_to_hand(draft, site.call, call, ERROR)
    patch = patch_of(call)
    if patch is None:
        return
    text = str(getattr(patch.place, "value", ""))
    last = (text or str(getattr(patch.name, "value", ""))).rpartition(".")[2]
    if text.endswith((".chats.create", *(f".{name}" for name in MESSAGES))) or last in MESSAGES:
        _block_chats(draft, call)
    elif last in {"Client", "genai"}:
        _plan_client(draft, patch)
    else:
        _plan_replaced(draft, patch, _replaced(draft, patch), last)


def _plan_assigned(draft: Draft, statement: ast.Assign) -> None:
    """`service.ask = MagicMock(…)`: a function that returns a reply is replaced."""
    target = statement.targets[0]
    if not isinstance(target, ast.Attribute):
        return
    for site in _sites_of(draft, _attribute(draft, draft.values(target.value), target.attr)):
        leave_to_hand(draft, site.call, statement, RETURNED.format(target.attr))


def _plan_client(draft: Draft, patch: Patch) -> None:
    """`client_class.assert_called_once_with(api_key=…)`: the client may get a header as well."""
    structure = draft.facts.structure
    for name in names_of_mock(structure, patch) or ():
        node: ast.AST | None = structure.parent(name)
        if isinstance(node, ast.Attribute) and node.attr == "Client":
            node = structure.parent(node)
        if isinstance(node, ast.Attribute) and node.attr in EXPECTING:
            plan_made_client(draft, node)


def _plan_replaced(draft: Draft, patch: Patch, values: Values, name: str) -> None:
    """Something of the program that is, or returns, what a legacy call gave."""
    sites = _sites_of(draft, values)
    for site in sites:
        if site.kind.method != "generate_content":
            leave_to_hand(draft, site.call, patch.call, RETURNED.format(name))
    if not sites:
        return
    configured = {keyword.arg for keyword in patch.call.keywords} - {"new_callable"}
    names = names_of_mock(draft.facts.structure, patch)
    if patch.new is not None or names is None or not configured <= {"return_value"}:
        leave_to_hand(draft, sites[0].call, patch.call, RETURNED.format(name))
        return
    mocked = stand_in(draft, patch.call, sites)
    for keyword in patch.call.keywords:
        if keyword.arg == "return_value":
            plan_reply(mocked, keyword.value)
    for load in names:
        plan_returned(mocked, load)


def _sites_of(draft: Draft, values: Values) -> list[CallSite]:
    """The calls whose results something of the program is, or returns, as a whole."""
    found = list(values)
    for value in values:
        if isinstance(value, Function):
            found += draft.facts.state.returns.get(value.node, NOTHING)
    calls: dict[ast.AST | None, CallSite] = {site.call: site for site in draft.facts.sites}
    sites: dict[CallSite, None] = {}
    for value in found:
        made = value.value if isinstance(value, Awaitable) else value
        site = calls.get(origin_of(made))
        if site is not None and isinstance(made, Object) and made.type not in PLAIN:
            sites[site] = None
    return list(sites)


def _replaced(draft: Draft, patch: Patch) -> Values:
    """What stands where a patch puts something else."""
    if patch.name is None:
        steps = list(_steps(draft, patch))
        return steps[-1] if steps else NOTHING
    return _attribute(draft, draft.values(patch.place), str(patch.name.value))


def _steps(draft: Draft, patch: Patch) -> Iterator[Values]:
    """What the words of a text name, from the longest that is a module on."""
    structure = draft.facts.structure
    assert isinstance(patch.place, ast.Constant)
    words = str(patch.place.value).split(".")
    for count in range(len(words) - 1, 0, -1):
        path = ".".join(words[:count])
        module = structure.links.target(structure.module(patch.call), path)
        if module is not None:
            values: Values = frozenset({Module(module)})
            for word in words[count:]:
                values = _attribute(draft, values, word)
            yield values
            return


def _attribute(draft: Draft, values: Values, name: str) -> Values:
    """An attribute of modules and classes of the program, as far as these bind it."""
    found: set[object] = set()
    for value in values:
        if isinstance(value, Module):
            found |= draft.facts.state.bound.get((value.node, name), NOTHING)
        elif isinstance(value, (Class, Instance)):
            for statement in value.node.body:
                if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    if statement.name == name:
                        found.add(Function(statement))
        elif isinstance(value, Method) and value.function is not None:
            found.add(Function(value.function))
    return frozenset(found)  # type: ignore[arg-type]
