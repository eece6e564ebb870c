"""What the client of a call is: where it is made, and whether it speaks to Vertex AI."""

from __future__ import annotations

import ast

from codemods.building.shapes import fields_of
from codemods.tables.api import ASYNC_CLIENT, CLIENT, HTTP_OPTIONS, PACKAGE
from migrator.plan import Draft
from migrator.understand import CallSite
from migrator.understand.structure import FUNCTION_TYPES
from migrator.understand.values import Constant, Method, Object, Symbol, Values

SWITCHES = ("vertexai", "enterprise")
VERTEX_ARGUMENTS = (*SWITCHES, "project", "location", "credentials")
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
        if not _is_doubtful(draft, site.call, call):
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


def _is_doubtful(draft: Draft, owner: ast.AST, call: ast.Call) -> bool:
    """Whether only a run tells if the client uses Vertex AI; that it doesn't is an assumption."""
    for keyword in call.keywords:
        values = draft.values(keyword.value)
        known = bool(values) and all(isinstance(v, Constant) for v in values)
        if keyword.arg in SWITCHES and not (known and not _is_parameter(draft, keyword.value)):
            source = draft.quote(keyword.value)
            text = f"the client uses Vertex AI if `{source}`; {VERTEX_ADVICE}"
            draft.doubt(owner, keyword.value, text)
            return True
    return False


def _is_parameter(draft: Draft, node: ast.expr) -> bool:
    """Whether callers choose the value, those of other files as well."""
    scope = draft.facts.structure.scope_of[node]
    return isinstance(scope, FUNCTION_TYPES) and any(
        isinstance(n, ast.Name) and n.id == parameter.arg
        for n in ast.walk(node)
        for parameter in ast.walk(scope.args)
        if isinstance(parameter, ast.arg)
    )


def _check_keyword(draft: Draft, owner: ast.AST, keyword: ast.keyword) -> None:
    node, values = keyword.value, draft.values(keyword.value)
    if keyword.arg is None:
        _check_spread(draft, owner, node)
    elif keyword.arg == "http_options":
        _check_options(draft, owner, node)
    elif keyword.arg in VERTEX_ARGUMENTS and not _is_false(values):
        draft.block(owner, node, _vertex_reason(draft, keyword.arg, node))


def _vertex_reason(draft: Draft, name: str, node: ast.expr) -> str:
    if name not in SWITCHES:
        return f"the client is given a Vertex AI {name}; {VERTEX_ADVICE}"
    if all(isinstance(v, Constant) and v.value for v in draft.values(node)):
        return f"the client uses Vertex AI; {VERTEX_ADVICE}"
    return f"the client uses Vertex AI if `{draft.quote(node)}`; {VERTEX_ADVICE}"


def _check_spread(draft: Draft, owner: ast.AST, node: ast.expr) -> None:
    """`genai.Client(**options)`: what the dict may hold, or nobody knows what it holds."""
    source = draft.quote(node)
    for value in draft.values(node):
        origin = value.origin if isinstance(value, Object) and value.type == "dict" else None
        if origin is None:
            text = f"the client is made with `**{source}`, which may ask for Vertex AI"
            draft.doubt(owner, node, f"{text}; {VERTEX_ADVICE}")
            continue
        held = [n for n in VERTEX_ARGUMENTS if not _is_false(draft.facts.held(origin, n))]
        if held:
            text = f"`**{source}` may hold the Vertex AI argument {held[0]}; {VERTEX_ADVICE}"
            draft.block(owner, node, text)


def _check_options(draft: Draft, owner: ast.AST, node: ast.expr) -> None:
    """HTTP options of the client that `interactions` pays no heed to."""
    for value in draft.values(node):
        origin = getattr(value, "origin", None)
        fields = fields_of(draft, origin, HTTP_OPTIONS) if isinstance(origin, ast.expr) else None
        for field in fields or ():
            constant = draft.constant(field.value)
            if field.name == "extra_body" and (constant is None or constant.value is not None):
                text = "interactions.create ignores the extra_body of the client; pass its fields"
                draft.block(owner, field.value, f"{text} as arguments of each call")


def _is_false(values: Values) -> bool:
    """Whether nothing but None and False is passed, if anything is."""
    return all(isinstance(v, Constant) and not v.value for v in values)
