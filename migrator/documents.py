"""What a source is read as: texts of Python, and how to turn texts back into its bytes."""

from __future__ import annotations

import ast
import io
import os
import tokenize
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from migrator.model import CellPlace, Finding, Source
from migrator.suffixes import NOTEBOOKS, PAGES
from migrator.syntax import parse
from migrator.understand.cells import Cells

NO_CELLS = Cells()


class Document(Protocol):
    """The Python in a source, or a program of several in it, as one module."""

    @property
    def text(self) -> str:
        """The module."""

    @property
    def tree(self) -> ast.Module:
        """The tree of `text`, whose names may have marks behind them. Raises SyntaxError."""

    @property
    def encoding(self) -> str:
        """How the source is encoded."""

    @property
    def cells(self) -> Cells:
        """What is known of the cells that the module is made of."""

    def unmarked(self, text: str) -> str:
        """New code without the marks that names of the tree have."""

    def arranged(self, text: str) -> str:
        """`text`, an edited module, with its imports where a reader of the source needs them."""

    def edited(self, text: str) -> Document:
        """The document once its module has become `text`.

        Raises ValueError where that can't be: something that is no Python would be lost.
        """

    def placed(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Findings about `text` as findings about the source."""


class Contents(Protocol):
    """What a source holds."""

    @property
    def documents(self) -> Sequence[Document]:
        """Its programs, in order."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is told of places that are no Python."""

    @property
    def skipped(self) -> tuple[str, ...]:
        """The places that are said to be Python and are not, such as `cell 3`."""

    def encode(self, texts: Sequence[str]) -> bytes:
        """The bytes of the source once its modules have become `texts`. Raises ValueError."""

    def remarks(self, texts: Sequence[str]) -> tuple[str, ...]:
        """What there is to say of the source once its modules have become `texts`."""


class Module(Document, Protocol):
    """A document that is all the Python in its source, and may be part of a program of several."""

    @property
    def skipped(self) -> tuple[str, ...]:
        """The places that are said to be Python and are not."""

    def encode(self, text: str) -> bytes:
        """The bytes of the source once the module has become `text`. Raises ValueError."""

    def edited(self, text: str) -> Module:
        """The module with another text. Raises ValueError where that can't be."""

    def remarks(self, text: str) -> tuple[str, ...]:
        """What there is to say of the source once the module has become `text`."""

    def spot(self, line: int) -> tuple[CellPlace | None, int]:
        """The cell that a line of the module stands in, if it has any, and its line there."""

    def worded(self, text: str) -> str:
        """What is said of the module, without names that are in none of its sources."""

    def noted(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Findings about the source, with what there is to say of it once they are migrated."""


@dataclass(frozen=True, slots=True)
class Single:
    """A source that is one module."""

    documents: tuple[Module]
    findings: tuple[Finding, ...] = ()

    @property
    def skipped(self) -> tuple[str, ...]:
        return self.documents[0].skipped

    def encode(self, texts: Sequence[str]) -> bytes:
        return self.documents[0].encode(texts[0])

    def remarks(self, texts: Sequence[str]) -> tuple[str, ...]:
        return self.documents[0].remarks(texts[0])


@dataclass(frozen=True, slots=True)
class Script:
    """A file that is Python as a whole."""

    text: str
    encoding: str
    bom: bytes
    newline: str = "\n"
    """What ends a line of the file, where `text` has a line feed instead."""
    cells: Cells = NO_CELLS
    skipped: tuple[str, ...] = ()

    @property
    def tree(self) -> ast.Module:
        """The tree of the text. Raises SyntaxError."""
        return parse(self.text)

    def unmarked(self, text: str) -> str:
        """The text as it is."""
        return text

    def encode(self, text: str) -> bytes:
        """The bytes of `text`, in the file's own encoding. Raises UnicodeError."""
        if self.newline != "\n":
            text = text.replace("\n", self.newline)
        return self.bom + text.encode(self.encoding)

    def arranged(self, text: str) -> str:
        """The text as it is."""
        return text

    def remarks(self, text: str) -> tuple[str, ...]:
        """There is nothing to say."""
        return ()

    def spot(self, line: int) -> tuple[None, int]:
        """The line as it is: it stands in no cell."""
        return None, line

    def worded(self, text: str) -> str:
        """The text as it is."""
        return text

    def noted(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """The findings as they are."""
        return tuple(findings)

    def edited(self, text: str) -> Script:
        """The script with another text."""
        return replace(self, text=text)

    def placed(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """The findings as they are."""
        return tuple(findings)


def read_contents(source: Source, *, clear_outputs: bool = False) -> Contents | None:
    """The Python in a source; None where it holds none, such as a notebook in another language.

    Raises SyntaxError, LookupError or ValueError where it can't be decoded.
    """
    suffix = os.path.splitext(source.path)[1].lower()
    if suffix in NOTEBOOKS:
        from migrator.notebooks import read_notebook
        from migrator.registry import assumed, requirement

        needs = requirement()
        notebook = read_notebook(source.data, clear_outputs=clear_outputs, needs=needs)
        if notebook is None:
            return None
        return Single((notebook,), notebook.passed_over(assumed()))
    if suffix in PAGES:
        from migrator.pages import read_page
        from migrator.registry import assumed

        return read_page(source.data, suffix, assumed())
    return Single((decode(source.data),))


def decode(data: bytes) -> Script:
    """Decode a Python source as Python itself would. Raises SyntaxError or UnicodeDecodeError."""
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    bom = b""
    if encoding == "utf-8-sig":
        encoding, bom, data = "utf-8", data[:3], data[3:]
    text = data.decode(encoding)
    if "\r" in text and "\n" not in text:
        return Script(text.replace("\r", "\n"), encoding, bom, "\r")
    return Script(text, encoding, bom)
