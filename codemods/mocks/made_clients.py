"""What tests expect a client to be made with: the header of the API's revision, too."""

from __future__ import annotations

import ast

from codemods.mocks.stand_in import sites_tested_by
from codemods.request.clients import EXPECTED, client_calls, constructs
from codemods.request.revision_header import with_header
from migrator.plan import Draft, leave_to_hand

OTHERWISE = "the client is made with a header now, which isn't expected here"


def plan_made_client(draft: Draft, expected: ast.Attribute) -> None:
    """`client_class.assert_called_once_with(api_key=…)`, of a class that tests have replaced."""
    sites = sites_tested_by(draft, expected)
    call = draft.facts.structure.parent(expected)
    clients = {client for site in sites for client in client_calls(draft, site)}
    for client in clients:
        draft.remember(client, EXPECTED, expected)
    if draft.options.header in {"off", "call"}:
        return
    plain = isinstance(call, ast.Call) and call.func is expected and _is_plain(call)
    alike = clients.issuperset(_made(draft)) and all(
        _is_plain(client) and draft.may_change(client) for client in clients
    )
    if not isinstance(call, ast.Call) or not plain or not alike or not clients:
        for site in sites:
            leave_to_hand(draft, site.call, expected, OTHERWISE)
        return
    for other in sites[1:]:
        draft.join(sites[0].call, other.call)
    draft.edit(sites[0].call, with_header(draft, call))


def _is_plain(call: ast.Call) -> bool:
    """Whether a call passes what is written in it, and no options."""
    names = {keyword.arg for keyword in call.keywords}
    starred = any(isinstance(argument, ast.Starred) for argument in call.args)
    return not starred and not names & {None, "http_options"}


def _made(draft: Draft) -> list[ast.Call]:
    """Where the program makes clients."""
    structure = draft.facts.structure
    return [
        call
        for call in structure.every(ast.Call)
        if structure.module(call) not in structure.links.tests and constructs(draft, call)
    ]
