"""What is read of the turns in a list: roles, parts and texts, of steps now."""

from __future__ import annotations

import ast

from codemods.content import result_reads
from codemods.content.parts import convert_part
from codemods.content.result_turns import result_turn
from codemods.content.several_steps import becomes_step
from codemods.content.step_lists import is_counted
from codemods.content.turn_parts import is_object, leave_out_always
from codemods.reply.interaction import attribute_read, is_probe
from codemods.tables.api import CONTENT
from codemods.tables.parts import ROLES
from migrator.edits import Binding, Code, Template
from migrator.plan import Draft, Reading, Use, is_tested
from migrator.plan.units import Member
from migrator.understand.facts import origin_of
from migrator.understand.values import Object, is_text


def item(draft: Draft, reading: Reading) -> None:
    """`turn["role"]` and `turn["parts"]` of a turn that was a dict."""
    node = reading.node
    assert isinstance(node, ast.Subscript)
    key = draft.constant(node.slice)
    if key is not None and key.value == "role":
        role(draft, reading.owner, node, node.value)
    elif (
        key is not None
        and key.value == "parts"
        and isinstance(node.slice, ast.Constant)
        and (_only_looked_at(draft, node) or _grows(draft, reading.owner, node))
    ):
        quote = draft.source(node.slice)[0]
        draft.replace(reading.owner, node.slice, f"{quote}content{quote}")
    else:
        _refuse(draft, reading)


def attribute(draft: Draft, reading: Reading) -> None:
    """`turn.role` and `turn.parts` of a turn that was an object; `turn.get("role")` of a dict."""
    node = reading.node
    if result_turn(draft, reading.owner) is not None:
        result_reads.parts_read(draft, reading)
        return
    if not isinstance(node, ast.Attribute):
        _probed(draft, reading)
        return
    if node.attr == "role":
        role(draft, reading.owner, node, node.value)
    elif (
        node.attr == "parts"
        and any(isinstance(value, Object) for value in draft.values(node))
        and (_only_looked_at(draft, node) or _grows(draft, reading.owner, node))
    ):
        code = Template((draft.hole(node.value, Binding.ATOM), '["content"]'))
        draft.replace(reading.owner, node, code)
    elif node.attr == "get":
        _get(draft, reading, node)
    else:
        _refuse(draft, reading)


def _only_looked_at(draft: Draft, parts: ast.expr) -> bool:
    """Whether parts are indexed, counted or gone through, but not changed or handed on."""
    parent = draft.facts.structure.parent(parts)
    if isinstance(parent, ast.BoolOp):
        return is_tested(draft.facts, parts) or _only_looked_at(draft, parent)
    if isinstance(parent, (ast.If, ast.IfExp, ast.UnaryOp)):
        return is_tested(draft.facts, parts)
    if isinstance(parent, ast.Subscript):
        return isinstance(parent.ctx, ast.Load) and parent.value is parts
    if isinstance(parent, (ast.For, ast.comprehension)):
        return parent.iter is parts
    return isinstance(parent, ast.Call) and ast.unparse(parent.func) == "len"


def _grows(draft: Draft, owner: Member, parts: ast.expr) -> bool:
    """`turn.parts.append(x)`: what is added becomes content too."""
    method = draft.facts.structure.parent(parts)
    call = draft.facts.structure.parent(method) if method is not None else None
    if not isinstance(method, ast.Attribute) or method.attr not in {"append", "insert"}:
        return False
    if not isinstance(call, ast.Call) or not call.args or call.func is not method:
        return False
    element = call.args[-1]
    if becomes_step(draft, element, owner):
        text = f"`{draft.quote(element)}` becomes a step of its own; append it to the list of turns"
        draft.block(owner, element, text)
    if any(is_text(value) for value in draft.values(element)):
        text = f"`{draft.quote(element)}` is no part, and was left out when the turn was sent"
        draft.block(owner, element, text)
    draft.replace(owner, element, convert_part(draft, element, owner))
    return True


def _get(draft: Draft, reading: Reading, node: ast.Attribute) -> None:
    call = draft.facts.structure.parent(node)
    key = call.args[0] if isinstance(call, ast.Call) and call.args else None
    name = draft.constant(key) if key is not None else None
    if isinstance(call, ast.Call) and name is not None and name.value == "role":
        role(draft, reading.owner, call, node.value)
    elif (
        isinstance(call, ast.Call)
        and isinstance(key, ast.Constant)
        and name is not None
        and name.value == "parts"
        and _only_looked_at(draft, call)
    ):
        quote = draft.source(key)[0]
        draft.replace(reading.owner, key, f"{quote}content{quote}")
    else:
        _refuse(draft, reading)


def _probed(draft: Draft, reading: Reading) -> None:
    """`hasattr(turn, "parts")`, which every turn has."""
    node = reading.node
    turns = all(is_object(draft, value) for value in draft.values(reading.base))
    if is_probe(node) and turns and attribute_read(node) in {"parts", "role"}:
        leave_out_always(draft, reading.owner, node)
    else:
        _refuse(draft, reading)


def _refuse(draft: Draft, reading: Reading) -> None:
    text = f"`{draft.quote(reading.base)}` is a turn, which becomes a step: {reading.use.value}"
    draft.block(reading.owner, reading.base, text)


def role(draft: Draft, owner: Member, node: ast.expr, turn: ast.expr) -> None:
    """The role, as the type of the step says it."""
    kind: Code = Template((draft.hole(turn, Binding.ATOM), '["type"]'))
    parent = draft.facts.structure.parent(node)
    if isinstance(parent, ast.Compare) and len(parent.ops) == 1:
        other = parent.comparators[0] if parent.left is node else parent.left
        words = other.elts if isinstance(other, (ast.Tuple, ast.List, ast.Set)) else [other]
        constants = [draft.constant(word) for word in words]
        literal = all(isinstance(word, ast.Constant) for word in words)
        if literal and all(c is not None and c.value in ROLES for c in constants):
            for word, constant in zip(words, constants, strict=True):
                assert constant is not None
                quote = draft.source(word)[0]
                draft.replace(owner, word, f"{quote}{ROLES[str(constant.value)]}{quote}")
            draft.replace(owner, node, kind)
            return
    user = ROLES["user"]
    draft.replace(owner, node, Template(('"user" if ', kind, f' == "{user}" else "model"')))


def keeps_company(draft: Draft, owner: Member, node: ast.expr) -> bool:
    """Whether a reply that stands at `node` among turns is a step by its text there."""
    every = draft.facts.holders.get(owner, frozenset())
    holders = [h for h in every if draft.demanded.get(h) == "contents"]
    mine = [v for v in draft.values(node) if isinstance(v, Object) and v.origin is owner]
    kept = all(v.path[:3] == ("candidates", "[0]", "content") for v in mine)
    kept = kept and any(v.type == CONTENT for h in holders for v in draft.facts.held(h)
                        if isinstance(v, Object) and v.origin is owner)  # fmt: skip
    return bool(holders) and kept and all(is_counted(draft, h) for h in holders)


def held(draft: Draft, reading: Reading) -> None:
    """A container of turns leaves the view, other than by a call that sends it."""
    sent = _taker(draft, reading) in draft.legacy_calls or reading.base in draft.settled
    if sent or reading.use in {Use.OTHER, Use.COMPARE} or not _holds_whole(draft, reading):
        return
    text = f"`{draft.quote(reading.base)}` holds turns, which are steps now: {reading.use.value}"
    draft.block(reading.owner, reading.base, text)


def _holds_whole(draft: Draft, reading: Reading) -> bool:
    """Whether a container holds the turn itself, and not only what was taken from it."""
    seen: set[ast.AST] = set()
    todo = list(draft.values(reading.base))
    while todo:
        value = todo.pop()
        origin = origin_of(value)
        if origin is reading.owner and not getattr(value, "path", ()):
            return True
        if origin is not None and origin not in seen:
            seen.add(origin)
            todo += draft.facts.held(origin)
    return False


def _taker(draft: Draft, reading: Reading) -> ast.AST | None:
    outer = draft.facts.structure.parent(reading.node)
    return outer if isinstance(reading.node, ast.keyword) else reading.node
