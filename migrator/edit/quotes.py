"""The quotes of new strings."""

from __future__ import annotations

from migrator.edit.conflict import EditConflict
from migrator.edit.scan import Literal, scan
from migrator.edits import Span


def requoted(text: str, quote: str) -> str:
    """New code with its plain strings in `quote`, where no escape would be needed."""
    other = "'" if quote == '"' else '"'
    if other not in text:
        return text
    pieces: list[str] = []
    position = 0
    for literal in scan(text).literals:
        body = text[literal.body.start : literal.body.end]
        if literal.quote == other and not any(mark in body for mark in "\"'\\"):
            start = literal.span.start + len(literal.prefix)
            pieces += [text[position:start], quote, body, quote]
            position = literal.span.end
    return "".join([*pieces, text[position:]])


def quoted(value: str, quote: str) -> str:
    """The string `value` as a literal in `quote`, or in the other kind where that saves
    escapes.
    """
    other = "'" if quote == '"' else '"'
    if quote in value and other not in value:
        quote = other
    escaped = value.replace("\\", "\\\\").replace(quote, "\\" + quote)
    escaped = escaped.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    return f"{quote}{escaped}{quote}"


def quote_within(literal: Literal) -> str:
    """The quote new strings use in a field of the f-string `literal`."""
    return "'" if literal.quote[0] == '"' else '"'


def check_field(new: str, old: str, literal: Literal, place: Span) -> None:
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
                f"the new code at offset {place.start} stands in an f-string and"
                f" would need {what}, which Python refuses there before 3.12"
            )
