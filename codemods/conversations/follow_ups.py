"""Calls that follow another up, with all turns written out: `[prompt, reply, results]`.

Where the turns before the reply are those that the first call sent, the call continues it and
sends the rest. The turns of such a call that are left out are settled: nothing else is made of
them.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from codemods.content.parts import all_text
from codemods.content.turn_steps import reply_of
from codemods.content.turns import is_reply, only_text, read_turn
from codemods.conversations.chain_names import ID, SETTINGS_NOTE, STORE_NOTE
from codemods.conversations.chain_writing import input_of
from codemods.conversations.portable_expressions import is_portable
from codemods.conversations.same_client import sent_by_one
from codemods.request.request import Said
from migrator.edits import Template
from migrator.plan import Draft, Use, context_of
from migrator.understand import CallSite
from migrator.understand.facts import origin_of
from migrator.understand.values import Object

CHANGING = frozenset({Use.ATTRIBUTE, Use.WRITE, Use.SUBSCRIPT, Use.OTHER})


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A call that goes on from the reply of `first`."""

    first: ast.Call
    known: tuple[ast.expr, ...]
    reply: ast.expr
    rest: tuple[ast.expr, ...]


def find_follow_ups(draft: Draft) -> dict[ast.AST, FollowUp]:
    """Every call that can continue another by its id."""
    contents: dict[ast.AST, ast.expr] = {}
    for site in draft.facts.sites:
        node = contents_of(site) if site.kind.method == "generate_content" else None
        if node is not None:
            contents[site.call] = node
    found = {call: _follow_up(draft, call, contents) for call in contents}
    return {call: follow_up for call, follow_up in found.items() if follow_up is not None}


def contents_of(site: CallSite) -> ast.expr | None:
    """What a call passes as its contents."""
    if "contents" not in site.kind.parameters:
        return None
    index = site.skip + site.kind.parameters.index("contents")
    for keyword in site.call.keywords:
        if keyword.arg == "contents":
            return keyword.value
    found = site.call.args[index : index + 1]
    return found[0] if found and not isinstance(found[0], ast.Starred) else None


def _follow_up(draft: Draft, call: ast.AST, contents: dict[ast.AST, ast.expr]) -> FollowUp | None:
    turns = _written(contents[call])
    replies = [n for n, turn in enumerate(turns or ()) if is_reply(draft, turn)]
    if turns is None or not replies or replies[-1] == len(turns) - 1:
        return None
    last = replies[-1]
    origins = {origin_of(value) for value in draft.values(turns[last])}
    first = origins.pop() if len(origins) == 1 else None
    if not isinstance(first, ast.Call) or first not in contents or first is call:
        return None
    known = tuple(turns[:last])
    if not _same(draft, known, contents[first], first) or not _is_before(draft, first, call):
        return None
    if not isinstance(call, ast.Call) or not sent_by_one(draft, (first, call)):
        return None
    return FollowUp(first, known, turns[last], tuple(turns[last + 1 :]))


def _written(node: ast.expr) -> list[ast.expr] | None:
    """The turns of `[a, b]`, `[*a, b]` and `a + [b]`."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        more = _written(node.right)
        return None if more is None else [ast.Starred(node.left, ast.Load()), *more]
    return list(node.elts) if isinstance(node, (ast.List, ast.Tuple)) else None


def _same(draft: Draft, known: tuple[ast.expr, ...], sent: ast.expr, call: ast.Call) -> bool:
    """Whether the turns are certainly those that `call` sent as `sent`."""
    if not isinstance(sent, (ast.List, ast.Tuple)) and _is_list(draft, sent):
        before: list[ast.expr] = [ast.Starred(sent, ast.Load())]
    else:
        before = list(_written(sent) or [sent])
    if [_said(draft, turn) for turn in before] != [_said(draft, turn) for turn in known]:
        return False
    inner = [turn.value if isinstance(turn, ast.Starred) else turn for turn in (*known, *before)]
    return all(is_portable(draft, turn, call) and _is_left_alone(draft, turn) for turn in inner)


def _said(draft: Draft, node: ast.expr) -> tuple[str, str]:
    """What a turn says, however it is spelled: plain text is a turn of the user."""
    turn = read_turn(draft, node)
    text = only_text(turn.parts) if turn is not None else node
    if text is not None and all_text(draft.values(text)):
        return (turn.role if turn is not None else "user"), ast.dump(text)
    return "", ast.dump(node)


def _is_list(draft: Draft, node: ast.expr) -> bool:
    return any(isinstance(v, Object) and v.type in {"list", "tuple"} for v in draft.values(node))


def _is_left_alone(draft: Draft, node: ast.expr) -> bool:
    """Whether nothing changes what the names in `node` hold."""
    for part in ast.walk(node):
        for value in draft.values(part) if isinstance(part, (ast.Name, ast.Attribute)) else ():
            origin = origin_of(value)
            uses = draft.facts.uses.get(origin, ()) if origin is not None else ()
            if any(context_of(draft.facts, use).use in CHANGING for use in uses):
                return False
    return True


def _is_before(draft: Draft, first: ast.Call, call: ast.AST) -> bool:
    """Whether `first` is asked before `call`, in one run of the same function."""
    scope = draft.facts.structure.scope_of
    return scope[first] is scope[call] and first.lineno < getattr(call, "lineno", 0)


def plan_follow_up(draft: Draft, follow_up: FollowUp, site: CallSite, said: Said) -> None:
    """Plan what the call sends and continues."""
    owner = site.call
    draft.join(owner, follow_up.first)
    settle_turns(draft, said.contents, owner)
    for turn in follow_up.known:
        draft.settled.update(n for n in ast.walk(turn) if isinstance(n, ast.expr))
    said.into.top("input", input_of(draft, list(follow_up.rest), owner), said.source)
    said.into.top(ID, Template((reply_of(draft, follow_up.reply), ".id")), None)
    draft.note(owner, STORE_NOTE)
    draft.note(owner, SETTINGS_NOTE)


def settle_turns(draft: Draft, turns: ast.expr, call: ast.Call) -> None:
    """The replies among turns that are written out have become steps; their calls come along."""
    elements = getattr(turns, "elts", [turns])
    replies = [turn for turn in elements if is_reply(draft, turn)]
    for reply in replies:
        for value in draft.values(reply):
            draft.join(call, origin_of(value) or call)
    asked = draft.legacy_calls
    others = [turn for turn in elements if turn not in replies]
    if not any(origin_of(v) in asked for turn in others for v in draft.values(turn)):
        draft.settled.add(turns)
