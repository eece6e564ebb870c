"""Pin the API's revision with the header `Api-Revision`.

Why: it is on Google's migration checklist; the SDK sent it by itself until 2.10.

Rewrites: the client's constructor where it is in view (merged into headers that are there), else
`extra_headers` of the call. `--header client` never touches a call, `--header call` never touches
a client, `--header off` adds nothing. A header that is there already is never added twice.

Leaves alone: nothing else.
"""

from __future__ import annotations

import ast

from codemods.request.clients import client_calls, is_bridge
from codemods.request.revision_header import HEADER, entry, items_of, with_header
from codemods.tables.api import HTTP_OPTIONS
from migrator.codemod import Codemod
from migrator.edits import Arguments, DictCode, Item, Replace
from migrator.plan import Draft
from migrator.understand import CallSite
from migrator.understand.values import Constant, Object, Symbol


def header(draft: Draft, site: CallSite) -> Item | None:
    """Plan the header of one call; returns it if the call itself must carry it."""
    mode = draft.options.header
    if mode == "off":
        return None
    clients = [] if mode == "call" else client_calls(draft, site)
    if clients and all(_plan_client(draft, site.call, client) for client in clients):
        return None
    if mode == "client":
        text = "the client is made out of view, so --header client has no place for the header"
        draft.block(site.call, site.call, text)
        return None
    return entry(draft)


def _plan_client(draft: Draft, owner: ast.AST, call: ast.Call) -> bool:
    """Give the client the header; False if its options can't be followed, or changed."""
    if not draft.may_change(call):
        return False
    if any(k.arg is None for k in call.keywords) or any(
        isinstance(a, ast.Starred) for a in call.args
    ):
        return False
    options = next((k for k in call.keywords if k.arg == "http_options"), None)
    if options is None:
        draft.edit(owner, with_header(draft, call))
        return True
    return _plan_options(draft, owner, options.value)


def _plan_options(draft: Draft, owner: ast.AST, node: ast.expr) -> bool:
    target = _display(draft, node)
    if isinstance(target, ast.Dict):
        for key, value in zip(target.keys, target.values, strict=False):
            if isinstance(key, ast.Constant) and key.value == "headers":
                return _plan_headers(draft, owner, value)
        if None in target.keys:
            return False
        items = (*items_of(draft, target), Item(DictCode((entry(draft),)), "headers"))
    elif isinstance(target, ast.Call):
        for keyword in target.keywords:
            if keyword.arg == "headers":
                return _plan_headers(draft, owner, keyword.value)
            if keyword.arg is None:
                return False
        items = (*items_of(draft, target), Item(DictCode((entry(draft),)), "headers"))
    else:
        return False
    if not draft.may_change(target):
        return False
    draft.edit(owner, Arguments(draft.span(target), items))
    return True


def _display(draft: Draft, node: ast.expr) -> ast.expr | None:
    """The dict or `types.HttpOptions(…)` that `node` is, here or where its name was bound."""
    if isinstance(node, ast.Dict):
        return node
    if isinstance(node, ast.Call):
        if is_bridge(node):
            return _display(draft, node.args[0]) if node.args else None
        known = any(
            isinstance(v, Symbol) and v.path == HTTP_OPTIONS for v in draft.values(node.func)
        )
        return node if known else None
    values = draft.values(node)
    if len(values) != 1:
        return None
    value = next(iter(values))
    if isinstance(value, Object) and isinstance(value.origin, (ast.Dict, ast.Call)):
        return _display(draft, value.origin)
    return None


def _plan_headers(draft: Draft, owner: ast.AST, node: ast.expr) -> bool:
    """Merge the header into what is there already."""
    if isinstance(node, ast.Dict):
        keys = [draft.constant(k) if k is not None else None for k in node.keys]
        if any(k is not None and str(k.value).lower() == HEADER.lower() for k in keys):
            return True
        draft.edit(owner, Arguments(draft.span(node), (*items_of(draft, node), entry(draft))))
        return True
    for value in draft.values(node):
        origin = getattr(value, "origin", None)
        for key in draft.facts.state.keys.get(origin, ()) if origin is not None else ():
            if isinstance(key, str) and key.lower() == HEADER.lower():
                return True
        if isinstance(value, Constant) and value.value is None:
            return False
    spread = Item(draft.hole(node), "**")
    draft.edit(owner, Replace(draft.span(node), DictCode((spread, entry(draft)))))
    return True


CODEMOD = Codemod(
    code="GM018",
    name="api-revision",
    summary="pin the API's revision with a header",
    doc=__doc__ or "",
    rules={("header", "call"): header},
)
