"""Messages that several threads or tasks send to one chat, while replies to others are awaited.

A chat kept the turns of all of them. An interaction continues one other: the last that was known.
"""

from __future__ import annotations

import ast

from codemods.conversations.chat_plans import Talk
from codemods.conversations.conversation_places import Place, region_of
from migrator.plan import Draft
from migrator.understand.structure import COMPREHENSIONS
from migrator.understand.values import Awaitable, Class

AT_ONCE = (
    "`{}` sends messages to one chat side by side: the chat kept the turns of all of them, the "
    "server continues from one reply, the last that came"
)
MAPPING = frozenset({"map", "imap", "imap_unordered", "map_async", "starmap", "starmap_async"})
"""Methods of pools that call a function with one item after the other, side by side."""
STARTING = frozenset({"submit", "apply_async", "start_soon", "Thread", "run_in_executor"})
"""What starts a function and goes on."""
WAITING = frozenset({"run", "run_until_complete"})
"""What runs a coroutine to its end."""
LOOPS = (ast.For, ast.AsyncFor, ast.While, *COMPREHENSIONS)


def doubt_at_once(draft: Draft, talk: Talk) -> None:
    """Doubt that a chat which several threads or tasks share is asked by one after the other."""
    place = talk.room.place
    if place is None or place.keyed:
        return
    for sender in talk.room.senders:
        node = _run_at_once(draft, sender.call, place)
        if node is not None:
            draft.doubt(sender.call, node, AT_ONCE.format(draft.quote(node)))


def _run_at_once(draft: Draft, asked: ast.Call, place: Place) -> ast.expr | None:
    """The call that runs what asks several times, side by side."""
    waiting: list[ast.AST] = [asked]
    seen: set[ast.AST] = set()
    while waiting:
        function = region_of(draft, waiting.pop())
        if function in seen or function is place.owner or isinstance(function, ast.Module):
            continue
        seen.add(function)
        calls = [c for c in draft.facts.callers(function) if isinstance(c, ast.Call)]
        shared = [c for c in sorted(calls, key=draft.line) if _is_shared(draft, c, place)]
        going_on = [c for c in shared if _goes_on(draft, c)]
        several = [c for c in going_on if _is_repeated(draft, c)]
        if several or len(going_on) > 1:
            return (several or going_on)[0]
        waiting += shared
    return None


def _name(call: ast.Call) -> str:
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def _goes_on(draft: Draft, call: ast.Call) -> bool:
    """Whether the program goes on while what is called here still runs."""
    if isinstance(call.func, ast.Attribute) and call.func.attr in MAPPING:
        return True
    started = _name(call) in STARTING
    if not started and not any(isinstance(v, Awaitable) for v in draft.values(call)):
        return False
    current: ast.AST | None = call
    while isinstance(current, ast.expr):
        if isinstance(current, ast.Await):
            return isinstance(current.value, ast.Call) and _name(current.value) == "gather"
        if isinstance(current, ast.Call) and _name(current) in WAITING:
            return False
        current = draft.facts.structure.parent(current)
    return True


def _is_repeated(draft: Draft, call: ast.Call) -> bool:
    """Whether what goes on is started once more before it has ended, as in a loop."""
    if isinstance(call.func, ast.Attribute) and call.func.attr in MAPPING:
        return True
    current = draft.facts.structure.parent(call)
    while current is not None and not isinstance(current, (ast.FunctionDef, ast.AsyncFunctionDef)):
        if isinstance(current, LOOPS):
            return True
        current = draft.facts.structure.parent(current)
    return False


def _is_shared(draft: Draft, call: ast.Call, place: Place) -> bool:
    """Whether each call asks the same chat, and not that of an object of its own."""
    if not place.is_attribute:
        return True
    taken = [call.func, *call.args, *(k.value for k in call.keywords)]
    methods = [node for node in taken if isinstance(node, ast.Attribute)]
    for owner in (node.value for node in methods):
        if any(isinstance(v, Class) for v in draft.values(owner)) or isinstance(owner, ast.Call):
            return False
        if isinstance(owner, ast.Name) and owner.id in _loop_variables(draft, call):
            return False
    return True


def _loop_variables(draft: Draft, node: ast.AST) -> set[str]:
    """The names that the loops around `node` bind."""
    found: set[str] = set()
    current: ast.AST | None = node
    while current is not None and not isinstance(current, (ast.FunctionDef, ast.AsyncFunctionDef)):
        targets: list[ast.expr] = []
        if isinstance(current, (ast.For, ast.AsyncFor)):
            targets = [current.target]
        elif isinstance(current, COMPREHENSIONS):
            targets = [loop.target for loop in current.generators]
        found |= {n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)}
        current = draft.facts.structure.parent(current)
    return found
