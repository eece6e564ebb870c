"""Runs programs against the oracle with the real SDK, hundreds to one interpreter."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

from . import environments
from .grammar import Grammar
from .moods import LATER_ATTEMPTS, SDK_ATTEMPTS, USUAL, Weather
from .server import OracleServer
from .session import LEGACY, Request

WORKER = Path(__file__).with_name("worker.py")
KEYS = {"GEMINI_API_KEY": "test-key", "GOOGLE_API_KEY": "test-key"}
COLLECTED = 50
"""After how many programs the garbage of programs is collected."""


@dataclass(frozen=True, slots=True)
class Program:
    """A program and what it finds around it. `files` are bytes by relative path."""

    source: bytes
    stdin: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    args: tuple[str, ...] = ()
    env: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """All of its code."""
        modules = [data for name, data in self.files.items() if name.endswith(".py")]
        return b"\n".join([self.source, *modules]).decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Run:
    """What a program did: how it ended, what it printed, what it asked for.

    `reached` is what it printed but for what a `finally` printed on the way of an error that ended
    the program.
    """

    sdk: str
    exit: int
    stdout: str
    reached: str
    stderr: str
    requests: tuple[Request, ...]

    @property
    def asked(self) -> list[Request]:
        """The requests to the model, in order."""
        return [request for request in self.requests if request.generates]

    @property
    def legacy(self) -> list[Request]:
        """The requests to the older API."""
        return [request for request in self.requests if request.api in LEGACY]


class Worker:
    """One interpreter with its SDK, started when first needed."""

    def __init__(self, python: Path, limit: float = 20.0) -> None:
        self.python = python
        self.limit = limit
        self.sdk = ""
        self._jobs = 0
        self._process: subprocess.Popen[str] | None = None
        self._replies: queue.Queue[str] = queue.Queue()

    def ask(self, job: dict[str, Any]) -> dict[str, Any] | None:
        """The worker's reply; None where it took too long or died."""
        if self._process is None:
            self._start()
        assert self._process is not None and self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(job) + "\n")
            self._process.stdin.flush()
            line = self._replies.get(timeout=self.limit)
        except (queue.Empty, OSError):
            line = ""
        if not line:
            self.stop()
            return None
        reply: dict[str, Any] = json.loads(line)
        return reply

    def version(self) -> str:
        """The version of the SDK."""
        if not self.sdk:
            self._start()
        return self.sdk

    def tries(self) -> int:
        """How many requests one call of `interactions.create` makes."""
        return tries_of(self.version())

    def run(
        self, program: Program, base_url: str, bridge: Path | None = None
    ) -> dict[str, Any] | None:
        """Run a program against a session of the server; `bridge` is a module for its clients."""
        self._jobs += 1
        files = {**program.files, "program.py": program.source}
        return self.ask(
            {
                "files": {n: data.decode("latin-1") for n, data in files.items()},
                "stdin": program.stdin,
                "args": program.args,
                "env": {**KEYS, "GOOGLE_GEMINI_BASE_URL": base_url, **program.env},
                "collect": self._jobs % COLLECTED == 0,
                "bridge": str(bridge or ""),
            }
        )

    def _start(self) -> None:
        self._process = subprocess.Popen(
            [self.python, "-I", WORKER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            env=environments.surroundings(),
        )
        self._replies = queue.Queue()
        reader = (self._process, self._replies)
        threading.Thread(target=_pump, args=reader, daemon=True).start()
        try:
            self.sdk = json.loads(self._replies.get(timeout=300) or "{}")["sdk"]
        except (queue.Empty, KeyError):
            self.stop()
            raise RuntimeError(f"{self.python} holds no google-genai") from None

    def stop(self) -> None:
        """End the interpreter; the next job starts another."""
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process = None


class OverBridge:
    """Runs programs with a worker, all of whose clients cross the bridge in a module."""

    def __init__(self, worker: Worker, bridge: Path) -> None:
        self._worker = worker
        self._bridge = bridge

    @property
    def sdk(self) -> str:
        """The version of the SDK."""
        return self._worker.sdk

    def version(self) -> str:
        """The version of the SDK."""
        return self._worker.version()

    def tries(self) -> int:
        """One: it is `generate_content` that is called, which doesn't ask again by itself."""
        return 1

    def run(self, program: Program, base_url: str) -> dict[str, Any] | None:
        """Run a program against a session of the server."""
        return self._worker.run(program, base_url, self._bridge)


def tries_of(version: str) -> int:
    """How many requests one call of `interactions.create` makes with a version of the SDK."""
    return SDK_ATTEMPTS.get(version.partition(".")[0], LATER_ATTEMPTS)


def _pump(process: subprocess.Popen[str], replies: queue.Queue[str]) -> None:
    assert process.stdout is not None
    try:
        for line in process.stdout:
            replies.put(line)
    except ValueError:
        pass  # closed by `stop`
    replies.put("")


class Interpreter(Protocol):
    """What runs programs with one version of the SDK."""

    @property
    def sdk(self) -> str:
        """The version of the SDK."""

    def version(self) -> str:
        """The version of the SDK."""

    def tries(self) -> int:
        """How many requests one call of `interactions.create` makes."""

    def run(self, program: Program, base_url: str) -> dict[str, Any] | None:
        """What a program did, but for its requests; None where it took too long."""


class Oracle:
    """The server and one worker per SDK version, the newest last."""

    def __init__(self, pythons: Sequence[Path] | None = None) -> None:
        found = environments.interpreters() if pythons is None else pythons
        self.workers = [Worker(python) for python in found]
        described = self.workers[-1].ask({"describe": True})
        assert described is not None
        self.server = OracleServer(Grammar(described))

    def run(
        self,
        program: Program,
        worker: Interpreter,
        weather: Weather = USUAL,
        *,
        old_errors: bool = False,
    ) -> Run:
        """Run a program on one SDK version, whatever the mood of the server.

        `old_errors` is about errors that the program asks for; see `Session`.
        """
        session = self.server.open_session(weather)
        session.old_errors = old_errors
        session.tries = worker.tries()
        try:
            reply = worker.run(program, session.base_url)
            if reply is None:
                why = "took too long or died"
                reply = {"exit": -1, "stdout": "", "reached": "", "stderr": why}
            requests = tuple(session.requests)
        finally:
            self.server.close_session(session)
        return Run(worker.sdk, **reply, requests=requests)

    def close(self) -> None:
        """End the workers and the server."""
        for worker in self.workers:
            worker.stop()
        self.server.close()

    def __enter__(self) -> Oracle:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
