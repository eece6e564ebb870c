"""From a program to files: what is migrated is written, with all that must change with it or not
at all.

A file that can't be written costs the units that need it, and these are planned to do without it
where they can. What goes wrong later (a file that was changed meanwhile, a disk that is full) costs
the files that are bound together; other files of the program are written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from migrator import files
from migrator.files import FileError
from migrator.model import Blocker, FileResult, Finding, Options, Program, Source, Status
from migrator.plan.parts import MESSAGES
from migrator.transaction import Change, NotWrittenError, write_together

if TYPE_CHECKING:
    from migrator.bridge_files import Step

Written = tuple[FileResult, str | None]
"""A result, and something the user should know."""

BOUND = "keeps its bytes, for {} must change with it, and that failed: {}"


def migrate_and_write(program: Program, options: Options) -> list[Written]:
    """Migrate a program and write what changes; one result for each source that is not context."""
    results = _migrated(program, options)
    bridges, unbridged = _bridges(results)
    groups: dict[tuple[str, ...], list[Change]] = {}
    for source, result in zip(program.named(), results, strict=True):
        if result.output is not None:
            change = Change(source.path, source.data, result.output)
            groups.setdefault(result.bound or (source.path,), []).append(change)
    said: dict[str, str | None] = {}
    failed = {
        result.path: BOUND.format(*unbridged)
        for result in results
        if unbridged is not None and result.beside and result.output is not None
    }
    for changes in groups.values():
        if any(change.path in failed for change in changes):
            failed |= {c.path: failed.get(c.path, BOUND.format(*unbridged or "")) for c in changes}
            continue
        try:
            said.update(zip((c.path for c in changes), _write(changes), strict=True))
        except NotWrittenError as error:
            for change in changes:
                mine = change.path == error.path
                failed[change.path] = str(error) if mine else BOUND.format(error.path, error)
    written: list[Written] = [
        (
            _unwritten(result, failed[result.path]) if result.path in failed else result,
            said.get(result.path),
        )
        for result in results
    ]
    return [*written, *((step.result, None) for step in bridges), *_left_over(results, failed)]


def _bridges(results: Sequence[FileResult]) -> tuple[list[Step], tuple[str, str] | None]:
    """Write the files of ours that the results need, before anything needs them.

    Returns what was done, and the path that could not be written and why.
    """
    done: list[Step] = []
    for one in dict.fromkeys(one for result in results for one in result.beside if not one.gone):
        # Imported here: few runs have use for it.
        from migrator.bridge_files import carry_out, steps

        try:
            for step in steps([one]):
                carry_out(step)
                done.append(step)
        except FileError as error:
            return done, (one.path, str(error))
    return done, None


def _left_over(results: Sequence[FileResult], failed: Mapping[str, str]) -> list[Written]:
    """Take away the files of ours that nothing needs any more."""
    gone = dict.fromkeys(one for result in results for one in result.beside if one.gone)
    if not gone or failed:
        return []
    from migrator.bridge_files import carry_out, steps

    done: list[Written] = []
    for one in gone:
        try:
            for step in steps([one]):
                carry_out(step)
                done.append((step.result, None))
        except FileError as error:
            done.append((FileResult(one.path, error=str(error)), None))
    return done


def write_alone(source: Source, result: FileResult) -> Written:
    """Write what became of one file that no other has to change with."""
    if result.output is None:
        return result, None
    try:
        return result, files.write(source.path, source.data, result.output)
    except FileError as error:
        return _unwritten(result, str(error)), None


def _write(changes: Sequence[Change]) -> list[str | None]:
    if len(changes) > 1:
        return write_together(changes)
    (change,) = changes
    try:
        return [files.write(*change)]
    except FileError as error:
        raise NotWrittenError(change.path, str(error)) from None


def _migrated(program: Program, options: Options) -> tuple[FileResult, ...]:
    """The results of a program in which no unit needs a file that can't be written."""
    # Imported here: tests put something else in its place.
    from migrator.together import migrate_program

    named = [index for index in range(len(program.sources)) if index not in program.context]
    refused: dict[int, str] = {}
    while True:
        results = migrate_program(replace(program, refused=refused), options, edit=True)
        found = {
            index: reason
            for index, result in zip(named, results, strict=True)
            if result.bound and (reason := _obstacle(result)) is not None
        }
        if found.keys() <= refused.keys():
            return tuple(
                _unwritten(result, refused[index]) if index in refused else result
                for index, result in zip(named, results, strict=True)
            )
        refused |= found


def _obstacle(result: FileResult) -> str | None:
    """Why a file can't be written, as far as that can be told beforehand."""
    try:
        files.target(result.path)
    except FileError as error:
        return str(error)
    return None


def _unwritten(result: FileResult, error: str) -> FileResult:
    """`result` without its output: what would have been migrated is left to do."""
    return replace(
        result,
        output=None,
        bound=(),
        error=error,
        requirements=(),
        beside=(),
        findings=tuple(_undone(finding, error) for finding in result.findings),
    )


def _undone(finding: Finding, error: str) -> Finding:
    if finding.status not in (Status.MIGRATED, Status.BRIDGED):
        return finding
    blocker = Blocker(finding.line, finding.column, error)
    message = MESSAGES[Status.MANUAL].format(call=finding.message.partition(" ")[0])
    return replace(finding, status=Status.MANUAL, message=message, blocker=blocker, notes=())
