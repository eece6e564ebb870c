"""Annotate interactions as `interactions.Interaction`.

Why: an annotation `types.GenerateContentResponse` on what is an Interaction now is wrong, and keeps
an import alive.

Rewrites: annotations of parameters, results and variables that hold migrated responses, and
`isinstance` tests of them; parts of a reply are content and steps; configs and parts that became
dicts are annotated `dict`.

Leaves alone: annotations of values that no migrated call reaches.
"""

from __future__ import annotations

import ast
import builtins

from codemods.conversations.chain_names import PARTIALS
from codemods.streams.chunk_lists import text_lists
from codemods.tables.api import ASYNC_CHAT, CHAT, RESPONSE
from codemods.types.annotated_names import (
    DICTS,
    annotated_type,
    class_of,
    dict_annotation,
    dict_in_string,
    item_in_string,
    item_type,
    names_type,
    of_dicts,
    rename_type,
    string_annotation,
)
from migrator.codemod import Codemod
from migrator.plan import Draft, Reading
from migrator.plan.passing import reachable
from migrator.plan.units import Member
from migrator.syntax import descendants
from migrator.understand.structure import ANNOTATED, FUNCTION_TYPES
from migrator.understand.values import NOTHING, Instance, Symbol, Values, join

CHATS = (CHAT, ASYNC_CHAT)


def plan(draft: Draft) -> None:
    """Plan every annotation that names the response or the config class."""
    for node in draft.facts.structure.every(*ANNOTATED):
        if isinstance(node, ast.arg) and node.annotation is not None:
            function = draft.facts.structure.enclosing_function(node)
            values = _parameter(draft, function, node)
            _plan_annotation(draft, node.annotation, values)
        elif isinstance(node, ast.AnnAssign):
            kept = not _is_loop_variable(draft, node.target)
            _plan_annotation(draft, node.annotation, _variable(draft, node), kept=kept)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.returns is not None:
            _plan_annotation(draft, node.returns, draft.facts.state.returns.get(node, NOTHING))


def _is_loop_variable(draft: Draft, target: ast.expr) -> bool:
    """Whether loops bind the annotated name, rather than assignments."""
    return isinstance(target, ast.Name) and any(
        isinstance(node, (ast.For, ast.AsyncFor))
        and isinstance(node.target, ast.Name)
        and node.target.id == target.id
        for node in descendants(draft.facts.structure.scope_of[target])
    )


def _variable(draft: Draft, node: ast.AnnAssign) -> Values:
    """What an annotated variable, or field of a class, may hold at any time."""
    values = draft.values(node.target)
    scope = draft.facts.structure.scope_of[node]
    if isinstance(node.target, ast.Attribute):
        attributes = draft.facts.state.attributes
        holders = draft.values(node.target.value)
        known = [
            attributes.get((v.node, node.target.attr), NOTHING)
            for v in holders
            if isinstance(v, Instance)
        ]
        return join((values, *known))
    if isinstance(node.target, ast.Name):
        state = draft.facts.state
        bound = state.bound.get((scope, node.target.id), NOTHING)
        if isinstance(scope, ast.ClassDef):
            bound = state.attributes.get((scope, node.target.id), NOTHING)
        return join((values, bound))
    return values


def _parameter(draft: Draft, function: ast.AST | None, node: ast.arg) -> Values:
    if not isinstance(function, FUNCTION_TYPES):
        return NOTHING
    passed = draft.facts.state.parameters.get((function, node.arg), NOTHING)
    return join((passed, draft.facts.state.bound.get((function, node.arg), NOTHING)))


def _plan_annotation(
    draft: Draft, annotation: ast.expr, values: Values, *, kept: bool = False
) -> None:
    """`kept` says that a chunk is kept for what the last one says; the interaction is, now."""
    sites = draft.legacy_calls
    found = reachable(draft.facts, values)
    if not found:
        return
    origins = set(found)
    for node in descendants(annotation):
        if isinstance(node, (ast.Name, ast.Attribute)):
            if names_type(draft, node, RESPONSE):
                for owner in origins & sites:
                    if origins & text_lists(draft):
                        draft.replace(owner, node, "str")
                    else:
                        rename_type(draft, owner, node, class_of(found[owner], kept=kept))
            elif any(names_type(draft, node, chat) for chat in CHATS):
                for owner in origins & sites:
                    _rename_chat(draft, owner, node)
            item_type(draft, node, values, found)
            named = of_dicts(draft, node)
            kinds = {o: draft.demanded[o] for o in origins & set(draft.demanded)}
            for owner, kind in kinds.items():
                for path in named:
                    if kind in DICTS[path]:
                        dict_annotation(
                            draft, owner, node, annotated_type(path, kind, kinds.values())
                        )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            classes = {owner: class_of(found[owner], kept=kept) for owner in origins & sites}
            string_annotation(draft, node, classes)
            dict_in_string(draft, node, origins & set(draft.demanded))
            item_in_string(draft, node, values, found)


def _rename_chat(draft: Draft, owner: Member, node: ast.expr) -> None:
    if owner in draft.once(PARTIALS, set[ast.AST]):
        draft.need(owner, node, "functools", "partial")
        draft.replace(owner, node, "partial")
    else:
        draft.need(owner, node, "typing", "Any")
        draft.replace(owner, node, "dict[str, Any]")


def returned(draft: Draft, reading: Reading) -> None:
    """A public function that hands its response to callers in view may have others."""
    function = draft.facts.structure.enclosing_function(reading.node)
    name = getattr(function, "name", "_")
    outer = draft.facts.structure.scope_of.get(function) if function is not None else None
    is_public = not name.startswith("_") and isinstance(outer, (ast.Module, ast.ClassDef))
    if is_public and draft.facts.structure.is_alone:
        text = f"{name}() returns an Interaction now: its callers in other files must be checked"
        draft.note(reading.owner, text)


def tested(draft: Draft, reading: Reading) -> None:
    """`isinstance(response, types.GenerateContentResponse)`."""
    call = reading.node
    assert isinstance(call, ast.Call)
    wanted = call.args[1] if len(call.args) == 2 else None
    if wanted is not None and _is_builtin(draft, wanted):
        return  # neither class is one: the test is about what else may stand here
    if wanted is None or not names_type(draft, wanted, RESPONSE):
        text = f"`{draft.quote(call)}` tests the response's class; an Interaction has another"
        draft.block(reading.owner, call, text)
        return
    rename_type(draft, reading.owner, wanted)


def _is_builtin(draft: Draft, wanted: ast.expr) -> bool:
    """Whether `wanted` names builtin classes only, such as str or Exception."""
    classes = wanted.elts if isinstance(wanted, ast.Tuple) else [wanted]
    return all(
        isinstance(v, Symbol) and isinstance(getattr(builtins, v.path, None), type)
        for one in classes
        for v in draft.values(one) or [None]
    )


CODEMOD = Codemod(
    code="GM019",
    name="type-annotations",
    summary="annotate interactions as interactions.Interaction",
    doc=__doc__ or "",
    rules={
        ("module", "type-annotations"): plan,
        ("use", RESPONSE, "ISINSTANCE"): tested,
        ("returned", RESPONSE): returned,
    },
)
