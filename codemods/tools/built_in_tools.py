"""Declare server-side tools as dicts with a `type`.

Why: https://ai.google.dev/gemini-api/docs/migrate-to-interactions: `create` refuses `types.Tool`
and dicts without a `type`; one tool is one dict.

Rewrites: google_search, url_context, code_execution, google_maps and file_search, as objects or
dicts, snake case or camel case, inline or in a list made in view; options that are made elsewhere
become the tool where they are made. The location of a `retrieval_config` goes to the google_maps
tool beside it. computer_use, whose actions the program itself answers: with --unsafe-fixes only.

Leaves alone: MCP sessions and options with no equivalent.
"""

from __future__ import annotations

import ast

from codemods.content.own_lists import own_setting
from codemods.content.part_uses import leaves
from codemods.content.text_assumed import is_placeholder
from codemods.objects.setting_rows import Setting
from codemods.objects.tested_objects import keep_absence, keep_truth
from codemods.objects.written_objects import fields_of
from codemods.request.settings_read import config_shown
from codemods.tables.api import TOOL
from codemods.tables.settings import BUILT_IN_TOOLS, CALLING_TOOLS, SUCCESSORS
from codemods.tools.tool_options import RULES, kind_of, tool_item
from migrator.codemod import Codemod
from migrator.edits import Binding, Code, Hole, Item, ListCode, Replace, Template
from migrator.plan import Draft, Reading, Use, context_of
from migrator.plan.units import Member
from migrator.reasoning.lost_values import cause_of
from migrator.understand.facts import origin_of
from migrator.understand.values import Constant, Function, Method, Object, Partial, Value

FUNCTIONS = "function_declarations"
LISTS = (ast.List, ast.Tuple)
Pairs = list[tuple[str, ast.expr, ast.AST]]
MCP_ADVICE = (
    "; create calls no MCP session: list its tools, declare them as functions, and call them by "
    "session.call_tool in a loop"
)

ACTIONS = (
    "the actions of {} are taken for calls of functions, as they were; that the model works with "
    "interactions can't be known here"
)


def tools(draft: Draft, setting: Setting) -> None:
    """The list of tools moves to the top level."""
    draft.feature(setting.owner, "tools")
    code = draft.convert(setting.value, "tools", setting.owner)
    setting.into.top("tools", own_setting(draft, setting, code), setting.source)


def build_tools(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """A list of tools; a `Tool` that sets several kinds becomes several dicts."""
    if isinstance(node, LISTS):
        items = tuple(item for element in node.elts for item in _items(draft, element, owner))
        return _alone(draft, items) or ListCode(items)
    if isinstance(node, ast.BinOp):
        for side in (node.left, node.right):
            _put(draft, owner, side)
        return draft.hole(node)
    if isinstance(node, ast.ListComp):
        items = _items(draft, node.elt, owner)
        if len(items) == 1 and not _is_spread(items[0]):
            draft.replace(owner, node.elt, items[0].value)
        else:
            draft.block(owner, node, f"`{draft.quote(node.elt)}` becomes several tools")
        return draft.hole(node)
    draft.block(owner, node, f"the tools `{draft.quote(node)}` can't be followed")
    return draft.hole(node)


def _alone(draft: Draft, items: tuple[Item, ...]) -> Code | None:
    """`[*declarations]` is `declarations`, where nothing is added to that later."""
    spread = items[0].value if len(items) == 1 and _is_spread(items[0]) else None
    if not isinstance(spread, Template) or not isinstance(spread.parts[1], Hole):
        return None
    span = spread.parts[1].span
    nodes = [n for n in draft.sinks if draft.span(n) == span]
    origins = [origin_of(value) for node in nodes for value in draft.values(node)]
    known = all(o is not None and _is_fixed(draft, o) for o in origins)
    return Hole(span) if known else None


def _is_fixed(draft: Draft, origin: ast.AST) -> bool:
    """Whether a list stays what it was made as."""
    changing = {Use.ATTRIBUTE, Use.WRITE, Use.OTHER}
    return not any(
        context_of(draft.facts, node).use in changing for node in draft.facts.uses.get(origin, ())
    )


def _is_spread(item: Item) -> bool:
    return isinstance(item.value, Template) and item.value.parts[0] == "*"


def _items(draft: Draft, element: ast.expr, owner: Member) -> tuple[Item, ...]:
    """The tools that an element of a list of tools becomes."""
    if isinstance(element, ast.Starred):
        return _spread(draft, element.value, "tools", owner)
    pairs = _pairs(draft, element)
    if pairs is not None:
        return tuple(i for name, value, at in pairs for i in _tool(draft, name, value, at, owner))
    values = draft.in_view(element)
    made = [v.origin for v in values if isinstance(v, Object) and accepts_tool(draft, v)]
    groups = [
        origin for origin in made if isinstance(origin, ast.expr) and _is_group(draft, origin)
    ]
    if groups and len(groups) == len(values):
        return _spread(draft, element, "tool group", owner)
    return (Item(_named(draft, element, owner), source=draft.span(element)),)


def _spread(draft: Draft, node: ast.expr, kind: str, owner: Member) -> tuple[Item, ...]:
    """The tools that a list adds to the list it is put into."""
    code = draft.convert(node, kind, owner)
    if isinstance(code, ListCode):
        return code.items
    if isinstance(code, Hole):  # `*` takes no `or` and no comparison
        code = Hole(code.span, Binding.ARITHMETIC)
    return (Item(Template(("*", code)), source=draft.span(node)),)


def _named(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """A tool that is made elsewhere, or something that is no tool of this kind."""
    if is_placeholder(node):
        return draft.hole(node)
    for value in draft.values(node):
        declare = draft.rule("tool", "callable")
        if declare is not None and isinstance(value, (Function, Method, Partial)):
            code: Code = declare(draft, node, owner)
            return code
    if isinstance(node, (ast.Name, ast.Attribute, ast.Subscript, ast.Call, ast.IfExp)):
        return draft.convert(node, "tool", owner)
    draft.block(owner, node, f"the tool `{draft.quote(node)}` can't be followed")
    return draft.hole(node)


def build_tool(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """One tool that is made away from the list."""
    items = _items(draft, node, owner) if _pairs(draft, node) is not None else ()
    if len(items) != 1 or _is_spread(items[0]):
        draft.block(owner, node, f"the tool `{draft.quote(node)}` must become several tools")
        return draft.hole(node)
    return items[0].value


def build_group(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """A `Tool` of several tools that is made away from the list: a list of them."""
    items = _items(draft, node, owner)
    return _alone(draft, items) or ListCode(items)


def _is_group(draft: Draft, node: ast.expr) -> bool:
    """Whether the tool made at `node` becomes a list of tools."""
    pairs = _pairs(draft, node) or []
    if len(pairs) != 1 or pairs[0][0] != FUNCTIONS:
        return len(pairs) != 1
    value = pairs[0][1]
    if not isinstance(value, LISTS) or len(value.elts) != 1:
        return True
    return isinstance(value.elts[0], ast.Starred)


def _pairs(draft: Draft, node: ast.expr) -> Pairs | None:
    """The kinds that a `Tool` (or its dict) sets, None where `node` is none."""
    fields = fields_of(draft, node, TOOL)
    if fields is None:
        return None
    there = [f for f in fields if (c := draft.constant(f.value)) is None or c.value is not None]
    return [(f.name, f.value, f.value) for f in there]


def _tool(draft: Draft, name: str, value: ast.expr, at: ast.AST, owner: Member) -> tuple[Item, ...]:
    """The tools for one field of a `Tool`."""
    declare = draft.rule("tool", name)
    if declare is not None:
        items: tuple[Item, ...] = declare(draft, value, owner)
        return items
    if name in SUCCESSORS:
        text = f"{name} was for models that are gone: {SUCCESSORS[name]} takes its place"
        draft.doubt(owner, at, text)
        name = SUCCESSORS[name]
    if name not in BUILT_IN_TOOLS:
        text = f"the tool {name or draft.quote(value)} has no equivalent that is known"
        draft.block(owner, at, text)
        return (Item(draft.hole(value)),)
    if name in CALLING_TOOLS:
        draft.doubt(owner, at, ACTIONS.format(name))
    draft.feature(owner, "functions" if name in CALLING_TOOLS else "server tools")
    draft.feature(owner, name)
    return (tool_item(draft, name, value, owner),)


def accepts_tools(draft: Draft, value: Value) -> bool:
    """Lists that are made in view."""
    made = (*LISTS, ast.BinOp, ast.ListComp)
    return isinstance(value, Object) and isinstance(value.origin, made)


def accepts_tool(draft: Draft, value: Value) -> bool:
    """Tools that are made in view."""
    return isinstance(value, Object) and value.type in {TOOL, "dict"}


def judge(draft: Draft, node: ast.expr, value: Value, owner: Member) -> None:
    """Tools that are not made in view stop the call."""
    if isinstance(value, Constant) and value.value is None:
        return
    cause, why = cause_of(draft, node)
    text = f"the tools `{draft.quote(node)}` can't be followed to where they are made: {why}"
    if draft.facts.structure.imports("mcp"):
        text += MCP_ADVICE
    draft.block(owner, cause, text)


def append(draft: Draft, reading: Reading) -> None:
    """`tools.append(types.Tool(…))` on a list that is rebuilt."""
    call = draft.facts.structure.parent(reading.node)
    method = reading.node
    name = getattr(method, "attr", "")
    known = isinstance(call, ast.Call) and len(call.args) == 1 and name in {"append", "extend"}
    if not known or not isinstance(call, ast.Call) or not isinstance(method, ast.Attribute):
        draft.block(reading.owner, reading.base, f"the tools are also used by .{name}")
        return
    if name == "extend":
        _put(draft, reading.owner, call.args[0])
        return
    element = call.args[0]
    items = _items(draft, element, reading.owner)
    if len(items) == 1 and not _is_spread(items[0]):
        if items[0].value != draft.hole(element):
            draft.replace(reading.owner, element, items[0].value)
        return
    draft.edit(reading.owner, Replace(draft.positions.attribute_name(method), "extend"))
    draft.replace(reading.owner, element, _alone(draft, items) or ListCode(items))


def added(draft: Draft, reading: Reading) -> None:
    """`tools += more`."""
    node = reading.node
    if isinstance(node, ast.AugAssign) and node.target is reading.base:
        _put(draft, reading.owner, node.value)
    else:
        text = f"`{draft.quote(reading.base)}` is also used here: {reading.use.value}"
        draft.block(reading.owner, reading.base, text)


def _put(draft: Draft, owner: Member, node: ast.expr) -> None:
    """More tools, where a list of them stands."""
    code = draft.convert(node, "tools", owner)
    if code != draft.hole(node):
        draft.replace(owner, node, code)


def keep(draft: Draft, reading: Reading) -> None:
    """Truth tests of the list mean what they meant."""


CODEMOD = Codemod(
    code="GM009",
    name="built-in-tools",
    summary="declare server-side tools as typed dicts",
    doc=__doc__ or "",
    rules={
        ("setting", "tools"): tools,
        ("build", "tools"): build_tools,
        ("accepts", "tools"): accepts_tools,
        ("value", "tools"): judge,
        ("use", "tools", "ATTRIBUTE"): append,
        ("use", "tools", "OTHER"): added,
        ("use", "tools", "TRUTH"): keep,
        ("use", "tools", "IS_NONE"): keep,
        **{("use", kind, "TRUTH"): keep_truth for kind in ("tool", "tool group")},
        **{("use", kind, "IS_NONE"): keep_absence for kind in ("tool", "tool group")},
        **{("use", kind, "FORMAT"): config_shown for kind in ("tools", "tool", "tool group")},
        ("build", "tool"): build_tool,
        ("accepts", "tool"): accepts_tool,
        ("value", "tool"): judge,
        ("build", "tool group"): build_group,
        ("accepts", "tool group"): accepts_tool,
        ("value", "tool group"): judge,
        **RULES,
        **{("held", kind): leaves for kind in ("tools", "tool", "tool group")},
        **{("held", kind_of(name)): leaves for name in BUILT_IN_TOOLS},
    },
)
