"""Run the functions a model asks for in a loop, instead of having the SDK call them.

Why: https://ai.google.dev/gemini-api/docs/migrate-to-interactions: `create` takes no Python
callables and calls nothing by itself.

Rewrites: functions and methods of the file in `tools`, to declarations with the schema that the SDK
derived from their signatures; the call, followed by a loop that runs the functions of each reply,
turns errors into results the model can read, and sends all results in one request with
`previous_interaction_id` and the same settings, in single calls and in chats. At most ten requests
are made, or as many as `maximum_remote_calls` says; `disable=True` leaves the declarations alone.

Leaves alone: functions of other modules, decorated ones, lambdas, partials, `*args`; signatures
whose schema can't be told from the source; MCP sessions; streams; calls in places that have no room
for a loop.
"""

from __future__ import annotations

import ast
from collections.abc import Callable as Function

from codemods.functions.callable_declarations import declare, switch
from codemods.functions.callable_requests import (
    calls_functions,
    configs_of,
    handed_over,
    requests_made,
)
from codemods.functions.callables import Callable, callables, changes_object, function_of, is_async
from codemods.functions.calling_loop import (
    Loop,
    Running,
    Sent,
    function_map,
    helper_rows,
    loop_rows,
)
from codemods.functions.functions_kept import declared_beside
from codemods.functions.results_sent import NONE_NOTE, check_results, may_return_none
from codemods.objects.setting_rows import Settings
from codemods.request.request_placing import place
from codemods.request.shared_settings import share
from codemods.tables.api import CONFIG, RESPONSE
from migrator.codemod import Codemod
from migrator.edits import Row
from migrator.plan import Draft, Reading
from migrator.reasoning.free_names import FreeNames
from migrator.reasoning.helper_functions import BLANK, free_everywhere, insert_function
from migrator.reasoning.statement_places import spot_of
from migrator.understand import CallSite
from migrator.understand.values import FunctionNode, Symbol

Finish = Function[[Settings], bool]
"""Puts the settings of a request where they belong; whether the call itself is seen to."""

LOOPED = frozenset({"generate_content", "send_message"})
"""The methods whose calls get a loop."""
PLANNED = "calls with a loop"


NOTE = (
    "functions get their arguments as the model gives them; the SDK checked their types first, "
    "made 2.0 an int, and left out arguments that they do not take"
)
RESULT_NOTE = (
    "the SDK also told the model the schemas of results, from the return annotations; a function "
    "tool has no place for them"
)

LAMBDA_NOTE = (
    "where the model leaves out an argument that is made an object, the error that it is told "
    "names a lambda"
)


def plan_loop(draft: Draft, site: CallSite, config: ast.expr) -> Finish | None:
    """What finishes a request whose config hands over functions; None if nothing is called."""
    if site.kind.method not in LOOPED:
        return None
    functions = _called(draft, site)
    if not functions:
        return None
    spot = spot_of(draft, site)
    if isinstance(spot, str):
        text = f"the functions {_listed(functions)} must be called in a loop after it, but {spot}"
        draft.block(site.call, site.call, text)
        return None

    def finish(settings: Settings) -> bool:
        if "previous_interaction_id" in settings.names():
            text = "the conversation would gain the calls of functions and their results"
            draft.block(site.call, site.call, text)
            return False
        if "store" in settings.names():
            text = "the results of functions are sent by the id of a reply, which isn't stored here"
            draft.block(site.call, site.call, text)
            return False
        names = FreeNames(draft.facts.structure, draft.facts.structure.scope_of[site.call])
        placed = place(draft, site, spot, settings, names)
        sent = Sent(placed.reply, placed.follow_up)
        ahead, rows = _rows(draft, site, functions, sent, names)
        draft.edit(site.call, *placed.edits(ahead, rows))
        return placed.done

    return finish


def plan_message(
    draft: Draft, site: CallSite, sent: Sent, settings: Settings | None
) -> tuple[list[Row], list[Row]]:
    """The statements before and after a message to a chat whose functions the SDK called.

    `settings` that are written with the message are put into variables where that is needed.
    """
    functions = _called(draft, site)
    if not functions:
        return [], []
    names = FreeNames(draft.facts.structure, draft.facts.structure.scope_of[site.call])
    made: list[Row] = []
    if settings is not None:
        shared = share(draft, settings, site.call, names)
        settings.become(shared.first)
        made = shared.rows
    ahead, rows = _rows(draft, site, functions, sent, names)
    return [*made, *ahead], rows


def _rows(
    draft: Draft, site: CallSite, functions: list[Callable], sent: Sent, names: FreeNames
) -> tuple[list[Row], list[Row]]:
    """The dict of the functions, and the loop that calls them."""
    draft.once(PLANNED, set[ast.AST]).add(site.call)
    requests = requests_made(draft, configs_of(draft, site)) or 0
    definitions = [function.declaration.function for function in functions]
    running = Running.of(draft, definitions, is_async(site))
    helper = _helper(draft, site)
    if helper is None:
        for module in running.imports():
            draft.need(site.call, site.call, module, None)
    loop = Loop(sent.reply, functions, sent.follow_up, requests, running, helper, sent.kept)
    variable, row = function_map(loop, names)
    draft.note(site.call, NOTE)
    if any(isinstance(f.code, str) and f.code.startswith("lambda") for f in functions):
        draft.note(site.call, LAMBDA_NOTE)
    if any(d.returns is not None for d in definitions):
        draft.note(site.call, RESULT_NOTE)
    if not running.as_text and any(map(may_return_none, definitions)):
        draft.note(site.call, NONE_NOTE)
    return [row], loop_rows(loop, variable, names)


def _called(draft: Draft, site: CallSite) -> list[Callable]:
    """The functions that the SDK called for a request; blocks what no loop can do."""
    configs = configs_of(draft, site)
    if not calls_functions(draft, configs):
        return []
    if requests_made(draft, configs) is None:
        text = "the SDK called functions under one config and did not, or less often, under another"
        draft.block(site.call, configs[0], text)
        return []
    functions = callables(draft, site, handed_over(draft, configs))
    for function in functions:
        _check(draft, site, function, copied=is_async(site) and _copies(draft, site, configs))
    return functions


def _copies(draft: Draft, site: CallSite, configs: list[ast.expr]) -> bool:
    """Whether an async call made a deep copy of its config: always in a chat, else of objects."""
    kinds = {getattr(v, "type", "") for config in configs for v in draft.values(config)}
    return CONFIG in kinds or site.kind.method != "generate_content"


def _check(draft: Draft, site: CallSite, function: Callable, *, copied: bool) -> None:
    """What a function does that the SDK and the loop don't see alike."""
    definition, name = function.declaration.function, function.declaration.name
    check_results(draft, site.call, definition)
    if copied and function.bound and changes_object(draft, definition):
        text = f"{name} may change its object, of which the SDK made a copy in async calls; "
        draft.doubt(site.call, definition, text + "the loop calls it on the object itself")
    if function.awaited and not is_async(site):
        text = f"{name} is async, which the SDK refuses in a plain call"
        draft.block(site.call, site.call, text + "; this call can't have worked")


def _helper(draft: Draft, site: CallSite) -> str | None:
    """The function that runs functions, where several loops of the file share it."""
    module_of = draft.facts.structure.module
    sites = [
        s
        for s in draft.facts.sites
        if module_of(s.call) is module_of(site.call)
        if s.kind.method in LOOPED and calls_functions(draft, configs_of(draft, s))
    ]
    users = [s.call for s in sites]
    rows: list[Row] = []
    names: dict[bool, str] = {}
    for asynchronous in (False, True):
        sharing = [s for s in sites if is_async(s) is asynchronous]
        if len(sharing) < 2:
            continue
        wanted = ("run_functions", "call_functions")
        if asynchronous:
            wanted = ("run_functions_async", "call_functions_async")
        names[asynchronous] = free_everywhere(draft, users, *wanted)
        running = Running.of(draft, _definitions(draft, sharing), asynchronous)
        rows += [BLANK, BLANK] if rows else []
        rows += helper_rows(names[asynchronous], running, FreeNames(draft.facts.structure))
        for module in running.imports():
            draft.need(site.call, draft.facts.structure.statement(site.call), module, None)
    if is_async(site) in names:
        draft.edit(site.call, insert_function(draft, users, rows))
    return names.get(is_async(site))


def _definitions(draft: Draft, sites: list[CallSite]) -> list[FunctionNode]:
    """The functions among the tools of some calls."""
    tools = [tool for site in sites for tool in handed_over(draft, configs_of(draft, site))]
    return [found[0] for tool in tools if (found := function_of(tool)) is not None]


def plan_others(draft: Draft) -> None:
    """Streams and whatever else hands functions over, but gets no loop."""
    _plan_copies(draft)
    planned = draft.once(PLANNED, set[ast.AST])
    for site in draft.facts.sites:
        configs = configs_of(draft, site)
        made = site.kind.method == "chats.create"
        if site.call in planned or made or not calls_functions(draft, configs):
            continue
        members = draft.units.members()[draft.units.find(site.call)]
        if not any(draft.units.ledger(member).blockers for member in members):
            found = _definitions(draft, [site])
            names = sorted({getattr(function, "name", "a lambda") for function in found})
            text = f"the SDK calls {', '.join(names)} for {site.kind.method}; declare them, and "
            draft.block(site.call, configs[0], text + "run the functions of each reply in a loop")


def _plan_copies(draft: Draft) -> None:
    """A copy of a list of functions holds what the list no longer does."""
    for origin, kind in draft.demanded.items():
        held = draft.facts.held(origin) if kind == "tools" else frozenset()
        if not any(function_of(value) for value in held):
            continue
        for node in draft.facts.uses.get(origin, ()):
            parent = draft.facts.structure.parent(node)
            copied = isinstance(parent, (ast.Starred, ast.BinOp)) or (
                isinstance(parent, ast.Call)
                and node in parent.args
                and any(isinstance(v, Symbol) for v in draft.values(parent.func))
            )
            if copied and draft.sinks.get(node) != kind and isinstance(parent, ast.expr):
                text = f"`{draft.quote(parent)}` copies the functions that are declared here"
                draft.block(origin, node, text)


def _listed(functions: list[Callable]) -> str:
    return ", ".join(f.declaration.name for f in functions)


def history(draft: Draft, reading: Reading) -> None:
    """`response.automatic_function_calling_history` is gone."""
    text = (
        "automatic_function_calling_history has no equivalent; gather the calls and results of "
        "the loop in a list, or ask interactions.get for the steps"
    )
    draft.block(reading.owner, reading.node, text)


CODEMOD = Codemod(
    code="GM027",
    name="automatic-calling",
    summary="run the functions that the model asks for in a loop",
    doc=__doc__ or "",
    rules={
        ("tool", "callable"): declare,
        ("copied", "tools"): declared_beside,
        ("setting", "automatic_function_calling"): switch,
        ("request", "callables"): plan_loop,
        ("request", "calls functions"): calls_functions,
        ("message", "callables"): plan_message,
        ("module", "automatic calls"): plan_others,
        ("read", RESPONSE, "automatic_function_calling_history"): history,
    },
)
