"""Which reply something is read of, where a program asks for several under one name.

A guard says nothing of a reply that came after it: `if not reply.text: return`, then
`reply = ask(again)`.
"""

from __future__ import annotations

import ast

from codemods.reply.choices import read_side
from codemods.reply.path_prefixes import LISTING, nearer, plain
from codemods.tables.api import RESPONSE
from migrator.plan import Draft
from migrator.reasoning.reaching_bindings import bindings_reaching
from migrator.understand.values import Object

VARIABLES = (ast.Name, ast.Attribute, ast.Subscript)
PASSING = LISTING | {"getattr", "next"}
"""Functions that give (some of) what their first argument is or holds."""
Replies = frozenset[ast.AST]


def replies_of(draft: Draft, node: ast.expr) -> Replies:
    """What has brought the replies that `node` may be read of: calls, or what binds their names."""
    known = draft.once("replies of reads", dict[ast.expr, Replies])
    if node not in known:
        known[node] = frozenset((node,))  # of what is read of itself
        known[node] = _found(draft, node)
    return known[node]


def _found(draft: Draft, node: ast.expr) -> Replies:
    start = _base(draft, node)
    found = set[ast.AST]()
    for binding in bindings_reaching(draft, start):
        value = _bound_to(draft, binding)
        of_another = isinstance(value, VARIABLES) and value is not node
        found |= replies_of(draft, value) if of_another and value is not None else {binding}
    return frozenset(found or {start})


def _bound_to(draft: Draft, binding: ast.AST) -> ast.expr | None:
    """What a name was read of when it was bound, if that is a reply, or a part of one."""
    holder = draft.facts.structure.parent(binding)
    while isinstance(holder, (ast.Tuple, ast.List)):  # `for number, part in enumerate(parts)`
        holder = draft.facts.structure.parent(holder)
    value: ast.expr | None = None
    if isinstance(holder, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
        value = holder.value
    elif isinstance(holder, (ast.For, ast.AsyncFor, ast.comprehension)):
        value = holder.iter
    return None if value is None else _base(draft, value)


def _base(draft: Draft, node: ast.expr) -> ast.expr:
    """The variable (or call) that `node` is read of, as far as it is read of a reply."""
    while (found := _nearer(draft, node)) is not None:
        node = found
    return node


def _nearer(draft: Draft, node: ast.expr) -> ast.expr | None:
    if isinstance(node, (ast.Await, ast.NamedExpr)):
        return node.value
    if isinstance(node, (ast.Attribute, ast.Subscript)) and _is_of_reply(draft, node.value):
        return node.value
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") in PASSING and node.args:
        return node.args[0]
    found = nearer(draft, node) or read_side(node) or plain(node)
    return None if found is node else found


def _is_of_reply(draft: Draft, node: ast.expr) -> bool:
    return any(
        isinstance(value, Object) and (value.path or value.type == RESPONSE)
        for value in draft.values(node)
    )
