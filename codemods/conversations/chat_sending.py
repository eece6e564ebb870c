"""Plan a message to a chat as a call that continues its conversation."""

from __future__ import annotations

import ast

from codemods.conversations.chain_names import ID
from codemods.conversations.chat_arguments import kept_chat, sent_arguments
from codemods.conversations.chat_finding import receiver_of
from codemods.conversations.chat_plans import (
    Talk,
    beside,
    chat_code,
    chat_name,
    client_of,
    is_no_config,
    is_stream,
)
from codemods.conversations.chats_handed_on import MESSAGE, is_async
from codemods.conversations.chats_read_again import is_same_again
from codemods.conversations.kept_histories import around_kept, keep_streamed
from codemods.conversations.lambda_replies import is_awaited, write_function, write_late
from codemods.conversations.response_places import Landing, free_response, not_first
from codemods.functions.calling_loop import Sent
from codemods.objects.setting_rows import Settings
from codemods.request.request import read_request
from codemods.streams.events import Carried
from codemods.streams.stream_planning import carry_on
from migrator.edits import (
    Arguments,
    Binding,
    CallCode,
    Code,
    Delete,
    DictCode,
    Hole,
    InsertAfter,
    InsertBefore,
    Item,
    Replace,
    Row,
    RowsCode,
    Template,
)
from migrator.plan import Draft
from migrator.understand import CallSite


def plan_sender(draft: Draft, talk: Talk, sender: CallSite) -> None:
    """Plan one `send_message`."""
    request = read_request(draft, sender, sender.call, sender.skip)
    if request is None:
        return
    if "config" in request.values and is_no_config(draft, request.values["config"]):
        del request.values["config"]
    if "message" not in request.values:
        draft.block(sender.call, sender.call, "the call passes no message")
        return
    settings = sent_arguments(draft, talk, sender, request)
    function = _function(draft, talk, sender, "config" in request.values)
    if function is None:
        text = f"the chat's client can't be reached from line {draft.line(sender.call)}"
        draft.block(sender.call, sender.call, text)
        return
    if is_stream(sender):
        settings.top("stream", "True", None)
        _carry(draft, talk, sender)
    if talk.once or is_stream(sender):
        draft.edit(sender.call, Replace(draft.span(sender.call.func), function))
        draft.edit(sender.call, Arguments(draft.span(sender.call), settings.arguments()))
        return
    _write(draft, talk, sender, function, settings)


def plan_function(draft: Draft, talk: Talk, sender: CallSite) -> None:
    """Put a function that sends a message in the place of a method that is taken from a chat."""
    taken, owner, name = sender.method.at, sender.call, free_response(draft, sender.call)
    function = _function(draft, talk, sender, replaced=False)
    if function is None or not isinstance(taken, ast.Attribute):
        draft.block(owner, owner, "the chat's client can't be reached where its method is taken")
        return
    settings = Settings()
    settings.top("input", MESSAGE, None)
    if not talk.partial:
        settings.spread(kept_chat(draft, talk, sender), None)
    coroutine = is_async(draft, taken)
    request = CallCode(function, settings.arguments())
    made = Template((f"{name} = ", *(("await ",) if coroutine else ()), request))
    kept = Template((_id_of(draft, talk, sender), f" = {name}.id"))
    header = f"{'async ' if coroutine else ''}def {{}}({MESSAGE}):"
    rows = (Row(made), Row(kept), Row(f"return {name}"))
    write_function(draft, owner, taken, header, rows)


def _carry(draft: Draft, talk: Talk, sender: CallSite) -> None:
    """The id of a streamed reply comes with its last event."""
    chat, owner = receiver_of(sender), sender.call
    if talk.kept:
        keep_streamed(draft, talk, sender)
        return
    if talk.once or (talk.chain is not None and not talk.chain.carried):
        return
    if talk.chain is None and not is_same_again(draft, chat):
        statement = draft.facts.structure.statement(owner)
        _name_chat(draft, sender, Landing(owner, statement, "", None))
    then = tuple(_sent_once(draft, talk, sender))
    carry_on(draft, owner, Carried(_id_of(draft, talk, sender), then, forgets=True))


def _id_of(draft: Draft, talk: Talk, sender: CallSite) -> Code:
    """What carries the id of the last interaction, where it has a place of its own."""
    if talk.chain is None:
        return Template((kept_chat(draft, talk, sender), f'["{ID}"]'))
    return beside(draft, receiver_of(sender), talk.variable)


def _sent_once(draft: Draft, talk: Talk, sender: CallSite) -> list[Code]:
    """The statements that drop the turns a chat began with, once they were sent."""
    if talk.chain is None and talk.room.seeds:
        return [Template((kept_chat(draft, talk, sender), '.pop("input", None)'))]
    again = talk.chain is not None and (talk.chain.carried or len(talk.room.senders) > 1)
    if talk.chain is not None and talk.chain.keeps and again:
        return [Template((beside(draft, receiver_of(sender), talk.turns_name), " = []"))]
    return []


def _function(draft: Draft, talk: Talk, sender: CallSite, replaced: bool) -> Code | None:
    chat = receiver_of(sender)
    if talk.partial:
        partial = chat_code(draft, chat)
        return Template((partial, ".func")) if replaced else partial
    if talk.client_name:
        return Template((beside(draft, chat, talk.client_name), ".interactions.create"))
    client = client_of(talk.room.makers[0])
    if client is None:
        return None
    return Template((draft.hole(client, Binding.ATOM), ".interactions.create"))


def _write(draft: Draft, talk: Talk, sender: CallSite, function: Code, settings: Settings) -> None:
    """Put the new call where the old one stood, and remember the id behind it."""
    owner, landing = sender.call, talk.landings[sender.call]
    span = draft.span(landing.statement)
    chat = receiver_of(sender)
    if talk.chain is None and not is_same_again(draft, chat):
        _name_chat(draft, sender, landing)
    if talk.kept:
        before, behind = around_kept(draft, talk, sender, landing)
        ahead, loop = _loop(draft, talk, sender, function, settings)
        ahead, after = [*ahead, *before], [*loop, *behind]
    else:
        ahead, after = _around(draft, talk, sender, function, settings)
    if landing.late is not None:
        request = _request(draft, sender, landing, function, settings.arguments())
        made = Template((landing.response, " = ", request))
        write_late(draft, owner, landing, (*ahead, Row(made)), tuple(after))
        return
    if not landing.split:
        for row in ahead:
            draft.edit(owner, InsertBefore(span, RowsCode((row,))))
        draft.edit(owner, Replace(draft.span(sender.call.func), function))
        draft.edit(owner, Arguments(draft.span(sender.call), settings.arguments()))
        if after:
            draft.edit(owner, InsertAfter(span, RowsCode(tuple(after))))
        return
    request = _request(draft, sender, landing, function, settings.arguments())
    made = Template((landing.response, " = ", request))
    draft.edit(owner, InsertBefore(span, RowsCode((*ahead, Row(made), *after))))
    if isinstance(landing.statement, ast.Expr) and landing.statement.value is landing.outer:
        draft.edit(owner, Delete(span))
    else:
        whole = draft.positions.span_with_parentheses(draft.span(landing.outer))
        draft.edit(owner, Replace(whole, landing.response))


def _request(
    draft: Draft, sender: CallSite, landing: Landing, function: Code, items: tuple[Item, ...]
) -> Code:
    """The new call, within what waits for its reply: `await asyncio.wait_for(…, timeout=9)`."""
    call = CallCode(function, items)
    if not isinstance(draft.facts.structure.parent(sender.call), ast.Call):
        return Template(("await ", call)) if is_awaited(landing) else call
    whole, asked = draft.span(landing.outer), draft.span(sender.call)
    ahead, behind = draft.text[whole.start : asked.start], draft.text[asked.end : whole.end]
    if "\n" in ahead + behind:
        return Template((ahead, call, behind))
    return _within(draft, landing.outer, sender.call, call)


def _within(draft: Draft, outer: ast.expr, asked: ast.Call, call: Code) -> Code:
    """`outer` with the new call in the place of the old one."""
    if outer is asked:
        return call
    if isinstance(outer, ast.Await):
        return Template(("await ", _within(draft, outer.value, asked, call)))
    if not isinstance(outer, ast.Call):
        return draft.hole(outer)
    given = [Item(_within(draft, node, asked, call)) for node in outer.args]
    named = [Item(draft.hole(k.value), k.arg or "**") for k in outer.keywords]
    return CallCode(draft.hole(outer.func), (*given, *named))


def _around(
    draft: Draft, talk: Talk, sender: CallSite, function: Code, settings: Settings
) -> tuple[list[Row], list[Row]]:
    """The statements before the new call and behind it."""
    landing = talk.landings[sender.call]
    after = [Row(line) for line in _after(draft, talk, sender, landing)]
    ahead, loop = _loop(draft, talk, sender, function, settings)
    return ahead, [*loop, *after]


def _loop(
    draft: Draft, talk: Talk, sender: CallSite, function: Code, settings: Settings
) -> tuple[list[Row], list[Row]]:
    """What the loop needs that calls functions, and the loop; nothing where none are called."""
    landing = talk.landings[sender.call]
    plan = draft.rule("message", "callables")
    if plan is None or not _is_followed_up(landing):
        return [], []
    own = any(keyword.arg == "config" for keyword in sender.call.keywords)
    sent = _sent(draft, talk, sender, function, settings, own=own)
    ahead, loop = plan(draft, sender, sent, settings if own else None)
    scope = draft.facts.structure.scope_of
    makers = [maker.call for maker in talk.room.makers]
    together = all(scope[maker] is scope[sender.call] for maker in makers)
    if ahead and talk.chain is not None and together and not own:
        for maker in makers:  # once, beside the settings, for all messages
            statement = draft.facts.structure.statement(maker)
            draft.edit(sender.call, InsertAfter(draft.span(statement), RowsCode(tuple(ahead))))
        ahead = []
    return ahead, loop


def _sent(
    draft: Draft, talk: Talk, sender: CallSite, function: Code, settings: Settings, *, own: bool
) -> Sent:
    """The message, and how requests that follow it up continue the conversation."""
    landing = talk.landings[sender.call]

    def follow_up(new: tuple[Item, ...]) -> Code:
        if talk.chain is None and not talk.partial and not own:
            kept = Item(kept_chat(draft, talk, sender), "**")
            return _request(draft, sender, landing, function, (Item(DictCode((kept, *new)), "**"),))
        rest = tuple(item for item in settings.arguments() if item.name not in {"input", ID})
        head = [item for item in rest if item.name == "model"]
        tail = [item for item in rest if item.name != "model"]
        return _request(draft, sender, landing, function, (*head, *new, *tail))

    kept = beside(draft, receiver_of(sender), talk.turns_name) if talk.kept else None
    return Sent(_variable(draft, landing), follow_up, kept)


def _is_followed_up(landing: Landing) -> bool:
    """Whether statements can go right behind the call, before anything reads its reply."""
    return landing.split or (
        isinstance(landing.statement, (ast.Assign, ast.AnnAssign))
        and landing.statement.value is landing.outer
    )


def _variable(draft: Draft, landing: Landing) -> str:
    """The variable (or attribute) that gets the reply."""
    if isinstance(landing.response, str):
        return landing.response
    assert isinstance(landing.response, Hole)
    return draft.text[landing.response.span.start : landing.response.span.end]


def _name_chat(draft: Draft, sender: CallSite, landing: Landing) -> None:
    """`get_chat(user).send_message(…)`: the chat gets a variable, as it is needed twice."""
    chat = receiver_of(sender)
    reason = not_first(draft, landing.outer, landing.statement)
    if reason:
        draft.block(sender.call, chat, reason)
    code = Template((f"{chat_name(draft, chat)} = ", draft.hole(chat)))
    draft.edit(sender.call, InsertBefore(draft.span(landing.statement), code))


def _after(draft: Draft, talk: Talk, sender: CallSite, landing: Landing) -> list[Code]:
    """The statements behind a call that remember its interaction."""
    lines: list[Code] = []
    if talk.chain is None or talk.chain.carried:
        lines.append(Template((_id_of(draft, talk, sender), " = ", landing.response, ".id")))
    return [*lines, *_sent_once(draft, talk, sender)]
