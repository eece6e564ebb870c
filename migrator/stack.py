"""One thread with a big stack, for programs nested deeper than the default allows."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Any, TypeAlias, TypeVar

T = TypeVar("T")

# Address space only: a page costs memory when it is first touched. Where so much
# is not to be had (32 bits, a low ulimit) the next size is tried; 0 is the default.
_STACK_SIZES = (512 << 20, 64 << 20, 0)

# Frames. At about 0.5 KB of C stack a frame through the interpreter's C code, and many
# times that through a parser's, the big stack outlasts this limit.
_RECURSION_LIMIT = 20_000

_PATIENCE = 5.0  # seconds, once somebody wants the run to end

_Tasks: TypeAlias = "SimpleQueue[tuple[Callable[[], Any], SimpleQueue[Any]]]"

# The queue of the thread, and the process it lives in: a fork takes no threads along.
_tasks: tuple[_Tasks, int] | None = None


def call(function: Callable[[], T]) -> T:
    """What `function()` returns, or raises, when called on the big stack.

    The thread is started at the first call and serves the process from then on.
    """
    global _tasks
    if _tasks is None or _tasks[1] != os.getpid():
        tasks: _Tasks = SimpleQueue()
        _start(tasks)
        _tasks = (tasks, os.getpid())
    answer: SimpleQueue[Any] = SimpleQueue()
    _tasks[0].put((function, answer))
    try:
        value, error = answer.get()
    except KeyboardInterrupt:
        # Let the file in hand be finished, so that nothing is left lying about.
        with contextlib.suppress(Empty):
            answer.get(timeout=_PATIENCE)
        raise
    if error is not None:
        raise error
    result: T = value
    return result


def _start(tasks: _Tasks) -> None:
    sys.setrecursionlimit(max(sys.getrecursionlimit(), _RECURSION_LIMIT))
    before = threading.stack_size()
    for size in _STACK_SIZES:
        try:
            threading.stack_size(size)
            threading.Thread(target=_serve, args=(tasks,), daemon=True).start()
            break
        except (ValueError, RuntimeError):
            if not size:
                raise
    threading.stack_size(before)


def _serve(tasks: _Tasks) -> None:
    while True:
        function, answer = tasks.get()
        try:
            answer.put((function(), None))
        except BaseException as error:
            answer.put((None, error))
        # Nothing of a finished task may stay alive while waiting for the next.
        del function, answer
