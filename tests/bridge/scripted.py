"""A server that answers what a test tells it to, and the bridge as a module."""

from __future__ import annotations

import importlib.util
import json
import sys
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any

from tests.oracle.environments import ROOT

BRIDGE = ROOT / "codemods" / "bridge" / "genai_bridge.py"
Json = dict[str, Any]


def load(name: str = "genai_bridge", path: Path = BRIDGE) -> ModuleType:
    """The bridge, anew, under a name."""
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def interaction(text: str = "Hi.", **more: Any) -> Json:
    """A whole interaction that says a text."""
    step = {"type": "model_output", "content": [{"type": "text", "text": text}]}
    return {"id": "i1", "model": "m", "status": "completed", "steps": [step], **more}


def events(*texts: str) -> list[Json]:
    """The events of an interaction that says texts, piece by piece."""
    deltas = [
        {"event_type": "step.delta", "index": 0, "delta": {"type": "text", "text": text}}
        for text in texts
    ]
    head = {"id": "i1", "model": "m"}
    done = {**head, "status": "completed", "usage": {"total_input_tokens": 3, "total_tokens": 3}}
    return [
        {"event_type": "interaction.created", "interaction": {**head, "status": "in_progress"}},
        {"event_type": "step.start", "index": 0, "step": {"type": "model_output"}},
        *deltas,
        {"event_type": "step.stop", "index": 0},
        {"event_type": "interaction.completed", "interaction": done},
    ]


def sent(values: Iterable[Json]) -> list[bytes]:
    """Events as they are sent."""
    lines = [f"event: {v['event_type']}\ndata: {json.dumps(v)}\n\n".encode() for v in values]
    return [*lines, b"data: [DONE]\n\n"]


@dataclass
class Scripted:
    """One answer. `pieces` are sent one by one, those from `held` on when `gate` is open."""

    value: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    pieces: list[bytes] | None = None
    gate: threading.Event | None = None
    held: int = 0


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    path: str
    headers: dict[str, str]
    body: Any


class ScriptedServer(ThreadingHTTPServer):
    """Gives answers in turn, the last one for ever."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, *answers: Scripted) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers = list(answers)
        self.asked: list[Asked] = []
        self.connections = 0
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.lock = threading.Lock()
        threading.Thread(
            target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        ).start()

    def next_answer(self) -> Scripted:
        """The answer whose turn it is."""
        with self.lock:
            return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def __enter__(self) -> ScriptedServer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.shutdown()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up early is no event."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    server: ScriptedServer

    def setup(self) -> None:
        super().setup()
        self.server.connections += 1

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.asked.append(Asked(self.path, headers, json.loads(raw or b"null")))
        self._send(self.server.next_answer())

    do_GET = do_POST

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is said."""

    def _send(self, answer: Scripted) -> None:
        self.send_response(answer.status)
        body = json.dumps(answer.value).encode() if answer.body is None else answer.body
        kind = "application/json" if answer.pieces is None else "text/event-stream"
        for name, value in {"Content-Type": kind, **answer.headers}.items():
            self.send_header(name, value)
        if answer.pieces is None:
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            return
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for number, piece in enumerate(answer.pieces):
            if answer.gate is not None and number == answer.held:
                answer.gate.wait(10)
            self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
            self.wfile.flush()
        self.wfile.write(b"0\r\n\r\n")
