"""Say how to think with `thinking_level` and `thinking_summaries`.

Why: https://ai.google.dev/gemini-api/docs/migrate-to-interactions: `generation_config` has no
thinking budget, and levels are lower case.

Rewrites: `thinking_level` (enum members and strings are lowered); `include_thoughts=True` to
`thinking_summaries="auto"`, False to nothing, anything else to a choice of "auto" and "none";
with --unsafe-fixes, a `thinking_budget` to the level that comes nearest, and one of -1 to nothing
(it let the model decide, as it does without a level).

Leaves alone: a `thinking_budget` that is only known at run time.
"""

from __future__ import annotations

import ast

from codemods.building.settings import GENERATION, Setting, Settings
from codemods.building.shapes import fields_of
from codemods.tables.api import TYPES
from codemods.tables.settings import THINKING_BUDGETS, THINKING_LEVELS
from migrator.codemod import Codemod
from migrator.edits import Binding, Code, DictCode, Span, Template
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.understand.values import Constant, Object, Symbol, Unknown, Value, is_text

THINKING = TYPES + "ThinkingConfig"
DYNAMIC = (
    "thinking_budget=-1 let the model decide how much to think, as models do without a "
    "thinking_level; 2.5 Flash-Lite does not think at all without one"
)
CHOOSE = "choose a thinking_level (minimal, low, medium, high) instead"
LEVEL = TYPES + "ThinkingLevel"


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
        _field(draft, setting, field.name, field.value)


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
        _field(draft, setting, field.name, field.value)
    return DictCode(tuple(settings.groups.get(GENERATION, {}).values()))


def accepts_thinking(draft: Draft, value: Value) -> bool:
    """Constructor calls and dicts can be rebuilt."""
    assert isinstance(value, Object)
    node = value.origin
    return isinstance(node, ast.expr) and fields_of(draft, node, THINKING) is not None


def judge_thinking(draft: Draft, node: ast.expr, value: Value, owner: Member) -> None:
    """A thinking config that is not made in view stops the call."""
    if not (isinstance(value, Constant) and value.value is None):
        text = f"thinking_config `{draft.quote(node)}` can't be followed to where it is made"
        draft.block(owner, node, text)


def _field(draft: Draft, setting: Setting, name: str, value: ast.expr) -> None:
    source: Span = draft.span(value)
    if name == "thinking_level":
        setting.into.nested(GENERATION, name, _level(draft, setting, value), source)
    elif name == "include_thoughts":
        _summaries(draft, setting, value, source)
    elif name == "thinking_budget":
        _budget(draft, setting, value, source)
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


def _budget(draft: Draft, setting: Setting, value: ast.expr, source: Span) -> None:
    """A budget becomes the level that comes nearest; -1 lets the model decide, as no level does."""
    constant = draft.constant(value)
    if constant is not None and constant.value is None:
        return
    if constant is not None and constant.value == -1:
        draft.doubt(setting.owner, value, DYNAMIC)
        return
    code = _level_for(draft, value)
    if code is None:
        text = f"the thinking_budget `{draft.quote(value)}` is only known at run time"
        draft.block(setting.owner, value, f"{text}; {CHOOSE}")
        return
    budget = draft.quote(value)
    text = f"thinking_budget {budget} becomes the thinking_level that comes nearest"
    if isinstance(code, str):
        text = f"thinking_budget {budget} becomes thinking_level {code}, which comes nearest"
    draft.doubt(setting.owner, value, text)
    setting.into.nested(GENERATION, "thinking_level", code, source)


def _level_for(draft: Draft, node: ast.expr) -> Code | None:
    """The level for a budget that is known, or chosen between known ones."""
    if isinstance(node, ast.IfExp):
        body, rest = _level_for(draft, node.body), _level_for(draft, node.orelse)
        if body is None or rest is None:
            return None
        return Template((body, " if ", draft.hole(node.test, Binding.OR), " else ", rest))
    constant = draft.constant(node)
    if constant is None or constant.kind not in {"int", "NoneType"}:
        return None
    budget = constant.value
    return f'"{nearest_level(budget)}"' if isinstance(budget, int) and budget >= 0 else "None"


def nearest_level(budget: int) -> str:
    """The level whose budget comes nearest; of two that are as near, the one that thinks less."""
    return min(THINKING_BUDGETS, key=lambda level: abs(THINKING_BUDGETS[level] - budget))


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
    if isinstance(level, str) and len(values) == 1:
        if level.lower() not in THINKING_LEVELS:
            draft.block(setting.owner, value, f"the thinking level {level} has no equivalent")
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
        ("accepts", "thinking"): accepts_thinking,
        ("value", "thinking"): judge_thinking,
    },
)
