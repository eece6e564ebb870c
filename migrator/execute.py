"""Carries an invocation out, prints what came of it and decides the exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TextIO

from migrator import temporary
from migrator.discover import Discovery, Problem, Scope, discover
from migrator.invocation import Invocation, Mode, UsageError, codemod_code
from migrator.model import Program, Source, Summary
from migrator.runner import Run, run, run_source
from migrator.visible import visible
from migrator.worker import Job

CLEAN = 0
LEFT = 1
FAILED = 2
BRIDGED = 3


def execute(invocation: Invocation) -> int:
    """Do what `invocation` asks and print the report; returns the exit code.

    Raises UsageError for a pattern of --exclude that makes no sense.
    """
    from migrator.registry import needles

    names = needles()
    mode = invocation.mode
    job = Job(
        invocation.options,
        edit=invocation.edits,
        write=mode is Mode.IN_PLACE and not invocation.stdin,
        patch=mode is Mode.DIFF,
        readable=invocation.readable,
        examples=invocation.verbose,
    )
    if invocation.stdin:
        source = Source(invocation.stdin_name, sys.stdin.buffer.read())
        finished, data = run_source(source, job, names)
        if invocation.filters:
            _write_bytes(data)
    else:
        finished = _run_paths(invocation, job, names)
    if mode is Mode.DIFF:
        _write_patches(finished.patches, invocation)
    # What carries source or a patch on stdout carries nothing else there.
    taken = mode is Mode.DIFF or invocation.filters
    _report(finished, invocation, sys.stderr if taken else sys.stdout, names)
    written = job.write or invocation.filters
    code = exit_code(finished.report.summary, written, invocation.exit_zero)
    return CLEAN if code == BRIDGED and invocation.allow_bridged else code


def exit_code(summary: Summary, written: bool, exit_zero: bool = False) -> int:
    """The exit code for a run that came to `summary`; a failure outranks the rest.

    `written` says that migrated sites are gone. A suppressed site is not left to do.
    """
    if summary.files_failed:
        return FAILED
    if exit_zero:
        return CLEAN
    to_do = 0 if written else summary.migrated + summary.unbridged
    if summary.unsafe + summary.manual + to_do:
        return LEFT
    return BRIDGED if summary.bridged else CLEAN


def explain(word: str) -> str:
    """The reference page of the codemod with the code or name `word`.

    Raises UsageError if there is none.
    """
    from migrator import reference
    from migrator.registry import codemods

    code = codemod_code("--explain", word)
    return reference.explain(next(c for c in codemods() if c.code == code))


def explain_plans(invocation: Invocation) -> int:
    """Print the plan of every program that has one; returns the exit code.

    What can't be read or parsed is told on stderr, and makes it that of a failure.
    """
    from migrator.registry import needles
    from migrator.runner import candidates

    problems: list[Problem] = []
    if invocation.stdin:
        programs = [Program((Source(invocation.stdin_name, sys.stdin.buffer.read()),))]
    else:
        found = _discovered(invocation)
        programs, unread = candidates(found.files, needles())
        problems = [*found.problems, *unread]
    told = False
    for program in programs:
        try:
            page = _plan_of(program, invocation)
        except ValueError as error:
            problems.append(Problem(program.sources[0].path, str(error)))
            continue
        told = told or bool(page)
        sys.stdout.write("".join(f"{visible(line)}\n" for line in page.splitlines()))
    sys.stdout.flush()
    for problem in problems:
        sys.stderr.write(f"{visible(problem.path)}: error: {visible(problem.message)}\n")
    if not told and not problems:
        sys.stderr.write(f"Nothing to explain: no call of {needles()[0].decode()} was found.\n")
    return FAILED if problems else CLEAN


def _plan_of(program: Program, invocation: Invocation) -> str:
    """The page of a program. Raises ValueError where it can't be parsed."""
    from migrator.explain import explain as plan_of
    from migrator.explain import explain_program

    if len(program.sources) == 1:
        return plan_of(program.sources[0], invocation.options)
    return explain_program(program, invocation.options)


def listing() -> str:
    """One line per codemod: code, name, applicability and summary."""
    from migrator.registry import codemods

    known = codemods()
    width = max((len(codemod.name) for codemod in known), default=0)
    return "".join(
        f"{c.code}  {c.name:{width}}  {c.applicability.value:6}  {c.summary}\n" for c in known
    )


def _run_paths(invocation: Invocation, job: Job, names: tuple[bytes, ...]) -> Run:
    found = _discovered(invocation)
    if invocation.verbose:
        settings = visible(invocation.settings_path or "none")
        count = f"{len(found.files):,}"
        sys.stderr.write(f"settings: {settings}\nfiles found: {count}\n")
    problems = (*found.problems, *_recovered(invocation.paths, found, write=job.write))
    scope = Scope(invocation.paths, invocation.exclude, invocation.exclude_base)
    finished = run(
        found.files,
        job,
        names,
        jobs=invocation.jobs,
        problems=problems,
        scope=scope if invocation.requirements else None,
    )
    if invocation.verbose:
        sys.stderr.write(f"files that name the API: {finished.candidates:,}\n")
        for path, place in finished.skipped:
            sys.stderr.write(f"{visible(path)}: {place} is no Python\n")
        for path, lines in finished.examples:
            sys.stderr.write(f"{visible(path)}: {_shown(lines)}\n")
    return finished


def _discovered(invocation: Invocation) -> Discovery:
    try:
        return discover(
            invocation.paths, invocation.exclude, invocation.exclude_base, pages=invocation.pages
        )
    except ValueError as error:
        raise UsageError(f"--exclude: {error}") from None


def _shown(lines: Sequence[int]) -> str:
    """What is said of calls in docstrings, by their lines."""
    calls = "1 call" if len(lines) == 1 else f"{len(lines)} calls"
    word = "line" if len(lines) == 1 else "lines"
    where = ", ".join(map(str, lines))
    return f"{calls} in examples of docstrings ({word} {where}): left as they are"


def _recovered(paths: Sequence[str], found: Discovery, *, write: bool) -> Sequence[Problem]:
    """See to what killed runs have left beside the files that were found."""
    named = {os.path.dirname(os.path.realpath(path)) for path in paths if not os.path.isdir(path)}
    homes = [*found.leftovers, *(home for folder in named for home in temporary.left_in(folder))]
    if not homes:
        return ()
    from migrator.recovery import recover

    done = recover(homes, write=write)
    sys.stderr.write("".join(f"{visible(remark)}\n" for remark in done.remarks))
    return done.problems


def _report(finished: Run, invocation: Invocation, out: TextIO, names: tuple[bytes, ...]) -> None:
    if invocation.output_format != "text":
        from migrator.report import renderer

        out.write(renderer(invocation.output_format)(finished.report))
    else:
        from migrator.report.text import Style, emit

        style = Style(
            subject=names[0].decode("ascii"),
            color=_colored(out, invocation.color),
            quiet=invocation.quiet,
            written=invocation.mode is Mode.IN_PLACE or invocation.filters,
            listed=invocation.mode is Mode.REPORT and not invocation.stdin,
        )
        emit(finished.report, style, out, sys.stderr)
    out.flush()


def _write_patches(patches: tuple[bytes, ...], invocation: Invocation) -> None:
    """Print the patches; in colour to a terminal only, for elsewhere they are data."""
    data = b"".join(patches)
    if data and sys.stdout.isatty() and _colored(sys.stdout, invocation.color):
        from migrator.report.diff import colored

        data = colored(data)
    _write_bytes(data)


def _write_bytes(data: bytes) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def _colored(stream: TextIO, choice: str) -> bool:
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return stream.isatty()
