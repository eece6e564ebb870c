"""`text/x.enum`: a reply that is one of several texts, which is a JSON string now."""

from __future__ import annotations

import ast

from codemods.objects.setting_rows import FORMAT, Setting
from codemods.reply.interaction import interaction, is_probe, rename
from codemods.tables.api import CANDIDATE, CANDIDATES, CONTENT, PART, PARTS
from codemods.tables.settings import ENUM_MIME_TYPE, JSON_MIME_TYPE
from migrator.edits import CallCode, Item, Template
from migrator.plan import Draft, Reading
from migrator.plan.contexts import is_tested
from migrator.understand.facts import origin_of
from migrator.understand.values import Object

ENUM = "enum text"
WITHIN = frozenset({CANDIDATE, CANDIDATES, CONTENT, PART, PARTS})


def ask_for_enum(draft: Draft, setting: Setting) -> None:
    """Ask for JSON, and remember that its text must be read."""
    text = f"{ENUM_MIME_TYPE} becomes a JSON string: one that is cut off raises in json.loads"
    draft.doubt(setting.owner, setting.value, text)
    draft.feature(setting.owner, ENUM)
    draft.remember(setting.owner, ENUM, setting.value)
    setting.into.nested(FORMAT, "mime_type", f'"{JSON_MIME_TYPE}"', setting.source)


def reads_enum(draft: Draft, reading: Reading) -> bool:
    """Whether the reply is a JSON string whose text is read; plans that, if so.

    A reply without text is None as it was.
    """
    if not draft.has_feature(reading.base, reading.owner, ENUM):
        return False
    if is_probe(reading.node):
        text = "getattr of a text that is a JSON string now; read it by json.loads"
        draft.block(reading.owner, reading.node, text)
        return True
    if isinstance(reading.node, ast.expr) and is_tested(draft.facts, reading.node):
        rename(draft, reading.owner, reading.node, "output_text")
        return True
    draft.need(reading.owner, reading.node, "json", None)
    found = Template((interaction(draft, reading.base), '.output_text or "null"'))
    draft.replace(reading.owner, reading.node, CallCode("json.loads", (Item(found),)))
    return True


def plan_enum_texts(draft: Draft) -> None:
    """Stop calls whose text is read in another way than as a whole."""
    for site in draft.facts.sites:
        asked = draft.remembered(site.call, ENUM)
        if not asked:
            continue
        if site.kind.method != "generate_content":
            text = f"the quotes of a JSON string would come along; {ENUM_MIME_TYPE} has none"
            draft.block(site.call, asked[0], text)
        for node in draft.facts.uses.get(site.call, ()):
            parts = [v for v in draft.values(node) if isinstance(v, Object) and v.type in WITHIN]
            if any(origin_of(value) is site.call for value in parts):
                text = f"`{draft.quote(node)}` holds a JSON string now, with quotes; read .text"
                draft.block(site.call, node, text)
                break
