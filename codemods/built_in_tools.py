"""Declare server-side tools as dicts with a `type`.

Why: https://ai.google.dev/gemini-api/docs/migrate-to-interactions: `create` refuses `types.Tool`
and dicts without a `type`; one tool is one dict.

Rewrites: google_search, url_context, code_execution, google_maps and file_search, as objects or
dicts, snake case or camel case, inline or in a list made in view.

Leaves alone: function declarations, MCP sessions and options with no equivalent.
"""

from __future__ import annotations

import ast

from codemods.building.settings import Setting
from codemods.building.shapes import class_path, fields_of
from codemods.tables.api import TYPES
from codemods.tables.settings import BUILT_IN_TOOLS
from migrator.codemod import Codemod
from migrator.edits import Code, DictCode, Item, ListCode
from migrator.plan import Draft, Reading
from migrator.plan.units import Member
from migrator.understand.values import Constant, Function, Method, Object, Partial, Symbol, Value

TOOL = TYPES + "Tool"
Pairs = list[tuple[str, ast.expr, ast.AST]]


def tools(draft: Draft, setting: Setting) -> None:
    """The list of tools moves to the top level."""
    draft.feature(setting.owner, "tools")
    setting.into.top("tools", draft.convert(setting.value, "tools", setting.owner), setting.source)


def build_tools(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """A list of tools; a `Tool` that sets several kinds becomes several dicts."""
    if not isinstance(node, (ast.List, ast.Tuple)):
        draft.block(owner, node, f"the tools `{draft.quote(node)}` can't be followed")
        return draft.hole(node)
    items: list[Item] = []
    for element in node.elts:
        pairs = _pairs(draft, element)
        if pairs is None:
            items.append(Item(_named(draft, element, owner), source=draft.span(element)))
            continue
        for name, value, at in pairs:
            code = _tool(draft, name, value, at, owner)
            items.append(Item(code, source=draft.span(element)))
    return ListCode(tuple(items))


def _named(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """A tool that is made elsewhere, or something that is no tool of this kind."""
    for value in draft.values(node):
        declare = draft.rule("tool", "callable")
        if declare is not None and isinstance(value, (Function, Method, Partial)):
            code: Code = declare(draft, node, owner)
            return code
    if isinstance(node, (ast.Name, ast.Attribute)):
        return draft.convert(node, "tool", owner)
    draft.block(owner, node, f"the tool `{draft.quote(node)}` can't be followed")
    return draft.hole(node)


def build_tool(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """One tool that is made away from the list."""
    pairs = _pairs(draft, node)
    if pairs is None or len(pairs) != 1:
        draft.block(owner, node, f"the tool `{draft.quote(node)}` must become several tools")
        return draft.hole(node)
    name, value, at = pairs[0]
    return _tool(draft, name, value, at, owner)


def _pairs(draft: Draft, node: ast.expr) -> Pairs | None:
    """The kinds that a `Tool` (or its dict) sets, None where `node` is none."""
    fields = fields_of(draft, node, TOOL)
    return None if fields is None else [(f.name, f.value, f.value) for f in fields]


def _tool(draft: Draft, name: str, value: ast.expr, at: ast.AST, owner: Member) -> Code:
    if name not in BUILT_IN_TOOLS:
        if name == "function_declarations":
            text = (
                "function declarations are not migrated automatically yet; write one dict of type "
            )
            text += "function for each, and answer with function_result steps"
        else:
            text = f"the tool {name or draft.quote(value)} has no equivalent that is known"
        draft.block(owner, at, text)
        return draft.hole(value)
    draft.feature(owner, "server tools")
    draft.feature(owner, name)
    entries = [Item(f'"{name}"', "type")]
    for option, code, node in _options(draft, value, owner):
        renamed = BUILT_IN_TOOLS[name].get(option)
        if renamed is None:
            draft.block(owner, node, f"{name}.{option} has no equivalent on the Interactions API")
            continue
        entries.append(Item(code, renamed, source=draft.span(node)))
    return DictCode(tuple(entries))


def _options(draft: Draft, value: ast.expr, owner: Member) -> list[tuple[str, Code, ast.AST]]:
    fields = fields_of(draft, value, class_path(draft, value).removesuffix("Dict"))
    if fields is not None:
        pairs = [(f.name, f.value) for f in fields]
    elif isinstance(value, ast.Call) or not isinstance(value, (ast.Name, ast.Attribute)):
        draft.block(owner, value, f"the tool options `{draft.quote(value)}` can't be followed")
        return []
    else:
        paths = {v.path for v in draft.values(value) if isinstance(v, Symbol)}
        if not any(path.startswith(TYPES) for path in paths):
            draft.block(owner, value, f"the options `{draft.quote(value)}` can't be followed")
        pairs = []
    return [
        (name, draft.hole(v), v)
        for name, v in pairs
        if not (isinstance(v, ast.Constant) and v.value is None)
    ]


def accepts_tools(draft: Draft, value: Value) -> bool:
    """Lists that are made in view."""
    return isinstance(value, Object) and isinstance(value.origin, (ast.List, ast.Tuple))


def accepts_tool(draft: Draft, value: Value) -> bool:
    """Tools that are made in view."""
    return isinstance(value, Object) and value.type in {TOOL, "dict"}


def judge(draft: Draft, node: ast.expr, value: Value, owner: Member) -> None:
    """Tools that are not made in view stop the call."""
    if isinstance(value, Constant) and value.value is None:
        return
    draft.block(
        owner, node, f"the tools `{draft.quote(node)}` can't be followed to where they are made"
    )


def append(draft: Draft, reading: Reading) -> None:
    """`tools.append(types.Tool(…))` on a list that is rebuilt."""
    call = draft.facts.structure.parent(reading.node)
    name = getattr(reading.node, "attr", "")
    if name != "append" or not isinstance(call, ast.Call) or len(call.args) != 1:
        draft.block(reading.owner, reading.base, f"the tools are also used by .{name}")
        return
    element = call.args[0]
    pairs = _pairs(draft, element)
    if pairs is None or len(pairs) != 1:
        draft.block(reading.owner, element, f"`{draft.quote(element)}` can't be translated")
        return
    tool = _tool(draft, *pairs[0], reading.owner)
    draft.replace(reading.owner, element, tool)


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
        ("use", "tools", "TRUTH"): keep,
        ("build", "tool"): build_tool,
        ("accepts", "tool"): accepts_tool,
        ("value", "tool"): judge,
    },
)
