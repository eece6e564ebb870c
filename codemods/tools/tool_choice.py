"""`types.ToolConfig` as the `tool_choice` of `generation_config`."""

from __future__ import annotations

import ast

from codemods.objects.conditional_settings import chosen, may_be_none, test_of
from codemods.objects.setting_rows import GENERATION, Setting
from codemods.objects.written_objects import fields_of
from codemods.tables.api import CALLING_CONFIG, CALLING_MODE, TOOL_CONFIG
from codemods.tables.settings import CALLING_MODES
from codemods.tools.location import is_moved
from migrator.edits import Binding, Code, DictCode, Item, Template
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.reasoning.name_scopes import comes_from_callers
from migrator.understand.facts import origin_of
from migrator.understand.values import Constant, Object, Symbol, Value, is_text

WHOLE, CALLING = "tool config", "function calling config"
CLASSES = {WHOLE: TOOL_CONFIG, CALLING: CALLING_CONFIG}
AUTO = '"auto"'
ADVICE = {"retrieval_config": "; give the google_maps tool its latitude and longitude by hand"}


def tool_config(draft: Draft, setting: Setting) -> None:
    """`tool_config` -> `generation_config={"tool_choice": …}`."""
    constant = draft.constant(setting.value)
    if constant is not None and constant.value is None:
        return
    fields = fields_of(draft, setting.value, TOOL_CONFIG) or ()
    if [f.name for f in fields] == ["retrieval_config"] and is_moved(draft, setting.value):
        return
    picked = chosen(draft, setting.value, once=True)
    value, test = (picked.value, picked.test) if picked else (setting.value, None)
    if may_be_none(draft, value):
        if picked is None and isinstance(value, (ast.Name, ast.Attribute)):
            test = test_of(draft, value)
        else:
            _refuse_none(draft, value, setting.owner)
    code = draft.convert(value, WHOLE, setting.owner)
    if test is None:
        setting.into.nested(GENERATION, "tool_choice", code, setting.source)
    else:
        setting.into.nested_if(test, GENERATION, "tool_choice", code, setting.source)


def build_config(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """The choice that a `ToolConfig` makes."""
    choice: Code = AUTO
    for field in fields_of(draft, node, TOOL_CONFIG) or ():
        constant = draft.constant(field.value)
        if constant is not None and constant.value is None:
            continue
        if field.name == "function_calling_config":
            choice = _choice(draft, field.value, owner)
        elif field.name != "retrieval_config" or not is_moved(draft, node):
            advice = ADVICE.get(field.name, "")
            text = f"tool_config.{field.name or draft.quote(field.value)} has no equivalent{advice}"
            draft.block(owner, field.value, text)
    return choice


def _choice(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """The choice that a calling config makes: as the model likes, where there is none."""
    picked = chosen(draft, node, once=True)
    value = picked.value if picked is not None else node
    code = draft.convert(value, CALLING, owner)
    if picked is not None:
        code = Template((code, " if ", picked.test.code, f" else {AUTO}"))
    if may_be_none(draft, value):
        if picked is None and isinstance(value, (ast.Name, ast.Attribute)):
            return Template((draft.hole(value, Binding.OR), f" or {AUTO}"))
        _refuse_none(draft, value, owner)
    return code


def build_calling(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """The choice that a `FunctionCallingConfig` makes: a mode, or the tools that are allowed."""
    mode: Code = AUTO
    allowed: Item | None = None
    certain: ast.expr | None = None
    for field in fields_of(draft, node, CALLING_CONFIG) or ():
        constant = draft.constant(field.value)
        if constant is not None and constant.value is None:
            continue
        if field.name == "mode":
            mode = _mode(draft, field.value, owner)
        elif field.name == "allowed_function_names":
            if not (isinstance(field.value, ast.List) and not field.value.elts):
                certain = _may_be_none(draft, field.value, owner)
                allowed = Item(draft.hole(field.value), "tools", source=field.source)
        elif field.name != "stream_function_call_arguments":
            text = f"`{draft.quote(field.value)}` of the calling config can't be translated"
            draft.block(owner, field.value, text)
    if allowed is None:
        return mode
    inner = DictCode((Item(mode, "mode"), allowed))
    choice = DictCode((Item(inner, "allowed_tools"),))
    if certain is None:
        return choice
    return Template((choice, " if ", draft.hole(certain, Binding.OR), " else ", mode))


def _may_be_none(draft: Draft, node: ast.expr, owner: Member) -> ast.expr | None:
    """The names, if they may be None: any function may be called then."""
    if not any(isinstance(v, Constant) and v.value is None for v in draft.values(node)):
        return None
    if not isinstance(node, (ast.Name, ast.Attribute)):
        text = f"`{draft.quote(node)}` may be None; give it a name first"
        draft.block(owner, node, text)
    return node


def _mode(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """A mode in lower case."""
    if isinstance(node, ast.IfExp):
        body, other = (_mode(draft, n, owner) for n in (node.body, node.orelse))
        return Template((body, " if ", draft.hole(node.test, Binding.OR), " else ", other))
    values = draft.values(node)
    known = {_known(value) for value in values}
    if len(known) == 1 and None not in known and not comes_from_callers(draft, node):
        name = known.pop() or ""
        if name.upper() not in CALLING_MODES:
            draft.block(owner, node, f"the mode `{draft.quote(node)}` has no equivalent")
        return f'"{CALLING_MODES.get(name.upper(), name)}"'
    if values and all(is_text(v) or _known(v) for v in values):
        return Template((draft.hole(node, Binding.ATOM), ".lower()"))
    draft.block(owner, node, f"the mode `{draft.quote(node)}` is only known at run time")
    return draft.hole(node)


def _known(value: Value) -> str | None:
    """The mode that a member of the enum, or its text, names."""
    if isinstance(value, Constant) and isinstance(value.value, str):
        return value.value
    if isinstance(value, Symbol) and value.path.startswith(CALLING_MODE + "."):
        return value.path.removeprefix(CALLING_MODE + ".").removesuffix(".value")
    return None


def accepts(draft: Draft, value: Value) -> bool:
    """Configs that are written out."""
    origin = origin_of(value)
    if not isinstance(value, Object) or not isinstance(origin, ast.expr):
        return False
    return any(fields_of(draft, origin, path) is not None for path in CLASSES.values())


def judge(draft: Draft, node: ast.expr, value: Value, owner: Member) -> None:
    """Configs that are not made in view stop the call."""
    if not (isinstance(value, Constant) and value.value is None):
        text = f"the tool config `{draft.quote(node)}` can't be followed to where it is made"
        draft.block(owner, node, text)


def _refuse_none(draft: Draft, node: ast.expr, owner: Member) -> None:
    text = f"`{draft.quote(node)}` may be None, which create would send as null"
    draft.block(owner, node, text)
