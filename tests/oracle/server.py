"""A loopback server that answers both Gemini APIs from one conversation model."""

from __future__ import annotations

import itertools
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from . import endpoints
from .endpoints import Reply
from .errors import Refused, body_of, error_body
from .grammar import Grammar
from .moods import USUAL, Weather
from .session import Request, Session

PATH = re.compile(r"^/run-(\d+)((?:/upload)?/v1(?:beta|alpha)?/.*)$")


class OracleServer(ThreadingHTTPServer):
    """Listens on a free port of this machine until it is closed."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, grammar: Grammar) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.grammar = grammar
        self.sessions: dict[str, Session] = {}
        self._numbers = itertools.count(1)
        self._thread = threading.Thread(
            target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        self._thread.start()

    def open_session(self, weather: Weather = USUAL) -> Session:
        """A session of its own for one run; its base URL tells the runs apart."""
        number = str(next(self._numbers))
        url = f"http://127.0.0.1:{self.server_port}/run-{number}"
        self.sessions[number] = Session(url, weather=weather)
        return self.sessions[number]

    def close_session(self, session: Session) -> None:
        """Forget a run; requests that still come for it are refused."""
        self.sessions.pop(session.base_url.rpartition("-")[2], None)

    def dispatch(self, session: Session, request: Request) -> Reply:
        """The answer to a request whose body was read."""
        return endpoints.dispatch(session, request, self.grammar)

    def close(self) -> None:
        """Stop listening."""
        self.shutdown()
        self.server_close()
        self._thread.join()

    def __enter__(self) -> OracleServer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up early is no event."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    server: OracleServer

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def do_PATCH(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: Any) -> None:
        """The log is the session's, not standard error."""

    def _answer(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(size)
        if "chunked" in (self.headers.get("Transfer-Encoding") or ""):
            raw = self._read_chunks()
        match = PATH.match(self.path)
        session = self.server.sessions.get(match[1]) if match else None
        if match is None or session is None:
            self._send(Reply.of(404, error_body(404, f"no such path: {self.path}")))
            return
        parts = urlsplit(match[2])
        request = Request(
            method=self.command,
            path=parts.path,
            api=endpoints.api_of(self.command, parts.path),
            size=len(raw),
            revisions=tuple(self.headers.get_all("Api-Revision") or ()),
            timeout=self.headers.get("X-Server-Timeout"),
        )
        session.requests.append(request)
        documented = request.api.startswith("interactions") and not session.old_errors
        try:
            reply = self._dispatch(session, request, raw)
        except Refused as refused:
            body = body_of(refused.code, refused.message, documented=documented)
            reply = Reply.of(refused.code, body)
            request.error = refused.message
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            request.error = f"not understood: {error!r}"
            reply = Reply.of(400, body_of(400, request.error, documented=documented))
        request.status = reply.status
        self._send(reply)

    def _dispatch(self, session: Session, request: Request, raw: bytes) -> Reply:
        if request.api == "upload":
            headers = {k.lower(): v for k, v in self.headers.items()}
            return endpoints.upload(session, self.path, headers, raw)
        try:
            request.body = json.loads(raw) if raw else {}
        except ValueError:
            raise Refused("the body is not JSON") from None
        return self.server.dispatch(session, request)

    def _read_chunks(self) -> bytes:
        data = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            data += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return data

    def _send(self, reply: Reply) -> None:
        if reply.hang_up:
            self.close_connection = True
            return
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        if reply.pieces:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(len(reply.body)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        for piece in reply.pieces:
            self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
            self.wfile.flush()
        self.wfile.write(b"0\r\n\r\n" if reply.pieces else reply.body)
        self.wfile.flush()
