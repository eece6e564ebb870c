"""A notebook as a module: its code cells joined, a mark before each, and taken apart again.

The marks are statements: what is put before the first statement of a cell stays behind the mark,
where it would get in front of a comment.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace

from migrator.model import Blocker, CellPlace, Finding, Status
from migrator.notebooks.cells import Cell, code_cells, language, written
from migrator.notebooks.magics import Masked, masked, restored
from migrator.notebooks.rebinding import tell_apart
from migrator.syntax import parse
from migrator.understand.cells import Cells

STALE = "outputs of cells that changed are those of the former code (see --clear-outputs)"
_LINE = re.compile(r"\bline (\d+)")
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class _Piece:
    """A cell in the module: `text` without its last newline, from the 1-based line `line` on.

    A cell that is no Python has no text there.
    """

    cell: Cell
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
    _file: str
    _bom: bytes
    _word: str
    _pieces: tuple[_Piece, ...]
    _clear_outputs: bool

    def unmarked(self, text: str) -> str:
        """New code without the marks that tell names apart."""
        return re.sub(rf"(?<=\w){self._word}\d+\b", "", text)

    @property
    def skipped(self) -> tuple[int, ...]:
        """The numbers of the code cells that are no Python."""
        return tuple(piece.cell.number for piece in self._pieces if piece.code is None)

    def encode(self, text: str) -> bytes:
        """The bytes of the notebook once its module has become `text`.

        Raises ValueError if a cell can't be told from the next any more, a magic is gone, or a cell
        that displayed its last value wouldn't.
        """
        file, at = [], 0
        for piece, new in zip(self._pieces, self._cells(text), strict=True):
            if new != piece.text:
                for start, end, value in self._changes(piece, new):
                    file += [self._file[at:start], value]
                    at = end
        return self._bom + "".join([*file, self._file[at:]]).encode("utf-8")

    def _changes(self, piece: _Piece, new: str) -> list[tuple[int, int, str]]:
        """What changes in the file with a cell: from where to where, and what stands there then."""
        cell, code = piece.cell, piece.code
        assert code is not None
        if not code.text.startswith("\n"):
            new = new.lstrip("\n")  # an import that went may have stood above
        if not code.text.endswith("\n"):
            new = new.rstrip("\n")
        if _displays(new) != _displays(code.text):
            raise ValueError(f"code cell {cell.number} would no longer display its last value")
        source = restored(new, code.commands, self._word)
        ascii_only = self._file.isascii()
        changes = [
            (cell.at.start, cell.at.end, written(self._file, cell, source, ascii_only=ascii_only))
        ]
        if self._clear_outputs and cell.outputs is not None:
            changes.append((cell.outputs.start, cell.outputs.end, "[]"))
            if cell.count is not None:
                changes.append((cell.count.start, cell.count.end, "null"))
        return sorted(changes)

    def _cells(self, text: str) -> list[str]:
        """The text of each cell."""
        found: list[list[str]] = []
        for line in text.split("\n"):
            if line == f"pass  # {self._word}{len(found) + 1}":
                found.append([])
            elif not found or re.search(rf"# {self._word}\d+\b(?!\.)", line):
                raise ValueError("the code of one cell would get into another")
            else:
                found[-1].append(line)
        if len(found) != len(self._pieces):
            raise ValueError("the code of a cell would be lost")
        # Behind each cell a newline was added, and nothing stands behind that of the last.
        return ["\n".join(lines[:-1] if lines is found[-1] else lines) for lines in found]

    def edited(self, text: str) -> Notebook:
        """The notebook once its module has become `text`. Raises ValueError as `encode` does."""
        found = read_notebook(self.encode(text), clear_outputs=self._clear_outputs)
        assert found is not None
        return found

    def placed(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Findings with lines of their cells instead of the module's."""
        return tuple(self._placed(finding) for finding in findings)

    def _placed(self, finding: Finding) -> Finding:
        cell, before = self._place(finding.line)
        blocker = finding.blocker
        if blocker is not None:
            other, above = self._place(blocker.line)
            reason = self._told(blocker.reason)
            blocker = Blocker(blocker.line - above, blocker.column, reason, other)
        notes = tuple(map(self._told, finding.notes))
        if finding.status is Status.MIGRATED and self._shows_old_output(cell.number):
            notes = (*notes, STALE)
        return replace(
            finding,
            notes=notes,
            line=finding.line - before,
            end_line=finding.end_line - before,
            blocker=blocker,
            cell=cell,
        )

    def _told(self, text: str) -> str:
        """What is said of the module as something said of its cells."""

        def place(found: re.Match[str]) -> str:
            cell, above = self._place(int(found[1]))
            return f"cell {cell.number}, line {int(found[1]) - above}"

        return _LINE.sub(place, self.unmarked(text))

    def _shows_old_output(self, number: int) -> bool:
        at = next(p.cell.outputs for p in self._pieces if p.cell.number == number)
        shows = at is not None and any(c not in "[] \n\r\t" for c in self._file[at.start : at.end])
        return shows and not self._clear_outputs

    def _place(self, line: int) -> tuple[CellPlace, int]:
        """The cell that a line of the module stands in, and how many lines stand above it."""
        index = bisect_right([piece.line for piece in self._pieces], line) - 1
        piece = self._pieces[max(index, 0)]
        return CellPlace(piece.cell.number, piece.cell.id), piece.line - 1


def read_notebook(data: bytes, *, clear_outputs: bool = False) -> Notebook | None:
    """The notebook in the bytes of a file; None where its code is in another language.

    Raises ValueError where it is no notebook.
    """
    bom = _BOM if data.startswith(_BOM) else b""
    file = data[len(bom) :].decode("utf-8")
    if not language(file).startswith(("python", "ipython")):
        return None
    word = "_ipython_cell_"
    while word in file:
        word = f"_{word}"
    pieces: list[_Piece] = []
    lines: list[str] = []
    for cell in code_cells(file):
        lines.append(f"pass  # {word}{cell.number}")
        piece = _Piece(cell, len(lines) + 1, masked(cell.source, word))
        pieces.append(piece)
        lines += piece.text.split("\n") if piece.code is not None else []
    text = "\n".join([*lines, ""])
    displayed = frozenset(
        piece.line - 1 + line for piece in pieces if (line := _displays_at(piece.text))
    )
    tree = ast.parse(text)
    names = tell_apart(tree, [piece.line for piece in pieces], word)
    cells = Cells(displayed, names.replaced, names.written)
    return Notebook(text, tree, cells, "utf-8", file, bom, word, tuple(pieces), clear_outputs)


def sources(data: bytes) -> list[str]:
    """The sources of a notebook's code cells, in order. Raises ValueError."""
    return [cell.source for cell in code_cells(data.removeprefix(_BOM).decode("utf-8"))]


def _displays(text: str) -> bool:
    return _displays_at(text) > 0


def _displays_at(text: str) -> int:
    """The 1-based line on which the expression begins that a cell displays; 0 if it has none.

    A cell displays the value of its last statement, unless a semicolon stands behind it.
    """
    body = parse(text).body if text else []
    if not body or not isinstance(body[-1], ast.Expr):
        return 0
    code = text.rstrip()
    return 0 if code.endswith(";") else body[-1].lineno
