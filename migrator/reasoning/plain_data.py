"""Plain data as Python code."""

from __future__ import annotations

from typing import Any

from migrator.edits import Code, DictCode, Item, ListCode, Template

ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def text_code(text: str) -> str:
    """A string literal in double quotes (the editor turns them to those of the file)."""
    if not text.isprintable() and not text.replace("\n", "").replace("\t", "").isprintable():
        return repr(text)
    if '"' in text and "'" not in text:
        return repr(text)
    return f'"{text.translate(ESCAPES)}"'


def json_code(value: Any) -> Code:
    """What JSON can say, as displays; expressions among it stay what they are."""
    if isinstance(value, Template):
        return value
    if isinstance(value, dict):
        return DictCode(tuple(Item(json_code(v), k) for k, v in value.items()))
    if isinstance(value, list):
        return ListCode(tuple(Item(json_code(v)) for v in value))
    return text_code(value) if isinstance(value, str) else repr(value)
