"""Find the chats of a module: what makes each, what sends to it, and where it is kept."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from codemods.content.adapted_histories import loaded_by
from codemods.content.turns import is_list_of_turns
from codemods.conversations.conversation_places import Place, nodes_at, place_of
from codemods.conversations.events import BEGIN, SOMEWHERE, Ask, Event, Fork, Start, Turn
from codemods.conversations.history_readers import own_chats, reader_of
from codemods.conversations.history_reads import history_of, look_at, taken_up
from codemods.tables.api import ASYNC_CHAT, CHAT
from migrator.plan import Draft
from migrator.understand import CallSite
from migrator.understand.values import NONE, Object

CHATS = frozenset({CHAT, ASYNC_CHAT})
SENDING = frozenset({"send_message", "send_message_stream"})


@dataclass(slots=True)
class Room:
    """Chats that can't be told apart, and all that is sent to them."""

    makers: list[CallSite] = field(default_factory=list)
    senders: list[CallSite] = field(default_factory=list)
    place: Place | None = None
    """The one place that keeps these chats; None if they are also found elsewhere."""
    events: dict[ast.stmt, list[Event]] = field(default_factory=dict)
    nodes: list[ast.expr] = field(default_factory=list)
    looks: dict[ast.expr, ast.expr] = field(default_factory=dict)
    """Calls of `get_history` -> the chat they ask; also chats that are handed over to be asked."""
    unmade: list[ast.stmt] = field(default_factory=list)
    """`self.chat = None` in `__init__`, of a chat that is made later and never asked for before."""
    seeds: bool = False
    seeded_elsewhere: bool = False
    """Whether a chat begins with turns that are not written where it is made."""


def find_rooms(draft: Draft) -> list[Room]:
    """The chats of the module, in groups that share a call."""
    makers = {s.call: s for s in draft.facts.sites if s.kind.method == "chats.create"}
    if not makers:
        return []
    groups: dict[ast.AST, set[ast.AST]] = {maker: {maker} for maker in makers}
    senders: dict[ast.AST, list[CallSite]] = {}
    for site in draft.facts.sites:
        if site.kind.method not in SENDING:
            continue
        made = [c for c in _chats(draft, receiver_of(site)) if c in makers]
        for one in made:
            senders.setdefault(one, []).append(site)
            _merge(groups, made[0], one)
    inner = own_chats(draft)
    for node in draft.facts.state.values:
        if isinstance(node, ast.expr) and node not in inner:
            made = [c for c in _chats(draft, node) if c in makers]
            for other in made[1:]:
                _merge(groups, made[0], other)
    rooms: dict[int, Room] = {}
    for call, group in ((c, groups[c]) for c in makers):
        room = rooms.setdefault(id(group), Room())
        room.makers.append(makers[call])
        for sender in senders.get(call, ()):
            if sender not in room.senders:
                room.senders.append(sender)
    for room in rooms.values():
        room.senders.sort(key=lambda s: (s.call.lineno, s.call.col_offset))
        room.seeded_elsewhere = any(
            (s := seeds_of(draft, m)) and not _is_written(s) for m in room.makers
        )
        _read_place(draft, room)
    return list(rooms.values())


def _merge(groups: dict[ast.AST, set[ast.AST]], one: ast.AST, other: ast.AST) -> None:
    if groups[one] is not groups[other]:
        joined = groups[one] | groups[other]
        for member in joined:
            groups[member] = joined


def receiver_of(site: CallSite) -> ast.expr:
    """The expression of the chat that a message is sent to."""
    taken = site.method.at
    if isinstance(taken, ast.Call) and taken.args:
        return taken.args[0]  # of getattr
    return taken.value if isinstance(taken, ast.Attribute) else site.call.func


def _chats(draft: Draft, node: ast.expr) -> list[ast.AST]:
    found = [
        v.origin
        for v in draft.values(node)
        if isinstance(v, Object) and v.type in CHATS and not v.path and v.origin is not None
    ]
    return sorted(found, key=lambda n: (getattr(n, "lineno", 0), getattr(n, "col_offset", 0)))


def _read_place(draft: Draft, room: Room) -> None:
    """The place of the room, and what happens there; none if anything else is done to its chats."""
    place = _read_makers(draft, room)
    if place is None:
        return
    makers = {m.call for m in room.makers}
    room.nodes = nodes_at(draft, place)
    if place.is_attribute and any(isinstance(node, ast.Name) for node in room.nodes):
        return  # all instances share a chat of the class
    known = {*room.nodes, *makers, *own_chats(draft)}
    for call in makers:
        uses = draft.facts.uses.get(call, ())
        if any(n not in known and _holds(draft, n, makers) for n in uses):
            return
        if draft.facts.holders.get(call):
            return
    # A name may keep one chat after another: what is never one of these is not looked at.
    room.nodes = [n for n in room.nodes if place.is_attribute or _holds(draft, n, makers)]
    _read_nodes(draft, room, place)


def _read_makers(draft: Draft, room: Room) -> Place | None:
    """The one place where all chats of the room are put, and how each begins; None if none."""
    places: set[Place | None] = set()
    for maker in room.makers:
        statement = draft.facts.structure.parent(maker.call)
        target = None
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            target = statement.targets[0]
        elif isinstance(statement, ast.AnnAssign):
            target = statement.target
        place = place_of(draft, target) if target is not None else None
        places.add(place)
        turns = seeds_of(draft, maker)
        room.seeds = room.seeds or turns != ()
        if place is None or turns is None or not isinstance(statement, ast.stmt):
            return None
        begins = SOMEWHERE if taken_up(draft, maker) else BEGIN
        room.events[statement] = [Start(statement, tuple(Turn(t) for t in turns), begins)]
    return places.pop() if len(places) == 1 else None


def _read_nodes(draft: Draft, room: Room, place: Place) -> None:
    """What happens at the place of the room, which is its place if all of that is known."""
    makers = {m.call for m in room.makers}
    receivers = {receiver_of(s): s for s in room.senders}
    unmade = [s for n in room.nodes if (s := _unmade(draft, n)) is not None]
    for node in room.nodes:
        if draft.facts.structure.parent(node) in unmade:
            continue
        values = draft.values(node)
        values = values - {NONE} if unmade else values
        if not all(isinstance(v, Object) and v.origin in makers and not v.path for v in values):
            return
        if node in receivers:
            site = receivers[node]
            event = Ask(site.call, tuple(Turn(m) for m in message_of(site)), answered=True)
            statement = draft.facts.structure.statement(node)
            room.events.setdefault(statement, []).append(event)
        elif (look := look_at(draft, node)) is not None:
            room.looks[look] = node
            statement = draft.facts.structure.statement(node)
            room.events.setdefault(statement, []).insert(0, Fork(look))
        elif reader_of(draft, node) is not None:
            room.looks[node] = node
            statement = draft.facts.structure.statement(node)
            room.events.setdefault(statement, []).append(Fork(node))
        else:
            loaded = isinstance(getattr(node, "ctx", None), ast.Load)
            if loaded or draft.facts.structure.parent(node) not in room.events:
                return
    if unmade and not room.looks:
        return  # a dict in the place of the chat takes the None as well
    room.place, room.unmade = place, unmade


def _unmade(draft: Draft, node: ast.expr) -> ast.stmt | None:
    """The statement `self.chat = None` whose target is `node`, if `__init__` begins with it."""
    statement = draft.facts.structure.parent(node)
    plain = isinstance(statement, ast.Assign) and statement.targets == [node]
    if not plain and not (isinstance(statement, ast.AnnAssign) and statement.target is node):
        return None
    assert isinstance(statement, (ast.Assign, ast.AnnAssign))
    nothing = isinstance(statement.value, ast.Constant) and statement.value.value is None
    function = draft.facts.structure.enclosing_function(node)
    if not isinstance(function, ast.FunctionDef) or function.name != "__init__" or not nothing:
        return None
    before = (n for n in ast.walk(function) if isinstance(n, ast.Call) and n.lineno < node.lineno)
    own = {*(a.arg for a in function.args.args[:1]), "super"}
    runs = any(isinstance(n, ast.Name) and n.id in own for c in before for n in ast.walk(c.func))
    return statement if isinstance(node, ast.Attribute) and not runs else None


def _is_written(turns: tuple[ast.expr, ...]) -> bool:
    return all(isinstance(turn, (ast.Call, ast.Dict)) for turn in turns)


def _holds(draft: Draft, node: ast.expr, makers: set[ast.Call]) -> bool:
    return any(
        isinstance(v, Object) and v.type in CHATS and v.origin in makers for v in draft.values(node)
    )


def message_of(site: CallSite) -> list[ast.expr]:
    """The message of a call, or nothing if it can't be told."""
    for keyword in site.call.keywords:
        if keyword.arg == "message":
            return [keyword.value]
    arguments = site.call.args[site.skip :]
    return [arguments[0]] if arguments and not isinstance(arguments[0], ast.Starred) else []


def seeds_of(draft: Draft, maker: CallSite) -> tuple[ast.expr, ...] | None:
    """The turns that a chat begins with; None if they are not written out.

    Those of another chat that it takes up don't count.
    """
    node = history_of(maker)
    if node is None or taken_up(draft, maker):
        return ()
    constant = draft.constant(node)
    if constant is not None and constant.value is None:
        return ()
    if isinstance(node, ast.List) and not any(isinstance(e, ast.Starred) for e in node.elts):
        return tuple(node.elts)
    is_list = is_list_of_turns(draft, node) or loaded_by(draft, node) is not None
    return (node,) if is_list else None
