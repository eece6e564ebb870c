"""Starts programs as forks of one interpreter that has imported what they need.

Started as a script with the number of a socket, where else modules are looked for, and the modules
to import; needs nothing of the tests. For each job come four files: the job as JSON, and the
streams of the program. A fork is a process of its own in all that a program can see, from its
streams to its exit code; what it saves is the start of an interpreter and the imports.
"""

from __future__ import annotations

import array
import atexit
import gc
import importlib
import json
import os
import pkgutil
import socket
import sys
import threading
from typing import Any


def main() -> Any:
    """Answer each job by the exit code, until nobody is there to ask.

    Returns in a fork, too, what its program returns, where that is no number.
    """
    channel = socket.socket(fileno=int(sys.argv[1]))
    sys.path += filter(None, sys.argv[2].split(os.pathsep))
    for name in sys.argv[3:]:
        _ready(name)
    gc.collect()
    gc.freeze()  # so that no fork copies what it only looks at
    while True:
        message, files, _, _ = socket.recv_fds(channel, 1, 4)
        if not message:
            return 0
        child = os.fork()
        if not child:
            channel.close()
            return _become(*files)
        for file in files:
            os.close(file)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        channel.sendall(array.array("i", [code]))


def _ready(name: str) -> None:
    """Import a module, or all that are in a package (`package.*`), or call `module:function`."""
    name, _, function = name.partition(":")
    module = importlib.import_module(name.removesuffix(".*"))
    if function:
        getattr(module, function)()
    if name.endswith(".*"):
        for found in pkgutil.walk_packages(module.__path__, f"{module.__name__}."):
            if not found.name.endswith(".__main__"):
                importlib.import_module(found.name)


def _become(job: int, *streams: int) -> Any:
    """Run a program in this process: a function whose arguments are in `sys.argv`."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    with open(job, encoding="utf-8") as file:
        asked = json.load(file)
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["env"])
    sys.argv[:] = asked["arguments"]
    sys.path[:0] = asked["path"]
    module, _, function = asked["call"].partition(":")
    try:
        code = getattr(importlib.import_module(module), function)()
    except SystemExit as stop:
        code = stop.code
    if code is None or isinstance(code, int):
        _leave(int(code or 0))
    return code


def _leave(code: int) -> None:
    """End as an interpreter does, but for taking all of its objects apart: that takes longest."""
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    sys.exit(main())
