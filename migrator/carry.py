"""Carry out what is planned for one module, and see that its new text is sound."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from typing import TypeVar

from migrator.documents import Document
from migrator.edits import Edit, NeedImport, Span
from migrator.model import Options
from migrator.verify import VerificationError, check_comments, check_names, check_syntax

Part = TypeVar("Part")


def edited_text(
    document: Document, edits: Sequence[Edit], gone: Sequence[Span], options: Options
) -> str:
    """The text of a module after its edits. Raises VerificationError."""
    from migrator.edit import EditConflict, apply_edits, fix_imports

    text = document.text
    needs = [edit for edit in edits if isinstance(edit, NeedImport)]
    placed = [edit for edit in edits if not isinstance(edit, NeedImport)]
    if document.cells.written:
        placed = [_unmarked(edit, document) for edit in placed]
    try:
        edited = apply_edits(text, placed, line_length=options.line_length, gone=gone)
        edited = fix_imports(text, edited, [need for need in needs if _is_read(need, edited)])
        edited = document.arranged(edited)
    except EditConflict as conflict:
        raise VerificationError(str(conflict)) from conflict
    check_syntax(text, edited)
    check_names(text, edited)
    check_comments(text, edited)
    return edited


def _unmarked(thing: Part, document: Document) -> Part:
    """The same edit, or part of one, whose code has names as they are written: how long they are
    decides how it is laid out.
    """
    if isinstance(thing, Span):
        return thing
    if isinstance(thing, str):
        return document.unmarked(thing)  # type: ignore[return-value]
    if isinstance(thing, tuple):
        return tuple(_unmarked(item, document) for item in thing)  # type: ignore[return-value]
    if is_dataclass(thing) and not isinstance(thing, type):
        written = {f.name: _unmarked(getattr(thing, f.name), document) for f in fields(thing)}
        return replace(thing, **written)
    return thing


def _is_read(need: NeedImport, edited: str) -> bool:
    """Whether the text has the name that was needed: the code with it may be replaced itself."""
    name = need.alias or need.name or need.module.partition(".")[0]
    return re.search(rf"\b{name}\b", edited) is not None
