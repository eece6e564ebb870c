"""Say how to think with `thinking_level` and `thinking_summaries`.

Why: https://ai.google.dev/gemini-api/docs/migrate-to-interactions: `generation_config` has no
thinking budget, and levels are lower case.

Rewrites: `thinking_level` (enum members and strings are lowered); `include_thoughts=True` to
`thinking_summaries="auto"`, False to nothing, anything else to a choice of "auto" and "none";
with --unsafe-fixes, a `thinking_budget` to the level that comes nearest, of those that the model
takes, and one of -1 to nothing (it let the model decide, as 2.5 Pro and 2.5 Flash do without a
level, so that theirs is migrated; so is one of 0 for 2.5 Flash-Lite, which doesn't think then).

A budget that is only known at run time goes through a function that the file gets.

Leaves alone: levels of unknown types.
"""

from __future__ import annotations

import ast
from functools import partial

from codemods.objects.setting_rows import GENERATION, Setting, Settings
from codemods.objects.tested_objects import keep_absence, keep_truth, note_truth
from codemods.objects.written_objects import Field, fields_of, is_written, refuse_unwritten
from codemods.request.left_out_settings import target_field
from codemods.request.settings_read import config_shown
from codemods.request.thinking_budgets import add_budget
from codemods.tables.api import TYPES
from codemods.tables.settings import THINKING_LEVELS
from migrator.codemod import Codemod
from migrator.edits import Binding, Code, DictCode, Replace, Span, Template
from migrator.plan import Draft, Reading
from migrator.plan.units import Member
from migrator.reasoning.name_scopes import comes_from_callers
from migrator.understand.values import Constant, Object, Symbol, Unknown, Value, is_text

THINKING = TYPES + "ThinkingConfig"
LEVEL = TYPES + "ThinkingLevel"
NO_LEVEL = (
    "generate_content knows no thinking level {} either; write minimal, low, medium, high or xhigh"
)


def thinking_config(draft: Draft, setting: Setting) -> None:
    """Translate a thinking config that is written where it is used."""
    node = setting.value
    constant = draft.constant(node)
    if constant is not None and constant.value is None:
        return
    fields = fields_of(draft, node, THINKING)
    if fields is None:
        _spread(draft, setting)
        return
    for field in fields:
        _field(draft, setting, field)


def _spread(draft: Draft, setting: Setting) -> None:
    """A thinking config that is made elsewhere is spread into `generation_config`."""
    node = setting.value
    code = draft.convert(node, "thinking", setting.owner)
    left_out = _none_of(node)
    if left_out is not None:
        draft.replace(setting.owner, left_out, "{}")
        code = Template(("(", draft.hole(node), ")"))
    elif any(isinstance(v, Constant) and v.value is None for v in draft.values(node)):
        code = Template(("(", draft.hole(node, Binding.OR), " or {})"))
    setting.into.nested_spread(GENERATION, code, setting.source)


def _none_of(node: ast.expr) -> ast.Constant | None:
    """The None of `ThinkingConfig(…) if test else None`."""
    if not isinstance(node, ast.IfExp) or not isinstance(node.body, ast.Call):
        return None
    rest = node.orelse
    return rest if isinstance(rest, ast.Constant) and rest.value is None else None


def build_thinking(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """A thinking config that is made elsewhere, as keys of `generation_config`."""
    settings = Settings()
    setting = Setting(owner, "thinking_config", node, draft.span(node), settings)
    for field in fields_of(draft, node, THINKING) or []:
        _field(draft, setting, field)
    items = tuple(settings.groups.get(GENERATION, {}).values())
    note_truth(draft, node, items)
    return DictCode(items)


def set_field(draft: Draft, reading: Reading) -> None:
    """`thinking.thinking_level = …`, or an item of a dict, that becomes keys of
    `generation_config`.
    """
    target, name = reading.node, target_field(draft, reading.node)
    statement = draft.facts.structure.parent(target)
    settings = Settings()
    if name is not None and isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        value = statement.value
        setting = Setting(reading.owner, "thinking_config", value, draft.span(value), settings)
        _field(draft, setting, Field(name, value, draft.span(value)))
    items = tuple(settings.groups.get(GENERATION, {}).values())
    if len(items) != 1 or not isinstance(target, (ast.Attribute, ast.Subscript)):
        text = f"`{draft.quote(target)}` can't be set in the new config; write it where it is made"
        draft.block(reading.owner, target, text)
        return
    item = Template((draft.hole(target.value, Binding.ATOM), f'["{items[0].name}"]'))
    place = Replace(draft.span(target), item)
    draft.edit(reading.owner, place, Replace(draft.span(value), items[0].value))


def _field(draft: Draft, setting: Setting, field: Field) -> None:
    name, value = field.name, field.value
    source: Span = draft.span(value)
    if field.is_spread:
        code = draft.convert(value, "thinking", setting.owner)
        setting.into.nested_spread(GENERATION, code, field.source)
    elif name == "thinking_level":
        setting.into.nested(GENERATION, name, _level(draft, setting, value), source)
    elif name == "include_thoughts":
        _summaries(draft, setting, value, source)
    elif name == "thinking_budget":
        add_budget(draft, setting, value)
    else:
        text = f"{name or 'the spread'} has no equivalent on the Interactions API"
        draft.block(setting.owner, value, text)


def _summaries(draft: Draft, setting: Setting, value: ast.expr, source: Span) -> None:
    constant = draft.constant(value)
    if constant is not None and not constant.value:
        return
    draft.feature(setting.owner, "thoughts")
    code: Code = '"auto"'
    if constant is None:
        code = Template(('"auto" if ', draft.hole(value, Binding.OR), ' else "none"'))
    setting.into.nested(GENERATION, "thinking_summaries", code, source)


def _level(draft: Draft, setting: Setting, value: ast.expr) -> Code:
    """A level in lower case, or None where there may be none."""
    if isinstance(value, ast.IfExp):
        body, rest = (_level(draft, setting, n) for n in (value.body, value.orelse))
        return Template((body, " if ", draft.hole(value.test, Binding.OR), " else ", rest))
    values = draft.values(value)
    constant = draft.constant(value)
    level = constant.value if constant is not None else None
    if constant is not None and level is None:
        return "None"
    for item in values:
        if isinstance(item, Symbol) and item.path.startswith(LEVEL + "."):
            level = item.path.rpartition(".")[2]
    if isinstance(level, str) and len(values) == 1 and not comes_from_callers(draft, value):
        if level.lower() not in THINKING_LEVELS:
            unset = level.lower() == "thinking_level_unspecified"
            text = "the thinking level {} has no equivalent" if unset else NO_LEVEL
            draft.block(setting.owner, value, text.format(level))
        if isinstance(value, ast.Constant) and level.islower():
            return draft.hole(value)
        return f'"{level.lower()}"'
    return _level_at_run_time(draft, setting, value)


def _level_at_run_time(draft: Draft, setting: Setting, value: ast.expr) -> Code:
    given = [v for v in draft.values(value) if not (isinstance(v, Constant) and v.value is None)]
    strangers = [v for v in given if not _is_level(v)]
    if strangers and not all(isinstance(v, Unknown) for v in strangers):
        text = f"the thinking level `{draft.quote(value)}` can't be known"
        draft.block(setting.owner, value, text)
        return draft.hole(value)
    if strangers or not given:
        text = f"`{draft.quote(value)}` is assumed to be the name of a thinking level"
        draft.doubt(setting.owner, value, text)
    lowered = Template((draft.hole(_name_of_level(draft, value), Binding.ATOM), ".lower()"))
    if len(given) == len(draft.values(value)) and not strangers:
        return lowered
    if isinstance(value, (ast.Name, ast.Attribute)):
        return Template((lowered, " if ", draft.hole(value, Binding.OR), " else None"))
    return Template(("(", draft.hole(value, Binding.OR), ' or "").lower() or None'))


def _is_level(value: Value) -> bool:
    """A text, or a member of `types.ThinkingLevel`, which is one as well."""
    if isinstance(value, Symbol):
        return value.path.startswith(LEVEL + ".")
    return is_text(value) or (isinstance(value, Object) and value.type == LEVEL)


def _name_of_level(draft: Draft, node: ast.expr) -> ast.expr:
    """`name` of `types.ThinkingLevel(name.upper())`."""
    if not isinstance(node, ast.Call):
        return node
    constructs = any(isinstance(v, Object) and v.type == LEVEL for v in draft.values(node))
    if constructs and len(node.args) == 1:
        return _name_of_level(draft, node.args[0])
    changes_case = isinstance(node.func, ast.Attribute) and node.func.attr in {"upper", "lower"}
    if changes_case and isinstance(node.func, ast.Attribute) and not node.args:
        if all(map(is_text, draft.values(node.func.value))):
            return node.func.value
    return node


CODEMOD = Codemod(
    code="GM008",
    name="thinking",
    summary="set thinking_level and thinking_summaries",
    doc=__doc__ or "",
    rules={
        ("setting", "thinking_config"): thinking_config,
        ("build", "thinking"): build_thinking,
        ("accepts", "thinking"): partial(is_written, THINKING),
        ("value", "thinking"): partial(refuse_unwritten, "thinking_config"),
        ("use", "thinking", "WRITE"): set_field,
        ("use", "thinking", "TRUTH"): keep_truth,
        ("use", "thinking", "IS_NONE"): keep_absence,
        ("use", "thinking", "FORMAT"): config_shown,
    },
)
