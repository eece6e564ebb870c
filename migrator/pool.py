"""Worker processes, for runs with so much to do that starting them pays."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import active_children, get_context
from multiprocessing.context import BaseContext

from migrator.model import Program
from migrator.worker import Job, Outcome, failed, process

# Programs go out in bundles of about so many bytes: small enough to keep every worker
# busy to the end, big enough that handing over costs nothing beside the work.
_BUNDLE_BYTES = 16_384
_BUNDLES_PER_WORKER = 3

# What Windows can wait for.
_MOST_WORKERS = 61

_DIED = "the worker process died on this file, perhaps for want of memory; run again with --jobs 1"

_Bundle = list[Program]
_Answer = list[tuple[Outcome, ...]]


def process_all(
    programs: Iterable[Program], job: Job, workers: int
) -> Iterator[tuple[Outcome, ...]]:
    """Process `programs` on `workers` processes; outcomes come as they get ready.

    At most a few bundles per worker are held at a time, so `programs` may be read
    lazily from the disk. A program whose process dies fails alone.
    """
    context = _context()
    workers = min(workers, _MOST_WORKERS)
    _preload(context, job)
    bundles = _bundles(programs)
    while True:
        pool = _executor(workers, context)
        pending: dict[Future[_Answer], _Bundle] = {}
        try:
            for answer in _drain(pool, bundles, pending, job, workers):
                yield from answer
            return
        except BrokenProcessPool:
            pass
        except KeyboardInterrupt:
            # They finish the file they are writing, not all they have been given.
            for worker in active_children():
                worker.terminate()
            raise
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
        for future, bundle in pending.items():
            if future.done() and future.exception() is None:
                yield from future.result()
            else:
                for program in bundle:
                    yield _alone(program, job, context)


def _drain(
    pool: ProcessPoolExecutor,
    bundles: Iterator[_Bundle],
    pending: dict[Future[_Answer], _Bundle],
    job: Job,
    workers: int,
) -> Iterator[_Answer]:
    """Answers as they come; `pending` always holds what is still unanswered."""
    more = True
    while more or pending:
        while more and len(pending) < workers * _BUNDLES_PER_WORKER:
            bundle = next(bundles, None)
            if bundle is None:
                more = False
            else:
                try:
                    future = pool.submit(_process_bundle, bundle, job)
                except BrokenProcessPool:
                    pending[Future()] = bundle
                    raise
                pending[future] = bundle
        for future in wait(pending, return_when=FIRST_COMPLETED).done:
            answer = future.result()
            del pending[future]
            yield answer


def _alone(program: Program, job: Job, context: BaseContext) -> tuple[Outcome, ...]:
    """Process a suspect in a process of its own, which may die without harm."""
    with _executor(1, context) as pool:
        try:
            return pool.submit(_process_bundle, [program], job).result()[0]
        except BrokenProcessPool:
            return failed(program, _DIED)


def _process_bundle(bundle: _Bundle, job: Job) -> _Answer:
    return [process(program, job) for program in bundle]


def _bundles(programs: Iterable[Program]) -> Iterator[_Bundle]:
    bundle: _Bundle = []
    size = 0
    for program in programs:
        bundle.append(program)
        size += sum(len(source.data) for source in program.sources)
        if size >= _BUNDLE_BYTES:
            yield bundle
            bundle, size = [], 0
    if bundle:
        yield bundle


def _context() -> BaseContext:
    """Fork on Linux while this process has one thread, else spawn.

    A fork takes 8 ms and shares what is imported; elsewhere, and beside threads that
    may hold locks, it is not safe.
    """
    import threading

    alone = threading.active_count() == 1
    safe = sys.platform.startswith("linux") and alone
    return get_context("fork" if safe else "spawn")


def _preload(context: BaseContext, job: Job) -> None:
    """Import once, before forking, what every worker is going to need."""
    if context.get_start_method() != "fork":
        return
    import migrator.together
    from migrator.registry import rule_book

    if job.edit:
        import migrator.edit
    if job.patch:
        import migrator.report.diff  # noqa: F401
    rule_book()


def _executor(workers: int, context: BaseContext) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_settle)


def _settle() -> None:
    """Live as long as the parent does, and stay quiet whatever a library prints."""
    from migrator.signals import follow_parent

    follow_parent()
    sys.stdout = open(os.devnull, "w")  # noqa: SIM115
