"""Read what a program does to a dict that keeps a list of turns under each key."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from codemods.conversations.conversation_places import Place, nodes_at, place_of, region_of
from codemods.conversations.events import Site, Start, Switch
from codemods.conversations.histories_by_key import (
    Sessions,
    is_empty,
    method_of,
    position_of,
    spot_at,
)
from codemods.conversations.histories_by_key_names import check_keys, check_returns, read_names
from codemods.conversations.list_histories import History, Spot, happens, strange
from codemods.conversations.turn_lists import read_uses
from migrator.plan import Draft
from migrator.understand.values import Object, Symbol

DICTS = frozenset({"dict", "collections.defaultdict"})


def table_of(draft: Draft, node: ast.expr) -> Place | None:
    """The dict that the list at `node` is taken from."""
    spot = spot_at(node)
    if spot is None and isinstance(node, ast.Name):
        spot = next((s for s in map(spot_at, _bound_to(draft, node)) if s is not None), None)
    place = place_of(draft, spot.table) if spot is not None else None
    values = draft.values(spot.table) if spot is not None else frozenset()
    dicts = [v for v in values if isinstance(v, Object) and v.type == "dict" and not v.path]
    return place if values and len(dicts) == len(values) else None


def _bound_to(draft: Draft, node: ast.Name) -> Iterator[ast.expr]:
    for store in draft.facts.structure.named.get(node.id, ()):
        statement = draft.facts.structure.parent(store)
        if isinstance(statement, ast.Assign) and statement.targets == [store]:
            if region_of(draft, store) is region_of(draft, node):
                yield statement.value


def read_sessions(draft: Draft, place: Place, contents: dict[Site, ast.expr]) -> Sessions:
    """Everything that happens to the lists in the dict at `place`."""
    sessions = Sessions(History(replace(place, keyed=True), {}))
    tables = nodes_at(draft, place)
    for table in tables:
        _read_table(draft, sessions, table)
    read_names(draft, sessions)
    check_keys(draft, sessions)
    history = sessions.history
    history.nodes = dict(sorted(history.nodes.items(), key=lambda item: position_of(item[0])))
    made = {v.origin for t in tables for v in draft.values(t) if isinstance(v, Object)}
    history.known |= {*tables, *(origin for origin in made if origin is not None)}
    for origin in made:
        for node in draft.facts.uses.get(origin, ()) if origin is not None else ():
            whole = any(v == Object("dict", origin) for v in draft.values(node))
            if whole and node not in history.known and node is not origin:
                strange(draft, history, node)
    for node in history.nodes:
        if sessions.counted and isinstance(node, ast.Call):
            strange(draft, history, node)  # it also makes the key
    read_uses(draft, history, contents)
    check_returns(draft, sessions)
    return sessions


def _read_table(draft: Draft, sessions: Sessions, table: ast.expr) -> None:
    """One use of the dict."""
    history, structure = sessions.history, draft.facts.structure
    parent = structure.parent(table)
    if not isinstance(getattr(table, "ctx", None), ast.Load):
        _read_making(draft, sessions, table)
        return
    if isinstance(parent, ast.Compare) and len(parent.ops) == 1 and parent.left is not table:
        _read_membership(draft, sessions, parent)
        return
    node: ast.AST | None = parent
    if isinstance(parent, ast.Attribute):
        node = structure.parent(parent)
        outer = structure.parent(node) if node is not None else None
        node = outer if isinstance(outer, ast.BoolOp) else node
    spot = spot_at(node) if isinstance(node, ast.expr) else None
    if spot is not None and spot.table is table:
        assert isinstance(node, ast.expr)
        _read_spot(draft, sessions, node, spot)
    elif isinstance(parent, ast.Attribute) and isinstance(node, ast.Call):
        _read_method(draft, sessions, table, node)
    elif _is_counted(parent, table):
        sessions.counted = True
    else:
        strange(draft, history, table)


def _is_counted(parent: ast.AST | None, table: ast.expr) -> bool:
    """`len(sessions)` and `for user in sessions`."""
    if isinstance(parent, ast.Call):
        return ast.unparse(parent.func) == "len"
    return isinstance(parent, (ast.For, ast.comprehension)) and parent.iter is table


def _read_making(draft: Draft, sessions: Sessions, table: ast.expr) -> None:
    """`sessions = {}` and `sessions = defaultdict(list)`."""
    statement = draft.facts.structure.parent(table)
    single = isinstance(statement, ast.Assign) and statement.targets == [table]
    if single or isinstance(statement, ast.AnnAssign):
        assert isinstance(statement, (ast.Assign, ast.AnnAssign))
        value = statement.value
        plain = isinstance(value, ast.Dict) and not value.keys
        if isinstance(value, ast.Call):
            paths = {v.path for v in draft.values(value.func) if isinstance(v, Symbol)}
            lists = [ast.unparse(a) for a in value.args] in ([], ["list"])
            words = [ast.unparse(k) for k in value.keywords] in ([], ["default_factory=dict"])
            plain = bool(paths) and paths <= {*DICTS, "dataclasses.field"} and lists and words
        if plain and not (sessions.history.place.is_attribute and isinstance(table, ast.Name)):
            sessions.made.append(statement)
            if isinstance(value, ast.Call):
                sessions.history.origins += value.args  # the `list` of `defaultdict(list)`
            return
    strange(draft, sessions.history, table)


def _read_membership(draft: Draft, sessions: Sessions, test: ast.Compare) -> None:
    """`if user not in sessions: sessions[user] = []` opens a conversation; others ask for keys."""
    holder = draft.facts.structure.parent(test)
    if isinstance(holder, ast.If) and isinstance(test.ops[0], ast.NotIn) and not holder.orelse:
        (first, *rest) = holder.body
        if (
            not rest
            and isinstance(first, ast.Assign)
            and isinstance(first.targets[0], ast.Subscript)
        ):
            target = first.targets[0]
            same = ast.dump(target.slice) == ast.dump(test.left)
            if (
                same
                and is_empty(first.value)
                and ast.unparse(target.value) == ast.unparse(test.comparators[0])
            ):
                sessions.openings[first] = holder
                return
    sessions.counted = True


def _read_method(draft: Draft, sessions: Sessions, table: ast.expr, call: ast.Call) -> None:
    statement = draft.facts.structure.parent(call)
    alone = isinstance(statement, ast.Expr)
    name = method_of(call)
    if alone and name == "pop" and len(call.args) == 2 and isinstance(call.args[1], ast.Constant):
        happens(draft, sessions.history, call, Start(draft.facts.structure.statement(call)))
        sessions.history.known.add(call)
    elif alone and name == "clear":
        happens(draft, sessions.history, call, Start(draft.facts.structure.statement(call)))
    elif name == "keys":
        sessions.counted = True
    else:
        strange(draft, sessions.history, table)


def _read_spot(draft: Draft, sessions: Sessions, node: ast.expr, spot: Spot) -> None:
    """A use of the list under a key."""
    history, structure = sessions.history, draft.facts.structure
    statement = structure.parent(node)
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Del):
        sessions.counted = True
        happens(draft, history, node, Start(structure.statement(node)))
        history.known.add(node)
        return
    if isinstance(statement, ast.Assign) and statement.value is node:
        target = statement.targets[0]
        if len(statement.targets) == 1 and isinstance(target, ast.Name):
            sessions.picks[statement] = spot
            history.known |= {node, target}
            if isinstance(node, ast.Call):
                history.origins.append(node.args[1])
            elif isinstance(node, ast.BoolOp):
                history.origins.append(node.values[1])
                history.known.add(node.values[0])
            happens(draft, history, statement, Switch(statement))
            return
    if isinstance(node, ast.BoolOp) or (isinstance(node, ast.Call) and method_of(node) == "get"):
        strange(draft, history, node)
        return
    if isinstance(node, ast.Call):
        history.origins.append(node.args[1])
    history.nodes[node] = spot
