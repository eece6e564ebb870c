"""From edits to text: parse the statements that hold one, carry the edits out, lay them out."""

from __future__ import annotations

from collections.abc import Sequence

from migrator.edit.conflict import EditConflict
from migrator.edit.document import Document
from migrator.edit.layout import lay_out
from migrator.edit.order import distinct
from migrator.edit.plain import check_program
from migrator.edit.replace import Editor
from migrator.edit.source import Source
from migrator.edit.templates import holes
from migrator.edits import (
    Arguments,
    Delete,
    Edit,
    InsertAfter,
    InsertBefore,
    NeedImport,
    Nest,
    Replace,
    Span,
)


def apply_edits(text: str, edits: Sequence[Edit], *, line_length: int) -> str:
    """The text after `edits`; what no edit covers stays as it is, character by character.

    `text` is a decoded module without byte order mark, with its own line ends; `line_length` is in
    columns. `NeedImport` is not for this function and is passed over. Raises `EditConflict` where
    the edits contradict each other, cannot be written down, or the text does not parse.
    """
    wanted = distinct(edits)
    if not wanted:
        return text
    try:
        source = Source(text, line_length)
        source.read(span for edit in wanted for span in _spans(source, edit))
        editor = Editor(source, wanted)
        written: list[str] = []
        position = 0
        for piece in source.pieces:
            module = lay_out(editor.now(piece.module), editor.marks, line_length)
            written += [text[position : piece.span.start], piece.code(module)]
            position = piece.span.end
        result = "".join([*written, text[position:]])
        check_program(Document(text, line_length), wanted, result)
        return result
    except RecursionError as error:
        raise EditConflict("the edits are nested too deeply") from error


def _spans(source: Source, edit: Edit) -> list[Span]:
    """Where an edit does something, and where it takes something from."""
    assert not isinstance(edit, NeedImport)
    found = [edit.span]
    if isinstance(edit, Delete):
        following = source.positions.next_line(edit.span.end)
        at = len(source.text) - len(source.text[following:].lstrip())
        if at < len(source.text):
            found.append(Span(at, at))
    if isinstance(edit, (Replace, InsertBefore, InsertAfter)):
        found += [hole.span for hole in holes(edit.code)]
    elif isinstance(edit, Nest) and edit.header is not None:
        found += [hole.span for hole in holes(edit.header)]
    elif isinstance(edit, Arguments):
        for item in edit.items:
            found += [hole.span for hole in holes(item.value)]
            found += [item.key.span] if item.key is not None else []
    return found
