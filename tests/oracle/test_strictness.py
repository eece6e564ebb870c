"""The server takes what the SDK's types document, and nothing else."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

import pytest

from tests.oracle.programs import Oracle

Json = dict[str, Any]
TEXT = {"type": "text", "text": "x"}
PNG = {"type": "image", "data": "aGk=", "mime_type": "image/png"}
CALL: Json = {
    "type": "function_call",
    "id": "c1",
    "name": "f",
    "arguments": {"a": None},
}
CALLED: list[Json] = [
    CALL | {"arguments": {}},
    {"type": "function_result", "call_id": "c1"},
]


def step(*content: Json) -> Json:
    """A turn of the user."""
    return {"type": "user_input", "content": list(content)}


def fmt(**more: Any) -> Json:
    """A request for JSON."""
    form = {"type": "text", "mime_type": "application/json", **more}
    return {"response_format": form}


def config(**settings: Any) -> Json:
    """A request with settings."""
    return {"generation_config": settings}


def tool(value: Json) -> Json:
    """A request with one tool."""
    return {"tools": [value]}


def safety(value: Json) -> Json:
    """A request with one safety setting."""
    return {"safety_settings": [value]}


def media(value: Json) -> Json:
    """A request with one thing in its input."""
    return {"input": [value]}


GOOD: list[Json] = [
    {"input": "x"},
    {"input": TEXT},
    {"input": [TEXT, PNG]},
    {"input": [step(TEXT)], "store": False, "stream": False},
    {"model": "gemini-99-unheard-of"},
    {"generation_config": {"temperature": 1, "thinking_level": "low"}},
    {"generation_config": {"tool_choice": {"allowed_tools": {"mode": "any"}}}},
    fmt(),
    fmt(schema={"type": "object", "properties": {"type": {"type": "string"}}}),
    {"response_format": [{"type": "text"}, {"type": "image", "image_size": "2K"}]},
    {"tools": [{"type": "google_search"}, {"type": "function", "name": "f"}]},
    {"input": [step(TEXT), {**CALLED[0]}, {**CALLED[1], "result": {"any": [1]}}]},
    {"input": [{"type": "image", "uri": "https://a/b", "mime_type": "image/x-new"}]},
]
BAD: list[tuple[str, Json]] = [
    ("request.config", {"config": {"temperature": 1}}),
    ("request.contents", {"contents": "x"}),
    ("request.top_k", {"top_k": 3}),
    ("top_k", config(top_k=3)),
    ("thinking_budget", config(thinking_budget=0)),
    ("thinking_level", config(thinking_level="LOW")),
    ("tool_choice", config(tool_choice="ANY")),
    ("temperature", config(temperature=None)),
    ("temperature", config(temperature="1")),
    ("max_output_tokens", config(max_output_tokens=1.5)),
    ("speech_config", config(speech_config={"voice": "Kore"})),
    ("system_instruction", {"system_instruction": ["a"]}),
    ("system_instruction", {"system_instruction": None}),
    ("input[0]", {"input": ["x"]}),
    ("input[0].type", media({"text": "x"})),
    ("input[0]", media({"role": "user", "parts": [{"text": "x"}]})),
    ("input[0].type", media({"type": "file", "uri": "u"})),
    ("input[0].type", {"input": [TEXT, step(TEXT)]}),
    ("input.type", {"input": step(TEXT)}),
    ("content", media({"type": "user_input", "content": "x"})),
    ("content[0].type", {"input": [step({"text": "x"})]}),
    ("text", media({"type": "text", "text": None})),
    ("mime_type", media({"type": "image", "uri": "u", "mime_type": "audio/wav"})),
    ("mime_type", media({"type": "document", "uri": "u", "mime_type": "text/html"})),
    ("mimeType", media({"type": "image", "uri": "u", "mimeType": "image/png"})),
    ("resolution", media({**PNG, "resolution": "MEDIA_RESOLUTION_LOW"})),
    ("data", media({"type": "image", "mime_type": "image/png"})),
    ("data", media({**PNG, "data": "picture.png"})),
    ("call_id", {"input": [step(TEXT), CALLED[1] | {"result": "x", "call_id": "c9"}]}),
    ("result", {"input": [step(TEXT), CALLED[0], CALLED[1] | {"result": 5}]}),
    ("arguments.a", {"input": [step(TEXT), CALL]}),
    ("id", media({"type": "function_call", "name": "f", "arguments": {}})),
    ("response_format.type", {"response_format": {"type": "json"}}),
    ("response_format.type", {"response_format": {"type": "object", "properties": {}}}),
    ("response_format.type", {"response_format": {"schema": {"type": "object"}}}),
    ("mime_type", {"response_format": {"type": "text", "schema": {"type": "object"}}}),
    ("response_format.schema_", fmt(schema_={"type": "object"})),
    ("schema.type", fmt(schema={"type": "OBJECT"})),
    ("schema.any_of", fmt(schema={"any_of": [{"type": "string"}]})),
    ("schema.title", fmt(schema={"type": "object", "title": None})),
    ("schema.propertyOrdering", fmt(schema={"propertyOrdering": ["a"]})),
    ("tools[0].type", tool({"google_search": {}})),
    ("tools[0].type", tool({"type": "google_search_retrieval"})),
    ("exclude_domains", tool({"type": "google_search", "exclude_domains": []})),
    (
        "search_types",
        tool({"type": "google_search", "search_types": {"web_search": {}}}),
    ),
    (
        "parameters_json_schema",
        tool({"type": "function", "parameters_json_schema": {}}),
    ),
    ("tools.name", tool({"type": "function", "parameters": {}})),
    (
        "environment",
        tool({"type": "computer_use", "environment": "ENVIRONMENT_BROWSER"}),
    ),
    ("category", safety({"type": "harassment", "threshold": "off", "category": "x"})),
    ("type", safety({"category": "HARM_CATEGORY_HARASSMENT", "threshold": "off"})),
    ("threshold", safety({"type": "harassment", "threshold": "BLOCK_NONE"})),
    ("service_tier", {"service_tier": "FLEX"}),
    ("previous_interaction_id", {"previous_interaction_id": "int-unknown"}),
    ("previous_interaction_id", {"previous_interaction_id": ""}),
    ("response_modalities", {"response_modalities": ["IMAGE"]}),
]


def post(oracle: Oracle, path: str, body: Json) -> tuple[int, Json]:
    """The status and the JSON of the server's answer."""
    session = oracle.server.open_session()
    request = urllib.request.Request(
        session.base_url + path,
        json.dumps(body).encode(),
        {"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request) as reply:
            return reply.status, json.load(reply)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)
    finally:
        oracle.server.close_session(session)


def interact(oracle: Oracle, body: Json) -> tuple[int, Json]:
    """Ask for an interaction."""
    full = {"model": "gemini-2.5-flash", "input": "x", **body}
    return post(oracle, "/v1/interactions", full)


@pytest.mark.parametrize("body", GOOD, ids=json.dumps)
def test_documented_requests_pass(body: Json, oracle: Oracle) -> None:
    status, reply = interact(oracle, body)
    assert status == 200, reply


@pytest.mark.parametrize(("field", "body"), BAD)
def test_undocumented_requests_fail(field: str, body: Json, oracle: Oracle) -> None:
    status, reply = interact(oracle, body)
    assert status == 400
    assert reply["error"]["code"] == "invalid_request"
    assert field in reply["error"]["message"]


@pytest.mark.parametrize(
    ("field", "body"),
    [
        ("contents", {}),
        ("input", {"contents": [{"parts": [{"text": "x"}]}], "input": "x"}),
        ("generationConfig.top", {"generationConfig": {"top": 1}}),
        ("role", {"contents": [{"role": "system", "parts": [{"text": "x"}]}]}),
        ("parts[0].kind", {"contents": [{"parts": [{"text": "x", "kind": "y"}]}]}),
    ],
)
def test_older_api_is_strict_too(field: str, body: Json, oracle: Oracle) -> None:
    full = {"contents": [{"parts": [{"text": "x"}]}], **body} if body else body
    path = "/v1beta/models/gemini-2.5-flash:generateContent"
    status, reply = post(oracle, path, full)
    assert status == 400
    assert field in reply["error"]["message"]


def test_unknown_paths_are_not_found(oracle: Oracle) -> None:
    assert post(oracle, "/v1/elsewhere", {})[0] == 404
