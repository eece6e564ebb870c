"""Results of functions: a part with a `function_response` becomes a step of type function_result.

`convert_result` is the rule for such a part, so whatever converts parts and turns (`convert_part`,
`convert_steps`, `written_steps`) makes the steps: lists of turns need nothing of their own.

A step must name the call that it answers, by an id that `generate_content` did without. `call_id`
finds it: the `id` that the program passes along; the call whose `name` is passed (`call.name`); or
the one variable that holds a call where the result is made. Where there is no such thing, or more
than one, it says so.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import cast

from codemods.building.parts import Part
from codemods.building.results_sent import NONE_NOTE, is_plain
from codemods.building.shapes import Field, fields_of
from codemods.tables.api import FUNCTION_CALL, FUNCTION_RESPONSE, PART
from migrator.edits import Binding, Code, DictCode, Item, Template
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.understand.facts import origin_of
from migrator.understand.structure import COMPREHENSIONS
from migrator.understand.values import Constant, Object, Unknown, Value, Values

KIND = "function response"
ADVICE = "carry the id of the call along, and pass it as FunctionResponse(id=…)"
TAKEN = frozenset({"id", "name", "response"})


def convert_result(draft: Draft, part: Part) -> Code:
    """The step for `Part.from_function_response(…)` or `Part(function_response=…)`."""
    if part.form == KIND.replace(" ", "_"):
        return draft.convert(part.fields[part.form], KIND, part.owner)
    fields = [Field(name, value, draft.span(value)) for name, value in part.fields.items()]
    return _step(draft, part.node, fields, part.owner)


def build_response(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """The step for a `FunctionResponse` where it is made."""
    fields = fields_of(draft, node, FUNCTION_RESPONSE)
    if fields is None:
        draft.block(owner, node, f"the function response `{draft.quote(node)}` can't be followed")
        return draft.hole(node)
    return _step(draft, node, fields, owner)


def accepts_response(draft: Draft, value: Value) -> bool:
    """Responses that are written out."""
    origin = origin_of(value)
    return isinstance(origin, ast.expr) and fields_of(draft, origin, FUNCTION_RESPONSE) is not None


def judge_response(draft: Draft, node: ast.expr, value: Value, owner: Member) -> None:
    """Responses that are not made in view stop the call."""
    draft.block(owner, node, f"the function response `{draft.quote(node)}` can't be followed")


def _step(draft: Draft, node: ast.expr, fields: list[Field], owner: Member) -> Code:
    given = {field.name: field for field in fields}
    for field in fields:
        constant = draft.constant(field.value)
        if field.name not in TAKEN and not (constant is not None and constant.value is None):
            text = f"{field.name or draft.quote(field.value)} of a function response has no "
            draft.block(owner, field.value, text + "equivalent that is known")
    if not {"name", "response"} <= set(given):
        draft.block(owner, node, f"`{draft.quote(node)}` lacks the name or the result")
        return draft.hole(node)
    name, response = given["name"], given["response"]
    told = given.get("id")
    entries = (
        Item('"function_result"', "type"),
        Item(call_id(draft, node, name.value, told.value if told else None, owner), "call_id"),
        Item(draft.hole(name.value), "name", source=name.source),
        Item(_result(draft, response.value, owner), "result", source=response.source),
    )
    return DictCode(entries)


def call_id(
    draft: Draft, node: ast.expr, name: ast.expr, told: ast.expr | None, owner: Member
) -> Code:
    """The id of the call that the result at `node` answers; blocks where it can't be told."""
    if told is not None:
        values = draft.values(told)
        if values and all(isinstance(v, Object) and v.path[-1:] == ("id",) for v in values):
            return draft.hole(told)
        text = f"`{draft.quote(told)}` may be no id of a call, which the server now looks for; "
        draft.block(owner, told, text + "pass the id of the call that is answered")
        return draft.hole(told)
    if isinstance(name, ast.Attribute) and name.attr == "name" and _is_call(draft, name.value):
        return Template((draft.hole(name.value, Binding.ATOM), ".id"))
    found = _variable(draft, node, name)
    if found is None:
        text = f"which call `{draft.quote(node)}` answers can't be told: {ADVICE}"
        draft.block(owner, node, text)
    return f"{found}.id"


def _is_call(draft: Draft, node: ast.expr) -> bool:
    """Whether `node` is certainly a call that a reply asked for."""
    values = [v for v in draft.values(node) if not _is_none(v)]
    return bool(values) and all(isinstance(v, Object) and v.type == FUNCTION_CALL for v in values)


def _is_none(value: object) -> bool:
    return isinstance(value, Constant) and value.value is None


def _variable(draft: Draft, node: ast.expr, name: ast.expr) -> str | None:
    """The one variable that holds the call of this name where the result is made."""
    values = draft.values(name)
    exact = bool(values) and all(isinstance(v, Object) and v.path[-1:] == ("name",) for v in values)
    if not exact and not all(isinstance(v, (Constant, Unknown)) for v in values):
        return None
    nearest: list[tuple[int, str]] = []
    for distance, variable in _variables(draft, node):
        held = draft.values(variable)
        if exact and not _hold(held, values):
            continue
        if exact or _is_call(draft, variable):
            nearest.append((distance, variable.id))
    if not nearest:
        return None
    closest = min(distance for distance, _ in nearest)
    names = {variable for distance, variable in nearest if distance == closest}
    return names.pop() if len(names) == 1 else None


def _hold(held: Values, names: Values) -> bool:
    """Whether the variable holds the calls (or the parts with them) that the names belong to."""
    calls = {(v.origin, v.path) for v in held if isinstance(v, Object) and v.type == FUNCTION_CALL}
    parts = {(v.origin, v.path) for v in held if isinstance(v, Object) and v.type == PART}
    return all(
        isinstance(v, Object)
        and (
            (v.origin, v.path[:-1]) in calls
            or (v.path[-2:-1] == ("function_call",) and (v.origin, v.path[:-2]) in parts)
        )
        for v in names
    )


def _variables(draft: Draft, node: ast.expr) -> Iterator[tuple[int, ast.Name]]:
    """The variables bound before `node`, and how many loops around it are left for each."""
    structure = draft.facts.structure
    distance, current = 0, cast("ast.AST", node)
    loops: list[ast.AST] = []
    while (parent := structure.parent(current)) is not None:
        if isinstance(parent, COMPREHENSIONS):
            for generator in parent.generators:
                yield from ((distance, n) for n in _stored(generator.target))
            distance += 1
        elif isinstance(parent, (ast.For, ast.AsyncFor)) and current in parent.body:
            loops.append(parent)
            yield from ((distance, n) for n in _stored(parent.target))
            distance += 1
        current = parent
        if current is structure.scope_of[node]:
            break
    scope = structure.scope_of[node]
    for name in _stored(scope):
        bound = structure.parent(name)
        if structure.scope_of[name] is not scope or isinstance(bound, (ast.For, ast.AsyncFor)):
            continue
        if (name.lineno, name.col_offset) < (node.lineno, node.col_offset):
            inside = sum(name in set(ast.walk(loop)) for loop in loops)
            yield len(loops) - inside, name


def _stored(node: ast.AST) -> Iterator[ast.Name]:
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            yield part


def _result(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """What the function gave, as an object; as text where a None in it must not be lost."""
    if not _may_hold_none(draft, node):
        return draft.hole(node)
    if all(is_plain(draft, value) for value in draft.values(node)):
        draft.need(owner, node, "json", None)
        return Template(("json.dumps(", draft.hole(node), ")"))
    draft.note(owner, NONE_NOTE)
    return draft.hole(node)


def _may_hold_none(draft: Draft, node: ast.expr) -> bool:
    """Whether a value in the object may be None, as far as can be told."""
    for value in draft.values(node):
        if not isinstance(value, Object) or value.origin is None:
            return True
        held = draft.facts.held(value.origin)
        if any(_is_none(inner) or isinstance(inner, Unknown) for inner in held):
            return True
    return False
