"""Declare functions as tools of type function, a dict for each.

Why: https://ai.google.dev/gemini-api/docs/migrate-to-interactions: `create` refuses `types.Tool`;
each function is a tool of its own, with a JSON schema for its parameters.

Rewrites: `function_declarations` of `types.Tool` or its dict, inline, in names, lists and helpers:
`types.FunctionDeclaration`, dicts in snake case or camel case, `types.Schema` and upper-case types,
`parameters_json_schema`, and `from_callable` with a function of the file; `tool_config` to
`tool_choice`.

Leaves alone: declarations from files or other modules, `response` and `behavior`, functions whose
schema can't be told from the source.
"""

from __future__ import annotations

import ast

from codemods.content.part_uses import leaves
from codemods.objects.written_objects import Field, class_path, fields_of
from codemods.request.settings_read import config_shown
from codemods.schemas.schemas import convert_schema
from codemods.tables.api import DECLARATION
from codemods.tables.settings import DECLARATION_FIELDS
from codemods.tools import tool_choice
from migrator.codemod import Codemod
from migrator.edits import Binding, Code, DictCode, Hole, Item, ListCode, Template
from migrator.plan import Draft, Reading
from migrator.plan.units import Member
from migrator.reasoning.lost_values import cause_of
from migrator.understand.facts import origin_of
from migrator.understand.values import Class, Constant, Value

ONE, MANY = "declaration", "declarations"
LISTS = (ast.List, ast.Tuple)
SAME_KEYS = frozenset({"name", "description"})
"""What can be read of a declaration as before."""


def declarations(draft: Draft, node: ast.expr, owner: Member) -> tuple[Item, ...]:
    """The tools for `Tool(function_declarations=node)`."""
    draft.feature(owner, "functions")
    constant = draft.constant(node)
    if constant is not None and constant.value is None:
        return ()
    code = convert_many(draft, node, owner)
    if isinstance(code, ListCode):
        return code.items
    if isinstance(code, Hole):
        code = Hole(code.span, Binding.ARITHMETIC)
    return (Item(Template(("*", code)), source=draft.span(node)),)


def convert_many(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """A list of declarations as a list of tools."""
    if isinstance(node, LISTS):
        return build_many(draft, node, owner)
    return draft.convert(node, MANY, owner)


def build_many(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """A list of declarations where it is made."""
    if isinstance(node, LISTS):
        items: list[Item] = []
        for element in node.elts:
            if isinstance(element, ast.Starred):
                items += declarations(draft, element.value, owner)
            else:
                code = convert_one(draft, element, owner)
                items.append(Item(code, source=draft.span(element)))
        return ListCode(tuple(items))
    if isinstance(node, ast.ListComp):
        code = convert_one(draft, node.elt, owner)
        if _is_copy(draft, node, code):
            return Template(("list(", draft.hole(node.generators[0].iter), ")"))
        if code != draft.hole(node.elt):
            draft.replace(owner, node.elt, code)
        return draft.hole(node)
    if isinstance(node, ast.BinOp):
        for side in (node.left, node.right):
            code = convert_many(draft, side, owner)
            if code != draft.hole(side):
                draft.replace(owner, side, code)
        return draft.hole(node)
    inner = _copied(draft, node)
    if inner is not None:
        convert_many(draft, inner, owner)
        return draft.hole(node)
    draft.block(owner, node, f"the declarations `{draft.quote(node)}` can't be followed")
    return draft.hole(node)


def _is_copy(draft: Draft, node: ast.ListComp, code: Code) -> bool:
    """`[FunctionDeclaration(**spec) for spec in specs]` only copies the list by now."""
    over = node.generators[0]
    plain = len(node.generators) == 1 and not over.ifs and isinstance(over.target, ast.Name)
    return plain and isinstance(code, Hole) and _text(draft, code) == draft.source(over.target)


def _text(draft: Draft, hole: Hole) -> str:
    return draft.text[hole.span.start : hole.span.end]


def _copied(draft: Draft, node: ast.expr) -> ast.expr | None:
    """What `list(x)` copies, if that is made elsewhere."""
    if isinstance(node, ast.Call) and len(node.args) == 1 and class_path(draft, node) == "list":
        return None if isinstance(node.args[0], LISTS) else node.args[0]
    return None


def accepts_many(draft: Draft, value: Value) -> bool:
    """Lists that are made in view."""
    origin = origin_of(value)
    if isinstance(origin, ast.Call):
        return _copied(draft, origin) is not None
    return isinstance(origin, (*LISTS, ast.ListComp, ast.BinOp))


def convert_one(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """One declaration, written here or elsewhere, as a tool."""
    if not _is_written(draft, node):
        return draft.convert(node, ONE, owner)
    if any(use is not node for use in draft.facts.uses.get(node, ())):
        draft.demand(node, ONE, owner)  # it is read elsewhere, by way of its list
        return draft.hole(node)
    return build_one(draft, node, owner)


def build_one(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """A declaration where it is made."""
    function = _function(draft, node)
    declare = draft.rule("tool", "callable")
    if function is not None and declare is not None:
        code: Code = declare(draft, function, owner)
        return code
    fields = fields_of(draft, node, DECLARATION)
    if fields is None:
        draft.block(owner, node, f"the declaration `{draft.quote(node)}` can't be followed")
        return draft.hole(node)
    if len(fields) == 1 and not fields[0].name:
        return convert_one(draft, fields[0].value, owner)  # FunctionDeclaration(**declaration)
    items = [Item('"function"', "type")]
    items += [item for field in fields if (item := _item(draft, field, owner)) is not None]
    return DictCode(tuple(items))


def _item(draft: Draft, field: Field, owner: Member) -> Item | None:
    constant = draft.constant(field.value)
    if constant is not None and constant.value is None:
        return None
    new = DECLARATION_FIELDS.get(field.name)
    if new is None:
        what = field.name or draft.quote(field.value)
        text = f"{what} of a function declaration has no equivalent on the Interactions API"
        draft.block(owner, field.value, text)
        return None
    code: Code = draft.hole(field.value)
    if field.name == "parameters":
        code = convert_schema(draft, field.value, owner)
    elif field.name == "parameters_json_schema":
        code = draft.convert(field.value, "json schema", owner)
        if any(isinstance(value, Class) for value in draft.values(field.value)):
            text = f"`{draft.quote(field.value)}` is a class; pass its model_json_schema()"
            draft.block(owner, field.value, text)
    return Item(code, new, source=field.source)


def _function(draft: Draft, node: ast.expr) -> ast.expr | None:
    """The function that `FunctionDeclaration.from_callable(…)` declares."""
    if not isinstance(node, ast.Call) or not class_path(draft, node).startswith(
        DECLARATION + ".from_callable"
    ):
        return None
    return next((k.value for k in node.keywords if k.arg == "callable"), None)


def _is_written(draft: Draft, node: ast.expr) -> bool:
    return _function(draft, node) is not None or fields_of(draft, node, DECLARATION) is not None


def accepts_one(draft: Draft, value: Value) -> bool:
    """Declarations that are written out."""
    origin = origin_of(value)
    return isinstance(origin, ast.expr) and _is_written(draft, origin)


def judge(draft: Draft, node: ast.expr, value: Value, owner: Member) -> None:
    """Declarations that are not made in view stop the call."""
    if isinstance(value, Constant) and value.value is None:
        return
    cause, why = cause_of(draft, node)
    text = f"the declarations `{draft.quote(node)}` can't be followed to where they are made: {why}"
    draft.block(owner, cause, text + "; write one dict of type function for each")


def listed(draft: Draft, reading: Reading) -> None:
    """`declarations.append(…)` and `extend`: what is added is a tool as well."""
    call = draft.facts.structure.parent(reading.node)
    name = getattr(reading.node, "attr", "")
    if isinstance(call, ast.Call) and call.args and name in {"append", "insert", "extend"}:
        convert = convert_many if name == "extend" else convert_one
        _put(draft, reading, call.args[-1], convert(draft, call.args[-1], reading.owner))
    elif name not in {"copy", "clear", "pop"}:
        draft.block(reading.owner, reading.base, f"the declarations are also used by .{name}")


def added(draft: Draft, reading: Reading) -> None:
    """`declarations += more`."""
    node = reading.node
    if isinstance(node, ast.AugAssign) and node.target is reading.base:
        _put(draft, reading, node.value, convert_many(draft, node.value, reading.owner))
    else:
        text = f"`{draft.quote(reading.base)}` is also used here: {reading.use.value}"
        draft.block(reading.owner, reading.base, text)


def _put(draft: Draft, reading: Reading, node: ast.expr, code: Code) -> None:
    if code != draft.hole(node):
        draft.replace(reading.owner, node, code)


def attribute(draft: Draft, reading: Reading) -> None:
    """`declaration.name` -> `declaration["name"]`; a description may be missing."""
    node = reading.node
    name = getattr(node, "attr", "")
    if isinstance(node, ast.Attribute) and name in SAME_KEYS:
        base = draft.hole(reading.base, Binding.ATOM)
        item = '["name"]' if name == "name" else f'.get("{name}")'
        draft.replace(reading.owner, node, Template((base, item)))
        return
    call = draft.facts.structure.parent(node)
    asked = draft.constant(call.args[0]) if isinstance(call, ast.Call) and call.args else None
    if name != "get" or asked is None or asked.value not in SAME_KEYS:
        draft.block(reading.owner, node, f"`{draft.quote(node)}` reads the declaration otherwise")


def item(draft: Draft, reading: Reading) -> None:
    """`declaration["name"]` stays what it was."""
    node = reading.node
    key = draft.constant(node.slice) if isinstance(node, ast.Subscript) else None
    if key is None or key.value not in SAME_KEYS:
        draft.block(reading.owner, node, f"`{draft.quote(node)}` reads the declaration otherwise")


def keep(draft: Draft, reading: Reading) -> None:
    """Uses that don't look inside, or look at one declaration after the other."""


CODEMOD = Codemod(
    code="GM025",
    name="function-declarations",
    summary="declare functions as tools of type function",
    doc=__doc__ or "",
    rules={
        ("tool", "function_declarations"): declarations,
        ("build", MANY): build_many,
        ("accepts", MANY): accepts_many,
        ("value", MANY): judge,
        ("use", MANY, "ATTRIBUTE"): listed,
        ("use", MANY, "OTHER"): added,
        **{("use", MANY, use): keep for use in ("ITERATE", "SUBSCRIPT", "TRUTH", "IS_NONE")},
        ("build", ONE): build_one,
        ("accepts", ONE): accepts_one,
        ("value", ONE): judge,
        ("use", ONE, "ATTRIBUTE"): attribute,
        ("use", ONE, "SUBSCRIPT"): item,
        **{("use", ONE, use): keep for use in ("TRUTH", "IS_NONE")},
        **{("use", kind, "FORMAT"): config_shown for kind in (ONE, MANY)},
        **{("held", kind): leaves for kind in (ONE, MANY)},
        ("setting", "tool_config"): tool_choice.tool_config,
        ("build", tool_choice.WHOLE): tool_choice.build_config,
        ("accepts", tool_choice.WHOLE): tool_choice.accepts,
        ("value", tool_choice.WHOLE): tool_choice.judge,
        ("build", tool_choice.CALLING): tool_choice.build_calling,
        ("accepts", tool_choice.CALLING): tool_choice.accepts,
        ("value", tool_choice.CALLING): tool_choice.judge,
        **{
            ("use", kind, use): keep
            for kind in (tool_choice.WHOLE, tool_choice.CALLING)
            for use in ("TRUTH", "IS_NONE")
        },
        **{("held", kind): leaves for kind in (tool_choice.WHOLE, tool_choice.CALLING)},
    },
)
