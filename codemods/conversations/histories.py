"""Plan the histories of a module: each becomes a chain of interactions or a list of steps."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from codemods.content.turns import keeps_replies
from codemods.conversations.chain_decision import Chain, follow_conversation, results_of
from codemods.conversations.chain_names import CAUGHT_NOTE, SEVERAL
from codemods.conversations.chain_writing import plan_link
from codemods.conversations.conversation_places import Place, place_of
from codemods.conversations.edited_turns import edited_turn
from codemods.conversations.escapes import escape_of, is_guarded
from codemods.conversations.events import Named
from codemods.conversations.follow_ups import (
    contents_of,
    find_follow_ups,
    plan_follow_up,
    settle_turns,
)
from codemods.conversations.handed_histories import Function, parameter_of, read_handed
from codemods.conversations.histories_by_key_reads import read_sessions, table_of
from codemods.conversations.id_carriers import Link
from codemods.conversations.kept_replies import response_of
from codemods.conversations.list_histories import History
from codemods.conversations.response_places import Landing, landing_of
from codemods.conversations.same_client import sent_by_one
from codemods.conversations.turn_lists import kept_list, read_history
from codemods.reply.caught_failures import INDEX, MISSING, WIDE
from codemods.request.request import Said
from migrator.plan import Draft
from migrator.reasoning.caught_errors import handled
from migrator.understand import CallSite
from migrator.understand.values import Object

CALLS = frozenset({"generate_content", "generate_content_stream"})


@dataclass(slots=True)
class Histories:
    """Every list of turns in the module, by the calls that send it."""

    by_site: dict[ast.AST, Link | None]


def converse(draft: Draft, site: CallSite, said: Said) -> bool:
    """Plan the input of a call that goes on with a conversation; False if it does not."""
    follow_ups = draft.once("follow-ups", lambda: find_follow_ups(draft))
    said.into.continued = any(f.first is site.call for f in follow_ups.values())
    if site.call in follow_ups:
        plan_follow_up(draft, follow_ups[site.call], site, said)
        return True
    histories = draft.once("histories", lambda: _find(draft))
    link = histories.by_site.get(site.call)
    if link is not None and _are_errors_caught(draft, link):
        draft.note(site.call, CAUGHT_NOTE)
    if link is not None and link.chain.reason is None:
        plan_link(draft, link, site, said)
        return True
    lists = [v.origin for v in draft.values(said.contents) if isinstance(v, Object)]
    if not any(keeps_replies(draft, origin) for origin in lists if origin is not None):
        return False
    _keep_steps(draft, link, site, said)
    return True


def _are_errors_caught(draft: Draft, link: Link) -> bool:
    """Whether a reply is kept where a handler catches that there is nothing to keep."""
    replies = (reply for reply in link.history.replies() if not reply.streamed)
    return any(
        is_guarded(draft, reply.node) or handled(draft, reply.node) & CATCHING for reply in replies
    )


CATCHING = MISSING | INDEX | WIDE | {"ValueError", "ValidationError"}
"""What catches the error of a reply without content that is kept."""


def chained(draft: Draft) -> list[Link]:
    """The lists of turns that become chains."""
    histories = draft.once("histories", lambda: _find(draft))
    links = [link for link in histories.by_site.values() if link is not None]
    return list({id(link): link for link in links if link.chain.reason is None}.values())


def _keep_steps(draft: Draft, link: Link | None, site: CallSite, said: Said) -> None:
    """The program keeps the turns itself: a list of steps that is sent whole."""
    convert = draft.rule("argument", "contents")
    if convert is None:
        draft.block(site.call, said.contents, "the codemod contents-to-input is not selected")
        return
    if _is_cut_anywhere(draft, said.contents):
        text = (
            f"`{draft.quote(said.contents)}` ends the conversation at a point that is only known "
            "at run time; keep the id of each reply and continue from the one that is meant"
        )
        draft.block(site.call, said.contents, text)
    said.into.top("input", convert(draft, said.contents, site.call), said.source)
    said.into.top("store", "False", None)
    if isinstance(said.contents, (ast.List, ast.Tuple)):
        settle_turns(draft, said.contents, site.call)
    if link is not None and link.chain.reason is not None:
        node, text = link.chain.reason
        line = draft.line(node)
        draft.note(site.call, f"the turns stay in a list that is sent whole ({text}, line {line})")


def _is_cut_anywhere(draft: Draft, node: ast.expr) -> bool:
    """`history[:n]`, with an `n` that may be in the middle of an exchange."""
    if not isinstance(node, ast.Subscript) or not isinstance(node.slice, ast.Slice):
        return False
    upper = node.slice.upper
    return node.slice.lower is None and upper is not None and draft.constant(upper) is None


def _find(draft: Draft) -> Histories:
    contents = {
        site.call: node
        for site in draft.facts.sites
        if site.kind.method in CALLS and (node := contents_of(site)) is not None
    }
    places: dict[Place, None] = {}
    for node in contents.values():
        kept = kept_list(node)
        place = place_of(draft, kept[0]) if kept is not None else None
        if kept is not None and place is not None and _is_list(draft, kept[0]):
            places[place] = None
    draft.once(SEVERAL, dict[Place, None]).update(places)
    histories = Histories({})
    tables = {
        place: None
        for node in contents.values()
        if (kept := kept_list(node)) is not None
        and _is_list(draft, kept[0])
        and (place := table_of(draft, kept[0])) is not None
    }
    for table in tables:
        sessions = read_sessions(draft, table, contents)
        if _is_grown(sessions.history):
            walrus = _unnamed(draft, sessions.history)
            chain = _chain(draft, sessions.history, walrus)
            _check_room(sessions.history, chain)
            link = Link(sessions.history, chain, walrus, sessions)
            histories.by_site.update(dict.fromkeys(sessions.history.sites, link))
    for parameter, function in _parameters(draft, contents).items():
        handed = read_handed(draft, function, parameter, contents)
        if _is_grown(handed.history):
            walrus = _unnamed(draft, handed.history)
            chain = _chain(draft, handed.history, walrus)
            _check_room(handed.history, chain)
            if chain.reason is None:
                link = Link(handed.history, chain, walrus, handed=handed)
                histories.by_site.update(dict.fromkeys(handed.history.sites, link))
    for place in places:
        history = read_history(draft, place, contents)
        if not _is_grown(history):
            continue
        walrus = _unnamed(draft, history)
        link = Link(history, _chain(draft, history, walrus), walrus)
        for call in history.sites:
            histories.by_site.setdefault(call, link)
    return histories


def _parameters(draft: Draft, contents: dict[ast.Call, ast.expr]) -> dict[ast.arg, Function]:
    """The parameters that are sent, and their functions."""
    found: dict[ast.arg, Function] = {}
    for node in contents.values():
        kept = kept_list(node)
        parameter = parameter_of(draft, kept[0]) if kept is not None else None
        function = draft.facts.structure.enclosing_function(node)
        if parameter is not None and isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            found[parameter] = function
    return found


def _check_room(history: History, chain: Chain) -> None:
    """There is room for one thing only: the id."""
    if chain.reason is None and chain.keeps:
        first = min(history.sites, key=lambda c: (c.lineno, c.col_offset))
        chain.reason = (first, "turns without a reply may be kept as well")


def _is_list(draft: Draft, node: ast.expr) -> bool:
    values = draft.values(node)
    return any(isinstance(v, Object) and v.type == "list" for v in values)


def _is_grown(history: History) -> bool:
    """Whether replies of the calls find their way into the list."""
    return bool(history.replies())


def _unnamed(draft: Draft, history: History) -> dict[ast.stmt, Named]:
    """The calls whose response has no name, and the name it could be given on the spot."""
    found: dict[ast.stmt, Named] = {}
    for site in history.sites:
        if draft.facts.state.sites[site].kind.method != "generate_content":
            continue  # the id of a stream comes with its last event
        landing = landing_of(draft, site)
        if isinstance(landing, Landing) and landing.split and landing.name:
            if not isinstance(draft.facts.structure.scope_of[site], ast.ClassDef):
                found[landing.statement] = Named(site, landing.name)
    return found


def _chain(draft: Draft, history: History, given: dict[ast.stmt, Named]) -> Chain:
    results = results_of(draft, given)
    safe = [node for node, spot in history.nodes.items() if spot is not None]
    chain = follow_conversation(draft, history.place, history.events, results, safe)
    if history.strange:
        chain.reason = history.strange[0]
    edited = edited_turn(draft, history)
    if edited is not None:
        text = f"`{draft.quote(edited)}` is changed here, which every later call sends as well"
        chain.reason = (edited, text)
    lost = [r for r in history.replies() if response_of(draft, chain, r) is None]
    if chain.reason is None and lost:
        text = f"no variable holds the response that `{draft.quote(lost[0].node)}` comes from"
        chain.reason = (lost[0].node, text)
    escape = escape_of(draft, history.place)
    if escape is not None:
        text = f"`{draft.quote(escape)}` keeps the turns and leaves the file"
        chain.reason = (escape, text)
    if not sent_by_one(draft, history.sites):
        first = min(history.sites, key=lambda c: (c.lineno, c.col_offset))
        chain.reason = (
            first,
            "the turns are sent by several clients, which may not share them",
        )
    return chain
