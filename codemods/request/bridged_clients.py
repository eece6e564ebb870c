"""Give the client of calls that stay as they are the bridge, if that is asked for.

Why: about half of the calls that are left to people can't be decided by anybody who reads the
source. The bridge, a file that is copied into the program, decides at run time: it sends what the
client asks of generateContent to `/interactions`, and puts replies into the older API's words.

Rewrites: with `--bridge`, the constructor of the client: `http_options=` becomes that of the
bridge, around the options that are there. With `--bridge-remove`, the other way round, where no
legacy call is left behind the client.

Leaves alone: the calls themselves; clients made out of view, in files that may not change or from
options that arrive as one; clients with an `aiohttp_client`; clients of calls that a comment skips.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from codemods.request.clients import (
    EXPECTED,
    OPTIONS,
    bridged_options,
    constructs,
    option_fields,
    options_of,
    receivers,
)
from codemods.request.revision_header import items_of
from migrator.bridge_place import BridgePlace
from migrator.codemod import Codemod
from migrator.edits import Arguments, CallCode, Code, Edit, Item, NeedImport, Replace, Span
from migrator.model import Beside
from migrator.plan import Draft
from migrator.plan.bridging import NOWHERE, Crossing
from migrator.reasoning.lost_values import cause_of
from migrator.understand import CallSite
from migrator.understand.values import Object

NOT_HERE = "its client is made out of view"


def cross(draft: Draft, site: CallSite, skipped: Sequence[CallSite]) -> Crossing:
    """How the calls of a site get over the bridge; clients of `skipped` sites are let be."""
    clients = clients_behind(draft, site)
    if not clients:
        return _not_here(draft, site) if draft.options.bridge else NOWHERE
    given = [bridged_options(client) for client in clients]
    if all(options is not None for options in given):
        return Crossing(beside=_beside(draft, clients, needed=False))
    if not draft.options.bridge:
        return NOWHERE
    let_be = draft.once("clients of skipped calls", lambda: _first_users(draft, skipped))
    users = [let_be[client] for client in clients if client in let_be]
    if users:
        line = draft.line(skipped[min(users)].call)
        return Crossing(refused=f"it shares its client with line {line}, which a comment skips")
    new = [client for client, options in zip(clients, given, strict=True) if options is None]
    return _given(draft, new)


def _not_here(draft: Draft, site: CallSite) -> Crossing:
    _, text = cause_of(draft, site.method.at or site.call)
    return Crossing(refused=f"{NOT_HERE} ({text})")


def _first_users(draft: Draft, sites: Sequence[CallSite]) -> dict[ast.Call, int]:
    """The clients behind some sites, and the index of the first site that each is behind."""
    found: dict[ast.Call, int] = {}
    for index, site in enumerate(sites):
        for client in clients_behind(draft, site):
            found.setdefault(client, index)
    return found


def _given(draft: Draft, clients: Sequence[ast.Call]) -> Crossing:
    edits: list[Edit] = []
    replaced: dict[Edit, Edit] = {}
    for client in clients:
        reason = _why_not(draft, client)
        if reason is not None:
            return Crossing(refused=reason)
        place = _place(draft, client)
        assert place is not None
        header = _planned(draft, client)
        edit = _edit(draft, client, f"{place.bare}.{OPTIONS}", header)
        edits += [edit, NeedImport(place.module, place.name, None, draft.span(client))]
        if header is not None:
            replaced[header] = edit
    return Crossing(tuple(edits), _beside(draft, clients, needed=True), replaced=replaced)


def _beside(draft: Draft, clients: Sequence[ast.Call], *, needed: bool) -> tuple[Beside, ...]:
    places = (_place(draft, client) for client in clients)
    return tuple(dict.fromkeys(Beside(p.path, needed) for p in places if p is not None))


def _place(draft: Draft, client: ast.Call) -> BridgePlace | None:
    """Where the bridge lies for a client; None where there can be none."""
    home = draft.sections.at(draft.span(client).start).bridge
    return None if home is None else home.place


def _why_not(draft: Draft, client: ast.Call) -> str | None:
    """Why a client can't be given the bridge."""
    section, place = draft.sections.at(draft.span(client).start), _place(draft, client)
    where = f"its client on line {draft.line(client)}"
    if section.refused is not None:
        return f"{where} is made in a file that {section.refused}"
    if place is None:
        return f"nothing says if the file of {where} is run by its path or imported from a package"
    if client.args or any(keyword.arg is None for keyword in client.keywords):
        return f"{where} gets its options from elsewhere"
    expected = next((node for c, node in draft.all_remembered(EXPECTED) if c is client), None)
    if expected is not None:
        return f"line {draft.line(expected)} expects what {where} is made with"
    if _means_other(draft, client, place.bare):
        return f"the name {place.bare} means something else at {where}"
    if any(field.name == "aiohttp_client" for field in option_fields(draft, client)):
        return f"{where} has an aiohttp_client, which the bridge can't carry"
    return None


def _means_other(draft: Draft, node: ast.AST, name: str) -> bool:
    """Whether a name is bound where a client is made, by anything but an import of it."""
    structure, state = draft.facts.structure, draft.facts.state
    here = structure.scope_of[node]
    for scope in (here, *state.scope_chain(here)):
        if name in structure.locals_of[scope]:
            return not any(
                alias.asname in (None, name) and alias.name.rpartition(".")[2] == name
                for statement in structure.every(ast.Import, ast.ImportFrom)
                if isinstance(statement, (ast.Import, ast.ImportFrom))
                for alias in statement.names
            )
    return False


def _planned(draft: Draft, client: ast.Call) -> Arguments | None:
    """The edit of a migrated unit that gives the client its options."""
    if options_of(client) is not None:
        return None  # what is there is edited inside
    span = draft.span(client)
    edits = draft.once("edits of migrated units", lambda: _migrated_edits(draft))
    return next((e for e in edits if isinstance(e, Arguments) and e.span == span), None)


def _migrated_edits(draft: Draft) -> tuple[Edit, ...]:
    return tuple(draft.units.summary([*draft.migrated]).edits) if draft.migrated else ()


def _edit(draft: Draft, client: ast.Call, function: str, header: Arguments | None) -> Edit:
    options = options_of(client)
    if options is not None:
        inside = CallCode(function, (Item(draft.hole(options.value)),))
        return Replace(draft.span(options.value), inside)
    if header is not None:
        *others, last = header.items
        assert last.name == OPTIONS
        return Arguments(
            header.span, (*others, Item(CallCode(function, (Item(last.value),)), OPTIONS))
        )
    items = (*items_of(draft, client), Item(f"{function}()", OPTIONS))
    return Arguments(draft.span(client), items)


def clients_behind(draft: Draft, site: CallSite) -> list[ast.Call]:
    """Every constructor that may have made the client of a site, or of the chat it is sent to;
    none if others may have.
    """
    found: dict[ast.Call, None] = {}
    makers = draft.once("sites by call", lambda: {one.call: one for one in draft.facts.sites})
    pending, seen = [site], {site.call}
    while pending:
        for receiver in receivers(draft, pending.pop()) or {Object("")}:
            origin = receiver.origin
            if isinstance(origin, ast.Call) and constructs(draft, origin):
                found[origin] = None
            elif origin in makers:
                if origin not in seen:
                    seen.add(origin)
                    pending.append(makers[origin])
            else:
                return []
    return sorted(found, key=lambda call: (call.lineno, call.col_offset))


def take_out(draft: Draft) -> Crossing:
    """Take the bridge from clients behind which no legacy call is left."""
    behind = [clients_behind(draft, site) for site in _sites(draft)]
    used = {call for clients in behind for call in clients}
    edits: list[Edit] = []
    beside: list[Beside] = []
    unbridged: list[Span] = []
    for call in draft.facts.structure.every(ast.Call):
        node = bridged_options(call) if isinstance(call, ast.Call) else None
        if node is None or not constructs(draft, call) or not draft.may_change(call):
            continue
        place = _place(draft, call)
        if call in used or [] in behind or place is None:
            continue
        edits.append(_without(draft, call, node))
        beside.append(Beside(place.path, needed=False, gone=True))
        unbridged.append(draft.span(call))
    return Crossing(tuple(edits), tuple(beside), tuple(unbridged))


def _sites(draft: Draft) -> Iterator[CallSite]:
    """The legacy calls that stay."""
    for site in (*draft.facts.sites, *draft.facts.handed_on):
        if site.call not in draft.migrated:
            yield site


def _without(draft: Draft, client: ast.Call, bridge: ast.Call) -> Edit:
    given = [
        *bridge.args,
        *(keyword.value for keyword in bridge.keywords if keyword.arg == "options"),
    ]
    if given:
        code: Code = draft.hole(given[0])
        return Replace(draft.span(bridge), code)
    items = tuple(item for item in items_of(draft, client) if item.name != OPTIONS)
    return Arguments(draft.span(client), items)


CODEMOD = Codemod(
    code="GM035",
    name="bridged-clients",
    summary="give clients of calls that stay as they are the bridge",
    doc=__doc__ or "",
    rules={("bridge", "site"): cross, ("bridge", "removal"): take_out},
)
