"""A page as modules: one for each program, a mark before each block, and taken apart again."""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from migrator.model import Blocker, Finding, Status
from migrator.notebooks.rebinding import tell_apart
from migrator.pages.assumed import Assumed
from migrator.pages.blocks import Block, Sheet, numbered, split_lines
from migrator.pages.broken import broken_calls
from migrator.pages.imports import Place, arranged
from migrator.pages.programs import Draft, programs
from migrator.plan.skip_comments import MARK
from migrator.syntax import parse
from migrator.understand.cells import Cells

_LINE = re.compile(r"\bline (\d+)")
_BOM = b"\xef\xbb\xbf"
_SKIP_FILE = re.compile(rf"^[ \t>]*(?:<!--|\{{/\*|\.\.|#)\s*{MARK}\s*skip-file\b", re.MULTILINE)
"""A comment of its own in Markdown, MDX, reStructuredText or a block."""


class Region(NamedTuple):
    """A part of a module: `text` from the 1-based line `line` on, behind its mark.

    Without a block it is what the program begins with, or the names that others take from it. For a
    block that is no Python it reads what that block does.
    """

    block: Block | None
    text: str
    line: int


@dataclass(frozen=True)
class PageProgram:
    """Blocks of a page that are one program; `text` is the module that they make."""

    text: str
    tree: ast.Module
    """The tree of the text, in which names that blocks below bind again are told apart."""
    cells: Cells
    encoding: str
    regions: tuple[Region, ...]
    assumes: bool
    """Whether it calls a client that nothing on the page makes."""
    _kind: str
    _sheet: Sheet
    _index: int
    _assumed: Assumed

    def texts(self, text: str) -> dict[int, str]:
        """The text of each block, once the module has become `text`.

        Raises ValueError if a block can't be told from the next any more.
        """
        parts = zip(self.regions, self.parts(text), strict=True)
        return {r.block.number: part for r, part in parts if r.block and r.block.code}

    def parts(self, text: str) -> list[str]:
        """The text of each region. Raises ValueError as `texts` does."""
        return self._sheet.marks.split(text, len(self.regions))

    def unmarked(self, text: str) -> str:
        """New code without the marks that tell names apart."""
        return self._sheet.marks.unmarked(text)

    def arranged(self, text: str) -> str:
        """`text` with its imports in the blocks that need them."""
        places = [
            Place(r.text, r.block.found.section if r.block and r.block.code else None)
            for r in self.regions
        ]
        parts = arranged(places, self.parts(text))
        return self._sheet.marks.joined(parts)

    def edited(self, text: str) -> PageProgram:
        """The program once its module has become `text`.

        Raises ValueError where it would be another program then, or none.
        """
        texts = self.texts(text)
        page = read_page(self._sheet.encode(texts), self._kind, self._assumed)
        if page is None or len(page.documents) <= self._index:
            raise ValueError("a block would be lost")
        found = page.documents[self._index]
        if found.texts(found.text) != texts:
            raise ValueError("the blocks of the page would be others")
        return found

    def placed(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Findings with lines of the file instead of the module's, and the number of the block."""
        return tuple(self._placed(finding) for finding in findings)

    def _placed(self, finding: Finding) -> Finding:
        line, width, block = self._place(finding.line)
        end_line, end_width, _ = self._place(finding.end_line)
        blocker = finding.blocker
        if blocker is not None:
            at, before, _ = self._place(blocker.line)
            blocker = Blocker(at, blocker.column + before, self._told(blocker.reason))
        notes = tuple(map(self._told, finding.notes))
        if self.assumes and finding.status is Status.MIGRATED:
            notes = (*notes, self._assumed.note)
        return replace(
            finding,
            line=line,
            column=finding.column + width,
            end_line=end_line,
            end_column=finding.end_column + end_width,
            notes=notes,
            blocker=blocker,
            block=block,
        )

    def _told(self, text: str) -> str:
        """What is said of the module as something said of the file."""
        text = text.replace(_reader(self._sheet.word), "a block that is no Python")
        return _LINE.sub(lambda m: f"line {self._place(int(m[1]))[0]}", self.unmarked(text))

    def _place(self, line: int) -> tuple[int, int, int]:
        """The line in the file of a line of the module, the width of its prefix, and its block.

        What stands in no block is told of the first.
        """
        index = bisect_right([region.line for region in self.regions], line) - 1
        region = self.regions[max(index, 0)]
        if region.block is None:
            block = next(r.block for r in self.regions if r.block is not None)
            return block.found.first + 1, 0, block.number
        found = region.block.found
        if region.block.code is None:  # the first line is what is read there, of a name
            before, name = region.text.removesuffix(")").split("(")
            at = re.search(rf"\b(?<![.'\"]){name}\b", found.lines[0])
            column = len(found.prefixes[0]) + (at.start() if at else 0)
            return found.first + 1, column - len(before) - 1, region.block.number
        row = min(line - region.line, len(found.prefixes) - 1)
        return found.first + row + 1, len(found.prefixes[row]), region.block.number


@dataclass(frozen=True)
class Page:
    """A page that is read: its programs, in order."""

    documents: tuple[PageProgram, ...]
    findings: tuple[Finding, ...]
    """What is told of blocks that are no Python."""
    _sheet: Sheet

    @property
    def skipped(self) -> tuple[str, ...]:
        """The blocks that are no Python."""
        return tuple(
            f"block {block.number} (line {block.found.first + 1})"
            for block in self._sheet.blocks
            if block.code is None
        )

    def remarks(self, texts: Sequence[str]) -> tuple[str, ...]:
        """There is nothing to say."""
        return ()

    def encode(self, texts: Sequence[str]) -> bytes:
        """The bytes of the page once its programs have become `texts`.

        Raises ValueError if a block can't be told from the next any more, a magic is gone, or a
        cell that displayed its last value wouldn't.
        """
        blocks: dict[int, str] = {}
        for program, text in zip(self.documents, texts, strict=True):
            blocks |= program.texts(text)
        for block in self._sheet.blocks:
            if block.found.cell and block.code is not None and _changes_display(block, blocks):
                raise ValueError(f"block {block.number} would no longer display its last value")
        return self._sheet.encode(blocks)


def read_page(data: bytes, suffix: str, assumed: Assumed) -> Page | None:
    """The page in the bytes of a file with this suffix; None where it holds no Python.

    Raises ValueError where it is no text.
    """
    bom = _BOM if data.startswith(_BOM) else b""
    text = data[len(bom) :].decode("utf-8")
    lines, ends = split_lines(text)
    if suffix == ".rst":
        from migrator.pages.restructured import find
    elif suffix == ".mdx":
        from migrator.pages.mdx import find
    else:
        from migrator.pages.markdown import find
    word = "_page_block_"
    while word in text:
        word = f"_{word}"
    blocks = tuple(numbered(find(lines), word))
    sheet = Sheet(bom, lines, ends, blocks, word)
    skips = _SKIP_FILE.search(text) is not None
    skip = [f"# {MARK} skip-file"] if skips else []
    found = programs(blocks, assumed)
    documents = (_program(d, n, suffix, sheet, assumed, skip) for n, d in enumerate(found))
    broken = broken_calls(blocks, assumed, skip=skips)
    return Page(tuple(documents), tuple(broken), sheet) if blocks else None


def _program(
    draft: Draft, index: int, suffix: str, sheet: Sheet, assumed: Assumed, skip: list[str]
) -> PageProgram:
    parts: list[tuple[Block | None, str]] = [(None, "\n".join([*skip, *draft.prelude]))]
    parts += [(block, block.text) for block in draft.blocks]
    parts += [(block, f"{_reader(sheet.word)}({name})") for block, name in draft.handed]
    parts[1:] = sorted(parts[1:], key=lambda part: part[0].number if part[0] else 0)
    # Read here, an import that a later program needs stays.
    parts.append((None, "\n".join(sorted(draft.lent))))
    regions: list[Region] = []
    line = 2
    for block, text in parts:
        regions.append(Region(block, text, line))
        line += 1 + (text.count("\n") + 1 if text else 0)
    text = sheet.marks.joined(text for _, text in parts)
    tree = ast.parse(text)
    names = tell_apart(tree, [region.line for region in regions], sheet.word)
    values = ((region, _last_value(region)) for region in regions)
    displayed = frozenset(r.line - 1 + v.lineno for r, v in values if v is not None)
    cells = Cells(displayed, names.replaced, names.written)
    return PageProgram(
        text, tree, cells, "utf-8", tuple(regions), draft.assumes, suffix, sheet, index, assumed
    )


def _reader(word: str) -> str:
    """What stands for the code of blocks that are no Python: a function that nobody knows."""
    return f"{word}reads"


def _last_value(region: Region) -> ast.Expr | None:
    """The expression at the end of a region whose value the page shows.

    A cell shows what a cell of a notebook does. Of any other block, the last statement is for the
    reader: `response` alone, but no call, which is there for what it does.
    """
    if region.block is None or region.block.code is None or region.text.rstrip().endswith(";"):
        return None
    body = parse(region.text).body
    last = body[-1] if body else None
    if not isinstance(last, ast.Expr):
        return None
    value = last.value.value if isinstance(last.value, ast.Await) else last.value
    return last if region.block.found.cell or not isinstance(value, ast.Call) else None


def _changes_display(block: Block, texts: dict[int, str]) -> bool:
    new = Region(block, texts.get(block.number, block.text), 1)
    return (_last_value(new) is None) != (_last_value(Region(block, block.text, 1)) is None)
