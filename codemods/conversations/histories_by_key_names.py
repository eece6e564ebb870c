"""The names that a program gives to lists in a dict, and the keys they are taken by."""

from __future__ import annotations

import ast

from codemods.conversations.conversation_places import nodes_at, place_of, region_of
from codemods.conversations.events import Switch
from codemods.conversations.histories_by_key import Sessions, method_of, position_of
from codemods.conversations.list_histories import Spot, strange
from codemods.conversations.portable_expressions import is_portable
from migrator.plan import Draft
from migrator.reasoning.statement_effects import bound_names
from migrator.understand.structure import FUNCTION_TYPES

LOOPS = (ast.For, ast.AsyncFor, ast.While)


STEADY_CALLS = frozenset({"str", "int"})


def check_returns(draft: Draft, sessions: Sessions) -> None:
    """A list that `get` gave is put back in the block in which a reply is added to it."""
    structure = draft.facts.structure
    loose = {spot for pick, spot in sessions.picks.items() if _is_loose(pick)}
    blocks = [draft.facts.structure.block(statement) for statement in sessions.returns]
    for reply in sessions.history.replies():
        statement = structure.statement(reply.node)
        inside = set(ast.walk(statement))
        spots = {spot for n, spot in sessions.history.nodes.items() if n in inside}
        if spots & loose and not any(statement in block for block in blocks):
            strange(draft, sessions.history, statement)


def _is_loose(pick: ast.stmt) -> bool:
    """Whether the list that is picked may not be in the dict yet."""
    assert isinstance(pick, ast.Assign)
    if isinstance(pick.value, ast.Call):
        return method_of(pick.value) == "get"
    return isinstance(pick.value, ast.BoolOp)


def read_names(draft: Draft, sessions: Sessions) -> None:
    """The names that picks give to lists stand for the lists."""
    for pick, spot in sessions.picks.items():
        assert isinstance(pick, ast.Assign) and isinstance(pick.targets[0], ast.Name)
        name = pick.targets[0]
        place = place_of(draft, name)
        nodes = nodes_at(draft, place) if place is not None else []
        put_back = False
        for node in nodes:
            if node is name:
                continue
            statement = draft.facts.structure.statement(node)
            read = isinstance(getattr(node, "ctx", None), ast.Load)
            read = read or isinstance(statement, ast.AugAssign)
            if not read or not _follows(draft, node, pick):
                strange(draft, sessions.history, node)
            elif _is_put_back(statement, node, spot):
                sessions.returns.add(statement)
                sessions.history.known |= {node, *ast.walk(statement)}
                put_back = True
            else:
                sessions.history.nodes[node] = spot
        if _is_loose(pick) and not put_back:
            strange(draft, sessions.history, pick)
    for statement in sessions.returns:
        assert isinstance(statement, ast.Assign)
        sessions.history.nodes.pop(statement.targets[0], None)


def _is_put_back(statement: ast.stmt, node: ast.expr, spot: Spot) -> bool:
    """`sessions[user] = history`."""
    if not isinstance(statement, ast.Assign) or statement.value is not node:
        return False
    target = statement.targets[0]
    return isinstance(target, ast.Subscript) and (
        ast.unparse(target.value) == ast.unparse(spot.table)
        and ast.dump(target.slice) == ast.dump(spot.key)
    )


def _follows(draft: Draft, node: ast.expr, pick: ast.stmt) -> bool:
    """Whether `node` stands behind the pick, in the same round of the same loop."""
    same = region_of(draft, node) is region_of(draft, pick)
    loop = _loop_of(draft, pick)
    inside = loop is None or any(n is node for n in ast.walk(loop))
    return same and inside and position_of(node)[:2] > (pick.lineno, pick.col_offset)


def _loop_of(draft: Draft, node: ast.AST) -> ast.AST | None:
    current = draft.facts.structure.parent(node)
    while current is not None and not isinstance(current, FUNCTION_TYPES):
        if isinstance(current, LOOPS):
            return current
        current = draft.facts.structure.parent(current)
    return None


def check_keys(draft: Draft, sessions: Sessions) -> None:
    """Each function deals with one key, which stays the same between its switches."""
    history = sessions.history
    keys: dict[ast.AST, ast.expr] = {}
    spots = [*((n, s) for n, s in history.nodes.items() if s), *sessions.picks.items()]
    for node, spot in spots:
        region = region_of(draft, node)
        known = keys.setdefault(region, spot.key)
        picked = isinstance(node, (ast.stmt, ast.Name))
        if ast.dump(known) != ast.dump(spot.key) or not _is_steady(draft, spot.key, picked=picked):
            text = f"`{draft.quote(spot.key)}` may change, or is one of several keys here"
            history.strange.append((spot.key, text))
    for where, key in keys.items():
        for name in {n.id for n in ast.walk(key) if isinstance(n, ast.Name)}:
            _read_switches(draft, sessions, where, name)


def _is_steady(draft: Draft, key: ast.expr, *, picked: bool) -> bool:
    """Whether a key means the same wherever it is read again; once `picked`, its name may not."""
    if isinstance(key, ast.Call) and ast.unparse(key.func) in STEADY_CALLS and not key.keywords:
        return all(_is_steady(draft, argument, picked=picked) for argument in key.args)
    if isinstance(key, ast.Name) and not picked:
        place = place_of(draft, key)
        if place is not None and place.owner is region_of(draft, key):
            return (place.owner, key.id) not in draft.facts.structure.shared
    return is_portable(draft, key, key)


def _read_switches(
    draft: Draft,
    sessions: Sessions,
    region: ast.AST,
    name: str,
) -> None:
    """Where the variable of a key is bound, another conversation goes on."""
    for store in draft.facts.structure.stores(name):
        if region_of(draft, store) is not region:
            continue
        statement = draft.facts.structure.statement(store)
        if isinstance(statement, (ast.For, ast.AsyncFor, ast.With, ast.AsyncWith)):
            statement = statement.body[0]
        elif not isinstance(statement, (ast.Assign, ast.AnnAssign)) or name not in bound_names(
            statement
        ):
            strange(draft, sessions.history, store)
        events = sessions.history.events.setdefault(statement, [])
        events.insert(0, Switch(store))
