"""One program from bytes to outcome: migrated, compared, written. Never raises."""

from __future__ import annotations

import gc
from dataclasses import replace
from typing import NamedTuple

from migrator import files
from migrator.model import Blocker, FileResult, Finding, Options, Program, Source, Status

# What a program is understood by lives until its end: Python's defaults would have the collector
# walk through all of it time and again, for a fifth of a run.
_COLLECTOR_THRESHOLDS = (200_000, 50, 50)


class Job(NamedTuple):
    """What to do with every program of a run.

    `edit` makes new bytes, `write` puts them on the disk, `patch` compares old and new: a
    `readable` one shows notebooks cell by cell.
    """

    options: Options
    edit: bool = False
    write: bool = False
    patch: bool = False
    readable: bool = False


class Outcome(NamedTuple):
    """What one source came to: its result, its patch (if asked for), and remarks."""

    result: FileResult
    patch: bytes = b""
    remark: str | None = None


def process(program: Program, job: Job) -> tuple[Outcome, ...]:
    """One outcome per source of `program`; whatever goes wrong is in its `error`."""
    from migrator import stack

    gc.set_threshold(*_COLLECTOR_THRESHOLDS)
    try:
        return stack.call(lambda: _process(program, job))
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        # Wider than Exception: a panic in LibCST's native parser is not one.
        return failed(program, describe(error))


def failed(program: Program, error: str) -> tuple[Outcome, ...]:
    """The outcomes of a program that could not be dealt with at all."""
    return tuple(Outcome(FileResult(path=s.path, error=error)) for s in program.named())


def describe(error: BaseException) -> str:
    """One line for an exception nobody foresaw: what, where, and what to do."""
    where = ""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is not None:
        module = trace.tb_frame.f_globals.get("__name__", "?")
        where = f" in {module}, line {trace.tb_lineno}"
    text = " ".join(str(error).split())
    name = type(error).__name__ + (f" ({text[:200]})" if text else "")
    if isinstance(error, RecursionError):
        advice = "the code is nested too deeply, migrate it by hand"
    elif isinstance(error, MemoryError):
        advice = "memory ran out or the code is nested too deeply, try --jobs 1"
    else:
        advice = "this is a bug in gemini-migrate, please report it"
    return f"{name}{where}; the file kept its bytes; {advice}"


def _process(program: Program, job: Job) -> tuple[Outcome, ...]:
    # Imported here: the core is needed only once a candidate has been found.
    from migrator.together import migrate_program

    results = migrate_program(program, job.options, edit=job.edit)
    pairs = list(zip(program.named(), results, strict=True))
    return tuple(_finish(source, result, job) for source, result in pairs)


def _finish(source: Source, result: FileResult, job: Job) -> Outcome:
    """Compare or write what became of `source`."""
    if result.output is None or result.output == source.data:
        return Outcome(replace(result, output=None))
    if job.patch:
        from migrator.report.diff import patch, readable

        compare = readable if job.readable else patch
        return Outcome(result, compare(source.path, source.data, result.output))
    if job.write:
        try:
            remark = files.write(source.path, source.data, result.output)
        except files.FileError as error:
            return Outcome(_unwritten(result, str(error)))
        return Outcome(result, remark=remark)
    return Outcome(result)


def _unwritten(result: FileResult, error: str) -> FileResult:
    """`result` without its output: what would have been migrated is left to do."""
    return replace(
        result,
        output=None,
        error=error,
        findings=tuple(_undone(finding, error) for finding in result.findings),
    )


def _undone(finding: Finding, error: str) -> Finding:
    if finding.status is not Status.MIGRATED:
        return finding
    blocker = Blocker(finding.line, finding.column, error)
    return replace(finding, status=Status.MANUAL, blocker=blocker, notes=())
