"""The codemods as one command of LibCST's own, for pipelines and tools that are built on it.

`python -m libcst.tool codemod -x codemods.MigrateToInteractions src/` runs it (`-x`, because the
class lies outside of LibCST's configured modules). It takes and gives a `cst.Module`, so other
people's transforms may stand before it and behind it. Files are seen one at a time, by the bytes
that the module stands for; the command line `gemini-migrate` has more to offer, patches, reports
and exit codes among them.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import libcst as cst
from libcst.codemod import CodemodCommand, CodemodContext

from migrator import settings, stack
from migrator.invocation import chosen_codemods
from migrator.model import FileResult, Finding, Options, Source, Status
from migrator.pipeline import migrate
from migrator.registry import description

DEFAULTS = Options()


class MigrationError(Exception):
    """A module could not be migrated and is left as it is; the text names file and cause."""


class MigrateToInteractions(CodemodCommand):
    """Rewrites the legacy call sites of a module; warns of those that it leaves alone.

    `select` and `ignore` are codes or names of codemods, separated by commas. Raises UsageError
    for names that no codemod has.
    """

    DESCRIPTION = description()

    def __init__(
        self,
        context: CodemodContext,
        *,
        unsafe_fixes: bool = False,
        select: str = "",
        ignore: str = "",
        header: str = "auto",
        api_revision: str = DEFAULTS.api_revision,
        no_store: bool = False,
        upgrade_models: bool = False,
        line_length: int = settings.DEFAULT_LINE_LENGTH,
    ) -> None:
        super().__init__(context)
        self.options = Options(
            unsafe_fixes=unsafe_fixes,
            select=chosen_codemods("--select", [select]),
            ignore=chosen_codemods("--ignore", [ignore]),
            header=header,
            api_revision=api_revision,
            no_store=no_store,
            upgrade_models=upgrade_models,
            line_length=line_length,
        )

    @staticmethod
    def add_args(parser: argparse.ArgumentParser) -> None:
        """The options that change what is written, as `gemini-migrate` has them."""
        add = parser.add_argument
        add("--unsafe-fixes", action="store_true", help="Also rewrite what may behave differently.")
        add("--select", default="", metavar="CODEMODS", help="Use only these codemods.")
        add("--ignore", default="", metavar="CODEMODS", help="Do not use these codemods.")
        add("--header", choices=settings.HEADERS, default="auto", help="Where the header goes.")
        date = DEFAULTS.api_revision
        add("--api-revision", type=settings.checked_revision, default=date, metavar="DATE")
        add("--no-store", action="store_true", help="Add store=False to calls of a single turn.")
        add("--upgrade-models", action="store_true", help="Replace models that are shut down.")
        length = settings.DEFAULT_LINE_LENGTH
        add("--line-length", type=int, default=length, help="Columns that new code may take.")

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        """The migrated module, or `tree` itself where nothing is to be done.

        Raises MigrationError for a module that can't be understood or verified.
        """
        path = self.context.filename or "<module>"
        result = stack.call(lambda: self._migrated(Source(path, tree.bytes)))
        if result.error is not None:
            raise MigrationError(f"{path}: {result.error}")
        for text in _warnings(result):
            self.warn(text)
        if result.output is None:
            return tree
        return cst.parse_module(result.output, tree.config_for_parsing)

    def _migrated(self, source: Source) -> FileResult:
        (result,) = migrate([source], self.options, edit=True)
        return result


def _warnings(result: FileResult) -> Iterator[str]:
    """What a person should know: the call sites that stay, and once what changes with the rest."""
    for finding in result.findings:
        if finding.status in (Status.UNSAFE, Status.MANUAL):
            yield _left(finding)
    notes = [note for f in result.findings if f.status is Status.MIGRATED for note in f.notes]
    yield from dict.fromkeys(notes)


def _left(finding: Finding) -> str:
    text = f"line {finding.line}: {finding.code} [{finding.status.value}] {finding.message}"
    blocker = finding.blocker
    return text if blocker is None else f"{text} (line {blocker.line}: {blocker.reason})"
