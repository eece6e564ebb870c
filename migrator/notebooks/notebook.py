"""A notebook as a module: its code cells joined, a mark before each, and taken apart again."""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from migrator.marks import Marks
from migrator.model import Blocker, CellPlace, Finding, Requirement, Status
from migrator.notebooks.cells import Cell, contents, written
from migrator.notebooks.magics import Masked, is_timed, masked, restored
from migrator.notebooks.passed_over import calls_passed_over
from migrator.notebooks.pins import raised, raised_cell, raised_in
from migrator.notebooks.rebinding import tell_apart
from migrator.notebooks.spans import decoded
from migrator.pages.assumed import Assumed
from migrator.plan.skip_comments import suppressed_lines
from migrator.syntax import parse
from migrator.understand.cells import Cells

STALE = "outputs of cells that changed are those of the former code (see --clear-outputs)"
_LINE = re.compile(r"\bline (\d+)")
_RETURN = re.compile(r"\r(?!\n)")
_FORM = re.compile(r"^[ \t]*\w+[ \t]*=[^#]*(?:#(?!\s*@param)[^#]*)*#\s*@param\b")
"""An assignment whose value Colab lets people choose."""
_CAPTURED = re.compile(r"^\s*%%capture[ \t]+(?:--?\S+[ \t]+)*[^\W\d]", re.MULTILINE)
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class _Piece:
    """A cell in the module: `text` without its last newline, from the 1-based line `line` on.

    `cell` is what stands in the file; `source`, and `code` made of it, may be newer.

    A cell that is no Python has no text there.
    """

    cell: Cell
    source: str
    line: int
    code: Masked | None

    @property
    def text(self) -> str:
        return self.code.text if self.code is not None else ""


@dataclass(frozen=True, slots=True)
class Notebook:
    """A notebook that is read; `text` is the module that its code cells make."""

    text: str
    tree: ast.Module
    """The tree of the text, in which names that later cells bind again are told apart."""
    cells: Cells
    encoding: str
    _file: bytes
    _bom: bytes
    _marks: Marks
    _pieces: tuple[_Piece, ...]
    _clear_outputs: bool
    _needs: Requirement | None

    def unmarked(self, text: str) -> str:
        """New code without the marks that tell names apart."""
        return self._marks.unmarked(text)

    @property
    def skipped(self) -> tuple[str, ...]:
        """The code cells that are no Python."""
        return tuple(f"cell {piece.cell.number}" for piece in self._pieces if piece.code is None)

    def passed_over(self, assumed: Assumed) -> tuple[Finding, ...]:
        """What is told of calls in cells that are no Python."""
        cells = [piece.cell for piece in self._pieces if piece.code is None]
        skip = bool(cells) and suppressed_lines(self.text) is None
        return tuple(calls_passed_over(cells, assumed, skip=skip))

    def encode(self, text: str) -> bytes:
        """The bytes of the notebook once its module has become `text`.

        Raises ValueError if a cell can't be told from the next any more, a magic is gone, or a cell
        that displayed its last value wouldn't.
        """
        file: list[bytes | memoryview] = []
        view, at = memoryview(self._file), 0
        edited = text != self.text
        for piece, new in zip(self._pieces, self._cells(text), strict=True):
            source = self._source(piece, new, edited)
            if source != piece.cell.source:
                for start, end, value in self._changes(piece.cell, source):
                    file += [view[at:start], value.encode("utf-8")]
                    at = end
        return self._bom + b"".join([*file, view[at:]]) if file else self._bom + self._file

    def _source(self, piece: _Piece, new: str, edited: bool) -> str:
        """What a cell's source becomes, `new` being its text in a module that is `edited`."""
        needs = self._needs if edited else None
        if piece.code is None:
            return raised_cell(piece.source, needs) if needs else piece.source
        if not piece.text.startswith("\n"):
            new = new.lstrip("\n")  # an import that went may have stood above
        if not piece.text.endswith("\n"):
            new = new.rstrip("\n")
        if new != piece.text and _displays(new) != _displays(piece.text):
            number = piece.cell.number
            raise ValueError(f"code cell {number} would no longer display its last value")
        commands = piece.code.commands
        if needs:
            commands = tuple(raised(command, needs) for command in commands)
        return restored(new, commands, self._marks.word)

    def _changes(self, cell: Cell, source: str) -> list[tuple[int, int, str]]:
        """What changes in the file with a cell: from where to where, and what stands there then."""
        old = self._file[cell.at.start : cell.at.end].decode("utf-8")
        ascii_only = self._file.isascii()
        new = written(old, source, ascii_only=ascii_only)
        if "".join(decoded(new)) != source:
            raise ValueError(f"code cell {cell.number} can't be written as the notebook is")
        changes = [(cell.at.start, cell.at.end, new)]
        if self._clear_outputs and cell.outputs is not None:
            changes.append((cell.outputs.start, cell.outputs.end, "[]"))
            if cell.count is not None:
                changes.append((cell.count.start, cell.count.end, "null"))
        return sorted(changes)

    @property
    def _pinned(self) -> tuple[int, ...]:
        """The numbers of the cells that ask for too old a package."""
        pieces = ((piece, piece.cell.number) for piece in self._pieces)
        return tuple(n for p, n in pieces if self._source(p, p.text, True) != p.source)

    def _cells(self, text: str) -> list[str]:
        """The text of each cell."""
        return self._marks.split(text, len(self._pieces))

    def arranged(self, text: str) -> str:
        """The text as it is: what one cell imports is there in the next."""
        return text

    def edited(self, text: str) -> Notebook:
        """The notebook once its module has become `text`. Raises ValueError as `encode` does."""
        edited = text != self.text
        pairs = zip(self._pieces, self._cells(text), strict=True)
        sources = [self._source(piece, new, edited) for piece, new in pairs]
        cells = [piece.cell for piece in self._pieces]
        return _made(self._file, self._bom, cells, sources, self._clear_outputs, self._needs)

    def placed(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Findings with lines of their cells instead of the module's."""
        return self.noted(map(self._placed, findings))

    def _placed(self, finding: Finding) -> Finding:
        cell, before = self._place(finding.line)
        blocker = finding.blocker
        if blocker is not None:
            other, above = self._place(blocker.line)
            reason = self._told(blocker.reason)
            blocker = Blocker(blocker.line - above, blocker.column, reason, other)
        return replace(
            finding,
            notes=tuple(map(self._told, finding.notes)),
            line=finding.line - before,
            end_line=finding.end_line - before,
            blocker=blocker,
            cell=cell,
        )

    def noted(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Findings about cells, with what there is to say of these once they are migrated."""
        pinned = self._pinned
        return tuple(self._noted(finding, pinned) for finding in findings)

    def _noted(self, finding: Finding, pinned: Sequence[int]) -> Finding:
        if finding.status is not Status.MIGRATED or finding.cell is None:
            return finding
        notes = finding.notes
        if self._shows_old_output(finding.cell.number):
            notes = (*notes, STALE)
        if pinned and self._needs is not None:
            notes = (*notes, raised_in(pinned, self._needs))
        return replace(finding, notes=notes)

    def remarks(self, text: str) -> tuple[str, ...]:
        """That cells which change show what their former code did, once the module is `text`."""
        pairs = zip(self._pieces, self._cells(text), strict=True)
        changed = (piece.cell.number for piece, new in pairs if new != piece.text)
        return (STALE,) if any(map(self._shows_old_output, changed)) else ()

    def spot(self, line: int) -> tuple[CellPlace, int]:
        """The cell that a line of the module stands in, and its line there."""
        cell, above = self._place(line)
        return cell, line - above

    def worded(self, text: str) -> str:
        """What is said of the module, without the names that it has for what is no Python."""
        command = rf"exec\({self._marks.word}\d+_\(\)\)|{self._marks.word}\d+_?[a-z]*\b"
        return re.sub(command, "a command of IPython", self.unmarked(text))

    def _told(self, text: str) -> str:
        """What is said of the module as something said of its cells."""

        def place(found: re.Match[str]) -> str:
            cell, line = self.spot(int(found[1]))
            return f"cell {cell.number}, line {line}"

        return _LINE.sub(place, self.worded(text))

    def _shows_old_output(self, number: int) -> bool:
        return self._pieces[number - 1].cell.shows and not self._clear_outputs

    def _place(self, line: int) -> tuple[CellPlace, int]:
        """The cell that a line of the module stands in, and how many lines stand above it."""
        index = bisect_right([piece.line for piece in self._pieces], line) - 1
        piece = self._pieces[max(index, 0)]
        return CellPlace(piece.cell.number, piece.cell.id), piece.line - 1


def read_notebook(
    data: bytes, *, clear_outputs: bool = False, needs: Requirement | None = None
) -> Notebook | None:
    """The notebook in the bytes of a file; None where its code is in another language.

    `needs` is what edited code needs of the cells that install packages.
    Raises ValueError where it is no notebook.
    """
    bom = _BOM if data.startswith(_BOM) else b""
    file = data[len(bom) :]
    read = contents(file)
    if not read.language.startswith(("python", "ipython")):
        return None
    sources = [cell.source for cell in read.cells]
    return _made(file, bom, read.cells, sources, clear_outputs, needs)


def _made(
    file: bytes,
    bom: bytes,
    cells: Sequence[Cell],
    sources: Sequence[str],
    clear_outputs: bool,
    needs: Requirement | None,
) -> Notebook:
    """The notebook in a file once its cells have become `sources`."""
    word = "_ipython_cell_"
    while any(word in source for source in sources):
        word = f"_{word}"
    marks = Marks(word, "cell")
    pieces: list[_Piece] = []
    lines: list[str] = []
    returns = 0  # Python takes a carriage return for the end of a line, too
    for cell, source in zip(cells, sources, strict=True):
        lines.append(marks.line(cell.number - 1))
        piece = _Piece(cell, source, len(lines) + returns + 1, masked(source, word))
        pieces.append(piece)
        lines += piece.text.split("\n") if piece.code is not None else []
        returns += len(_RETURN.findall(piece.text))
    text = "\n".join([*lines, ""])
    displayed = frozenset(
        piece.line - 1 + line for piece in pieces if (line := _displays_at(piece.text))
    )
    tree = ast.parse(text)
    names = tell_apart(tree, [piece.line for piece in pieces], word)
    printed = not any(map(_CAPTURED.search, sources))
    forms = frozenset(n for n, line in enumerate(lines, 1) if _FORM.search(line))
    told = Cells(displayed, names.replaced, names.written, forms, printed, of_notebook=True)
    return Notebook(
        text, tree, told, "utf-8", file, bom, marks, tuple(pieces), clear_outputs, needs
    )


def sources(data: bytes) -> list[str]:
    """The sources of a notebook's code cells, in order. Raises ValueError."""
    return [cell.source for cell in contents(data.removeprefix(_BOM)).cells]


def _displays(text: str) -> bool:
    return _displays_at(text) > 0


def _displays_at(text: str) -> int:
    """The 1-based line on which the expression begins that a cell displays; 0 if it has none.

    A cell displays the value of its last statement, unless a semicolon stands behind it; that of
    `%time value` as well.
    """
    body = parse(text).body if text else []
    last = body[-1] if body else None
    if isinstance(last, ast.With) and is_timed(last):
        last = last.body[-1]
    if not isinstance(last, ast.Expr):
        return 0
    code = text.rstrip()
    return 0 if code.endswith(";") else last.lineno
