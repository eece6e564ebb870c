"""`chat.send_message` that is kept or handed on: a function takes its place, which sends there."""

from __future__ import annotations

import ast

from codemods.conversations.chat_finding import Room
from codemods.conversations.escapes import is_concurrent
from codemods.conversations.lambda_replies import assigned, can_stand_before, may_run_beside
from codemods.conversations.portable_expressions import is_portable
from codemods.conversations.response_places import is_plain
from codemods.functions.callable_requests import calls_functions, configs_of
from codemods.request.request import read_request
from codemods.tables.api import ASYNC_CHAT
from migrator.edits import Hole
from migrator.plan import Draft
from migrator.understand import CallSite
from migrator.understand.values import Function, Method, Object

FORWARDING = frozenset({"to_thread", "run_in_executor", "submit"})
TAKEN = "the method is taken before it is called; call it on the chat itself"
MESSAGE = "message"


def is_taken(sender: CallSite) -> bool:
    """Whether the method of a call is taken at another place than it is called at."""
    return sender.method.at is not sender.call.func


def refusal(draft: Draft, room: Room, sender: CallSite) -> str:
    """Why no function can take the place of the method that is taken."""
    taken = sender.method.at
    if not isinstance(taken, ast.Attribute) or sender.kind.method != "send_message":
        return TAKEN
    if sender.early is not None or not _forwards(draft, sender) or not _sends_one(sender):
        return TAKEN
    statement = draft.facts.structure.statement(taken)
    named = assigned(statement, taken) is not None
    if not named and not can_stand_before(draft, taken, statement):
        return TAKEN
    if not is_plain(taken.value) or not is_portable(draft, taken.value, taken):
        return (
            f"`{draft.quote(taken)}` stays with its chat, and `{draft.quote(taken.value)}` may be "
            "another one later; call the method where the chat is"
        )
    if room.seeds or calls_functions(draft, configs_of(draft, sender)):
        return TAKEN
    if is_concurrent(draft) and may_run_beside(draft, taken):
        return "several tasks or threads may share the conversation"
    return "" if _stays_in_view(draft, room, taken) else TAKEN


def _forwards(draft: Draft, sender: CallSite) -> bool:
    """Whether the call runs the method once, with the arguments that follow it."""
    called = sender.call.func
    if not sender.skip:
        return any(isinstance(v, Method) and v.at is sender.method.at for v in draft.values(called))
    name = getattr(called, "attr", getattr(called, "id", ""))
    return name in FORWARDING or any(isinstance(v, Function) for v in draft.values(called))


def _sends_one(sender: CallSite) -> bool:
    """Whether a call passes a message and nothing else."""
    given = sender.call.args[sender.skip :]
    named = [k.arg for k in sender.call.keywords if k.arg not in sender.drops]
    if any(isinstance(node, ast.Starred) for node in sender.call.args):
        return False
    return (len(given), named) in ((1, []), (0, [MESSAGE]))


def _stays_in_view(draft: Draft, room: Room, taken: ast.Attribute) -> bool:
    """Whether each place that has the method calls it, hands it on, or gives it another name."""
    calls = {sender.call for sender in room.senders}
    for node, values in draft.facts.state.values.items():
        if node is taken or not isinstance(node, ast.expr):
            continue
        if not any(isinstance(v, Method) and v.at is taken for v in values):
            continue
        parent = draft.facts.structure.parent(node)
        if parent not in calls and not isinstance(parent, (ast.Assign, ast.AnnAssign)):
            return False
    return True


def is_async(draft: Draft, taken: ast.Attribute) -> bool:
    """Whether the method of a chat is a coroutine."""
    values = draft.values(taken.value)
    return any(isinstance(v, Object) and v.type == ASYNC_CHAT for v in values)


def convert_message(draft: Draft, sender: CallSite) -> None:
    """Let a call of the function pass the message as the new call takes it."""
    request = read_request(draft, sender, sender.call, sender.skip)
    message = request.values.get(MESSAGE) if request is not None else None
    if message is None:
        draft.block(sender.call, sender.call, "the call passes no message")
        return
    convert = draft.rule("argument", "contents")
    if convert is None:
        draft.block(sender.call, message, "the codemod contents-to-input is not selected")
        return
    code = convert(draft, message, sender.call)
    if not isinstance(code, Hole):
        draft.replace(sender.call, message, code)
