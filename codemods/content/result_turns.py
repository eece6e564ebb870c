"""Turns with the result of one function, and the one part that is taken of them.

`call_tool()` returns `types.Content(role="tool", parts=[…])`, and whoever called it sends
`result.parts[0]`. The step is made where the turn was, and is both.
"""

from __future__ import annotations

import ast

from codemods.content.own_lists import parts_changed
from codemods.content.parts import Part, read_part
from codemods.content.turns import read_turn
from codemods.tables.api import PART
from codemods.tables.parts import RESULT_ROLES
from migrator.plan import Draft
from migrator.understand.values import Object, Value

FORMS = frozenset({"from_function_response", "function_response"})


def result_turn(draft: Draft, origin: ast.AST | None) -> Part | None:
    """The one result of a function that the turn made at `origin` holds."""
    turn = read_turn(draft, origin) if isinstance(origin, ast.Call) else None
    if turn is None or turn.role not in RESULT_ROLES or parts_changed(draft, turn.node):
        return None
    elements = turn.parts.elts if isinstance(turn.parts, (ast.List, ast.Tuple)) else []
    part = read_part(draft, elements[0], turn.node) if len(elements) == 1 else None
    return part if part is not None and part.form in FORMS else None


def turns_of(draft: Draft, part: ast.expr) -> list[ast.expr] | None:
    """The turns whose one part `part` certainly is."""
    values = draft.values(part)
    if not values or not all(is_taken_result(draft, value) for value in values):
        return None
    return [v.origin for v in values if isinstance(v, Object) and isinstance(v.origin, ast.expr)]


def is_taken_result(draft: Draft, value: Value) -> bool:
    """Whether `value` is the one part of such a turn."""
    taken = isinstance(value, Object) and value.type == PART and value.path == ("parts", "[0]")
    return taken and result_turn(draft, value.origin) is not None  # type: ignore[union-attr]


def is_all_of_result(draft: Draft, value: Value) -> bool:
    """Whether `value` is the list with the one part of such a turn."""
    whole = isinstance(value, Object) and value.path == ("parts",)
    return whole and result_turn(draft, value.origin) is not None  # type: ignore[union-attr]


def turn_before(node: ast.expr) -> ast.expr | None:
    """`turn` of `turn.parts[0]`."""
    parts = node.value if isinstance(node, ast.Subscript) else None
    return parts.value if isinstance(parts, ast.Attribute) and parts.attr == "parts" else None


def is_read_back(draft: Draft, node: ast.AST) -> bool:
    """Whether the program looks at the response of the result that is written at `node`."""
    turn: ast.AST | None = node
    while isinstance(turn, (ast.expr, ast.keyword)):
        if result_turn(draft, turn) is not None:
            uses = draft.facts.uses.get(turn, ())
            return any("response" in v.path for use in uses for v in draft.values(use)
                       if isinstance(v, Object) and v.origin is turn)  # fmt: skip
        turn = draft.facts.structure.parent(turn)
    return False
