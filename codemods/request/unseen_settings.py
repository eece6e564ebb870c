"""Safety settings that are made out of view: the call goes through them."""

from __future__ import annotations

import ast

from codemods.objects.sdk_modules import sdk_module
from codemods.tables.api import TYPES
from migrator.edits import Binding, ClausesCode, Code, DictCode, Item, Template
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.reasoning.lost_values import cause_of
from migrator.understand.values import Constant, Object, Symbol, Unknown, Value

SETTING = TYPES + "SafetySetting"
CATEGORY = "HARM_CATEGORY_"
PROMISED = {f"list[{SETTING}]": "setting.{}", "list[dict]": 'setting["{}"]'}
"""What an annotation promises -> how a field of one setting is read."""


def unseen_settings(draft: Draft, node: ast.expr, owner: Member) -> Code | None:
    """A new list made of the settings `node`; None where they are made in view."""
    values = draft.values(node) or {Unknown()}
    given = [v for v in values if not (isinstance(v, Constant) and v.value is None)]
    if not given or not all(map(_is_unseen, given)):
        return None
    draft.sinks[node] = "safety settings"
    text = f"`{draft.quote(node)}` is assumed to hold safety settings"
    draft.doubt(owner, cause_of(draft, node)[0], text)
    whole: Code = draft.hole(node, Binding.OR)
    if len(given) < len(values):
        whole = Template((whole, " or []"))
    promised = {v.type for v in given if isinstance(v, Object)}
    if len(promised) == 1 and all(isinstance(v, Object) for v in given):
        field = PROMISED[promised.pop()]
    else:
        field = PROMISED[f"list[{SETTING}]"]
        types = sdk_module(draft, owner, node, "types")
        whole = Template((f"map({types}.SafetySetting.model_validate, ", whole, ")"))
    category, threshold = field.format("category"), field.format("threshold")
    entries = DictCode(
        (
            Item(f'{category}.removeprefix("{CATEGORY}").lower()', "type"),
            Item(f"{threshold}.lower()", "threshold"),
        )
    )
    return ClausesCode("[", entries, (Template(("for setting in ", whole)),), "]")


def _is_unseen(value: Value) -> bool:
    """Whether a value comes from out of view, and may be a list of settings."""
    if isinstance(value, Object):
        return isinstance(value.origin, ast.arg) and value.type in PROMISED
    return isinstance(value, (Unknown, Symbol))
