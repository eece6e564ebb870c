"""What is sent to interactions for requests that no program among the fixtures makes."""

from __future__ import annotations

from typing import Any

import pytest

from .scripted import load

bridge = load("bridge_of_requests")
Json = dict[str, Any]


def translated(request: Json, model: str = "models/m", **options: Any) -> Any:
    options = {"stream": False, "store": False, **options}
    return bridge.interaction_request(model, request, **options)


def steps(*contents: Json) -> Any:
    return translated({"contents": list(contents)}).body["input"]


def user(*parts: Json) -> Json:
    return {"role": "user", "parts": list(parts)}


def model(*parts: Json) -> Json:
    return {"role": "model", "parts": list(parts)}


def test_a_signature_in_a_turn_of_the_user_splits_no_turn() -> None:
    (step,) = steps(user({"text": "a"}, {"thoughtSignature": "c2ln"}, {"text": "b"}))
    assert [content["text"] for content in step["content"]] == ["a", "b"]


def test_a_part_with_nothing_in_it_stays() -> None:
    assert translated({"contents": [user({"text": "a"}, {})]}).impossible == [
        "a part with nothing in it"
    ]


def test_says_text_and_where_it_is_kept() -> None:
    found = translated({"contents": [user({"text": "Hi"})]}, stream=True, store=True)
    step = {"type": "user_input", "content": [{"type": "text", "text": "Hi"}]}
    assert found.body == {"model": "m", "input": [step], "store": True, "stream": True}
    assert not found.lost and not found.impossible


def test_a_request_says_itself_whether_it_is_kept() -> None:
    assert translated({"contents": [], "store": True}).body["store"] is True


def test_reads_keys_in_either_spelling() -> None:
    snake = {
        "contents": [user({"inline_data": {"mime_type": "image/png", "data": "-_8"}})],
        "generation_config": {"max_output_tokens": 5, "thinking_config": {"thinking_level": "LOW"}},
        "system_instruction": {"parts": [{"text": "Be kind."}, {"text": "Be brief."}]},
    }
    body = translated(snake).body
    assert body["generation_config"] == {"max_output_tokens": 5, "thinking_level": "low"}
    assert body["system_instruction"] == "Be kind.\nBe brief."
    picture = {"type": "image", "mime_type": "image/png", "data": "+/8="}
    assert body["input"][0]["content"] == [picture]


def test_answers_go_to_the_calls_of_their_ids() -> None:
    def call(known: str) -> Json:
        return {"functionCall": {"id": known, "name": "f", "args": {"n": known}}}

    def answer(known: str | None) -> Json:
        told = {"id": known} if known else {}
        return {"functionResponse": {**told, "name": "f", "response": {"ok": known}}}

    found = steps(model(call("a"), call("b")), user(answer("b"), answer("a")))
    assert [step["call_id"] for step in found[2:]] == ["b", "a"]
    found = steps(model(call("a"), call("b")), user(answer(None), answer(None)))
    assert [step["call_id"] for step in found[2:]] == ["a", "b"]


def test_calls_without_ids_get_some() -> None:
    call = {"functionCall": {"name": "f"}}
    found = steps(model(call, call), user({"functionResponse": {"name": "f", "response": {}}}))
    assert found[0]["id"] != found[1]["id"] and found[2]["call_id"] == found[0]["id"]
    assert found[0]["arguments"] == {}


def test_an_answer_without_a_call_is_impossible() -> None:
    answer = {"functionResponse": {"name": "f", "response": {}}}
    found = translated({"contents": [user(answer)]})
    assert found.impossible == ["an answer to a function that was not called"]


def test_an_error_of_a_function_is_one() -> None:
    answer = {"functionResponse": {"name": "f", "response": {"error": "no"}}}
    assert steps(model({"functionCall": {"name": "f"}}), user(answer))[1]["is_error"] is True


def test_a_signature_goes_with_its_thought_once() -> None:
    thought = {"text": "Hm.", "thought": True, "thoughtSignature": "c2ln"}
    call = {"functionCall": {"name": "f"}, "thoughtSignature": "c2ln"}
    found = steps(model(thought, call))
    summary = [{"type": "text", "text": "Hm."}]
    assert found[0] == {"type": "thought", "summary": summary, "signature": "c2ln"}
    assert [step["type"] for step in found] == ["thought", "function_call"]


@pytest.mark.parametrize(
    ("mime", "expected"),
    [
        ("text/plain", {"type": "text", "text": "hello"}),
        ("application/json", {"type": "text", "text": "hello"}),
        ("text/csv", {"type": "document", "mime_type": "text/csv", "data": "aGVsbG8="}),
        ("application/pdf", {"type": "document", "mime_type": "application/pdf"}),
        ("audio/L16;codec=pcm;rate=24000", {"mime_type": "audio/l16", "sample_rate": 24000}),
        ("video/mp4", {"type": "video", "mime_type": "video/mp4"}),
    ],
)
def test_media_are_of_their_kind(mime: str, expected: Json) -> None:
    data = {"inlineData": {"mimeType": mime, "data": "aGVsbG8"}}
    (content,) = steps(user(data))[0]["content"]
    assert content.items() >= expected.items()


def test_files_say_what_they_are_by_their_names() -> None:
    uris = ("https://youtu.be/x", "gs://b/a.png", "gs://b/notes.md")
    found = steps(user(*({"fileData": {"fileUri": uri}} for uri in uris)))[0]["content"]
    assert found == [
        {"type": "video", "uri": uris[0]},
        {"type": "image", "uri": uris[1], "mime_type": "image/png"},
        {"type": "document", "uri": uris[2]},
    ]


def test_clips_and_resolutions() -> None:
    part = {
        "fileData": {"fileUri": "u", "mimeType": "video/mp4"},
        "videoMetadata": {"startOffset": "1s", "endOffset": "2s", "fps": 2},
        "mediaResolution": {"level": "MEDIA_RESOLUTION_HIGH"},
    }
    request = {
        "contents": [user(part)],
        "generationConfig": {"mediaResolution": "MEDIA_RESOLUTION_LOW"},
    }
    (content,) = translated(request).body["input"][0]["content"]
    assert content["resolution"] == "high"
    clip = {"type": "static", "start_offset": "1s", "end_offset": "2s", "fps": 2}
    assert content["processing"] == clip


def test_code_and_its_result() -> None:
    code = {"executableCode": {"language": "PYTHON", "code": "1/0"}}
    result = {"codeExecutionResult": {"outcome": "OUTCOME_FAILED", "output": "no"}}
    first, second = steps(model(code, result))
    assert first["arguments"] == {"code": "1/0", "language": "python"}
    assert second["call_id"] == first["id"] and second["is_error"] is True


@pytest.mark.parametrize(
    ("config", "reason"),
    [
        ({"topK": 40}, "generationConfig.topK"),
        ({"presencePenalty": 0.5}, "generationConfig.presencePenalty"),
        ({"responseLogprobs": True}, "generationConfig.responseLogprobs"),
        ({"candidateCount": 2}, "generationConfig.candidateCount"),
        ({"thinkingConfig": {"thinkingBudget": 1000}}, "thinkingConfig.thinkingBudget"),
        ({"responseMimeType": "text/html"}, "generationConfig.responseMimeType text/html"),
    ],
)
def test_says_what_is_lost(config: Json, reason: str) -> None:
    assert translated({"contents": [], "generationConfig": config}).lost == [reason]


def test_penalties_of_nothing_are_no_loss() -> None:
    config = {"presencePenalty": 0, "frequencyPenalty": 0.0, "candidateCount": 1}
    assert not translated({"contents": [], "generationConfig": config}).lost


@pytest.mark.parametrize(
    ("budget", "level"), [(0, "minimal"), (900, "low"), (9000, "medium"), (30000, "high")]
)
def test_the_nearest_level_of_a_budget(budget: int, level: str) -> None:
    config = {"thinkingConfig": {"thinkingBudget": budget}}
    body = translated({"contents": [], "generationConfig": config}).body
    assert body["generation_config"]["thinking_level"] == level


def test_an_unknown_part_is_impossible() -> None:
    assert translated({"contents": [user({"hologram": {"x": 1}})]}).impossible == ["parts.hologram"]


def test_functions_beside_tools_of_the_server_are_validated() -> None:
    tools = [{"googleSearch": {}}, {"functionDeclarations": [{"name": "f"}]}]
    body = translated({"contents": [], "tools": tools}).body
    assert body["generation_config"]["tool_choice"] == "validated"
    assert {tool["type"] for tool in body["tools"]} == {"google_search", "function"}


def test_a_computer_is_used_as_allowed() -> None:
    options = {
        "environment": "ENVIRONMENT_BROWSER",
        "enable_prompt_injection_detection": True,
        "disabled_safety_policies": ["ACCOUNT_CREATION"],
    }
    found = translated({"contents": [], "tools": [{"computerUse": options}]})
    assert found.body["tools"] == [
        {
            "type": "computer_use",
            "environment": "browser",
            "enable_prompt_injection_detection": True,
            "disabled_safety_policies": ["account_creation"],
        }
    ]
    assert not found.lost


def test_functions_that_may_be_called() -> None:
    calling = {"mode": "ANY", "allowedFunctionNames": ["f"]}
    request = {"contents": [], "toolConfig": {"functionCallingConfig": calling}}
    choice = translated(request).body["generation_config"]["tool_choice"]
    assert choice == {"allowed_tools": {"mode": "any", "tools": ["f"]}}


def test_schemas_become_those_of_json() -> None:
    schema = {
        "type": "OBJECT",
        "properties": {"type": {"type": "STRING", "nullable": True, "enum": ["a"]}},
        "required": [],
        "property_ordering": ["type"],
        "max_properties": "3",
    }
    assert bridge.json_schema(schema) == {
        "type": "object",
        "properties": {"type": {"type": ["string", "null"], "enum": ["a", None]}},
        "maxProperties": 3,
    }


def test_an_answer_out_of_several_comes_without_quotes() -> None:
    config = {"responseMimeType": "text/x.enum", "responseSchema": {"type": "STRING"}}
    assert translated({"contents": [], "generationConfig": config}).enum


@pytest.mark.parametrize("name", ["tunedModels/mine", "endpoints/7"])
def test_tuned_models_stay(name: str) -> None:
    assert translated({"contents": []}, model=name).impossible == ["tuned models"]
