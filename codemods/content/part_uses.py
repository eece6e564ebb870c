"""What becomes of the uses of lists of parts, and of single parts, that hold typed content now."""

from __future__ import annotations

import ast

from codemods.content.part_lists import convert_list, is_sum
from codemods.content.parts import convert_part
from codemods.reply.printed import goes_through_to_print
from migrator.plan import Draft, Reading, Use, leave_to_hand

BLIND = frozenset({"clear", "reverse"})
"""Methods of lists that don't look at what is in them."""


def refuse(draft: Draft, reading: Reading) -> None:
    """Uses that lists of parts have no translation for."""
    text = f"`{draft.quote(reading.base)}` is also used here: {reading.use.value}"
    leave_to_hand(draft, reading.owner, reading.base, text)


def append(draft: Draft, reading: Reading) -> None:
    """`parts.append(x)` on a list that is rebuilt: the new element is typed content too."""
    call = draft.facts.structure.parent(reading.node)
    name = getattr(reading.node, "attr", "")
    if name in {"append", "insert", "extend"} and isinstance(call, ast.Call) and call.args:
        element = call.args[-1]
        convert = convert_list if name == "extend" else convert_part
        draft.replace(reading.owner, element, convert(draft, element, reading.owner))
        return
    if name in BLIND and isinstance(call, ast.Call):
        return
    text = f"`{draft.quote(reading.base)}` is also used here, by .{name}"
    leave_to_hand(draft, reading.owner, reading.base, text)


def extend(draft: Draft, reading: Reading) -> None:
    """`parts += more` on a list that is rebuilt, and `parts + more`, which is another."""
    node = reading.node
    if isinstance(node, ast.BinOp) and is_sum(node) and node in draft.demanded:
        return
    if isinstance(node, ast.AugAssign) and node.target is reading.base:
        if isinstance(node.op, ast.Add):
            added = convert_list(draft, node.value, reading.owner)
            draft.replace(reading.owner, node.value, added)
            return
    text = f"`{draft.quote(reading.base)}` is also used here: {reading.use.value}"
    leave_to_hand(draft, reading.owner, reading.base, text)


def count(draft: Draft, reading: Reading) -> None:
    """`len(parts)` stays what it was; going through the parts does not, but to print them."""
    call = reading.node
    if goes_through_to_print(draft, reading):
        return
    if not (isinstance(call, ast.Call) and draft.source(call.func) == "len"):
        text = f"`{draft.quote(reading.base)}` is also used here: {reading.use.value}"
        leave_to_hand(draft, reading.owner, reading.base, text)


def taken(draft: Draft, reading: Reading) -> None:
    """A slice of a list of parts is one as well; one part by itself is not followed."""
    node = reading.node
    if not (isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice)):
        refuse(draft, reading)


def leaves(draft: Draft, reading: Reading) -> None:
    """A container takes the part to code that expects the old one."""
    text = f"`{draft.quote(reading.base)}` holds a part of the call; {reading.use.value}"
    taker = reading.node
    if isinstance(taker, ast.keyword):
        taker = draft.facts.structure.parent(taker) or taker
    if reading.use is Use.ARGUMENT and isinstance(taker, ast.Call):
        text += f": `{draft.quote(taker.func)}`"
    leave_to_hand(draft, reading.owner, reading.base, text)


def keep(draft: Draft, reading: Reading) -> None:
    """Uses that don't look inside: truth and length stay what they were."""
