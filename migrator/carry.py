"""Carry out what is planned for one module, and see that its new text is sound."""

from __future__ import annotations

import re
from collections.abc import Sequence

from migrator.documents import Document
from migrator.edits import Edit, NeedImport, Span
from migrator.model import Options
from migrator.verify import VerificationError, check_comments, check_names, check_syntax


def edited_text(
    document: Document, edits: Sequence[Edit], gone: Sequence[Span], options: Options
) -> str:
    """The text of a module after its edits. Raises VerificationError."""
    from migrator.edit import EditConflict, apply_edits, fix_imports

    text = document.text
    needs = [edit for edit in edits if isinstance(edit, NeedImport)]
    placed = [edit for edit in edits if not isinstance(edit, NeedImport)]
    try:
        edited = apply_edits(text, placed, line_length=options.line_length, gone=gone)
        edited = document.unmarked(edited)
        edited = fix_imports(text, edited, [need for need in needs if _is_read(need, edited)])
        edited = document.arranged(edited)
    except EditConflict as conflict:
        raise VerificationError(str(conflict)) from conflict
    check_syntax(text, edited)
    check_names(text, edited)
    check_comments(text, edited)
    return edited


def _is_read(need: NeedImport, edited: str) -> bool:
    """Whether the text has the name that was needed: the code with it may be replaced itself."""
    name = need.alias or need.name or need.module.partition(".")[0]
    return re.search(rf"\b{name}\b", edited) is not None
