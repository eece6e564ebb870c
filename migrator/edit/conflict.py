"""The errors of the edit package."""

from __future__ import annotations


class EditConflict(Exception):
    """Edits that cannot all be carried out as written; the file must keep its text."""


class UnreadableSyntax(Exception):
    """LibCST can't read `line`, which Python can; the file must keep its text."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
