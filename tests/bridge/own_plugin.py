"""A pytest plugin for others' tests: clients go to the loopback device, over the bridge if asked.

Runs inside the interpreter of those tests, and needs nothing but pytest and the SDK there. It is
told what to do by the JSON in the environment's `GENAI_BRIDGE_RUN`: `server`, the address whose
paths `/run-1`, `/run-2`, … are the first, the second test's; `bridge`, the path of the module that
clients cross, if any; `recorded`, whether recordings of the older API answer interactions; `told`,
the file to which it writes a line of JSON for each test.
"""

from __future__ import annotations

import functools
import importlib.util
import inspect
import json
import os
import re
import socket
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

ORDERS: dict[str, str] = json.loads(os.environ["GENAI_BRIDGE_RUN"])
VERTEX = re.compile(
    r"^/v1\w*/projects/[^/]+/locations/[^/]+/(?:publishers/google/)?|^/v1\w*/publishers/google/"
)
LOCAL = ("127.0.0.1", "localhost", "::1")
NAME = "_own_tests_genai_bridge"


class _Present:
    """The test that runs now: the first, the second, …"""

    number = 0


def _bridge() -> Any:
    if NAME not in sys.modules:
        spec = importlib.util.spec_from_file_location(NAME, ORDERS["bridge"])
        assert spec is not None and spec.loader is not None
        sys.modules[NAME] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[NAME])
    return sys.modules[NAME]


def _bridges() -> list[Any]:
    """The bridges that clients can cross: that of the orders, and one that a package has."""
    modules = list(sys.modules.items())
    return [module for name, module in modules if name.endswith("genai_bridge")]


def address(url: str, host: str, path: str) -> str:
    """Where a request for Google's servers goes instead; that of others stays."""
    if not host.endswith("googleapis.com"):
        return url
    query = url.partition("?")[2]
    plain = VERTEX.sub("/v1beta/", path)
    run = f"{ORDERS['server']}/run-{_Present.number}{plain}"
    return f"{run}?{query}" if query else run


def _replace(owner: Any, name: str, make: Callable[[Any], Any]) -> None:
    setattr(owner, name, functools.wraps(getattr(owner, name))(make(getattr(owner, name))))


def _redirect(library: Any) -> None:
    """Let the transports of httpx, or of httpx2, go to the server."""

    def turn(request: Any) -> None:
        url = request.url
        request.url = type(url)(address(str(url), url.host, url.path))

    def direct(send: Any) -> Any:
        def sent(self: Any, request: Any) -> Any:
            turn(request)
            return send(self, request)

        return sent

    _replace(library.HTTPTransport, "handle_request", direct)
    _replace(library.AsyncHTTPTransport, "handle_async_request", direct)


def _redirect_aiohttp() -> None:
    import aiohttp  # type: ignore[import-not-found,unused-ignore]
    import yarl  # type: ignore[import-not-found,unused-ignore]

    def direct(send: Any) -> Any:
        async def sent(self: Any, method: str, url: Any, **options: Any) -> Any:
            found = yarl.URL(url)
            to = address(str(found), found.host or "", found.raw_path)
            return await send(self, method, yarl.URL(to, encoded=True), **options)

        return sent

    _replace(aiohttp.ClientSession, "_request", direct)


def _stay_here() -> None:
    """Refuse connections to other machines."""

    def near(connect: Any) -> Any:
        def connected(self: Any, where: Any) -> Any:
            if self.family in (socket.AF_INET, socket.AF_INET6) and where[0] not in LOCAL:
                raise OSError(f"no network: {where[0]}")
            return connect(self, where)

        return connected

    for name in ("connect", "connect_ex"):
        _replace(socket.socket, name, near)


def _sign_in() -> None:
    """Credentials that nobody is asked for."""
    import google.auth
    from google.oauth2 import credentials

    def default(*_: Any, **__: Any) -> Any:
        return credentials.Credentials(token="token"), "project"  # type: ignore[no-untyped-call]

    google.auth.default = default


def _play(bridge: Any) -> None:
    """Answer interactions by what was recorded of the older API."""
    recorded = importlib.import_module("recorded")

    def remember(make: Any) -> Any:
        def made(self: Any, request: Any, call: Any) -> Any:
            asked = make(self, request, call)
            asked.instead_of = self._passing(request)
            return asked

        return made

    def said(answer: Any, body: bytes) -> Any:
        if answer.status_code >= 400:
            return body
        if "event-stream" not in answer.headers.get("content-type", ""):
            return json.dumps(recorded.interaction_of(json.loads(body))).encode()
        chunks = [json.loads(line[5:]) for line in body.splitlines() if line.startswith(b"data:")]
        events = recorded.events_of(chunks)
        return b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events)

    def again(answer: Any, body: bytes) -> Any:
        gone = ("content-length", "content-encoding", "transfer-encoding")
        headers = [(k, v) for k, v in answer.headers.multi_items() if k.lower() not in gone]
        return type(answer)(
            answer.status_code, headers=headers, content=said(answer, body), request=answer.request
        )

    def play(send: Any) -> Any:
        def sent(self: Any, request: Any, **options: Any) -> Any:
            recording = getattr(request, "instead_of", None)
            answer = send(self, recording or request, **options)
            return again(answer, answer.read()) if recording else answer

        return sent

    def play_async(send: Any) -> Any:
        async def sent(self: Any, request: Any, **options: Any) -> Any:
            recording = getattr(request, "instead_of", None)
            answer = await send(self, recording or request, **options)
            return again(answer, await answer.aread()) if recording else answer

        return sent

    _replace(bridge._Bridge, "_request", remember)
    _replace(bridge.SyncBridge, "_send", play)
    _replace(bridge.AsyncBridge, "_send", play_async)


def _cross() -> None:
    """Give the bridge to all clients, also to those that only the SDK's own tests make."""
    from google.genai import _api_client

    if not ORDERS["bridge"]:
        return
    client: Any = _api_client.BaseApiClient
    signature = inspect.signature(client.__init__)
    bridge = _bridge()
    if ORDERS.get("recorded"):
        _play(bridge)

    def crossing(make: Any) -> Any:
        def made(self: Any, *args: Any, **options: Any) -> None:
            bound = signature.bind(self, *args, **options).arguments
            bound["http_options"] = bridge.http_options(bound.get("http_options"))
            make(**bound)

        return made

    _replace(client, "__init__", crossing)


def pytest_configure() -> None:
    _stay_here()
    if ORDERS.get("recorded"):
        return _cross()
    for name in ("httpx", "httpx2"):
        if importlib.util.find_spec(name):
            _redirect(importlib.import_module(name))
    if importlib.util.find_spec("aiohttp"):
        _redirect_aiohttp()
    _sign_in()
    _cross()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol() -> Iterator[None]:
    _Present.number += 1
    for bridge in _bridges():
        bridge._counts.clear()
    return (yield)


@pytest.hookimpl(trylast=True)
def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when != "call" and report.passed and report.when != "teardown":
        return
    said: dict[str, Any] = {"test": report.nodeid, "run": _Present.number, "when": report.when}
    said |= {"outcome": report.outcome, "why": _why(report)}
    sites = [site for bridge in _bridges() for site in bridge.report()]
    said["bridged"] = sum(site.bridged for site in sites)
    said["kept"] = sum(site.kept for site in sites)
    said["reasons"] = sorted({reason for site in sites for reason in site.reasons})
    with open(ORDERS["told"], "a", encoding="utf-8") as told:
        told.write(json.dumps(said) + "\n")


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.failed:
        said = {"test": report.nodeid, "run": 0, "when": "collect", "outcome": "failed"}
        with open(ORDERS["told"], "a", encoding="utf-8") as told:
            told.write(json.dumps({**said, "why": _why(report)}) + "\n")


def _why(report: Any) -> str:
    """The last line of what a test says of its failure."""
    if report.skipped:
        return str(report.longrepr[-1]) if isinstance(report.longrepr, tuple) else "skipped"
    crash = getattr(report.longrepr, "reprcrash", None)
    return str(crash.message if crash else report.longrepr or "")[:1000]
