"""Runs Python programs as forks of an interpreter that is started once."""

from __future__ import annotations

import array
import contextlib
import json
import os
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

SERVER = Path(__file__).with_name("fork_server.py")
POSSIBLE = hasattr(os, "fork") and hasattr(socket, "send_fds")


@dataclass(frozen=True, slots=True)
class Start:
    """A program: a function (`module:function`), and what it finds around it.

    `arguments` begin with the program's name; `path` goes before the modules that it has anyway.
    """

    call: str
    arguments: Sequence[str]
    cwd: Path
    env: Mapping[str, str]
    stdin: bytes = b""
    path: Sequence[str] = field(default=())


class Forks:
    """An interpreter that has imported some modules, started when first needed.

    Of `modules`, `package.*` is all that is in a package, and `module:function` is called as well;
    they are also looked for in `path`.
    """

    def __init__(self, python: Path, modules: Sequence[str], path: Sequence[str] = ()) -> None:
        self.python = python
        self.modules = modules
        self.path = path
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: socket.socket | None = None

    def run(self, start: Start, limit: float = 120) -> subprocess.CompletedProcess[bytes]:
        """Run a program to its end; what it printed, and its exit code."""
        if self._process is None:
            self._start()
        assert self._channel is not None
        said = {"call": start.call, "arguments": list(start.arguments), "cwd": str(start.cwd)}
        job = json.dumps({**said, "env": dict(start.env), "path": list(start.path)}).encode()
        with _file(job) as asked, _file(start.stdin) as given, _file() as out, _file() as err:
            self._channel.settimeout(limit)
            try:
                socket.send_fds(self._channel, [b"x"], [asked, given, out, err])
                code = array.array("i", self._channel.recv(4))[0]
            except (OSError, IndexError):
                if self._process is not None:
                    os.killpg(self._process.pid, signal.SIGKILL)
                self.stop()
                raise subprocess.TimeoutExpired(list(start.arguments), limit) from None
            printed, told = (os.pread(file, os.fstat(file).st_size, 0) for file in (out, err))
        return subprocess.CompletedProcess(list(start.arguments), code, printed, told)

    def _start(self) -> None:
        self._channel, theirs = socket.socketpair()
        path = os.pathsep.join(self.path)
        with theirs:
            self._process = subprocess.Popen(
                [self.python, "-I", SERVER, str(theirs.fileno()), path, *self.modules],
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )

    def stop(self) -> None:
        """End the interpreter and what it runs; the next program starts another."""
        process, channel = self._process, self._channel
        self._process = self._channel = None
        if process is not None and channel is not None:
            channel.close()
            process.wait()


@contextlib.contextmanager
def _file(content: bytes = b"") -> Iterator[int]:
    """A file without a name, at its beginning."""
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        yield file.fileno()
