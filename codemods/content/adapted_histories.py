"""Histories that a `TypeAdapter(list[types.Content])` turns into JSON and back.

The list that takes a history's place holds dicts, which an adapter of `list[dict]` takes as well.
"""

from __future__ import annotations

import ast

from codemods.tables.api import CONTENT
from codemods.tables.chats import TURNS
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.reasoning.definitions import definitions
from migrator.reasoning.shown_on_page import is_shown_on_page
from migrator.understand.values import Symbol, are_all

ADAPTER = "pydantic.TypeAdapter"
DUMPS = frozenset({"dump_json", "dump_python"})
LOADS = frozenset({"validate_json", "validate_python"})
SAVED = (
    "the history is saved as steps, with other keys than the turns that the program saved before, "
    "which can't be loaded any more"
)


def is_dumped(draft: Draft, history: ast.expr) -> ast.Call | None:
    """The adapter that dumps `history`, if that is what it is passed for."""
    call = draft.facts.structure.parent(history)
    if not isinstance(call, ast.Call) or call.args[:1] != [history]:
        return None
    return _adapter(draft, call, DUMPS)


def loaded_by(draft: Draft, node: ast.expr) -> ast.Call | None:
    """The adapter that `node` is loaded by, if it is a history in the JSON of one."""
    found = {_adapter(draft, one, LOADS) for one in definitions(draft, node)}
    return found.pop() if len(found) == 1 else None


def take_dicts(draft: Draft, owner: Member, adapter: ast.Call) -> None:
    """Have the adapter take steps, which are dicts, instead of turns."""
    (items,) = adapter.args
    assert isinstance(items, ast.Subscript)
    draft.join(owner, adapter)
    draft.replace(adapter, items.slice, "dict")
    if not _stays_in_memory(draft, adapter):
        draft.doubt(owner, adapter, SAVED)


def _adapter(draft: Draft, call: ast.expr, methods: frozenset[str]) -> ast.Call | None:
    """The adapter one of whose methods is called; None if it does anything else as well."""
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return None
    if call.func.attr not in methods:
        return None
    found = definitions(draft, call.func.value)
    adapter = found[0] if len(found) == 1 else None
    if not isinstance(adapter, ast.Call) or not _is_of_turns(draft, adapter):
        return None
    uses = _uses(draft, adapter)
    known = all(_is(use, DUMPS | LOADS) for use in uses)
    dumps = [use for use in uses if _is(use, DUMPS)]
    whole = known and all(use.args and are_all(draft.values(use.args[0]), TURNS) for use in dumps)
    return adapter if whole and dumps else None


def _is_of_turns(draft: Draft, call: ast.Call) -> bool:
    """`TypeAdapter(list[types.Content])`."""
    if not any(isinstance(v, Symbol) and v.path == ADAPTER for v in draft.values(call.func)):
        return False
    if len(call.args) != 1 or call.keywords or not isinstance(call.args[0], ast.Subscript):
        return False
    items = call.args[0]
    plain = isinstance(items.value, ast.Name) and items.value.id in {"list", "List"}
    return plain and any(
        isinstance(v, Symbol) and v.path == CONTENT for v in draft.values(items.slice)
    )


def _uses(draft: Draft, adapter: ast.Call) -> list[ast.Call]:
    """The calls of methods of an adapter that has a name; none where it is used otherwise."""
    structure = draft.facts.structure
    statement = structure.parent(adapter)
    if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
        return []
    target = statement.targets[0]
    found = []
    for node in structure.mentions(structure.owner_of(target), target.id):
        method = structure.parent(node)
        call = structure.parent(method) if isinstance(method, ast.Attribute) else None
        if node is not target and (not isinstance(call, ast.Call) or call.func is not method):
            return []
        found += [call] if isinstance(call, ast.Call) else []
    return found


def _is(call: ast.Call, methods: frozenset[str]) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr in methods


def _stays_in_memory(draft: Draft, adapter: ast.Call) -> bool:
    """Whether all that is loaded was dumped right here, and what is dumped goes nowhere else."""
    structure = draft.facts.structure
    uses = _uses(draft, adapter)
    dumps = [use for use in uses if _is(use, DUMPS)]
    loads = [use for use in uses if _is(use, LOADS)]
    names: set[str] = set()
    for dump in dumps:
        statement = structure.parent(dump)
        target = statement.targets[0] if isinstance(statement, ast.Assign) else None
        if not isinstance(target, ast.Name):
            return False
        names.add(target.id)
        read = structure.mentions(structure.owner_of(target), target.id)
        if any(_strays(draft, node, loads) for node in read if node is not target):
            return False
    given = [load.args[0] for load in loads if load.args]
    return all(isinstance(node, ast.Name) and node.id in names for node in given)


def _strays(draft: Draft, node: ast.Name, loads: list[ast.Call]) -> bool:
    """Whether JSON is used for more than to be loaded again, or shown to people."""
    loaded = draft.facts.structure.parent(node) in loads
    return not loaded and not is_shown_on_page(draft.facts, node)
