"""The quotes of new strings."""

from __future__ import annotations

from typing import Any

import libcst as cst

from migrator.edit.conflict import EditConflict

Text = cst.SimpleString | cst.FormattedString


def quoted(value: str, quote: str) -> str:
    """The string `value` as a literal in `quote`, or in the other kind where that saves escapes."""
    other = "'" if quote == '"' else '"'
    if quote in value and other not in value:
        quote = other
    escaped = value.replace("\\", "\\\\").replace(quote, "\\" + quote)
    escaped = escaped.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    return f"{quote}{escaped}{quote}"


def requoted(node: Text, quote: str) -> Text:
    """A new string in `quote`, unless it has quotes or a backslash in it."""
    if isinstance(node, cst.SimpleString):
        body = node.raw_value
        if node.quote == quote or len(node.quote) > 1 or any(mark in body for mark in "\"'\\"):
            return node
        return node.with_changes(value=f"{node.prefix}{quote}{body}{quote}")
    if node.quote == quote or len(node.quote) > 1:
        return node
    body = cst.Module([]).code_for_node(node)[len(node.start) : -1]
    if any(mark in body for mark in "\"'\\"):
        return node
    return node.with_changes(start=node.start[:-1] + quote, end=quote)


def check_field(new: str, old: str, literal: Any, offset: int) -> None:
    """Refuse new code that no field of an f-string may hold before Python 3.12.

    Raises `EditConflict` unless the old code held the same characters already.
    """
    for mark, what in (
        (literal.quote, "the quotes of the f-string"),
        ("\\", "a backslash"),
        ("#", "a number sign"),
        ("\n", "a line end"),
    ):
        if mark == "\n" and len(literal.quote) == 3:
            continue
        if mark in new and mark not in old:
            raise EditConflict(
                f"the new code at offset {offset} stands in an f-string and"
                f" would need {what}, which Python refuses there before 3.12"
            )


def quote_within(literal: Any) -> str:
    """The quote that new strings use in a field of the f-string `literal`."""
    return "'" if literal.quote[0] == '"' else '"'
