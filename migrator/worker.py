"""One program from bytes to outcome: migrated, compared, written. Never raises."""

from __future__ import annotations

import gc
from dataclasses import replace
from typing import NamedTuple

from migrator.model import FileResult, Options, Program, Source
from migrator.suffixes import SCRIPTS

# What a program is understood by lives until its end: Python's defaults would have the collector
# walk through all of it time and again, for a fifth of a run.
_COLLECTOR_THRESHOLDS = (200_000, 50, 50)


class Job(NamedTuple):
    """What to do with every program of a run.

    `edit` makes new bytes, `write` puts them on the disk, `patch` compares old and new: a
    `readable` one shows notebooks cell by cell. `examples` asks for calls in docstrings.
    """

    options: Options
    edit: bool = False
    write: bool = False
    patch: bool = False
    readable: bool = False
    examples: bool = False


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
        run = _with_examples if job.examples else _process
        return stack.call(lambda: run(program, job))
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
    if job.write:
        from migrator.writing import migrate_and_write

        written = migrate_and_write(program, job.options)
        return tuple(Outcome(result, remark=remark) for result, remark in written)
    from migrator.together import migrate_program

    results = migrate_program(program, job.options, edit=job.edit)
    outcomes = [
        compared(source, result, job)
        for source, result in zip(program.named(), results, strict=True)
    ]
    wanted = dict.fromkeys(one for result in results for one in result.beside)
    if wanted and job.edit:
        from migrator.bridge_files import planned

        for step in filter(None, map(planned, wanted)):
            outcomes.append(Outcome(step.result, step.patch() if job.patch else b""))
    return tuple(outcomes)


def _with_examples(program: Program, job: Job) -> tuple[Outcome, ...]:
    """The outcomes, which say where docstrings of scripts show calls."""
    from migrator.docstring_examples import example_calls

    scripts = [source for source in program.named() if source.path.endswith(SCRIPTS)]
    found = {s.path: lines for s in scripts if (lines := example_calls(s.data))}
    return tuple(
        outcome._replace(result=replace(outcome.result, examples=found[outcome.result.path]))
        if outcome.result.path in found
        else outcome
        for outcome in _process(program, job)
    )


def compared(source: Source, result: FileResult, job: Job) -> Outcome:
    """The result for `source`, and its patch if that is asked for."""
    if not job.patch or result.output is None:
        return Outcome(result)
    from migrator.report.diff import patch, readable

    compare = readable if job.readable else patch
    return Outcome(result, compare(source.path, source.data, result.output))
