"""From edits to text, which is held against the program that the edits come to."""

from __future__ import annotations

from collections.abc import Sequence

from migrator.edit.conflict import EditConflict
from migrator.edit.distinct_edits import check_runs, distinct
from migrator.edit.document import Document
from migrator.edit.layout import Place
from migrator.edit.own_lines import with_own_lines
from migrator.edit.plain import check_program
from migrator.edit.render import Renderer
from migrator.edit.statements import statement_units
from migrator.edit.surroundings import soft_units
from migrator.edit.units import Units, expression_units
from migrator.edits import Edit, Span


def apply_edits(
    text: str, edits: Sequence[Edit], *, line_length: int, gone: Sequence[Span] = ()
) -> str:
    """The text after `edits`; what no edit covers stays as it is, character by
    character.

    `text` is a decoded module without byte order mark, with its own line ends;
    `line_length` is in columns. `NeedImport` is not for this function and is passed
    over. Raises `EditConflict` where the edits contradict each other, cannot be written
    down, leave something of `gone`, or the text does not parse.
    """
    wanted = distinct(edits)
    if not wanted:
        return text
    try:
        document = Document(text, line_length)
        opened, wanted, gone = with_own_lines(document, wanted, gone)
        if opened != text:
            text, document = opened, Document(opened, line_length)
        check_runs(document, wanted)
        changes = expression_units(document, wanted)
        units = [
            *changes,
            *soft_units(document, changes),
            *statement_units(document, wanted),
        ]
        renderer = Renderer(document, Units(units))
        place = Place(
            indent=document.positions.indent(0), quote=document.quote, hang=document.hang_unit
        )
        written = renderer.region(Span(0, len(text)), place)
        check_program(document, wanted, written, gone)
        return written
    except RecursionError as error:
        raise EditConflict("the edits are nested too deeply") from error
