"""What the client of a call is: where it is made, and what stands in the way of interactions."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.objects.written_objects import Field, fields_of
from codemods.request.vertex import judge_vertex
from codemods.tables.api import ASYNC_CLIENT, CLIENT, HTTP_OPTIONS, PACKAGE
from migrator.plan import Draft
from migrator.reasoning.lost_values import cause_of
from migrator.understand import CallSite
from migrator.understand.values import Method, Object, Symbol

OPTIONS = "http_options"
EXPECTED = "what a client is made with"
"""Under this name it is remembered of a client that a test expects certain arguments."""


def client_calls(draft: Draft, site: CallSite) -> list[ast.Call]:
    """Every `genai.Client(…)` that may have made the client of `site`; none if others may have."""
    made = receivers(draft, site)
    calls = _made_in_view(draft, made)
    return calls if len(calls) == len(made) else []


def receivers(draft: Draft, site: CallSite) -> set[Object]:
    """The objects whose method a site may call: clients, or chats."""
    return {v.receiver for v in _methods(draft, site) if isinstance(v.receiver, Object)}


def _made_in_view(draft: Draft, receivers: set[Object]) -> list[ast.Call]:
    origins = [receiver.origin for receiver in receivers]
    calls = [o for o in origins if isinstance(o, ast.Call) and constructs(draft, o)]
    return sorted(calls, key=lambda c: (c.lineno, c.col_offset))


def _methods(draft: Draft, site: CallSite) -> list[Method]:
    taken = site.method.at
    found = draft.values(taken) if taken is not None else frozenset()
    return [v for v in found if isinstance(v, Method)] or [site.method]


def constructs(draft: Draft, call: ast.Call) -> bool:
    """Whether a call makes a client."""
    return any(
        isinstance(v, Symbol) and v.path in {CLIENT, ASYNC_CLIENT} for v in draft.values(call.func)
    )


def check_clients(draft: Draft, site: CallSite) -> None:
    """Judge the clients in view, and doubt one that nothing in the file says anything about."""
    made = receivers(draft, site)
    for call in _made_in_view(draft, made):
        judge_vertex(draft, site.call, call)
        for field in option_fields(draft, call):
            _check_field(draft, site.call, field)
    unknown = all(receiver.origin is None for receiver in made)
    if unknown and not draft.facts.structure.imports(PACKAGE):
        cause, text = cause_of(draft, site.method.at or site.call)
        draft.doubt(site.call, cause, f"{text}: that it is a client of google.genai is assumed")


def _check_field(draft: Draft, owner: ast.AST, field: Field) -> None:
    """An HTTP option of the client that `interactions` may pay no heed to."""
    constant = draft.constant(field.value)
    if field.name == "extra_body" and (constant is None or constant.value is not None):
        text = "interactions.create ignores the extra_body of the client; pass its fields"
        draft.block(owner, field.value, f"{text} as arguments of each call")


def option_fields(draft: Draft, client: ast.Call) -> Iterator[Field]:
    """The HTTP options that a constructor may be given, as far as they are in view."""
    options = options_of(client)
    for value in draft.values(options.value) if options is not None else ():
        origin = getattr(value, "origin", None)
        if isinstance(origin, ast.expr):
            yield from fields_of(draft, origin, HTTP_OPTIONS) or ()


def options_of(client: ast.Call) -> ast.keyword | None:
    """The HTTP options in a constructor."""
    return next((keyword for keyword in client.keywords if keyword.arg == OPTIONS), None)


def bridged_options(client: ast.Call) -> ast.Call | None:
    """The call of the bridge in a constructor; None if it has none."""
    options = options_of(client)
    node = options.value if options is not None else None
    return node if isinstance(node, ast.Call) and is_bridge(node) else None


def is_bridge(call: ast.Call) -> bool:
    """Whether a call makes options with the bridge in them."""
    function = call.func
    return (
        isinstance(function, ast.Attribute)
        and function.attr == OPTIONS
        and isinstance(function.value, ast.Name)
        and function.value.id.endswith("bridge")
    )
