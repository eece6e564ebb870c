"""What comes as JSON with a request of a web framework: `body["contents"]` holds no parts."""

from __future__ import annotations

import ast

from migrator.plan import Draft
from migrator.reasoning.definitions import definitions
from migrator.understand.structure import FUNCTION_TYPES, named_parameters

ROUTES = frozenset({"api_route", "delete", "get", "patch", "post", "put", "route", "websocket"})
REQUESTS = frozenset({"req", "request", "websocket"})
READS = frozenset({"get_json", "json", "receive_json"})


def is_of_body(draft: Draft, node: ast.AST) -> bool:
    """Whether `node` reads an entry of the JSON that a request came with."""
    if isinstance(node, ast.Subscript):
        body = node.value
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        body = node.func.value
    else:
        return False
    return all(_is_body(draft, found) for found in definitions(draft, body))


def _is_body(draft: Draft, node: ast.expr) -> bool:
    """`request.json`, `await request.json()`, or the parameter of a route that holds a dict."""
    while isinstance(node, (ast.Await, ast.Call)):
        node = node.value if isinstance(node, ast.Await) else node.func
    if isinstance(node, ast.Attribute):
        return node.attr in READS and getattr(node.value, "id", "") in REQUESTS
    scope = draft.facts.structure.owner_of(node) if isinstance(node, ast.Name) else None
    if not isinstance(scope, FUNCTION_TYPES) or isinstance(scope, ast.Lambda):
        return False
    given = next((a for a in named_parameters(scope) if a.arg == getattr(node, "id", "")), None)
    written = ast.unparse(given.annotation) if given and given.annotation else ""
    return "dict" in written.lower() and any(
        _makes_route(decorator) for decorator in scope.decorator_list
    )


def _makes_route(decorator: ast.expr) -> bool:
    """`@app.post("/ask")`."""
    func = decorator.func if isinstance(decorator, ast.Call) else None
    return isinstance(func, ast.Attribute) and func.attr in ROUTES
