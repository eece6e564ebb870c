"""Which expressions are a stream as a whole, and what hands one through."""

from __future__ import annotations

import ast

from codemods.streams.chunk_forms import is_builtin, or_nothing
from codemods.streams.chunk_reads import chunk_type
from codemods.tables.streams import STREAM
from migrator.plan import Draft, Use, context_of
from migrator.plan.units import Member
from migrator.understand import frameworks
from migrator.understand.facts import origin_of
from migrator.understand.values import Awaitable, Object, Value


def without_await(draft: Draft, owner: Member) -> tuple[ast.AST, str] | None:
    """A loop over the coroutine of the call instead of its stream, which raises TypeError."""
    for node in draft.facts.uses.get(owner, ()):
        waiting = all(isinstance(value, Awaitable) for value in draft.values(node))
        if waiting and context_of(draft.facts, node).use is Use.ITERATE:
            source = draft.quote(node)
            return node, f"await is missing: `{source}` is a coroutine that returns the stream"
    return None


def handed_through(draft: Draft, node: ast.expr) -> ast.expr:
    """The stream in `iter(stream)` or `tqdm(stream)`, which give its chunks as they come."""
    if not isinstance(node, ast.Call) or not node.args:
        return node
    alone = len(node.args) == 1 and not node.keywords
    bar = is_builtin(draft, node, *frameworks.PROGRESS)
    return node.args[0] if bar or (alone and is_builtin(draft, node, "iter", "aiter")) else node


def gives_chunks(draft: Draft, node: ast.expr) -> bool:
    """Whether going through `node` asks a stream for its chunks, directly or by a generator."""
    values = [v for v in draft.values(node) if isinstance(v, Object)]
    return bool(values) and all(v.type in {STREAM, "generator"} for v in values)


def is_stream(draft: Draft, node: ast.expr, owner: Member) -> bool:
    return any(is_whole(v) for v in draft.values(node) if origin_of(v) is owner)


def is_whole(value: Value) -> bool:
    """Whether a value is a stream, or will be once it is awaited."""
    inner = value.value if isinstance(value, Awaitable) else value
    return isinstance(inner, Object) and inner.type == STREAM


def is_step(draft: Draft, node: ast.expr) -> bool:
    """Whether a node is `.candidates`, `[0]` or the like of a chunk that is looked at itself."""
    base = getattr(node, "value", None)
    if isinstance(node, ast.Call) and len(node.args) > 1:
        base = node.args[0]
    if is_or_nothing(draft, node):
        return True
    if isinstance(node, (ast.BoolOp, ast.IfExp)):
        return context_of(draft.facts, node).use is Use.TRUTH
    if isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        return isinstance(base, ast.expr) and chunk_type(draft, base) is not None
    return False


def is_or_nothing(draft: Draft, node: ast.expr) -> bool:
    """Whether `node` is `… or []` of the parts of a chunk."""
    first = node.values[0] if isinstance(node, ast.BoolOp) else None
    return first is not None and or_nothing(draft, first) is node and is_step(draft, first)
