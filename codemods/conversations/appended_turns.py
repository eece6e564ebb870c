"""What is put into a list of turns: replies, their text, and turns of the user."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from codemods.content.turns import are_parts, content_of_reply, helper_turn, only_text, read_turn
from codemods.conversations.events import Grow, Reply, Turn
from codemods.conversations.list_histories import LISTS, History, happens, strange
from codemods.conversations.streamed_replies import streamed_site
from migrator.plan import Draft
from migrator.understand.facts import origin_of
from migrator.understand.values import Constant, Object, Values


def grows(
    draft: Draft, history: History, statement: ast.stmt, elements: Sequence[ast.expr]
) -> None:
    items = items_of(draft, history, elements)
    happens(draft, history, statement, Grow(statement, tuple(items)))


def items_of(draft: Draft, history: History, elements: Sequence[ast.expr]) -> list[Turn | Reply]:
    """The turns and replies that elements of a list are."""
    items: list[Turn | Reply] = []
    for element in elements:
        if isinstance(element, ast.Starred):
            strange(draft, history, element)
        items.append(_reply(draft, history, element) or Turn(element))
    return items


def _reply(draft: Draft, history: History, node: ast.expr) -> Reply | None:
    """The reply that `node` adds as a whole, by its content or by its text."""
    content = content_of_reply(draft, node)
    if content is not None:
        return _reply_of(draft, history, node, content)
    turn = read_turn(draft, node)
    helped = helper_turn(draft, node) if turn is None else None
    role = turn.role if turn is not None else helped[0] if helped is not None else ""
    if role != "model":
        return None
    parts = turn.parts if turn is not None else helped[1]  # type: ignore[index]
    streamed = _streamed(draft, history, node, parts)
    if streamed is not None:
        return streamed
    if isinstance(parts, ast.Name) and are_parts(draft, parts):
        return _reply_of(draft, history, node, parts)
    text = whole_text(draft, parts)
    return _reply_of(draft, history, node, text) if text is not None else None


def _streamed(draft: Draft, history: History, node: ast.expr, parts: ast.expr) -> Reply | None:
    """The reply of a stream, whose text was collected before."""
    text = only_text(parts)
    site = streamed_site(draft, text) if text is not None else None
    if text is None or site not in history.sites:
        return None
    return Reply(node, (site,), text, streamed=True)


def _reply_of(draft: Draft, history: History, node: ast.expr, shown: ast.expr) -> Reply | None:
    sites = {origin_of(v) for v in draft.values(shown) if isinstance(v, Object)}
    calls = [site for site in history.sites if site in sites]
    return Reply(node, tuple(calls), shown) if calls and len(calls) == len(sites) else None


def whole_text(draft: Draft, parts: ast.expr) -> ast.expr | None:
    """The expression of the text, if `parts` hold one text and nothing else."""
    elements = parts.elts if isinstance(parts, LISTS) else [parts]
    if len(elements) != 1:
        return None
    element = elements[0]
    if isinstance(element, ast.Dict) and len(element.keys) == 1:
        element = element.values[0]
    elif isinstance(element, ast.Call) and [k.arg for k in element.keywords] == ["text"]:
        element = element.keywords[0].value
    if isinstance(element, ast.BoolOp) and isinstance(element.op, ast.Or):
        if all(isinstance(v, ast.Constant) for v in element.values[1:]):
            element = element.values[0]
    return element if is_whole_text(draft.values(element)) else None


def is_whole_text(values: Values) -> bool:
    """Whether the values are the text of a response, and nothing else."""
    texts = [v for v in values if isinstance(v, Object) and v.type == "str" and v.origin]
    others = [v for v in values if v not in texts]
    return (
        bool(texts)
        and all(v.path[-1:] == ("text",) for v in texts)
        and all(isinstance(v, Constant) and v.value in {None, ""} for v in others)
    )
