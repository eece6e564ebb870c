"""The one error of the edit package."""

from __future__ import annotations


class EditConflict(Exception):
    """Edits that cannot all be carried out as written; the file must keep its text."""
