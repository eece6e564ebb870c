"""Pass safety settings as dicts of lower-case values under `type` and `threshold`.

Why: `create` forwards enum members and upper-case strings unchanged, and refuses the key
`category`.

Rewrites: `types.SafetySetting(category=…, threshold=…)` and its dict form, enum members, members
that are looked up by name (`types.HarmCategory[name]`) and strings, inline or in a list that is
only used for such calls.

With --unsafe-fixes, a list that is made out of view is gone through, and values that are only known
at run time are taken for names.

Leaves alone: settings that are made in a way that can't be followed.
"""

from __future__ import annotations

import ast

from codemods.objects.setting_rows import Setting
from codemods.objects.tested_objects import keep_absence, keep_truth
from codemods.objects.written_objects import fields_of, source_of
from codemods.request.settings_read import config_shown
from codemods.request.unseen_settings import CATEGORY, SETTING, unseen_settings
from codemods.tables.api import TYPES
from codemods.tables.settings import THRESHOLDS
from migrator.codemod import Codemod
from migrator.edits import Binding, Code, DictCode, Item, ListCode, Template
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.reasoning.name_scopes import comes_from_callers
from migrator.understand.values import ANYTHING, Constant, Object, Symbol, Value, is_text

ENUMS = frozenset(
    TYPES + name for name in ("HarmCategory", "HarmBlockThreshold", "HarmBlockMethod")
)


def safety_settings(draft: Draft, setting: Setting) -> None:
    """The list moves to the top level."""
    code = unseen_settings(draft, setting.value, setting.owner)
    if code is None:
        code = draft.convert(setting.value, "safety settings", setting.owner)
    setting.into.top("safety_settings", code, setting.source)


def build_list(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """A list of safety settings."""
    if isinstance(node, (ast.List, ast.Tuple)):
        return ListCode(
            tuple(Item(_setting(draft, e, owner), source=draft.span(e)) for e in node.elts)
        )
    if isinstance(node, ast.ListComp):
        draft.replace(owner, node.elt, _setting(draft, node.elt, owner))
        return draft.hole(node)
    draft.block(owner, node, f"the safety settings `{draft.quote(node)}` can't be followed")
    return draft.hole(node)


def _setting(draft: Draft, node: ast.expr, owner: Member) -> Code:
    fields = fields_of(draft, node, SETTING)
    if fields is not None:
        return DictCode(tuple(_entry(draft, f.name, f.value, owner) for f in fields))
    if isinstance(node, (ast.Name, ast.Attribute)):
        return draft.convert(node, "safety setting", owner)
    draft.block(owner, node, f"the safety setting `{draft.quote(node)}` can't be followed")
    return draft.hole(node)


def _entry(draft: Draft, field: str, value: ast.expr, owner: Member) -> Item:
    if field not in {"category", "threshold", "method"}:
        draft.block(owner, value, f"the safety setting's {field or 'spread'} can't be translated")
        return Item(draft.hole(value), field)
    lookup = _lookup(draft, value)
    text = _lowered(draft, lookup or value)
    new = "type" if field == "category" else field
    unseen = text is None and lookup is None and draft.values(value) <= ANYTHING
    if unseen:
        draft.doubt(owner, value, f"`{draft.quote(value)}` is assumed to be the name of a {field}")
    if unseen or (text is None and (lookup is not None or _is_named(draft, value))):
        prefix = f'.removeprefix("{CATEGORY}")' if field == "category" else ""
        code = Template((draft.hole(value, Binding.ATOM), prefix + ".lower()"))
        return Item(code, new, source=source_of(draft, value))
    if text is None:
        draft.block(owner, value, f"`{draft.quote(value)}` is only known at run time")
        return Item(draft.hole(value), field)
    if field == "threshold" and text not in THRESHOLDS:
        draft.block(owner, value, f"the safety threshold {text} has no equivalent")
    return Item(f'"{text}"', new, source=source_of(draft, value))


def _lookup(draft: Draft, node: ast.expr) -> ast.expr | None:
    """By which name (or value) `node` takes a member of an enum: `HarmCategory[name]`, …

    The lookup stays where that is only known at run time: it refuses what is no member, and
    members have the methods of str.
    """
    if isinstance(node, ast.Subscript):
        enum, name = node.value, node.slice
    elif isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords:
        enum, name = node.func, node.args[0]
    elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "getattr":
        enum, name = node.args[0], node.args[1]
    else:
        return None
    paths = {v.path if isinstance(v, Symbol) else "" for v in draft.values(enum)}
    return name if paths and paths <= ENUMS else None


def _is_named(draft: Draft, node: ast.expr) -> bool:
    """Whether `node` is some enum member or string: both have the methods of str."""
    values = draft.values(node)
    members = [isinstance(v, Symbol) and v.path.startswith(TYPES + "Harm") for v in values]
    texts = [is_text(v) for v in values]
    return bool(values) and all(m or t for m, t in zip(members, texts, strict=False))


def _lowered(draft: Draft, node: ast.expr) -> str | None:
    """The one enum member or string that `node` is, as the new API spells it."""
    values = draft.values(node)
    if len(values) != 1 or comes_from_callers(draft, node):
        return None
    value = next(iter(values))
    if isinstance(value, Symbol) and value.path.startswith(TYPES) and value.path not in ENUMS:
        member = value.path.rpartition(".")[2]
    elif isinstance(value, Constant) and isinstance(value.value, str):
        member = value.value
    else:
        return None
    return member.removeprefix(CATEGORY).lower()


def accepts(draft: Draft, value: Value) -> bool:
    """Displays and constructor calls can be rebuilt."""
    return isinstance(value, Object) and isinstance(
        value.origin, (ast.List, ast.Tuple, ast.ListComp)
    )


def accepts_one(draft: Draft, value: Value) -> bool:
    """A single setting that is made in view."""
    return isinstance(value, Object) and value.type in {SETTING, "dict"}


def judge(draft: Draft, node: ast.expr, value: Value, owner: Member) -> None:
    """Settings that are not made in view stop the call."""
    if isinstance(value, Constant) and value.value is None:
        return
    draft.block(owner, node, f"the safety settings `{draft.quote(node)}` come from out of view")


KINDS = ("safety settings", "safety setting")

CODEMOD = Codemod(
    code="GM006",
    name="safety-settings",
    summary="pass safety settings as lower-case dicts",
    doc=__doc__ or "",
    rules={
        ("setting", "safety_settings"): safety_settings,
        ("build", "safety settings"): build_list,
        ("accepts", "safety settings"): accepts,
        ("value", "safety settings"): judge,
        ("build", "safety setting"): _setting,
        ("accepts", "safety setting"): accepts_one,
        ("value", "safety setting"): judge,
        **{("use", kind, "TRUTH"): keep_truth for kind in KINDS},
        **{("use", kind, "IS_NONE"): keep_absence for kind in KINDS},
        **{("use", kind, "FORMAT"): config_shown for kind in KINDS},
    },
)
