"""Pass the system instruction as one string at the top level.

Why: `create(system_instruction=…)` takes a str only; anything else is a ValidationError.

Rewrites: a str as it is; a single text part, a `types.Content` with one text part, or a list with
one str, to that text.

Leaves alone: several parts (any join would change what the model is told), files and images.
"""

from __future__ import annotations

import ast

from codemods.building.assumed import assume_text
from codemods.building.settings import Setting
from codemods.tables.api import CONTENT, PART
from migrator.codemod import Codemod
from migrator.plan import Draft
from migrator.understand.values import Constant, Symbol, Unknown, is_text


def system_instruction(draft: Draft, setting: Setting) -> None:
    """Put the instruction's text at the top level."""
    text = _single_text(draft, setting.value)
    if text is None:
        source = draft.quote(setting.value)
        reason = f"the system instruction `{source}` is not one text; join its parts by hand"
        draft.block(setting.owner, setting.value, reason)
        return
    for value in draft.values(text) or {Unknown()}:
        if is_text(value) or (isinstance(value, Constant) and value.value is None):
            continue
        if isinstance(value, (Unknown, Symbol)):
            assume_text(draft, text, setting.owner)
        else:
            reason = f"the system instruction `{draft.quote(text)}` is not a str; pass its text"
            draft.block(setting.owner, text, reason)
    setting.into.top("system_instruction", draft.hole(text), setting.source)


def _single_text(draft: Draft, node: ast.expr) -> ast.expr | None:
    """The one text inside `node`, `node` itself if it holds no parts, else None."""
    if isinstance(node, (ast.List, ast.Tuple)):
        return _single_text(draft, node.elts[0]) if len(node.elts) == 1 else None
    if isinstance(node, ast.Dict):
        entries = {
            k.value: v
            for k, v in zip(node.keys, node.values, strict=False)
            if isinstance(k, ast.Constant)
        }
        inner = entries.get("parts", entries.get("text"))
        return _single_text(draft, inner) if inner is not None else None
    if isinstance(node, ast.Call):
        paths = {v.path for v in draft.values(node.func) if isinstance(v, Symbol)}
        keywords = {k.arg: k.value for k in node.keywords}
        if paths <= {PART, PART + ".from_text"} and paths:
            return keywords.get("text") if set(keywords) == {"text"} else None
        if paths == {CONTENT}:
            return _single_text(draft, keywords["parts"]) if "parts" in keywords else None
    return node


CODEMOD = Codemod(
    code="GM005",
    name="system-instruction",
    summary="pass the system instruction as one string",
    doc=__doc__ or "",
    rules={("setting", "system_instruction"): system_instruction},
)
