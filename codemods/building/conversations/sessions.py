"""Read what a program does to a dict that keeps a list of turns under each key."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from codemods.building.conversations.events import Site, Start, Switch
from codemods.building.conversations.lists import History, Spot, happens, read_uses, strange
from codemods.building.conversations.places import Place, nodes_at, place_of, region_of
from codemods.building.conversations.portable import is_portable
from codemods.building.conversations.running import bound_names
from migrator.plan import Draft
from migrator.understand.structure import FUNCTION_TYPES
from migrator.understand.values import Object, Symbol

LOOPS = (ast.For, ast.AsyncFor, ast.While)
STEADY_CALLS = frozenset({"str", "int"})
DICTS = frozenset({"dict", "collections.defaultdict"})


@dataclass(slots=True)
class Sessions:
    """A dict of conversations: the history that stands for any of them, and the dict itself."""

    history: History
    made: list[ast.stmt] = field(default_factory=list)
    """The statements that make the dict."""
    picks: dict[ast.stmt, Spot] = field(default_factory=dict)
    """`history = sessions[user]`: a name for the list of one key."""
    returns: set[ast.stmt] = field(default_factory=set)
    """`sessions[user] = history`: what was picked is put back."""
    openings: dict[ast.stmt, ast.If] = field(default_factory=dict)
    """`sessions[user] = []` -> the `if user not in sessions:` it stands in by itself."""
    counted: bool = False
    """Whether the program looks at which keys there are."""


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


def spot_at(node: ast.expr) -> Spot | None:
    """The spot of `sessions[key]`, `sessions.setdefault(key, [])` or `sessions.get(key, [])`."""
    if isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Slice):
        return Spot(node.value, node.slice)
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or) and len(node.values) == 2:
        first, last = node.values
        asked = isinstance(first, ast.Call) and len(first.args) == 1 and _method(first) == "get"
        return _spot_of_call(first) if asked and _is_empty(last) else None
    if isinstance(node, ast.Call) and _method(node) in {"get", "setdefault"}:
        if len(node.args) == 2 and _is_empty(node.args[1]) and not node.keywords:
            return _spot_of_call(node)
    return None


def _method(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def _spot_of_call(call: ast.expr) -> Spot:
    assert isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
    return Spot(call.func.value, call.args[0])


def _is_empty(node: ast.expr) -> bool:
    return isinstance(node, ast.List) and not node.elts


def read_sessions(draft: Draft, place: Place, contents: dict[Site, ast.expr]) -> Sessions:
    """Everything that happens to the lists in the dict at `place`."""
    sessions = Sessions(History(replace(place, keyed=True), {}))
    tables = nodes_at(draft, place)
    for table in tables:
        _read_table(draft, sessions, table)
    _read_names(draft, sessions)
    _check_keys(draft, sessions)
    history = sessions.history
    history.nodes = dict(sorted(history.nodes.items(), key=lambda item: _position(item[0])))
    made = {v.origin for t in tables for v in draft.values(t) if isinstance(v, Object)}
    history.known |= {*tables, *(origin for origin in made if origin is not None)}
    for origin in made:
        for node in draft.facts.uses.get(origin, ()) if origin is not None else ():
            whole = any(v == Object("dict", origin) for v in draft.values(node))
            if whole and node not in history.known and node is not origin:
                strange(draft, history, node)
    read_uses(draft, history, contents)
    _check_returns(draft, sessions)
    return sessions


def _check_returns(draft: Draft, sessions: Sessions) -> None:
    """A list that `get` gave is put back in the block in which a reply is added to it."""
    structure = draft.facts.structure
    loose = {spot for pick, spot in sessions.picks.items() if _is_loose(pick)}
    blocks = [_block(draft, statement) for statement in sessions.returns]
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
        return _method(pick.value) == "get"
    return isinstance(pick.value, ast.BoolOp)


def _block(draft: Draft, statement: ast.stmt) -> list[ast.stmt]:
    """The statements beside this one."""
    parent = draft.facts.structure.parent(statement)
    blocks = [getattr(parent, name, []) for name in ("body", "orelse", "finalbody")]
    return next((b for b in blocks if isinstance(b, list) and statement in b), [])


def _position(node: ast.expr) -> tuple[int, int, int]:
    return node.lineno, node.col_offset, -(node.end_col_offset or 0)


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
                and _is_empty(first.value)
                and ast.unparse(target.value) == ast.unparse(test.comparators[0])
            ):
                sessions.openings[first] = holder
                return
    sessions.counted = True


def _read_method(draft: Draft, sessions: Sessions, table: ast.expr, call: ast.Call) -> None:
    statement = draft.facts.structure.parent(call)
    alone = isinstance(statement, ast.Expr)
    name = _method(call)
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
    if isinstance(node, ast.BoolOp) or (isinstance(node, ast.Call) and _method(node) == "get"):
        strange(draft, history, node)
        return
    if isinstance(node, ast.Call):
        history.origins.append(node.args[1])
    history.nodes[node] = spot


def _read_names(draft: Draft, sessions: Sessions) -> None:
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
    return same and inside and _position(node)[:2] > (pick.lineno, pick.col_offset)


def _loop_of(draft: Draft, node: ast.AST) -> ast.AST | None:
    current = draft.facts.structure.parent(node)
    while current is not None and not isinstance(current, FUNCTION_TYPES):
        if isinstance(current, LOOPS):
            return current
        current = draft.facts.structure.parent(current)
    return None


def _check_keys(draft: Draft, sessions: Sessions) -> None:
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
