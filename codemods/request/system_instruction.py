"""Pass the system instruction as one string at the top level.

Why: `create(system_instruction=…)` takes a str only; anything else is a ValidationError.

Rewrites: a str as it is; a text part, a `types.Content` with one text part, or a list with one of
these, to that text, there or where it is made. Several texts are joined by line breaks with
--unsafe-fixes: they were parts of one instruction.

Leaves alone: files and images.
"""

from __future__ import annotations

import ast

from codemods.content.part_uses import keep
from codemods.content.text_assumed import assume_text
from codemods.objects.setting_rows import Setting
from codemods.tables.api import CONTENT, PART
from migrator.codemod import Codemod
from migrator.edits import CallCode, Code, Item, ListCode
from migrator.plan import Draft, Reading
from migrator.plan.units import Member
from migrator.understand import spelling
from migrator.understand.facts import origin_of
from migrator.understand.values import Constant, Object, Symbol, Unknown, Value, is_text

INSTRUCTION = "instruction"
"""The kind of what becomes the text of a system instruction."""
SEVERAL = frozenset({"list", "tuple"})


def system_instruction(draft: Draft, setting: Setting) -> None:
    """Put the instruction's text at the top level."""
    node, owner = setting.value, setting.owner
    elements = _elements(node)
    if len(elements) == 1:
        code = draft.convert(elements[0], INSTRUCTION, owner)
    elif elements:
        items = (Item(draft.convert(e, INSTRUCTION, owner), source=draft.span(e)) for e in elements)
        code = _joined(draft, setting, ListCode(tuple(items)))
    elif _are_lists_of_text(draft, node):
        code = _joined(draft, setting, draft.hole(node))
    else:
        code = draft.convert(node, INSTRUCTION, owner)
    setting.into.top("system_instruction", code, setting.source)


def _elements(node: ast.expr) -> list[ast.expr]:
    """What a list that is written out holds."""
    if not isinstance(node, (ast.List, ast.Tuple)):
        return []
    return [] if any(isinstance(e, ast.Starred) for e in node.elts) else list(node.elts)


def _joined(draft: Draft, setting: Setting, texts: Code) -> Code:
    """Several texts as one."""
    text = "the parts of the system instruction become one text, joined by line breaks"
    draft.doubt(setting.owner, setting.value, text)
    return CallCode('"\\n".join', (Item(texts),))


def _are_lists_of_text(draft: Draft, node: ast.expr) -> bool:
    """Whether `node` is a list of texts that is made elsewhere."""
    values = draft.values(node)
    if not values or not all(isinstance(v, Object) and v.type in SEVERAL for v in values):
        return False
    held = [v for value in values if (o := origin_of(value)) for v in draft.facts.held(o)]
    return bool(held) and all(is_text(v) for v in held)


def build_instruction(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """The text of an instruction that is written out at `node`."""
    text = _single_text(draft, node)
    if text is None:
        source = draft.quote(node)
        reason = f"the system instruction `{source}` is not one text; join its parts by hand"
        draft.block(owner, node, reason)
        return draft.hole(node)
    for value in draft.values(text) or {Unknown()}:
        judge_instruction(draft, text, value, owner)
    return draft.hole(text)


def accepts_instruction(draft: Draft, value: Value) -> bool:
    """Parts and contents of one text can be made a text where they are made."""
    origin = origin_of(value)
    if not isinstance(origin, (ast.Call, ast.Dict)):
        return False
    return _single_text(draft, origin) not in {None, origin}


def judge_instruction(draft: Draft, node: ast.expr, value: Value, owner: Member) -> None:
    """Text stays, what is unknown is taken for text, anything else stops the call."""
    if is_text(value) or (isinstance(value, Constant) and value.value is None):
        return
    if isinstance(value, (Unknown, Symbol)):
        assume_text(draft, node, owner)
        return
    reason = f"the system instruction `{draft.quote(node)}` is not a str; pass its text"
    draft.block(owner, node, reason)


def tested(draft: Draft, reading: Reading) -> None:
    """`if not instruction`: a part was always true, its text is where it says something."""
    for value in draft.values(reading.base):
        origin = origin_of(value)
        text = _single_text(draft, origin) if isinstance(origin, ast.expr) else None
        if text is not None and not spelling.says_something(text):
            reason = f"`{draft.quote(reading.base)}` was always true; its text may be empty"
            draft.block(reading.owner, reading.base, reason)


def _single_text(draft: Draft, node: ast.expr) -> ast.expr | None:
    """The one text inside `node`, `node` itself if it holds no parts, else None."""
    if isinstance(node, (ast.List, ast.Tuple)):
        elements = _elements(node)
        return _single_text(draft, elements[0]) if len(elements) == 1 else None
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
    rules={
        ("setting", "system_instruction"): system_instruction,
        ("build", INSTRUCTION): build_instruction,
        ("accepts", INSTRUCTION): accepts_instruction,
        ("value", INSTRUCTION): judge_instruction,
        ("use", INSTRUCTION, "TRUTH"): tested,
        ("use", INSTRUCTION, "IS_NONE"): keep,
    },
)
