"""The single arguments of a legacy call as those of `create`."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from codemods.objects.setting_rows import Settings
from codemods.request.config import add_config, is_config_call, spread_config
from codemods.request.model_names import MODEL, name_to_write
from codemods.tables.models import PREFIX
from migrator.edits import Binding, Code, Template
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.reasoning.definitions import definitions
from migrator.understand.values import Constant, is_text

_ENDPOINT = re.compile(r"(?:^|/)endpoints/")


def input_code(draft: Draft, owner: Member, value: ast.expr) -> Code:
    """The contents of a call as its input."""
    convert = draft.rule("argument", "contents")
    if convert is None:
        draft.block(owner, value, "the codemod contents-to-input is not selected")
        return draft.hole(value)
    code: Code = convert(draft, value, owner)
    return code


def add_config_of(draft: Draft, owner: Member, value: ast.expr, settings: Settings) -> None:
    """The settings of a config, written here or made elsewhere."""
    constant = draft.constant(value)
    if constant is not None and constant.value is None:
        return
    if isinstance(value, ast.Dict) or is_config_call(draft, value):
        add_config(draft, value, owner, settings)
    else:
        spread_config(draft, value, owner, settings)


def model_code(draft: Draft, owner: Member, value: ast.expr) -> Code:
    """The model's name as `create` wants it: without the `models/` prefix."""
    names = [v.value for v in draft.values(value) if isinstance(v, Constant)]
    texts = [name for name in names if isinstance(name, str)]
    for feature, mark in (("images", "-image"), ("audio", "-tts")):
        if any(mark in name for name in texts):
            draft.feature(owner, feature)
    _refuse_tuned(draft, owner, value, texts)
    named = _behind_prefix(value)
    draft.remember(owner, MODEL, value if named is None else named)
    if named is not None and all(is_text(v) for v in draft.values(named)):
        return draft.hole(named)
    stores = draft.facts.structure.stores(value.id) if isinstance(value, ast.Name) else []
    made = [getattr(draft.facts.structure.parent(store), "value", None) for store in stores]
    put_together = any(_behind_prefix(node) is not None for node in (value, *made))
    if not put_together and not any(name.startswith(PREFIX) for name in texts):
        return draft.hole(value)
    if isinstance(value, ast.Constant):
        quote = draft.source(value)[0]
        return f"{quote}{name_to_write(draft, owner, texts[0])}{quote}"
    if all(is_text(v) for v in draft.values(value)):
        return Template((draft.hole(value, Binding.ATOM), '.removeprefix("models/")'))
    draft.doubt(owner, value, f"`{draft.quote(value)}` may start with models/, or not be text")
    return draft.hole(value)


def _refuse_tuned(draft: Draft, owner: Member, value: ast.expr, names: Sequence[str]) -> None:
    """Models that were tuned, or deployed by the user, are served to generateContent alone."""
    text = "the tuned model {} is not served; keep generate_content"
    for name in names:
        if name.startswith("tunedModels/") or _ENDPOINT.search(name):
            draft.block(owner, value, text.format(name))
    for found in definitions(draft, value):
        if any(getattr(part, "attr", "") == "tuned_model" for part in ast.walk(found)):
            draft.block(owner, found, text.format(f"`{draft.quote(found)}`"))


def _behind_prefix(node: ast.AST | None) -> ast.expr | None:
    """The name in `f"models/{name}"` or `"models/" + name`."""
    first: ast.AST | None = None
    rest: ast.expr | None = None
    if isinstance(node, ast.JoinedStr) and len(node.values) == 2:
        first, last = node.values
        if isinstance(last, ast.FormattedValue) and last.conversion < 0 and not last.format_spec:
            rest = last.value
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        first, rest = node.left, node.right
    if isinstance(first, ast.Constant) and first.value == PREFIX:
        return rest
    return None
