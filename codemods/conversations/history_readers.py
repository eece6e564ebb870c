"""Functions that get a chat only to ask for its history: they get the list of its steps instead.

`def show(chat): for turn in chat.get_history(): …` takes `history`, and goes through that.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from codemods.conversations.history_reads import look_at
from codemods.tables.api import ASYNC_CHAT, CHAT
from migrator.edits import Replace
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.understand.values import Function, Object

NAMES = ("history", "steps", "chat_history")


@dataclass(frozen=True, slots=True)
class Reader:
    """A parameter that only gets chats whose history is read.

    `looks` are its calls of `get_history`, `handed` the chats that callers pass.
    """

    parameter: ast.arg
    looks: tuple[ast.Call, ...]
    chats: tuple[ast.Name, ...]
    handed: tuple[ast.expr, ...]
    named: bool
    """Whether a caller passes it by its name."""


def readers(draft: Draft) -> list[Reader]:
    """The parameters of functions in view that only get chats to ask for their history."""
    return draft.once("readers of histories", lambda: _find(draft))


def reader_of(draft: Draft, node: ast.expr) -> Reader | None:
    """The parameter that a chat is handed to, if all it is asked for is its history."""
    found = draft.once(
        "chats handed to readers", lambda: {n: r for r in readers(draft) for n in r.handed}
    )
    return found.get(node)


def own_chats(draft: Draft) -> set[ast.AST]:
    """What these functions call the chats they get."""
    return draft.once(
        "chats in readers", lambda: {node for reader in readers(draft) for node in reader.chats}
    )


def _find(draft: Draft) -> list[Reader]:
    asked = {
        taken.value.id
        for taken in draft.facts.structure.named.get("get_history", ())
        if isinstance(taken, ast.Attribute) and isinstance(taken.value, ast.Name)
    }
    found = []
    for function in draft.facts.structure.functions if asked else ():
        if isinstance(function, ast.FunctionDef) and not draft.facts.is_external(function):
            found += [
                _reader(draft, function, arg) for arg in function.args.args if arg.arg in asked
            ]
    return [reader for reader in found if reader is not None]


def _reader(draft: Draft, function: ast.FunctionDef, parameter: ast.arg) -> Reader | None:
    mentions = draft.facts.structure.mentions(function, parameter.arg)
    looks = [look_at(draft, node) for node in mentions]
    known = [look for look in looks if look is not None]
    if not known or len(known) < len(looks) or parameter.annotation is not None:
        return None
    if not all(_is_chat(value) for node in mentions for value in draft.values(node)):
        return None
    handed: list[ast.expr] = []
    named = False
    for call in draft.facts.callers(function):
        node = _handed(draft, function, parameter, call)
        if node is None:
            return None
        handed.append(node)
        named = named or isinstance(draft.facts.structure.parent(node), ast.keyword)
    handed.sort(key=lambda node: (node.lineno, node.col_offset))
    return Reader(parameter, tuple(known), tuple(mentions), tuple(handed), named)


def _is_chat(value: object) -> bool:
    return isinstance(value, Object) and value.type in {CHAT, ASYNC_CHAT} and not value.path


def _handed(
    draft: Draft, function: ast.FunctionDef, parameter: ast.arg, call: ast.AST
) -> ast.expr | None:
    """What a call passes for a parameter; None where that is not plain."""
    if not isinstance(call, ast.Call):
        return None
    values = draft.values(call.func)
    if not all(isinstance(v, Function) and v.node is function for v in values) or not values:
        return None
    for keyword in call.keywords:
        if keyword.arg == parameter.arg:
            return keyword.value
    before = call.args[: function.args.args.index(parameter) + 1]
    whole = len(before) == function.args.args.index(parameter) + 1
    return before[-1] if whole and not any(isinstance(n, ast.Starred) for n in before) else None


def name_in(draft: Draft, reader: Reader) -> str:
    """What the parameter is called once it gets a list of steps."""
    if reader.named:
        return reader.parameter.arg
    taken = draft.facts.structure.bound_around(reader.parameter)
    return next((name for name in NAMES if name not in taken), reader.parameter.arg)


def rename_parameter(draft: Draft, owner: Member, reader: Reader) -> None:
    """Let the parameter say that it is the history."""
    name = name_in(draft, reader)
    if name != reader.parameter.arg:
        draft.edit(owner, Replace(draft.span(reader.parameter), name))
