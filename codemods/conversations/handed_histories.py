"""Read a history that a function takes and gives back: `answer, history = ask(history, text)`."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from codemods.conversations.appended_turns import items_of
from codemods.conversations.conversation_places import Place, nodes_at, place_of, region_of
from codemods.conversations.events import Grow, Site
from codemods.conversations.list_histories import History, happens, strange
from codemods.conversations.turn_lists import kept_list, read_uses
from migrator.plan import Draft
from migrator.understand.structure import FUNCTION_TYPES, has_parameter

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(slots=True)
class Handed:
    """A history that is handed into a function and back."""

    history: History
    function: Function
    parameter: ast.arg
    position: int | None = None
    """Where in the tuple that is returned the history stands; None if it is all that is."""
    returned: list[ast.expr] = field(default_factory=list)
    """What is returned for the history: its name, or `history + [turn, reply]`."""
    passed: list[ast.expr] = field(default_factory=list)
    """The expressions that callers pass and assign again."""
    words: list[ast.keyword] = field(default_factory=list)
    """The keywords among them."""
    places: dict[Place, None] = field(default_factory=dict)
    """Where callers keep it."""
    openings: list[ast.stmt] = field(default_factory=list)
    """`if history is None: history = []` and `history = history or []`."""


def parameter_of(draft: Draft, node: ast.expr) -> ast.arg | None:
    """The parameter that `node` names, of a function all of whose callers are in view."""
    place = place_of(draft, node) if isinstance(node, ast.Name) else None
    function = place.owner if place is not None else None
    if place is None or not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return None
    if draft.facts.is_external(function) or not draft.facts.callers(function):
        return None
    spec = function.args
    return next((a for a in (*spec.args, *spec.kwonlyargs) if a.arg == place.name), None)


def read_handed(
    draft: Draft, function: Function, parameter: ast.arg, contents: dict[Site, ast.expr]
) -> Handed:
    """Everything that happens to the list that `function` takes as `parameter`."""
    place = Place(function, parameter.arg, handed=True)
    handed = Handed(History(place, {}), function, parameter)
    own = nodes_at(draft, Place(function, parameter.arg))
    _read_openings(draft, handed, own)
    _read_returns(draft, handed, own)
    taken = {part for node in handed.returned for part in ast.walk(node)}
    taken |= {part for statement in handed.openings for part in ast.walk(statement)}
    nodes = [node for node in own if node not in taken]
    for node in own:
        if region_of(draft, node) is not function:
            strange(draft, handed.history, node)
    for call in draft.facts.callers(function):
        nodes += _read_caller(draft, handed, call)
    history = handed.history
    nodes = [node for node in nodes if node not in handed.passed]
    history.nodes = dict.fromkeys(sorted(nodes, key=lambda n: (n.lineno, n.col_offset)))
    history.known |= {*taken, *handed.passed}
    read_uses(draft, history, contents)
    for node in handed.returned:
        kept = kept_list(node)
        if kept is not None and kept[1]:
            statement = draft.facts.structure.statement(node)
            items = items_of(draft, history, kept[1])
            happens(draft, history, node, Grow(statement, tuple(items)))
    return handed


def _read_openings(draft: Draft, handed: Handed, nodes: list[ast.expr]) -> None:
    name = handed.parameter.arg
    forms = {f"if {name} is None:\n    {name} = []", f"{name} = {name} or []"}
    for node in nodes:
        statement: ast.AST | None = draft.facts.structure.statement(node)
        parent = draft.facts.structure.parent(statement) if statement is not None else None
        for found in (statement, parent):
            if isinstance(found, ast.stmt) and found not in handed.openings:
                if not isinstance(found, FUNCTION_TYPES) and ast.unparse(found) in forms:
                    handed.openings.append(found)
    for opening in handed.openings:
        handed.history.origins += [n for n in ast.walk(opening) if isinstance(n, ast.List)]


def _read_returns(draft: Draft, handed: Handed, nodes: list[ast.expr]) -> None:
    """Every `return` gives the history back, at the same place."""
    inside = set(nodes)
    positions: set[int | None] = set()
    for node in ast.walk(handed.function):
        if not isinstance(node, ast.Return):
            continue
        if draft.facts.structure.enclosing_function(node) is not handed.function:
            continue
        found = _returned(node, inside)
        if found is None:
            strange(draft, handed.history, node)
            continue
        positions.add(found[0])
        handed.returned.append(found[1])
        if not isinstance(found[1], ast.Name):
            handed.history.origins.append(found[1])
        handed.history.known |= {node, *([node.value] if node.value is not None else [])}
    if len(positions) == 1:
        handed.position = positions.pop()
    elif not handed.history.strange:
        strange(draft, handed.history, handed.parameter)


def _returned(node: ast.Return, inside: set[ast.expr]) -> tuple[int | None, ast.expr] | None:
    if node.value is None:
        return None
    entries: list[tuple[int | None, ast.expr]] = [(None, node.value)]
    if isinstance(node.value, ast.Tuple):
        entries = list(enumerate(node.value.elts))
    found = [(i, e) for i, e in entries if (kept := kept_list(e)) is not None and kept[0] in inside]
    return found[0] if len(found) == 1 else None


def _read_caller(draft: Draft, handed: Handed, call: ast.AST) -> list[ast.expr]:
    """One call: what it passes is assigned again; gives the other nodes of that place."""
    structure, history = draft.facts.structure, handed.history
    outer = structure.parent(call)
    outer = structure.parent(outer) if isinstance(outer, ast.Await) else outer
    target = outer.targets[0] if isinstance(outer, ast.Assign) and len(outer.targets) == 1 else None
    if handed.position is not None:
        pairs = target.elts if isinstance(target, ast.Tuple) else []
        starred = any(isinstance(e, ast.Starred) for e in pairs)
        target = pairs[handed.position] if len(pairs) > handed.position and not starred else None
    given = _given(handed, call) if isinstance(call, ast.Call) else None
    place = place_of(draft, target) if target is not None else None
    same = given is not None and place is not None and place_of(draft, given) == place
    shared = place is not None and (place.owner, place.name) in structure.shared
    if place is None or given is None or target is None or not same or shared or _is_handed(place):
        strange(draft, history, call)
        return []
    handed.passed += [given, target]
    handed.places[place] = None
    assert isinstance(call, ast.Call)
    handed.words += [k for k in call.keywords if k.value is given]
    history.known |= {call, structure.parent(call) or call}
    return nodes_at(draft, place)


def _is_handed(place: Place) -> bool:
    """Whether a place is a parameter itself, so that its lists come from farther away."""
    function = place.owner
    if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return False
    return has_parameter(function, place.name)


def _given(handed: Handed, call: ast.Call) -> ast.expr | None:
    """What a call passes for the parameter."""
    for keyword in call.keywords:
        if keyword.arg == handed.parameter.arg:
            return keyword.value
    spec = handed.function.args
    if handed.parameter not in spec.args or any(isinstance(a, ast.Starred) for a in call.args):
        return None
    index = spec.args.index(handed.parameter) - isinstance(call.func, ast.Attribute)
    return call.args[index] if 0 <= index < len(call.args) else None
