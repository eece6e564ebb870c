"""How a run ends before its time: by a signal, or because its parent is gone.

Either way the file in hand is finished first. A second signal ends the process at once.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from types import FrameType

_NAMES = ("SIGTERM", "SIGHUP")
_PATIENCE = 5.0  # seconds for the file in hand

writing = threading.Lock()
"""Held while a file is replaced."""


class Stopped(KeyboardInterrupt):
    """A signal asks the process to end; `code` is what it then exits with."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.code = 128 + number


@contextlib.contextmanager
def listening() -> Iterator[None]:
    """Raise Stopped in here when a signal would end the process; as it was afterwards."""
    previous = {}
    if threading.current_thread() is threading.main_thread():
        for number in _fatal():
            previous[number] = signal.signal(number, _stop)
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def follow_parent() -> None:
    """Have this worker end when a signal says so, and when its parent has ended."""
    from multiprocessing import parent_process

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's affair
    for number in _fatal(signal.default_int_handler, _stop):
        signal.signal(number, lambda number, _: _leave(128 + number))
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_outlive, args=(parent.sentinel,), daemon=True).start()


def _fatal(*others: object) -> list[signal.Signals]:
    """The signals that end a process unless it listens; not those somebody has set aside."""
    known = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
    return [n for n in known if signal.getsignal(n) in (signal.SIG_DFL, *others)]


def _stop(number: int, _: FrameType | None) -> None:
    signal.signal(number, signal.SIG_DFL)
    raise Stopped(number)


def _outlive(sentinel: int) -> None:
    from multiprocessing.connection import wait

    wait([sentinel])
    _leave(1)


def _leave(code: int) -> None:
    """End this process, but not in the middle of a file."""
    writing.acquire(timeout=_PATIENCE)
    os._exit(code)
