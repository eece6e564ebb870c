"""A file that may state requirements: what kind it is, its text, and what it states."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from migrator.documents import decode as decode_python
from migrator.requirements import commands, conda_files, pip_files, setup_files
from migrator.requirements.spelling import spelt
from migrator.requirements.stated import Stated
from migrator.requirements.toml_files import NotToml, pipfile, pyproject

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CODING = re.compile(rb"^#.*?coding[:=][ \t]*([-\w.]+)")


@dataclass(frozen=True, slots=True)
class Page:
    """The text of a file, how it is encoded, and what it states; `text` has no BOM."""

    kind: str
    text: str
    encoding: str
    bom: bytes
    stated: tuple[Stated, ...] = ()
    references: tuple[pip_files.Reference, ...] = ()
    compiled: bool = False
    """Whether a tool wrote it, as it does lock files."""
    limits: bool = False
    """Whether another file takes it in as constraints."""

    def encode(self, text: str) -> bytes:
        """The bytes of another text. Raises UnicodeError."""
        return self.bom + text.encode(self.encoding)


class Unreadable(ValueError):
    """A file can't be decoded or parsed; the text says why."""


def mentions(text: str, package: str) -> bool:
    """Whether the package is named at all."""
    return re.search(rf"(?<![\w.-]){spelt(package)}(?![\w-])", text, re.I) is not None


def read_page(kind: str, data: bytes, package: str) -> Page:
    """What a file of a kind states. Raises Unreadable."""
    page = decoded(kind, data)
    try:
        stated = _READERS[kind](page.text, package)
    except NotToml as error:
        raise Unreadable(f"is not valid TOML: {error}") from None
    except SyntaxError as error:
        raise Unreadable(f"cannot be parsed: {error.msg}") from None
    references: Sequence[pip_files.Reference] = ()
    compiled = False
    if kind in ("requirements", "constraints"):
        references = pip_files.references(page.text)
        compiled = pip_files.is_compiled(page.text)
    return Page(
        kind, page.text, page.encoding, page.bom, tuple(stated), tuple(references), compiled
    )


def decoded(kind: str, data: bytes) -> Page:
    """A file as text, by its BOM, its own word, or as UTF-8. Raises Unreadable."""
    try:
        if kind == "setup.py":
            script = decode_python(data)
            if script.newline == "\n":
                return Page(kind, script.text, script.encoding, script.bom)
            raise Unreadable("has lines that end as on old Macs")
        bom, encoding = next(((b, e) for b, e in _BOMS if data.startswith(b)), (b"", "utf-8"))
        if not bom and kind in ("requirements", "constraints"):
            for line in data.split(b"\n")[:2]:
                match = _CODING.match(line)
                encoding = match[1].decode("ascii") if match else encoding
        return Page(kind, data[len(bom) :].decode(encoding), encoding, bom)
    except (LookupError, UnicodeError, SyntaxError) as error:
        raise Unreadable(f"cannot be decoded: {error}") from None


def _constraints(text: str, package: str) -> list[Stated]:
    return pip_files.statements(text, package, limit=True)


_READERS: dict[str, Callable[[str, str], list[Stated]]] = {
    "pyproject": pyproject,
    "pipfile": pipfile,
    "setup.cfg": setup_files.setup_cfg,
    "setup.py": setup_files.setup_py,
    "requirements": pip_files.statements,
    "constraints": _constraints,
    "conda": conda_files.statements,
    "commands": commands.statements,
}
