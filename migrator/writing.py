"""From a program to files: what is migrated is written, with all that must change with it or not
at all.

A file that can't be written costs the units that need it, and these are planned to do without it
where they can. What goes wrong later (a file that was changed meanwhile, a disk that is full) costs
the files that are bound together; other files of the program are written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from migrator import files
from migrator.files import FileError
from migrator.model import FileResult, Options, Program, Source
from migrator.plan.parts import given_up
from migrator.transaction import Change, NotWrittenError, write_together

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
        result.path: BOUND.format(unbridged.path, unbridged.error)
        for result in results
        if unbridged is not None and result.beside and result.output is not None
    }
    for changes in groups.values():
        if any(change.path in failed for change in changes):
            (why,) = {failed[change.path] for change in changes if change.path in failed}
            failed |= dict.fromkeys((change.path for change in changes), why)
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
    left_over = [] if failed else _beside(results, gone=True)
    return [*written, *bridges, *((result, None) for result in left_over)]


def _bridges(results: Sequence[FileResult]) -> tuple[list[Written], FileResult | None]:
    """Write the files of ours that the results need, before anything needs them.

    Returns what was done, and the one that could not be written.
    """
    done: list[Written] = []
    for result in _beside(results, gone=False):
        if result.error is not None:
            return done, result
        done.append((result, None))
    return done, None


def _beside(results: Sequence[FileResult], *, gone: bool) -> Iterator[FileResult]:
    """Write, or take away, the files of ours that belong to the results, one after the other."""
    wanted = dict.fromkeys(one for result in results for one in result.beside if one.gone is gone)
    if wanted:
        # Imported here: few runs have use for it.
        from migrator.bridge_files import carried_out

        yield from filter(None, map(carried_out, wanted))


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
            if _is_needed(result) and (reason := _obstacle(result)) is not None
        }
        if found.keys() <= refused.keys():
            return tuple(
                _unwritten(result, refused[index]) if index in refused else result
                for index, result in zip(named, results, strict=True)
            )
        refused |= found


def _is_needed(result: FileResult) -> bool:
    """Whether other files are written because this one is."""
    return bool(result.bound) or (bool(result.beside) and result.changed)


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
        unbridged=0,
        findings=tuple(given_up(finding, error) for finding in result.findings),
    )
