"""What generateContent would have answered: whole, in chunks, and by errors."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from typing import Any

import pytest

from .scripted import events, interaction, load, sent

bridge = load("bridge_of_answers")
Json = dict[str, Any]


def candidate(reply: Json) -> Any:
    (found,) = bridge.generate_content_reply(reply)["candidates"]
    return found


def test_text_and_what_is_said_beside_it() -> None:
    usage = {"total_input_tokens": 3, "total_output_tokens": 2, "total_tokens": 5}
    more = {"input_tokens_by_modality": [{"modality": "text", "tokens": 3}]}
    found = bridge.generate_content_reply(interaction("Hi.", usage={**usage, **more}, created="t"))
    assert found["candidates"][0]["content"]["parts"] == [{"text": "Hi."}]
    assert found["usageMetadata"] == {
        "promptTokenCount": 3,
        "candidatesTokenCount": 2,
        "totalTokenCount": 5,
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 3}],
    }
    assert (found["responseId"], found["modelVersion"], found["createTime"]) == ("i1", "m", "t")


@pytest.mark.parametrize("steps", [None, [], [{"type": "model_output"}]])
def test_nothing_is_a_candidate_without_parts(steps: Any) -> None:
    found = candidate(interaction(steps=steps))
    assert found == {"index": 0, "content": {"role": "model"}, "finishReason": "STOP"}


@pytest.mark.parametrize(
    ("word", "reason"),
    [("safety", "SAFETY"), ("recitation", "RECITATION"), ("content_blocked", "OTHER")],
)
def test_a_refusal_is_a_finish_reason(word: str, reason: str) -> None:
    errors = [{"code": word, "message": "no"}]
    found = candidate(interaction(status="failed", errors=errors, steps=[]))
    assert found == {"index": 0, "finishReason": reason}


def test_another_failure_is_an_error() -> None:
    errors = [{"code": "service_unavailable", "message": "later"}]
    with pytest.raises(bridge.Failed) as told:
        candidate(interaction(status="failed", errors=errors))
    assert told.value.status == 503
    said = {"code": 503, "message": "later", "status": "UNAVAILABLE"}
    assert told.value.body == {"error": said}


def test_calls_keep_the_signature_of_their_thought() -> None:
    steps = [
        {"type": "thought", "summary": [{"type": "text", "text": "Hm."}], "signature": "c2ln"},
        {"type": "function_call", "id": "1", "name": "f", "arguments": {"a": 1}},
        {"type": "function_call", "id": "2", "name": "g"},
    ]
    thought, first, second = candidate(interaction(steps=steps))["content"]["parts"]
    assert thought == {"text": "Hm.", "thought": True}
    call = {"id": "1", "name": "f", "args": {"a": 1}}
    assert first == {"functionCall": call, "thoughtSignature": "c2ln"}
    assert second == {"functionCall": {"id": "2", "name": "g", "args": {}}}


def test_sound_says_its_rate() -> None:
    content = [{"type": "audio", "mime_type": "audio/l16", "sample_rate": 8000, "data": "AA=="}]
    (part,) = candidate(interaction(steps=[{"type": "model_output", "content": content}]))[
        "content"
    ]["parts"]
    assert part["inlineData"]["mimeType"] == "audio/L16;codec=pcm;rate=8000"


def test_sources_of_pages_and_places() -> None:
    cited = {"type": "file_citation", "document_uri": "u", "file_name": "t", "media_id": "m/1"}
    content = [
        {
            "type": "text",
            "text": "Ägypten",
            "annotations": [{**cited, "start_index": 0, "end_index": 2}],
        }
    ]
    steps = [
        {"type": "file_search_call", "id": "1"},
        {"type": "model_output", "content": content},
    ]
    found = candidate(interaction(steps=steps))["groundingMetadata"]
    assert found["groundingChunks"] == [
        {"retrievedContext": {"uri": "u", "title": "t", "mediaId": "m/1"}}
    ]
    (support,) = found["groundingSupports"]
    assert support["segment"]["text"] == "Ä" and support["groundingChunkIndices"] == [0]


def test_reviews_of_places_and_what_was_said_of_files() -> None:
    review = {"review_id": "r", "title": "Good", "url": "u/r"}
    place = {"type": "place_citation", "url": "u", "name": "n", "review_snippets": [review]}
    told = {"by": "me", "year": 1999, "tags": ["a", "b"]}
    file = {"type": "file_citation", "document_uri": "d", "custom_metadata": told}
    content = [{"type": "text", "text": "Here.", "annotations": [place, file]}]
    steps = [{"type": "google_maps_call"}, {"type": "model_output", "content": content}]
    maps, context = candidate(interaction(steps=steps))["groundingMetadata"]["groundingChunks"]
    snippet = {"reviewId": "r", "title": "Good", "googleMapsUri": "u/r"}
    assert maps["maps"]["placeAnswerSources"] == {"reviewSnippets": [snippet]}
    assert context["retrievedContext"]["customMetadata"] == [
        {"key": "by", "stringValue": "me"},
        {"key": "year", "numericValue": 1999},
        {"key": "tags", "stringListValue": {"values": ["a", "b"]}},
    ]


def chunks(*found: Json) -> list[Json]:
    made = bridge.Chunks()
    said: list[Json] = []
    for event in found:
        said += made.feed(event)
    return [*said, *made.end()]


def texts(said: list[Json]) -> list[str]:
    return [
        part["text"]
        for chunk in said
        for one in chunk["candidates"]
        for part in one.get("content", {}).get("parts", [])
    ]


def test_the_end_comes_with_the_last_text() -> None:
    said = chunks(*events("a", "b"))
    assert texts(said) == ["a", "b"]
    assert "usageMetadata" not in said[0] and said[1]["usageMetadata"]["totalTokenCount"] == 3
    assert said[1]["candidates"][0]["finishReason"] == "STOP"


@pytest.mark.parametrize(
    ("pieces", "wanted"), [(["", "a", "", "b"], ["a", "b"]), ([""], [""]), ([], [])]
)
def test_an_empty_piece_is_a_chunk_only_where_nothing_else_is(
    pieces: list[str], wanted: list[str]
) -> None:
    assert texts(chunks(*events(*pieces))) == wanted


def test_a_signature_at_the_end_has_a_chunk_of_its_own() -> None:
    thought = {"type": "thought", "signature": "c2ln"}
    signed = [
        {"event_type": "step.start", "step": thought},
        {"event_type": "step.stop"},
        {"event_type": "step.delta", "delta": {"type": "text", "text": ""}},
    ]
    *told, done = events("a", "b")
    said = chunks(*told, *signed, done)
    assert texts(said) == ["a", "b", ""]
    (last,) = said[-1]["candidates"]
    assert last["content"]["parts"] == [{"text": "", "thoughtSignature": "c2ln"}]


def test_a_text_that_was_sent_on_is_followed_by_an_empty_one() -> None:
    made = bridge.Chunks()
    said: list[Json] = []
    for event in events("a", "b"):
        said += [*made.feed(event), *made.flush()]
    assert texts(said) == ["a", "b", ""]


def test_a_stream_without_its_end_loses_nothing() -> None:
    call = {"type": "function_call", "id": "1", "name": "f", "arguments": {}}
    start = {"event_type": "step.start", "index": 0, "step": call}
    said = chunks(start, {"event_type": "step.stop", "index": 0})
    assert said[0]["candidates"][0]["content"]["parts"][0]["functionCall"]["name"] == "f"
    assert "finishReason" not in said[0]["candidates"][0]


def test_calls_in_a_row_are_one_chunk() -> None:
    found: list[Json] = []
    for number in ("1", "2"):
        step = {"type": "function_call", "id": number, "name": "f", "arguments": {}}
        found.append({"event_type": "step.start", "step": step})
        for piece in ('{"a"', f": {number}}}"):
            delta = {"type": "arguments_delta", "arguments": piece}
            found.append({"event_type": "step.delta", "delta": delta})
        found.append({"event_type": "step.stop"})
    (only,) = chunks(*found)
    calls = [part["functionCall"] for part in only["candidates"][0]["content"]["parts"]]
    assert [call["args"] for call in calls] == [{"a": 1}, {"a": 2}]


def test_an_error_in_the_middle() -> None:
    error = {"code": "rate_limit_exceeded", "message": "slow"}
    *_, last = chunks(*events("a")[:3], {"event_type": "error", "error": error})
    assert last["error"]["code"] == 429 and last["error"]["status"] == "RESOURCE_EXHAUSTED"


def test_a_failure_at_the_end_is_an_error() -> None:
    failed = {"status": "failed", "errors": [{"code": "api_error", "message": "oh"}]}
    *_, last = chunks(
        *events("a")[:3], {"event_type": "interaction.completed", "interaction": failed}
    )
    assert last["error"] == {"code": 500, "message": "oh", "status": "INTERNAL"}


def test_events_come_in_any_pieces() -> None:
    data = b"".join(sent(events("ä", "b"))).replace(b"\n", b"\r\n")
    whole = list(bridge.Events().feed(data))
    assert len(whole) == len(events("ä", "b"))
    for cut in range(1, len(data)):
        reader = bridge.Events()
        assert [*reader.feed(data[:cut]), *reader.feed(data[cut:])] == whole
    reader = bridge.Events()
    assert [event for i in range(len(data)) for event in reader.feed(data[i : i + 1])] == whole


def test_the_last_event_needs_no_empty_line() -> None:
    reader = bridge.Events()
    assert list(reader.feed(b'data: {"event_type":\ndata: "x"}')) == []
    assert list(reader.end()) == [{"event_type": "x"}]


@pytest.mark.parametrize(
    ("status", "word", "name"),
    [
        (400, "invalid_request", "INVALID_ARGUMENT"),
        (400, "failed_precondition", "FAILED_PRECONDITION"),
        (403, "permission_denied", "PERMISSION_DENIED"),
        (404, "model_not_found", "NOT_FOUND"),
        (429, "quota_exceeded", "RESOURCE_EXHAUSTED"),
        (500, "a_new_word", "INTERNAL"),
        (503, "service_unavailable", "UNAVAILABLE"),
        (418, "teapot", "UNKNOWN"),
    ],
)
def test_errors_have_their_old_body(status: int, word: str, name: str) -> None:
    body = json.dumps({"error": {"code": word, "message": "no"}}).encode()
    said = json.loads(bridge.error_body(status, body, None))["error"]
    assert (said["code"], said["status"], said["message"]) == (status, name, "no")


def test_retry_after_is_a_detail() -> None:
    body = json.dumps({"error": {"code": "rate_limit_exceeded", "message": "no"}}).encode()
    *_, last = json.loads(bridge.error_body(429, body, "7"))["error"]["details"]
    assert last["@type"].endswith("RetryInfo") and last["retryDelay"] == "7s"


def test_a_date_to_retry_at_is_a_detail() -> None:
    body = json.dumps({"error": {"code": "rate_limit_exceeded", "message": "no"}}).encode()

    def delay(retry_after: str) -> str | None:
        details = json.loads(bridge.error_body(429, body, retry_after))["error"]["details"]
        return next((one["retryDelay"] for one in details if "retryDelay" in one), None)

    soon = format_datetime(datetime.now(timezone.utc) + timedelta(seconds=30), usegmt=True)
    assert delay(soon) in ("28s", "29s", "30s")
    assert delay("Wed, 21 Oct 2015 07:28:00 GMT") == "0s"
    assert delay("soon") is None


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"error": {"code": 400}}', b'{"error": 1}'])
def test_other_bodies_stay(body: bytes) -> None:
    assert bridge.error_body(400, body, "7") == body
