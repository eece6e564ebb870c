"""Results of functions: a part with a `function_response` becomes a step of type function_result.

`convert_result` is the rule for such a part, so whatever converts parts and turns (`convert_part`,
`convert_steps`, `written_steps`) makes the steps: lists of turns need nothing of their own.

A step must name the call that it answers, by an id that `generate_content` did without. `call_id`
finds it: the `id` that the program passes along; the call whose name is passed (`call.name`, or a
variable that was assigned it); or, for a name that is written out, the one variable that holds a
call there. Where there is no such thing, or more than one, it says so.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.content.parts import Part
from codemods.content.result_turns import is_read_back
from codemods.functions.results_sent import DEPTH, NONE_NOTE, SCALARS, is_plain
from codemods.objects.written_objects import Field, fields_of
from codemods.tables.api import FUNCTION_CALL, FUNCTION_RESPONSE
from migrator.edits import Binding, Code, DictCode, Item, Template
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.understand.facts import origin_of
from migrator.understand.structure import COMPREHENSIONS, FUNCTION_TYPES
from migrator.understand.values import Constant, Object, Unknown, Value

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
        if _is_id(draft, told) or _is_id_at_first(draft, node, told):
            return draft.hole(told)
        text = f"`{draft.quote(told)}` may be no id of a call, which the server now looks for; "
        draft.block(owner, told, text + "pass the id of the call that is answered")
        return draft.hole(told)
    if isinstance(name, ast.Attribute) and name.attr == "name" and is_call(draft, name.value):
        return Template((draft.hole(name.value, Binding.ATOM), ".id"))
    found = _variable(draft, node, name)
    if found is None:
        text = f"which call `{draft.quote(node)}` answers can't be told: {ADVICE}"
        draft.block(owner, node, text)
    return f"{found}.id"


def _is_id(draft: Draft, node: ast.expr) -> bool:
    """Whether `node` is certainly the id of a call."""
    values = draft.values(node)
    return bool(values) and all(isinstance(v, Object) and v.path[-1:] == ("id",) for v in values)


def _is_id_at_first(draft: Draft, node: ast.expr, told: ast.expr) -> bool:
    """`call.id or …`: a step always has an id, so that the rest is never needed."""
    if isinstance(told, ast.Name):
        scope = draft.facts.structure.scope_of[node]
        stores = [n for n in _stored(draft, scope) if n.id == told.id]
        given = _given(draft, stores[0]) if len(stores) == 1 else None
        return given is not None and _is_id_at_first(draft, node, given)
    if isinstance(told, ast.IfExp):
        return _is_id(draft, told.test) and ast.dump(told.test) == ast.dump(told.body)
    return isinstance(told, ast.BoolOp) and _is_id(draft, told.values[0])


def is_call(draft: Draft, node: ast.expr) -> bool:
    """Whether `node` is certainly a call that a reply asked for."""
    values = [v for v in draft.values(node) if not _is_none(v)]
    return bool(values) and all(isinstance(v, Object) and v.type == FUNCTION_CALL for v in values)


def _is_none(value: object) -> bool:
    return isinstance(value, Constant) and value.value is None


def _variable(draft: Draft, node: ast.expr, name: ast.expr) -> str | None:
    """The variable that certainly holds the call of this name where the result is made."""
    if isinstance(name, ast.Name):
        return _named_before(draft, node, name)
    constant = draft.constant(name)
    if constant is None:
        return None
    around = [n for n in _loop_variables(draft, node) if is_call(draft, n)]
    found = around[:1] or [n for n in _assigned_before(draft, node) if is_call(draft, n)]
    if len(found) != 1:
        return None
    answered = draft.once("answered by name", dict[tuple[ast.AST, str], object])
    key = draft.facts.structure.scope_of[node], found[0].id
    if answered.setdefault(key, constant.value) != constant.value:
        return None  # one call can't have two names
    return found[0].id


def _named_before(draft: Draft, node: ast.expr, name: ast.Name) -> str | None:
    """The call of `name = call.name`, where both still belong together at `node`."""
    scope = draft.facts.structure.scope_of[node]
    stores = [n for n in _stored(draft, scope) if n.id == name.id]
    if len(stores) != 1:
        return None
    given = _given(draft, stores[0])
    if isinstance(given, ast.BoolOp) and isinstance(given.op, ast.Or):
        given = given.values[0]  # a call always has a name
    if not isinstance(given, ast.Attribute) or given.attr != "name":
        return None
    if not is_call(draft, given.value):
        return None
    held = given.value
    if isinstance(held, ast.Attribute) and held.attr == "function_call":
        held = held.value  # the part becomes the step
    if not isinstance(held, ast.Name):
        return None
    around = {n.id for n in _loop_variables(draft, node)}
    bound = [n for n in _stored(draft, scope) if n.id == held.id]
    together = len(bound) == 1 and (not _is_target(draft, bound[0]) or held.id in around)
    return held.id if together or (not bound and _is_parameter(scope, held.id)) else None


def _is_parameter(scope: ast.AST, name: str) -> bool:
    given = scope.args if isinstance(scope, FUNCTION_TYPES) else None
    every = [*given.posonlyargs, *given.args, *given.kwonlyargs] if given is not None else []
    return any(arg.arg == name for arg in every)


def _given(draft: Draft, target: ast.Name) -> ast.expr | None:
    """What an assignment binds the name to: `a = x`, or `a, b = x, y`."""
    parent = draft.facts.structure.parent(target)
    if isinstance(parent, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
        return parent.value
    statement = draft.facts.structure.parent(parent) if isinstance(parent, ast.Tuple) else None
    if isinstance(parent, ast.Tuple) and isinstance(statement, ast.Assign):
        if isinstance(statement.value, ast.Tuple):
            pairs = zip(parent.elts, statement.value.elts, strict=False)
            return next((value for element, value in pairs if element is target), None)
    return None


def _loop_variables(draft: Draft, node: ast.expr) -> Iterator[ast.Name]:
    """The variables of the loops and comprehensions around `node`, the innermost first."""
    structure = draft.facts.structure
    current: ast.AST = node
    while (parent := structure.parent(current)) is not None:
        if isinstance(parent, COMPREHENSIONS):
            for generator in reversed(parent.generators):
                yield from _names_in(generator.target)
        elif isinstance(parent, (ast.For, ast.AsyncFor)) and current not in parent.orelse:
            yield from _names_in(parent.target)
        if isinstance(current, FUNCTION_TYPES):
            return
        current = parent


def _assigned_before(draft: Draft, node: ast.expr) -> Iterator[ast.Name]:
    """The variables of the function that are assigned once, before `node`."""
    names = list(_stored(draft, draft.facts.structure.scope_of[node]))
    for name in names:
        once = sum(other.id == name.id for other in names) == 1
        before = (name.lineno, name.col_offset) < (node.lineno, node.col_offset)
        if once and before and not _is_target(draft, name):
            yield name


def _stored(draft: Draft, scope: ast.AST) -> Iterator[ast.Name]:
    """Where a function (or the module) binds its variables."""
    for name in _names_in(scope):
        bound = draft.facts.structure.parent(name)
        in_comprehension = isinstance(bound, ast.comprehension) or (
            isinstance(bound, ast.Tuple)
            and isinstance(draft.facts.structure.parent(bound), ast.comprehension)
        )
        if draft.facts.structure.scope_of[name] is scope and not in_comprehension:
            yield name


def _names_in(node: ast.AST) -> Iterator[ast.Name]:
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            yield part


def _is_target(draft: Draft, name: ast.Name) -> bool:
    """Whether a loop binds the name, to one thing after the other."""
    current: ast.AST | None = name
    while isinstance(current, (ast.Name, ast.Tuple, ast.List, ast.Starred)):
        parent = draft.facts.structure.parent(current)
        if isinstance(parent, (ast.For, ast.AsyncFor)):
            return parent.target is current
        current = parent
    return False


def _result(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """What the function gave, as an object; as text where a None in it must not be lost."""
    if not any(_may_hold_none(draft, value, DEPTH) for value in draft.values(node) or {Unknown()}):
        return draft.hole(node)
    plain = all(is_plain(draft, value) for value in draft.values(node))
    if plain and not is_read_back(draft, node):
        draft.need(owner, node, "json", None)
        return Template(("json.dumps(", draft.hole(node), ")"))
    draft.note(owner, NONE_NOTE)
    return draft.hole(node)


def _may_hold_none(draft: Draft, value: Value, depth: int) -> bool:
    """Whether a value may be None, or an object with a None in it, as far as can be told."""
    if isinstance(value, Constant):
        return value.value is None
    if not isinstance(value, Object) or not depth:
        return True
    if value.type in SCALARS:
        return False
    if value.origin not in draft.facts.state.keys:
        return True
    held = draft.facts.held(value.origin) if value.origin is not None else frozenset()
    return any(_may_hold_none(draft, inner, depth - 1) for inner in held)
