"""The parts of turns, which are items of content now, where a program looks at them."""

from __future__ import annotations

import ast

from codemods.content import result_reads
from codemods.content.part_lists import elements_of
from codemods.content.result_turns import turns_of
from codemods.content.sent_part_fields import ONLY_TEXT, read_field
from codemods.content.turns import read_turn
from codemods.reply.certain_tests import leave_out
from codemods.reply.printed import show_sent
from codemods.tables.api import PART
from migrator.plan import Draft, Reading, Use, context_of
from migrator.plan.contexts import Context
from migrator.plan.units import Member
from migrator.understand.values import Object, Value

ASKING = frozenset({Use.TRUTH, Use.IS_NONE})
NAMING = (ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.IfExp, ast.BoolOp, ast.Return, ast.Expr)


def is_object(draft: Draft, value: Value) -> bool:
    """Whether `value` is a turn, or a part of one, and was no dict."""
    origin = value.origin if isinstance(value, Object) else None
    return isinstance(origin, ast.Call) and read_turn(draft, origin) is not None


def leave_out_always(draft: Draft, owner: Member, test: ast.AST) -> None:
    """A test that held for whatever got there."""
    assert isinstance(test, ast.Call)
    if not leave_out(draft, owner, test):
        draft.block(owner, test, f"`{draft.quote(test)}` is always true; write the code without it")


def parts_read(draft: Draft, origin: ast.expr) -> None:
    """The parts of a turn that is a step now, wherever they are looked at."""
    if isinstance(origin, ast.Dict):
        _check_spread(draft, origin)
        _written_parts_read(draft, origin)
    for node in draft.facts.uses.get(origin, ()):
        if node in draft.settled or node in draft.sinks:
            continue
        mine = (v for v in draft.values(node) if isinstance(v, Object) and v.origin is origin)
        if any(v.type == PART for v in mine):
            _part_read(draft, origin, node)


def _check_spread(draft: Draft, turn: ast.Dict) -> None:
    """`{**turn}` and `*turn` hand on what a step is made of; `f(**turn)` looks for its keys."""
    for use in draft.facts.uses.get(turn, ()):
        parent = draft.facts.structure.parent(use)
        called = isinstance(parent, ast.keyword) and parent.arg is None
        spread = called or isinstance(parent, ast.Starred) or _is_merged(parent, use)
        if spread and _is_whole(draft, use, turn):
            text = f"`{draft.quote(use)}` is a turn, which becomes a step: its keys are others"
            (draft.block if called else draft.doubt)(turn, use, text)


def _is_merged(parent: ast.AST | None, node: ast.expr) -> bool:
    """Whether `parent` is `{**node}`."""
    if not isinstance(parent, ast.Dict):
        return False
    entries = zip(parent.keys, parent.values, strict=True)
    return any(key is None and value is node for key, value in entries)


def _is_whole(draft: Draft, node: ast.expr, origin: ast.AST) -> bool:
    """Whether `node` may be all of what `origin` makes."""
    values = (v for v in draft.values(node) if isinstance(v, Object))
    return any(v.origin is origin and not v.path for v in values)


def _part_read(draft: Draft, owner: Member, part: ast.expr) -> None:
    """One use of a part; only its text is translated."""
    if turns_of(draft, part) is not None:
        result_reads.part_read(draft, owner, part)
        return
    context = context_of(draft.facts, part)
    if _is_kept(context, part):
        return
    reader = context.node
    if context.use is Use.FORMAT:
        show_sent(draft, owner, part, reader)
    elif context.use is Use.ATTRIBUTE and isinstance(reader, ast.expr):
        read_field(draft, owner, part, reader)
    else:
        draft.block(owner, reader, f"`{draft.quote(reader)}`: {ONLY_TEXT}")


def _is_kept(context: Context, part: ast.expr) -> bool:
    """Whether a use asks only whether a part is there, or gives it a name.

    Whatever else takes it may send it, or print it.
    """
    named = not isinstance(getattr(part, "ctx", ast.Load()), ast.Load)
    named = named or isinstance(context.node, NAMING)
    return context.use in ASKING or (context.use is Use.MOVE and named)


def _written_parts_read(draft: Draft, turn: ast.Dict) -> None:
    """The parts in a turn that was a dict: dicts as well, or objects."""
    read = read_turn(draft, turn)
    held = elements_of(draft, read.parts) if read is not None else ()
    for part in held:
        origin = part.origin if isinstance(part, Object) else None
        if origin is None or origin in draft.demanded:
            continue
        for node in draft.facts.uses.get(origin, ()):
            looks = node is not origin and node not in draft.settled
            if looks and part in draft.values(node):
                _written_part_read(draft, turn, node)


def _written_part_read(draft: Draft, owner: Member, part: ast.expr) -> None:
    """One use of such a part: what it holds beside text is called differently now."""
    context = context_of(draft.facts, part)
    reader = context.node
    if _is_kept(context, part) or _names_text(draft, reader, part):
        return
    if context.use is Use.FORMAT:
        show_sent(draft, owner, part, reader)
    elif isinstance(reader, ast.Attribute) and all(_is_call(v) for v in draft.values(part)):
        read_field(draft, owner, part, reader)
    else:
        draft.block(owner, reader, f"`{draft.quote(reader)}`: {ONLY_TEXT}")


def _is_call(value: Value) -> bool:
    return isinstance(value, Object) and isinstance(value.origin, ast.Call)


def part_read(draft: Draft, reading: Reading) -> None:
    """A use of a part that is made away from the list that holds it."""
    _written_part_read(draft, reading.owner, reading.base)


def _names_text(draft: Draft, reader: ast.AST, part: ast.expr) -> bool:
    """`part["text"]`, `part.get("text")` and `"text" in part`, which mean what they meant."""
    key: ast.expr | None = None
    if isinstance(reader, ast.Subscript):
        key = reader.slice
    elif isinstance(reader, ast.Attribute) and reader.attr == "get":
        call = draft.facts.structure.parent(reader)
        key = call.args[0] if isinstance(call, ast.Call) and call.args else None
    elif isinstance(reader, ast.Compare) and isinstance(reader.ops[0], (ast.In, ast.NotIn)):
        key = reader.left if reader.comparators == [part] else None
    constant = draft.constant(key) if key is not None else None
    return constant is not None and constant.value == "text"
