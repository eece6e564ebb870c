"""What is asked and read of the result of a function, where that is a step now.

`result.parts[0]` is `result`, its response `result["result"]`; what always holds is not asked.
"""

from __future__ import annotations

import ast

from codemods.content.parts import judge_element, text_content
from codemods.content.result_turns import is_all_of_result, result_turn, turn_before, turns_of
from codemods.objects.written_objects import fields_of
from codemods.reply.certain_outcomes import Certain, settle_tests
from codemods.reply.interaction import attribute_read, is_probe
from codemods.tables.api import FUNCTION_RESPONSE
from migrator.edits import Code, Replace, Span
from migrator.plan import Draft, Reading, Use, context_of
from migrator.plan.units import Member
from migrator.understand.values import Object

READ = {"response": "result", "name": "name"}
"""Field of a function response -> the key of the step."""


def taken_result(draft: Draft, part: ast.expr, owner: Member) -> Code:
    """The step that `part`, a name or `turn.parts[0]`, is."""
    origins = turns_of(draft, part)
    if origins is None:
        for value in draft.values(part):
            judge_element(draft, part, value, owner)
        return text_content(draft, part)
    for origin in sorted(origins, key=draft.line):
        draft.demand(origin, "turn", owner)
    return draft.hole(part)


def whole_result(draft: Draft, parts: ast.expr, owner: Member) -> Code | None:
    """The step that all of `turn.parts` is; None where it is something else."""
    values = draft.values(parts)
    if not isinstance(parts, ast.Attribute) or not values:
        return None
    if not all(is_all_of_result(draft, value) for value in values):
        return None
    for value in values:
        if isinstance(value, Object) and value.origin is not None:
            draft.demand(value.origin, "turn", owner)
    draft.settled.update({parts, parts.value})
    return draft.hole(parts.value)


def part_read(draft: Draft, owner: Member, part: ast.expr) -> None:
    """One use of the part of such a turn."""
    context = context_of(draft.facts, part)
    reader = context.node
    if isinstance(reader, ast.expr) and _field(reader) == "function_response":
        _response_read(draft, owner, part, reader)
    elif settle_tests(owner, part, Certain(draft, _is_there, _is_filled)):
        return
    elif context.use is Use.MOVE:
        if turn_before(part) is not None:
            _put_behind(draft, owner, part, part, "")
    else:
        _refuse(draft, owner, part)


def parts_read(draft: Draft, reading: Reading) -> None:
    """`turn.parts` of such a turn: its one part is taken, or it is asked whether there is one."""
    parts = reading.node
    if reading.use.name == "ATTRIBUTE" and isinstance(parts, ast.expr):
        parent = draft.facts.structure.parent(parts)
        taken = isinstance(parent, ast.Subscript) and turns_of(draft, parent) is not None
        if taken and isinstance(parent.ctx, ast.Load):  # type: ignore[union-attr]
            return  # the part accounts for it
        named = _field(parts) == "parts"
        if named and settle_tests(reading.owner, parts, Certain(draft, _is_there, _is_filled)):
            return
    _refuse(draft, reading.owner, reading.base)


def _field(node: ast.AST | None) -> str | None:
    """The field that `node` reads by a dot, or asks for by `hasattr`."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return attribute_read(node) if node is not None and is_probe(node) else None


def _response_read(draft: Draft, owner: Member, part: ast.expr, response: ast.expr) -> None:
    """`part.function_response`, asked for or read further."""
    outer = draft.facts.structure.parent(response)
    if settle_tests(owner, response, Certain(draft, _is_there, _is_filled)):
        return
    if isinstance(outer, ast.Attribute) and outer.value is response and outer.attr in READ:
        if settle_tests(owner, outer, Certain(draft, _is_there, _is_filled)):
            return
        _put_behind(draft, owner, part, outer, f'["{READ[outer.attr]}"]')
    else:
        _refuse(draft, owner, response)


def _put_behind(draft: Draft, owner: Member, part: ast.expr, read: ast.expr, text: str) -> None:
    """Put a text behind the turn that `part` is taken of, in the place of what `read` reads.

    Each turn that it may be of finds it again.
    """
    turn = draft.span(turn_before(part) or part)
    start = draft.positions.span_with_parentheses(turn).end
    done = draft.once("results read", set[ast.AST])
    if read not in done:
        done.add(read)
        draft.edit(owner, Replace(Span(start, draft.span(read).end), text))


def _refuse(draft: Draft, owner: Member, node: ast.AST) -> None:
    text = f"`{draft.quote(node)}` belongs to the result of a function, which becomes a step"
    draft.block(owner, node, text)


def _is_there(draft: Draft, node: ast.expr) -> bool:
    """Whether `node` is something of such a turn that is never None."""
    if isinstance(node, (ast.Subscript, ast.Name)):
        return turns_of(draft, node) is not None
    field, inner = _field(node), _inner(node)
    if inner is None:
        return False
    if field == "parts":
        values = draft.values(inner)
        turns = [v for v in values if isinstance(v, Object) and not v.path]
        made = [v for v in turns if result_turn(draft, v.origin) is not None]
        return bool(made) and len(made) == len(values)
    if field == "function_response":
        return turns_of(draft, inner) is not None
    given = _responses(draft, node)
    return bool(given) and all(_are_dicts(draft, one) for one in given)


def _is_filled(draft: Draft, node: ast.expr) -> bool:
    """Whether `node` is something of such a turn that is never None nor empty."""
    if _field(node) != "response":
        return _is_there(draft, node)
    given = _responses(draft, node)
    return bool(given) and all(isinstance(one, ast.Dict) and any(one.keys) for one in given)


def _are_dicts(draft: Draft, node: ast.expr) -> bool:
    values = draft.values(node)
    return bool(values) and all(isinstance(v, Object) and v.type == "dict" for v in values)


def _inner(node: ast.AST | None) -> ast.expr | None:
    """What a field is read of."""
    if isinstance(node, ast.Attribute):
        return node.value
    return node.args[0] if isinstance(node, ast.Call) and node.args else None


def _responses(draft: Draft, node: ast.expr) -> list[ast.expr]:
    """What the results are given whose response `node` reads; nothing where that can't be told."""
    read = _inner(node)
    part = _inner(read) if _field(node) == "response" else None
    if part is None or _field(read) != "function_response":
        return []
    given = [_response(draft, origin) for origin in turns_of(draft, part) or ()]
    return [one for one in given if one is not None] if None not in given else []


def _response(draft: Draft, origin: ast.expr) -> ast.expr | None:
    """The response that is given to the result in a turn."""
    part = result_turn(draft, origin)
    fields = part.fields if part is not None else {}
    if "function_response" in fields:
        made = fields_of(draft, fields["function_response"], FUNCTION_RESPONSE)
        fields = {f.name: f.value for f in made or ()}
    return fields.get("response")
