"""Clients that cross the bridge: paths, choices, reports, and transports of the user's own."""

from __future__ import annotations

import asyncio
import copy
import json
import logging
import pickle
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx2 as httpx
import pytest
from google import genai
from google.auth.credentials import AnonymousCredentials
from google.genai import errors, types

from .scripted import Scripted, ScriptedServer, events, interaction, load, sent

GONE = ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy")
Json = dict[str, Any]


@pytest.fixture
def bridge(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    for name in (*GONE, "GOOGLE_API_KEY", "GEMINI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    yield load("bridge_of_clients")


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer(Scripted(interaction())) as made:
        yield made


def client(bridge: ModuleType, server: ScriptedServer, given: Any = None, **how: Any) -> Any:
    options = {"base_url": server.url, "api_version": "v1beta", **(given or {})}
    return genai.Client(api_key="k", http_options=bridge.http_options(options, **how))


def ask(asked: genai.Client, **config: Any) -> str | None:
    return asked.models.generate_content(model="m", contents="Hi", config=config or None).text


def test_sends_what_the_client_would_send(bridge: ModuleType, server: ScriptedServer) -> None:
    assert ask(client(bridge, server, {"headers": {"x-mine": "1", "Api-Revision": "old"}})) == "Hi."
    (asked,) = server.asked
    assert asked.path == "/v1beta/interactions"  # the version is that of the client
    assert asked.headers["x-mine"] == "1" and asked.headers["x-goog-api-key"] == "k"
    assert asked.headers["api-revision"] == bridge.API_REVISION
    assert asked.body["store"] is False


def test_keeps_interactions_where_asked_to(bridge: ModuleType, server: ScriptedServer) -> None:
    ask(client(bridge, server, store=True))
    assert server.asked[0].body["store"] is True


def vertex(bridge: ModuleType, server: ScriptedServer, **how: Any) -> genai.Client:
    options = bridge.http_options({"base_url": server.url})
    return genai.Client(vertexai=True, http_options=options, **how)


def test_vertex_with_a_project(bridge: ModuleType, server: ScriptedServer) -> None:
    login: Any = AnonymousCredentials()  # type: ignore[no-untyped-call]
    login.token = "t"
    asks = vertex(bridge, server, project="p", location="global", credentials=login)
    assert ask(asks) == "Hi."
    assert server.asked[0].path == "/v1beta1/projects/p/locations/global/interactions"


def test_vertex_by_a_key_stays(bridge: ModuleType) -> None:
    reply = {"candidates": [{"content": {"parts": [{"text": "old"}]}}]}
    with ScriptedServer(Scripted(reply)) as server:
        with pytest.warns(bridge.BridgeWarning, match="without a project"):
            assert ask(vertex(bridge, server, api_key="k")) == "old"
        assert server.asked[0].path.endswith("/publishers/google/models/m:generateContent")


def test_warns_once_for_each_reason_and_place(bridge: ModuleType) -> None:
    reply = {"candidates": [{"content": {"parts": [{"text": "old"}]}}]}
    with ScriptedServer(Scripted(reply)) as server:
        asks = client(bridge, server)
        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always")
            for top_k in (1, 2):
                ask(asks, top_k=top_k)
            ask(asks, top_k=1, seed=3)
            ask(asks, candidate_count=2)
    said = [(str(w.message).partition(":")[0], w.filename) for w in seen]
    reasons = ("generationConfig.topK", "generationConfig.candidateCount")
    assert said == [(reason, __file__) for reason in reasons]
    (site,) = bridge.report()
    assert (site.bridged, site.kept) == (0, 4)


def test_raises_where_asked_to(bridge: ModuleType, server: ScriptedServer) -> None:
    with pytest.raises(bridge.UnsupportedRequest, match=r"generationConfig\.topK"):
        ask(client(bridge, server, on_unsupported="raise"), top_k=1)
    assert not server.asked


def test_drops_where_asked_to(bridge: ModuleType, server: ScriptedServer) -> None:
    budget = types.ThinkingConfig(thinking_budget=800)
    with pytest.warns(bridge.BridgeWarning, match="left out of the request"):
        ask(client(bridge, server, on_unsupported="drop"), top_k=1, thinking_config=budget)
    assert server.asked[0].body["generation_config"] == {"thinking_level": "low"}


def test_refuses_a_choice_that_there_is_not(bridge: ModuleType) -> None:
    with pytest.raises(ValueError, match="ignore"):
        bridge.http_options(on_unsupported="ignore")


def test_reports_by_line(
    bridge: ModuleType, server: ScriptedServer, caplog: pytest.LogCaptureFixture
) -> None:
    asks = client(bridge, server)

    def first() -> None:
        ask(asks)

    async def second() -> None:
        await asks.aio.models.generate_content(model="m", contents="Hi")

    with caplog.at_level(logging.INFO, bridge.__name__):
        first()
        first()
        asyncio.run(second())
        thread = threading.Thread(target=first)
        thread.start()
        thread.join()
    told = {site.function: site.bridged for site in bridge.report()}
    assert told == {"ask": 3, "second": 1}
    assert {site.file for site in bridge.report()} == {__file__}
    assert str(bridge.report()).splitlines()[0].endswith("in ask: 3 over the bridge")
    assert len(caplog.records) == 4


def test_says_that_nothing_came_over(bridge: ModuleType) -> None:
    assert not bridge.report() and "no call" in str(bridge.report())


class Counting(httpx.HTTPTransport):
    """A transport of the user's own."""

    seen = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.seen += 1
        return super().handle_request(request)


class CountingAsync(httpx.AsyncHTTPTransport):
    """The same for clients that await."""

    seen = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.seen += 1
        return await super().handle_async_request(request)


async def _ask_async(asks: Any) -> Any:
    return (await asks.aio.models.generate_content(model="m", contents="Hi")).text


@pytest.mark.parametrize("how", ["transport", "mounts", "client"])
def test_goes_through_what_is_there(bridge: ModuleType, server: ScriptedServer, how: str) -> None:
    own, awaited = Counting(), CountingAsync()
    given: Json = {}
    if how == "transport":
        given = {"client_args": {"transport": own}, "async_client_args": {"transport": awaited}}
    elif how == "mounts":
        given = {
            "client_args": {"mounts": {"all://": own}},
            "async_client_args": {"mounts": {"all://": awaited}},
        }
    else:
        given = {
            "httpx_client": httpx.Client(transport=own, headers={"x-own": "1"}),
            "httpx_async_client": httpx.AsyncClient(transport=awaited, headers={"x-own": "1"}),
        }
    asks = client(bridge, server, given)
    assert ask(asks) == "Hi." and asyncio.run(_ask_async(asks)) == "Hi."
    assert (own.seen, awaited.seen) == (1, 1)
    assert {asked.path for asked in server.asked} == {"/v1beta/interactions"}
    assert how != "client" or {asked.headers["x-own"] for asked in server.asked} == {"1"}


def test_a_client_of_aiohttp_is_refused(bridge: ModuleType) -> None:
    given = types.HttpOptions.model_construct(aiohttp_client=object())
    options = types.HttpOptions()
    object.__setattr__(options, "__dict__", {**options.__dict__, **given.__dict__})
    with pytest.warns(bridge.BridgeWarning, match="aiohttp_client"):
        assert bridge._why_not(options) and bridge.http_options(options) == options


def test_a_certificate_is_not_lost(
    bridge: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("GOOGLE_API_USE_CLIENT_CERTIFICATE", raising=False)
    config = tmp_path / "certificate_config.json"
    config.write_text('{"cert_configs": {"workload": {}}}', encoding="utf-8")
    monkeypatch.setenv("GOOGLE_API_CERTIFICATE_CONFIG", str(config))
    with pytest.warns(bridge.BridgeWarning, match="certificate"):
        bridge.http_options()
    monkeypatch.setenv("GOOGLE_API_USE_CLIENT_CERTIFICATE", "false")
    assert bridge.http_options().client_args


@pytest.mark.parametrize("library", ["httpx", "httpx2"])
def test_the_library_is_that_of_what_is_there(
    bridge: ModuleType, server: ScriptedServer, library: str
) -> None:
    found = pytest.importorskip(library)
    given = {"client_args": {"transport": found.HTTPTransport()}}
    awaited = {"async_client_args": {"transport": found.AsyncHTTPTransport()}}
    assert ask(client(bridge, server, given)) == "Hi."
    assert asyncio.run(_ask_async(client(bridge, server, awaited))) == "Hi."


@pytest.mark.parametrize("settings", [{}, {"top_k": 3}])
@pytest.mark.parametrize(("above", "below"), [("httpx", "httpx2"), ("httpx2", "httpx")])
def test_a_client_of_another_library_is_asked(
    bridge: ModuleType, above: str, below: str, settings: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip(above)
    other = pytest.importorskip(below)
    monkeypatch.setenv("GOOGLE_GENAI_HTTP_CLIENT", above)
    how = {"timeout": 9, "cookies": {"a": "b"}}
    given = {"httpx_client": other.Client(**how), "httpx_async_client": other.AsyncClient(**how)}
    answer = Scripted(json.loads(OLDER) if settings else interaction("as ever"))
    with ScriptedServer(answer) as server, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        asks = client(bridge, server, given)
        assert ask(asks, **settings) == "as ever"
        found = asks.aio.models.generate_content(model="m", contents="Hi", config=settings)
        assert asyncio.run(found).text == "as ever"
    assert {asked.headers["cookie"] for asked in server.asked} == {"a=b"}


def test_proxies_are_asked(
    bridge: ModuleType, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    far = {"base_url": "http://far.invalid", "api_version": "v1beta"}
    asks = genai.Client(
        api_key="k",
        http_options=bridge.http_options({**far, "client_args": {"proxy": server.url}}),
    )
    assert ask(asks) == "Hi."
    monkeypatch.setenv("HTTP_PROXY", server.url)
    assert ask(genai.Client(api_key="k", http_options=bridge.http_options(far))) == "Hi."
    assert {asked.path for asked in server.asked} == {"http://far.invalid/v1beta/interactions"}


def test_options_are_copied_and_pickled(bridge: ModuleType, server: ScriptedServer) -> None:
    options = bridge.http_options({"base_url": server.url})
    for again in (copy.deepcopy(options), pickle.loads(pickle.dumps(options))):
        assert ask(genai.Client(api_key="k", http_options=again)) == "Hi."


def test_follows_where_interactions_move(bridge: ModuleType, server: ScriptedServer) -> None:
    moved = Scripted({}, 307, {"Location": f"{server.url}/elsewhere"})
    with ScriptedServer(moved) as first:
        assert ask(client(bridge, first)) == "Hi."
    assert server.asked[0].path == "/elsewhere" and "input" in server.asked[0].body


def test_a_signature_is_of_what_is_sent(bridge: ModuleType, server: ScriptedServer) -> None:
    def sign(request: httpx.Request) -> httpx.Request:
        request.headers["x-signed"] = f"{request.url.path} {len(request.content)}"
        return request

    ask(client(bridge, server, {"client_args": {"auth": sign}}))
    asked = server.asked[0]
    assert asked.headers["x-signed"] == f"/v1beta/interactions {asked.headers['content-length']}"


def test_errors_are_those_of_the_sdk(bridge: ModuleType) -> None:
    body = {"error": {"code": "rate_limit_exceeded", "message": "slow"}}
    slow = ScriptedServer(Scripted(body, 429, {"Retry-After": "3"}))
    with slow as server, pytest.raises(errors.ClientError) as told:
        ask(client(bridge, server))
    assert (told.value.code, told.value.status) == (429, "RESOURCE_EXHAUSTED")
    assert "'retryDelay': '3s'" in str(told.value)


OLDER = b'{"candidates": [{"content": {"parts": [{"text": "as ever"}]}}]}'


@pytest.mark.parametrize("body", [b"<html>no</html>", b"[1]", b'"x"', b"{}", OLDER])
@pytest.mark.parametrize("status", [200, 502])
def test_other_bodies_do_as_natively(bridge: ModuleType, body: bytes, status: int) -> None:
    said = []
    with ScriptedServer(Scripted(body=body, status=status)) as server:
        native = genai.Client(api_key="k", http_options={"base_url": server.url})
        for asks in (native, client(bridge, server)):
            try:
                said.append(repr(ask(asks)))
            except Exception as error:
                said.append(f"{type(error).__name__}: {error}")
    assert said[0] == said[1]


def test_a_first_chunk_does_not_wait(bridge: ModuleType) -> None:
    gate = threading.Event()
    pieces = sent(events("a", "b"))
    with ScriptedServer(Scripted(pieces=pieces, gate=gate, held=3)) as server:
        asks = client(bridge, server)
        found = asks.models.generate_content_stream(model="m", contents="Hi")
        assert next(found).text == "a"
        gate.set()
        assert [chunk.text for chunk in found] == ["b", ""]


def test_chunks_that_are_none_of_interactions_pass(bridge: ModuleType) -> None:
    pieces = [b"data: " + OLDER + b"\n\n"] * 2
    with ScriptedServer(Scripted(pieces=pieces)) as server:
        asks = client(bridge, server)
        found = asks.models.generate_content_stream(model="m", contents="Hi")
        assert [chunk.text for chunk in found] == ["as ever", "as ever"]


def test_an_error_in_mid_stream(bridge: ModuleType) -> None:
    problem = {"event_type": "error", "error": {"code": "api_error", "message": "oh"}}
    with ScriptedServer(Scripted(pieces=sent([*events("a")[:3], problem]))) as server:
        asks = client(bridge, server)
        found = asks.models.generate_content_stream(model="m", contents="Hi")
        assert next(found).text == "a"
        with pytest.raises(errors.ServerError, match="oh"):
            next(found)


@pytest.mark.parametrize(
    "error",
    [
        b'{"error": {"code": "api_error", "message": "oh"}}\n',
        b'{"error": {"code": 500, "message": "oh", "status": "INTERNAL"}}',
        b'{\n  "error": {\n    "code": 500,\n    "message": "oh"\n  }\n}\n',
    ],
)
def test_an_error_that_is_no_event(bridge: ModuleType, error: bytes) -> None:
    with ScriptedServer(Scripted(pieces=[*sent(events("a")[:3])[:3], error])) as server:
        asks = client(bridge, server)
        found = asks.models.generate_content_stream(model="m", contents="Hi")
        assert next(found).text == "a"
        with pytest.raises(errors.ServerError, match="oh"):
            next(found)


def test_a_stream_that_is_none(bridge: ModuleType) -> None:
    body = {"error": {"code": "invalid_request", "message": "no"}}
    with ScriptedServer(Scripted(body, 400)) as server:
        asks = client(bridge, server)
        with pytest.raises(errors.ClientError, match="INVALID_ARGUMENT"):
            list(asks.models.generate_content_stream(model="m", contents="Hi"))
