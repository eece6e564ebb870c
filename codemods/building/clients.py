"""What the client of a call is: where it is made, and whether it speaks to Vertex AI."""

from __future__ import annotations

import ast

from codemods.tables.api import ASYNC_CLIENT, CLIENT, PACKAGE
from migrator.plan import Draft
from migrator.understand import CallSite
from migrator.understand.values import Constant, Method, Object, Symbol

VERTEX_ADVICE = "the Interactions API is not served to Vertex AI clients; keep generate_content"


def client_calls(draft: Draft, site: CallSite) -> list[ast.Call]:
    """Every `genai.Client(…)` in view that may have made the client of `site`; none if unknown."""
    receivers = {v.receiver for v in _methods(draft, site) if isinstance(v.receiver, Object)}
    calls: list[ast.Call] = []
    for receiver in receivers:
        origin = receiver.origin
        if isinstance(origin, ast.Call) and _constructs(draft, origin):
            calls.append(origin)
        else:
            return []
    return sorted(calls, key=lambda c: (c.lineno, c.col_offset))


def _methods(draft: Draft, site: CallSite) -> list[Method]:
    taken = site.method.at
    found = draft.values(taken) if taken is not None else frozenset()
    return [v for v in found if isinstance(v, Method)] or [site.method]


def _constructs(draft: Draft, call: ast.Call) -> bool:
    return any(
        isinstance(v, Symbol) and v.path in {CLIENT, ASYNC_CLIENT} for v in draft.values(call.func)
    )


def check_clients(draft: Draft, site: CallSite) -> None:
    """Block calls of Vertex AI clients; doubt clients that may be one."""
    for call in client_calls(draft, site):
        for keyword in call.keywords:
            _check_keyword(draft, site.call, keyword)
    receiver = site.method.receiver
    unknown = isinstance(receiver, Object) and receiver.origin is None
    if unknown and not draft.facts.structure.imports(PACKAGE):
        source = draft.quote(site.call.func)
        text = f"`{source}` can't be traced, and the file does not import google.genai"
        draft.doubt(site.call, site.call, text)
    if "GOOGLE_GENAI_USE_VERTEXAI" in draft.text:
        draft.doubt(
            site.call, site.call, "the file mentions GOOGLE_GENAI_USE_VERTEXAI; " + VERTEX_ADVICE
        )


def _check_keyword(draft: Draft, owner: ast.AST, keyword: ast.keyword) -> None:
    values = draft.values(keyword.value)
    false = all(isinstance(v, Constant) and not v.value for v in values) and bool(values)
    if keyword.arg in {"vertexai", "enterprise"} and not false:
        certain = all(isinstance(v, Constant) and v.value for v in values)
        if certain and values:
            draft.block(owner, keyword.value, f"the client uses Vertex AI; {VERTEX_ADVICE}")
        else:
            text = f"the client uses Vertex AI if `{draft.quote(keyword.value)}`; {VERTEX_ADVICE}"
            draft.block(owner, keyword.value, text)
    elif keyword.arg in {"project", "location", "credentials"} and not false:
        text = f"the client is given a Vertex AI {keyword.arg}; {VERTEX_ADVICE}"
        draft.block(owner, keyword.value, text)
