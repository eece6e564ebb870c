"""Chunks that are given, one by one, to a function which gets whole replies as well.

The function goes through the parts of what it gets, which are items of steps now. A piece of a
stream is such an item, too, so that an object with the one step stands for what it came in.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from codemods.objects.sdk_modules import sdk_module
from codemods.streams.chunk_reads import chunk_type
from codemods.streams.events import SERVER_ERROR
from codemods.streams.loop_names import free_name
from codemods.streams.request_timing import plan_timing
from codemods.streams.stream_values import is_stream
from codemods.tables.api import RESPONSE
from codemods.tables.streams import CHUNK, DELTA, ERROR, OUTPUT_STEP, START, STREAM
from migrator.edits import CallCode, HeaderCode, InsertBefore, Item, Row, RowsCode
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.reasoning.piecewise import is_piecewise
from migrator.understand.facts import origin_of
from migrator.understand.values import Function, Unknown, Value, may_be

Loop = ast.For | ast.AsyncFor
KINDS = ("text", "image", "code_execution_call", "code_execution_result")
"""Types of deltas that are items by themselves."""
DOUBT = (
    "pieces of a stream come one by one, where a chunk could bring several parts; they are given "
    "to `{}` as steps of their own"
)


@dataclass(frozen=True, slots=True)
class Given:
    """A loop that does nothing but to give each chunk to `function`, as `argument`."""

    loop: Loop
    target: ast.Name
    argument: ast.Name
    function: ast.FunctionDef


def is_guest(draft: Draft, node: ast.expr, value: Value) -> bool:
    """Whether `value`, of a stream, is where `node` expects a reply, and is seen to.

    Nothing is known of a field that chunks are not asked for: that is of a piece as well.
    """
    origin = origin_of(value)
    if isinstance(value, Unknown) and isinstance(node, ast.Attribute):
        return any(is_guest(draft, node.value, held) for held in draft.values(node.value))
    streams = draft.once("streams given as replies", lambda: _given(draft))
    if origin is None or origin not in streams:
        return False
    function = draft.facts.structure.enclosing_function(node)
    return function is streams[origin].function


def given_as_replies(draft: Draft, owner: Member) -> Given | None:
    """The loop over the stream of `owner`, if its chunks are given to a function for replies."""
    return draft.once("streams given as replies", lambda: _given(draft)).get(owner)


def plan_given(draft: Draft, owner: Member, given: Given) -> None:
    """Have the loop give the pieces, as steps, to the function."""
    loop, target = given.loop, given.target
    plan_timing(draft, loop.iter, loop, owner)
    event = free_name(draft, loop, ("event", "stream_event"), set())
    step = free_name(draft, loop, ("step", "piece"), {event})
    errors = sdk_module(draft, owner, loop, "errors")
    draft.need(owner, loop, "types", "SimpleNamespace")
    draft.replace(owner, target, event)
    kinds = ", ".join(f'"{kind}"' for kind in KINDS)
    pieces = (f"{event}.{DELTA}", f"{event}.delta.type in ({kinds})")
    rows = (
        Row(HeaderCode("if", pieces)),
        Row(f"{step} = {event}.delta", 1),
        Row(HeaderCode("elif", (f"{event}.{START}", f"{event}.{OUTPUT_STEP}"))),
        Row(f"{step} = {event}.step", 1),
        Row(HeaderCode("elif", (f"{event}.{ERROR}",))),
        Row(SERVER_ERROR.format(errors, event), 1),
        Row("else:"),
        Row("continue", 1),
    )
    draft.edit(owner, InsertBefore(draft.span(loop.body[0]), RowsCode(rows)))
    reply = CallCode("SimpleNamespace", (Item(f"[{step}]", "steps"),))
    draft.replace(owner, given.argument, reply)
    if not is_piecewise(given.function):
        draft.doubt(owner, given.argument, DOUBT.format(given.function.name))
    draft.settled.update(
        node
        for node in draft.facts.uses.get(owner, ())
        if is_stream(draft, node, owner) or chunk_type(draft, node) is not None
    )


def _given(draft: Draft) -> dict[ast.AST, Given]:
    streams = [site.call for site in draft.facts.sites if site.kind.returns.endswith(STREAM)]
    found = {call: _given_by(draft, call) for call in streams}
    return {call: given for call, given in found.items() if given is not None}


def _given_by(draft: Draft, owner: ast.AST) -> Given | None:
    structure = draft.facts.structure
    uses = draft.facts.uses.get(owner, ())
    chunks = [n for n in uses if chunk_type(draft, n) == CHUNK]
    targets = [n for n in chunks if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
    loop = structure.parent(targets[0]) if len(targets) == 1 else None
    if not isinstance(loop, (ast.For, ast.AsyncFor)) or loop.target is not targets[0]:
        return None
    call = loop.body[0].value if isinstance(loop.body[0], ast.Expr) else None
    if len(loop.body) > 1 or loop.orelse or not isinstance(call, ast.Call):
        return None
    arguments = [n for n in call.args if isinstance(n, ast.Name) and n in chunks]
    function = _function(draft, call)
    if function is None or len(arguments) != 1 or call.keywords or len(call.args) != 1:
        return None
    inside = [n for n in chunks if structure.enclosing_function(n) is function]
    if set(chunks) - set(inside) != {targets[0], arguments[0]}:
        return None
    parts = all(_goes_to_parts(draft, node) for node in inside)
    if not parts or not any(may_be(draft.values(node), RESPONSE) for node in inside):
        return None
    return Given(loop, targets[0], arguments[0], function)


def _function(draft: Draft, call: ast.Call) -> ast.FunctionDef | None:
    """The one function in view that is called, if it takes nothing but the chunk."""
    found = [v.node for v in draft.values(call.func) if isinstance(v, Function)]
    node = found[0] if len(found) == len(draft.values(call.func)) == 1 else None
    return node if isinstance(node, ast.FunctionDef) and len(node.args.args) == 1 else None


def _goes_to_parts(draft: Draft, node: ast.expr) -> bool:
    """`x.candidates[0].content.parts`, which a loop goes through."""
    current: ast.AST | None = node
    for name in ("candidates", "", "content", "parts"):
        current = draft.facts.structure.parent(current) if current is not None else None
        if name and not (isinstance(current, ast.Attribute) and current.attr == name):
            return False
        if not name and not isinstance(current, ast.Subscript):
            return False
    loop = draft.facts.structure.parent(current) if current is not None else None
    return isinstance(loop, (ast.For, ast.comprehension)) and loop.iter is current
