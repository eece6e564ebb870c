"""Histories with calls of functions: a turn may be several steps, which are read turn by turn.

A chat kept all calls of one reply in one turn, and all their results in the next. In a list of
steps each has one of its own, beside the thoughts, which were parts of the turn as well.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from codemods.conversations.chat_finding import Room, message_of
from codemods.conversations.history_readers import reader_of
from codemods.functions.callable_requests import configs_of, declares, handed_over
from codemods.functions.callables import function_of
from migrator.edits import Binding, CallCode, ClausesCode, Code, Item, Replace, Span, Template
from migrator.plan import Draft, Reading
from migrator.plan.units import Member
from migrator.understand import CallSite
from migrator.understand.values import is_text

KIND = '"user" if step["type"] in ("user_input", "function_result") else "model"'
ROLE = Template(("lambda step: ", ClausesCode("(", KIND, (), ")", soft=True)))
NAMES = ("role", "turn_role", "_role")
ONLY_LOOPS = "a history with calls of functions is only read by a loop over its turns and parts"


def may_call(draft: Draft, configs: list[ast.expr]) -> bool:
    """Whether replies to a request with such a config may call functions."""
    tools = handed_over(draft, configs)
    return any(map(function_of, tools)) or declares(draft, tools)


def keeps_steps(draft: Draft, room: Room) -> bool:
    """Whether replies to a chat are kept step by step, as they may call functions."""
    return any(may_call(draft, configs_of(draft, sender)) for sender in room.senders)


def mark_looks(draft: Draft, room: Room) -> None:
    """Remember where the history of a chat is asked for, if it may hold more than texts."""
    readers = [reader_of(draft, node) for node in room.looks]
    asked = [look for reader in readers if reader is not None for look in reader.looks]
    looks = {*room.looks, *asked}
    if keeps_steps(draft, room):
        looks_at_calls(draft).update(looks)
    if any(_is_more_than_text(draft, sender) for sender in room.senders):
        looks_at_media(draft).update(looks)


def _is_more_than_text(draft: Draft, sender: CallSite) -> bool:
    """Whether a message may hold something beside texts."""
    return not all(is_text(v) for node in said_in(sender) for v in draft.values(node))


def said_in(sender: CallSite) -> list[ast.expr]:
    """What a message is made of."""
    return [
        element
        for node in message_of(sender)
        for element in (node.elts if isinstance(node, (ast.List, ast.Tuple)) else [node])
    ]


def looks_at_calls(draft: Draft) -> set[ast.AST]:
    """Where histories are asked for that may hold calls of functions."""
    return draft.once("histories with calls", set[ast.AST])


def looks_at_media(draft: Draft) -> set[ast.AST]:
    """Where histories are asked for that may hold pictures and other media."""
    return draft.once("histories with media", set[ast.AST])


def by_turns(draft: Draft, owner: Member, node: ast.AST, history: Code) -> Code:
    """The steps of a history, those of each turn together with its role."""
    function = draft.name(owner, node, "itertools", "groupby")
    return CallCode(function, (Item(history), Item(ROLE)))


def loop_over(draft: Draft, node: ast.AST) -> ast.For | None:
    """The loop that goes through what `node` is, if it does so turn by turn."""
    loop = draft.facts.structure.parent(node)
    if isinstance(loop, ast.For) and loop.iter is node and isinstance(loop.target, ast.Name):
        return loop if _reads_once(draft, loop, loop.target) else None
    return None


def _reads_once(draft: Draft, loop: ast.For, target: ast.Name) -> bool:
    """Whether the loop alone has the turn, and asks once for its parts: they can be had once."""
    structure = draft.facts.structure
    mentions = structure.mentions(structure.owner_of(target), target.id)
    loads = [node for node in mentions if isinstance(node.ctx, ast.Load)]
    loops = [loop_of_turn(draft, node) for node in loads]
    if None in loops:
        return False
    reads = [structure.parent(n) for n, own in zip(loads, loops, strict=True) if own is loop]
    parts = [read for read in reads if isinstance(read, ast.Attribute) and read.attr == "parts"]
    return len(parts) <= 1 and all(_loop_around(draft, read) is loop for read in parts)


def _loop_around(draft: Draft, node: ast.AST) -> ast.AST | None:
    """The innermost loop or comprehension that evaluates `node` again and again."""
    structure = draft.facts.structure
    inner: ast.AST | None = node
    outer = structure.parent(node)
    while outer is not None:
        if isinstance(outer, (ast.For, ast.AsyncFor)) and inner is not outer.iter:
            return outer
        if isinstance(outer, (ast.While, ast.Lambda, ast.FunctionDef, ast.AsyncFunctionDef)):
            return outer
        if isinstance(outer, ast.comprehension):
            whole = structure.parent(outer)
            first = getattr(whole, "generators", [outer])[0]
            if not (outer is first and inner is outer.iter):
                return outer
            inner, outer = outer, whole
        inner, outer = outer, structure.parent(outer) if outer is not None else None
    return None


def role_name(draft: Draft, loop: ast.For) -> str:
    """The variable of a turn's role."""
    taken = draft.facts.structure.bound_around(loop)
    return next((name for name in NAMES if name not in taken), "_role")


def name_roles(draft: Draft, owner: Member, loop: ast.For) -> None:
    """Have the loop give the role of each turn a name, if it is read."""
    read = any(isinstance(node, ast.Attribute) and node.attr == "role" for node in ast.walk(loop))
    name = role_name(draft, loop) if read else "_"
    start = draft.span(loop.target).start
    draft.edit(owner, Replace(Span(start, start), f"{name}, "))


def loop_of_turn(draft: Draft, turn: ast.expr) -> ast.For | None:
    """The loop whose variable `turn` is."""
    current = draft.facts.structure.parent(turn)
    while current is not None:
        if isinstance(current, ast.For) and isinstance(current.target, ast.Name):
            if isinstance(turn, ast.Name) and current.target.id == turn.id:
                return current
        current = draft.facts.structure.parent(current)
    return None


def role_of_turn(draft: Draft, reading: Reading) -> None:
    """`turn.role` -> the variable that the loop has for it."""
    loop = loop_of_turn(draft, reading.base)
    if loop is None:
        draft.block(reading.owner, reading.node, ONLY_LOOPS)
    else:
        draft.replace(reading.owner, reading.node, role_name(draft, loop))


def parts_of_turn(draft: Draft, reading: Reading) -> None:
    """`turn.parts` -> the content of its steps, and those that have none themselves."""
    parent = draft.facts.structure.parent(reading.node)
    looped = isinstance(parent, (ast.For, ast.comprehension)) and parent.iter is reading.node
    if not looped or loop_of_turn(draft, reading.base) is None:
        draft.block(reading.owner, reading.node, ONLY_LOOPS)
        return
    turn = draft.hole(reading.base, Binding.ATOM)
    steps = Template(("for step in ", turn))
    inner = 'for part in step.get("content", [step])'
    draft.replace(reading.owner, reading.node, ClausesCode("[", "part", (steps, inner), "]"))


def text_of_part(draft: Draft, reading: Reading) -> None:
    """`part.text` -> the text, or None of a call or a result."""
    node = reading.node
    assert isinstance(node, ast.Attribute)
    base = draft.hole(reading.base, Binding.ATOM)
    guarded = _is_guarded(draft, node)
    code = Template((base, '["text"]' if guarded else '.get("text")'))
    draft.replace(reading.owner, node, code)


def _is_guarded(draft: Draft, node: ast.Attribute) -> bool:
    """Whether a test of the same read stands around it: `if part.text: print(part.text)`."""
    same, structure = ast.unparse(node), draft.facts.structure
    inner: ast.AST = node
    outer = structure.parent(node)
    while outer is not None and not isinstance(outer, (ast.For, ast.FunctionDef)):
        if isinstance(outer, ast.If) and inner in outer.body and same in _asserted(outer.test):
            return True
        inner, outer = outer, structure.parent(outer)
    return False


def _asserted(test: ast.expr) -> Iterable[str]:
    """What is true where a test has come out so."""
    both = isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And)
    return map(ast.unparse, test.values if both and isinstance(test, ast.BoolOp) else [test])
