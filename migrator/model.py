"""The data every stage hands on: sources in, findings and results out. Imports nothing of ours."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class Status(enum.Enum):
    """How a legacy call site ends; every site ends in exactly one of these."""

    MIGRATED = "migrated"
    UNSAFE = "unsafe"
    MANUAL = "manual"
    SUPPRESSED = "suppressed"
    BRIDGED = "bridged"
    """Left as it is; its client crosses the bridge to the new API at run time."""


@dataclass(frozen=True, slots=True)
class Source:
    """One file of a program: a display path (forward slashes) and its bytes."""

    path: str
    data: bytes
    package: str | None = ""
    """The dotted path of the package that it is imported as part of; empty for a script, None where
    nothing tells."""


class Beside(NamedTuple):
    """A file that the program imports, and that is ours: the bridge.

    `needed` is False where nothing that was written now needs it: it is brought up to date if it is
    there. `gone` says that nothing imports it any more.
    """

    path: str
    needed: bool = True
    gone: bool = False


class Import(NamedTuple):
    """An import that leads from one source of a program to another; sources by index.

    `path` is dotted and spelt as the import spells it: `app.llm`, or `..llm` where that is
    relative. A package's `__init__` has its modules as `.name`.
    """

    source: int
    path: str
    target: int


@dataclass(frozen=True, slots=True)
class Program:
    """Files that hang together: values go from one to another along their imports.

    Those of `context` are read, but neither changed nor reported. `tests` hold calls that show
    nothing of what the program itself passes. Those of `refused` can't be written, for a reason.
    """

    sources: tuple[Source, ...]
    imports: tuple[Import, ...] = ()
    context: frozenset[int] = frozenset()
    tests: frozenset[int] = frozenset()
    exports: frozenset[int] = frozenset()
    """The `__init__` files of libraries, which other people's code imports from."""
    refused: Mapping[int, str] = field(default_factory=dict)
    remark: str | None = None
    """What there is to say of how it was put together."""

    def named(self) -> list[Source]:
        """The sources that are not just context."""
        return [source for i, source in enumerate(self.sources) if i not in self.context]


@dataclass(frozen=True, slots=True)
class Requirement:
    """A package, the oldest of its versions that will do, and the oldest Python it runs on."""

    name: str
    version: str
    python: str = "3"


@dataclass(frozen=True, slots=True)
class Options:
    """What the user asked for; everything that changes a result and nothing that does not.

    `header` is one of auto, client, call, off. `select` and `ignore` hold codemod codes or names;
    an empty `select` means every codemod. `line_length` is in columns.
    """

    unsafe_fixes: bool = False
    select: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()
    header: str = "auto"
    api_revision: str = "2026-05-20"
    no_store: bool = False
    upgrade_models: bool = False
    line_length: int = 88
    assume_application: bool = False
    """Whether nobody out of view calls the functions of the files."""
    clear_outputs: bool = False
    """Whether the outputs of a notebook's changed cells are emptied."""
    bridge: bool = False
    """Whether clients whose calls stay as they are get the bridge."""
    bridge_module: str = ""
    """What the bridge is called; empty for its usual name."""
    bridge_remove: bool = False
    """Whether clients that have no legacy call left lose the bridge."""


@dataclass(frozen=True, slots=True)
class CellPlace:
    """A code cell of a notebook: its number, 1-based among the code cells, and its id."""

    number: int
    id: str | None


@dataclass(frozen=True, slots=True)
class Blocker:
    """The use that stops a unit. `line` and `column` are 1-based, columns count characters.

    In a notebook lines are those of the `cell`.
    """

    line: int
    column: int
    reason: str
    cell: CellPlace | None = None
    path: str | None = None
    """The file, where that is another one than the call site's."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One legacy call site and what became of it.

    Lines and columns are 1-based, the end is exclusive. In a notebook lines are those of the
    `cell`; on a page they are those of the file, and `block` is the number of the Python block,
    1-based.
    """

    codemod: str
    code: str
    status: Status
    line: int
    column: int
    end_line: int
    end_column: int
    message: str
    notes: tuple[str, ...] = ()
    blocker: Blocker | None = None
    cell: CellPlace | None = None
    block: int | None = None


class RequirementKind(enum.Enum):
    """What is told of a requirement, which is no call site."""

    RAISED = "raised"
    """It asks for more now, or would."""
    CHOICE = "choice"
    """A person has to choose: the note says between what."""
    LOCKED = "locked"
    """A tool has to write it anew."""
    COMMAND = "command"
    """A command that installs too old a package."""
    OUTSIDE = "outside"
    """It would be raised, in a file that the run may not change."""


@dataclass(frozen=True, slots=True)
class RequirementNote:
    """Something to say about what a project requires. Places as in a Finding, on one line."""

    kind: RequirementKind
    line: int
    column: int
    end_column: int
    message: str


@dataclass(frozen=True, slots=True)
class FileResult:
    """What one source came to.

    `output` holds the new bytes, or None where the file keeps its own. `error` says what kept a
    candidate from being read, parsed, verified or written; such a file has no output. `candidate`
    is False where the prefilter dismissed the file.
    """

    path: str
    findings: tuple[Finding, ...] = ()
    output: bytes | None = None
    error: str | None = None
    candidate: bool = True
    skipped: tuple[str, ...] = ()
    """The cells of a notebook and the blocks of a page that are no Python, in words."""
    examples: tuple[int, ...] = ()
    """The lines on which examples in its docstrings call the API; they are left as they are."""
    bound: tuple[str, ...] = ()
    """The files that change together, this one among them; none where it changes alone."""
    requirements: tuple[RequirementNote, ...] = ()
    """What is told of a file that says what its project requires; it has no findings."""
    beside: tuple[Beside, ...] = ()
    """The files of ours that it needs, or needs no more."""
    unbridged: int = 0
    """How many of its clients lose the bridge, as nothing needs it any more."""
    remarks: tuple[str, ...] = ()
    """What there is to say of how the file was understood; told once per run."""

    @property
    def changed(self) -> bool:
        """Whether the file was, or would be, rewritten."""
        return self.output is not None


@dataclass(frozen=True, slots=True)
class Summary:
    """The totals of a run; `sites == migrated + unsafe + manual + suppressed + bridged`."""

    files_scanned: int = 0
    files_changed: int = 0
    files_failed: int = 0
    migrated: int = 0
    unsafe: int = 0
    manual: int = 0
    suppressed: int = 0
    bridged: int = 0
    unbridged: int = 0
    """Clients that lose the bridge."""

    @property
    def sites(self) -> int:
        """Every legacy call site of the run."""
        return self.migrated + self.unsafe + self.manual + self.suppressed + self.bridged


@dataclass(frozen=True, slots=True)
class Report:
    """What a renderer needs: results sorted by path, their totals, and notes told once per run.

    `requirements` are the results of files that say what a project requires.
    """

    results: tuple[FileResult, ...]
    summary: Summary
    notes: tuple[str, ...] = field(default=())
    requirements: tuple[FileResult, ...] = ()
