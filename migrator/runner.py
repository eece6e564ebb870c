"""A run: every file read, the candidates processed, the totals counted."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import NamedTuple

from migrator import files
from migrator.discover import Problem, Scope
from migrator.model import FileResult, Program, Report, Source, Status, Summary
from migrator.prefilter import mentions
from migrator.report import is_changed
from migrator.suffixes import NOTEBOOKS, PAGES, SCRIPTS
from migrator.worker import Job, Outcome, compared, process

# Candidate bytes from which worker processes pay. Starting them costs about 60 ms; on
# dense call sites two of them gain from about 400 KB on when planning, and from 40 to
# 80 KB on when editing.
_POOL_FROM_PLANNING = 400_000
_POOL_FROM_EDITING = 60_000
UNBRIDGED = "the clients of {} that have no legacy call left need the bridge no more"


class Run(NamedTuple):
    """A finished run.

    What to report, the patches in the order of the results, how many files held a needle, and what
    was no Python in them.
    """

    report: Report
    patches: tuple[bytes, ...] = ()
    candidates: int = 0
    skipped: tuple[tuple[str, str], ...] = ()
    """Paths, and cells or blocks in them."""
    examples: tuple[tuple[str, tuple[int, ...]], ...] = ()
    """Paths, and the lines on which docstrings show calls."""


class _Scan:
    """Reads files one by one and hands on the candidates."""

    def __init__(self, paths: Sequence[str], needles: Sequence[bytes]) -> None:
        self.paths = paths
        self.needles = needles
        self.failures: list[Outcome] = []
        self.candidates = 0

    def __iter__(self) -> Iterator[Program]:
        """Programs with a candidate in them; a page is a program of its own, or several."""
        modules: list[Source] = []
        for path in self.paths:
            try:
                data = files.read(path)
            except files.FileError as error:
                self.failures.append(Outcome(FileResult(path, error=str(error))))
                continue
            if mentions(data, self.needles) and not _states_requirements(path):
                self.candidates += 1
                if path.endswith((*SCRIPTS, *NOTEBOOKS)):
                    modules.append(Source(path, data))
                else:
                    yield Program((Source(path, data),))
        if modules:
            from migrator.programs import programs

            yield from programs(modules, self.paths)


def run(
    paths: Sequence[str],
    job: Job,
    needles: Sequence[bytes],
    *,
    jobs: int | None = None,
    problems: Sequence[Problem] = (),
    scope: Scope | None = None,
) -> Run:
    """Look at every file of `paths` and do `job` to those that hold a needle.

    `jobs` is how many processes may work (None: one per core). `problems` of the
    discovery become failed results. What the projects of changed files require is raised as far as
    `scope` allows, and let be without one. Raises nothing but KeyboardInterrupt; files already
    written by then stay written, and none is half written.
    """
    scan = _Scan(paths, needles)
    outcomes: list[Outcome] = []
    for answer in _schedule(iter(scan), job, jobs or _cores(), needles[0]):
        outcomes.extend(answer)
    if scope is not None:
        outcomes.extend(_requirements(outcomes, job, scope))
    outcomes.extend(scan.failures)
    outcomes = _with_problems(outcomes, problems)
    return collect(outcomes, scanned=len(paths), candidates=scan.candidates)


def _with_problems(outcomes: Sequence[Outcome], problems: Iterable[Problem]) -> list[Outcome]:
    """The outcomes, of which those for the paths of `problems` have failed."""
    failed = {problem.path: problem.message for problem in problems}
    told = [
        outcome._replace(result=replace(outcome.result, error=failed.pop(outcome.result.path)))
        if outcome.result.path in failed
        else outcome
        for outcome in outcomes
    ]
    return told + [
        Outcome(FileResult(path, error=text, candidate=False)) for path, text in failed.items()
    ]


def _requirements(outcomes: Iterable[Outcome], job: Job, scope: Scope) -> list[Outcome]:
    """What became of the files that say what the projects of changed files require."""
    changed = [outcome.result.path for outcome in outcomes if is_changed(outcome.result)]
    if not changed:
        return []
    # Imported here: a run that changes nothing has no need of it.
    from migrator.registry import requirement
    from migrator.requirements.search import answers
    from migrator.writing import write_alone

    found = answers(changed, requirement(), scope)
    if job.write:
        written = (write_alone(source, result) for source, result in found)
        return [Outcome(result, remark=remark) for result, remark in written]
    return [compared(source, result, job) for source, result in found]


def candidates(
    paths: Sequence[str], needles: Sequence[bytes]
) -> tuple[list[Program], list[Problem]]:
    """The programs with a file of `paths` in them that holds a needle, and what can't be read."""
    scan = _Scan(paths, needles)
    found = list(scan)
    results = (outcome.result for outcome in scan.failures)
    return found, [Problem(result.path, result.error or "") for result in results]


def run_source(source: Source, job: Job, needles: Sequence[bytes]) -> tuple[Run, bytes]:
    """Do `job` to one source that lies on no disk; returns the run and its new bytes.

    Its path says which files are around it; none of them changes. The bytes are those of `source`
    where nothing changed or something failed.
    """
    candidate = mentions(source.data, needles)
    outcomes: tuple[Outcome, ...] = ()
    if candidate and source.path.endswith((*SCRIPTS, *NOTEBOOKS)):
        from migrator.programs import programs

        (program,) = programs([source], [source.path])
        outcomes = process(program, job)
    elif candidate:
        outcomes = process(Program((source,)), job)
    changed = [o.result.output for o in outcomes if o.result.output is not None]
    finished = collect(outcomes, scanned=1, candidates=int(candidate))
    return finished, changed[0] if changed else source.data


def collect(outcomes: Iterable[Outcome], *, scanned: int, candidates: int) -> Run:
    """Sort the outcomes that have something to tell, and add them up."""
    outcomes = _each_once(outcomes)
    told = [o for o in outcomes if _tells(o.result)]
    told.sort(key=lambda outcome: outcome.result.path)
    results = tuple(outcome.result for outcome in told if not outcome.result.requirements)
    stating = tuple(outcome.result for outcome in told if outcome.result.requirements)
    statuses = [f.status for result in results for f in result.findings]
    summary = Summary(
        files_scanned=scanned,
        files_changed=sum(map(is_changed, results)),
        files_failed=sum(result.error is not None for result in results),
        migrated=statuses.count(Status.MIGRATED),
        unsafe=statuses.count(Status.UNSAFE),
        manual=statuses.count(Status.MANUAL),
        suppressed=statuses.count(Status.SUPPRESSED),
        bridged=statuses.count(Status.BRIDGED),
        unbridged=sum(outcome.result.unbridged for outcome in outcomes),
    )
    notes = dict.fromkeys(
        chain(
            (n for result in results for f in result.findings for n in f.notes),
            (outcome.remark for outcome in told if outcome.remark),
            (remark for outcome in outcomes for remark in outcome.result.remarks),
            (UNBRIDGED.format(o.result.path) for o in outcomes if o.result.unbridged),
        )
    )
    return Run(
        Report(results, summary, tuple(notes), stating),
        tuple(outcome.patch for outcome in told if outcome.patch),
        candidates,
        tuple(sorted((o.result.path, place) for o in outcomes for place in o.result.skipped)),
        tuple(sorted((o.result.path, o.result.examples) for o in outcomes if o.result.examples)),
    )


def _each_once(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """The outcomes; a file of ours that several programs need is told of once.

    What is wrong with a file is told beside what was found in it.
    """
    found: dict[tuple[object, ...], Outcome] = {}
    for outcome in outcomes:
        result = outcome.result
        found.setdefault((result.path, result.output, result.error, result.remarks), outcome)
    return list(found.values())


def _states_requirements(path: str) -> bool:
    """Whether a file that was named is one of requirements, and no Python."""
    if path.endswith((*SCRIPTS, *NOTEBOOKS, *PAGES)):
        return False
    from migrator.requirements.names import kind_of

    return kind_of(os.path.basename(path)) is not None


def _tells(result: FileResult) -> bool:
    return bool(result.findings or result.requirements or result.error) or is_changed(result)


def _schedule(
    programs: Iterator[Program], job: Job, jobs: int, call: bytes
) -> Iterator[tuple[Outcome, ...]]:
    """Process here while there is little to do, on worker processes otherwise.

    A file that does not hold `call`, the first needle, is hardly ever work.
    """
    if jobs > 1:
        threshold = _POOL_FROM_EDITING if job.edit else _POOL_FROM_PLANNING
        first: list[Program] = []
        size = 0
        for program in programs:
            first.append(program)
            size += sum(len(source.data) for source in program.sources if call in source.data)
            if size >= threshold and len(first) > 1:
                from migrator.pool import process_all

                yield from process_all(chain(first, programs), job, jobs)
                return
        programs = iter(first)
    for program in programs:
        yield process(program, job)


def _cores() -> int:
    """The cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
