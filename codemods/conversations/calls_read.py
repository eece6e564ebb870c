"""Calls of functions and their results in the turns of a history, which are steps of their own."""

from __future__ import annotations

import ast

from codemods.objects.shown_whole import show
from codemods.reply.interaction import none_test
from codemods.tables.chats import TURN_CALL
from migrator.edits import Binding, Code, Template
from migrator.plan import Draft, Reading, Use, context_of

TYPES = {"function_call": "function_call", "function_response": "function_result"}
"""Fields of a part -> the types of the steps in their places."""
FIELDS = {"name": "name", "args": "arguments", "id": "id"}
"""Fields of a call -> the keys of its step; a result has the first of them, too."""
FOLLOWED = frozenset({Use.TRUTH, Use.IS_NONE, Use.FORMAT, Use.ATTRIBUTE})


def taken(draft: Draft, reading: Reading) -> None:
    """`part.function_call`: tested, printed, or asked for its fields."""
    node = reading.node
    use = context_of(draft.facts, node).use if isinstance(node, ast.Attribute) else Use.OTHER
    if use not in FOLLOWED:
        text = f"`{draft.quote(node)}`: a call in a chat's history is a step; it can be tested, "
        draft.block(reading.owner, node, text + "printed and asked for its name and arguments")


def _part(draft: Draft, reading: Reading) -> Code:
    """The part whose call or result is read."""
    assert isinstance(reading.base, ast.Attribute)
    return draft.hole(reading.base.value, Binding.ATOM)


def _is_one(draft: Draft, reading: Reading) -> Code:
    assert isinstance(reading.base, ast.Attribute)
    return Template((_part(draft, reading), f'["type"] == "{TYPES[reading.base.attr]}"'))


def tested(draft: Draft, reading: Reading) -> None:
    """`if part.function_call:` -> a test of the step's type."""
    draft.replace(reading.owner, reading.base, _is_one(draft, reading))


def is_none(draft: Draft, reading: Reading) -> None:
    """`part.function_call is not None` -> a test of the step's type."""
    none_test(draft, reading, _is_one(draft, reading))


def shown(draft: Draft, reading: Reading) -> None:
    """A call that is printed whole: its step."""
    show(draft, reading.owner, reading.base, "a step reads differently")
    draft.replace(reading.owner, reading.base, _part(draft, reading))


def field(draft: Draft, reading: Reading) -> None:
    """`part.function_call.args` -> `part["arguments"]`."""
    node = reading.node
    name = node.attr if isinstance(node, ast.Attribute) else ""
    if name not in FIELDS or (reading.type != TURN_CALL and name == "args"):
        text = f"`{draft.quote(node)}` has no equivalent in the step of a call or its result"
        draft.block(reading.owner, node, text)
        return
    code = Template((_part(draft, reading), f'["{FIELDS[name]}"]'))
    draft.replace(reading.owner, node, code)
