"""The bridge carries tables of its own, for it imports nothing of ours; they say what ours say."""

from __future__ import annotations

import re
from typing import Any

import pytest

from codemods.tables import errors, media, schemas, settings

from .scripted import load

bridge = load("bridge_of_tables")
Json = dict[str, Any]


def camel(name: str) -> str:
    return re.sub("_([a-z])", lambda match: match[1].upper(), name)


def translated(**request: Any) -> Any:
    contents = [{"role": "user", "parts": [{"text": "Hi."}]}]
    return bridge.interaction_request(
        "models/m", {"contents": contents, **request}, stream=False, store=False
    )


def test_words_of_errors() -> None:
    wanted: dict[str, tuple[int, str]] = {}
    for failure in errors.FAILURES:
        for word in failure.words:
            wanted.setdefault(word, (failure.status, failure.name))
    assert wanted.items() <= bridge.FAILURES.items()


def test_reasons_of_refusals() -> None:
    assert settings.REFUSALS == bridge.BLOCKED


def test_counts() -> None:
    wanted = {camel(old): new for old, new in settings.USAGE_FIELDS.items()}
    assert wanted == bridge.COUNTS


def test_thinking_budgets() -> None:
    wanted = {budget: level for level, budget in settings.THINKING_BUDGETS.items()}
    assert wanted == bridge.THINKING_BUDGETS


def test_settings_that_keep_their_names() -> None:
    assert {camel(name): name for name in settings.GENERATION_FIELDS} == bridge.KEPT_SETTINGS
    given = {camel(name): "given" for name in settings.TOP_LEVEL_FIELDS}
    said = translated(**given)
    assert not said.lost and all(said.body[name] == "given" for name in settings.TOP_LEVEL_FIELDS)


@pytest.mark.parametrize(
    "name", sorted({*settings.LEFT_OUT, *settings.NO_EQUIVALENT} - settings.OF_THE_CLIENT)
)
def test_settings_without_a_place_are_told(name: str) -> None:
    said = translated(generationConfig={camel(name): 2})
    assert said.lost == [f"generationConfig.{camel(name)}"]
    assert "generation_config" not in said.body


def test_pictures() -> None:
    image = {camel(old): old for old in settings.IMAGE_FIELDS}
    said = translated(generationConfig={"imageConfig": image, "responseModalities": ["IMAGE"]})
    wanted = {new: old for old, new in settings.IMAGE_FIELDS.items()}
    assert said.body["response_format"] == {"type": "image", **wanted} and not said.lost


@pytest.mark.parametrize("name", sorted({*settings.BUILT_IN_TOOLS, *settings.SUCCESSORS}))
def test_built_in_tools(name: str) -> None:
    successor = settings.SUCCESSORS.get(name, name)
    options = {} if name != successor else settings.BUILT_IN_TOOLS[name]
    said = translated(tools=[{camel(name): {camel(old): "given" for old in options}}])
    (tool,) = said.body["tools"]
    assert tool["type"] == successor and not said.lost
    assert set(tool) == {"type", *options.values()}


def test_functions() -> None:
    for old, new in settings.DECLARATION_FIELDS.items():
        value = {"type": "STRING"} if old == "parameters" else {"type": "string"}
        declaration = {"name": "f", camel(old): value}
        (tool,) = translated(tools=[{"functionDeclarations": [declaration]}]).body["tools"]
        assert tool[new] == {"type": "string"}


@pytest.mark.parametrize("mode", sorted(settings.CALLING_MODES))
def test_modes_of_calling(mode: str) -> None:
    config = {"functionCallingConfig": {"mode": mode, "allowedFunctionNames": ["f"]}}
    tools = [{"functionDeclarations": [{"name": "f"}]}]
    said = translated(toolConfig=config, tools=tools).body["generation_config"]["tool_choice"]
    assert said["allowed_tools"]["mode"] == settings.CALLING_MODES[mode]


def test_statuses_of_pages() -> None:
    for old, new in settings.URL_STATUSES.items():
        step = {"type": "url_context_result", "result": [{"url": "u", "status": new}]}
        reply = bridge.generate_content_reply({"status": "completed", "steps": [step]})
        (page,) = reply["candidates"][0]["urlContextMetadata"]["urlMetadata"]
        assert page["urlRetrievalStatus"] == old


def test_how_a_reply_ended() -> None:
    for old, new in settings.FINISH_REASONS.items():
        reply = bridge.generate_content_reply({"status": new, "steps": []})
        assert reply["candidates"][0]["finishReason"] == old


def test_keywords_of_schemas() -> None:
    counts = {new for new, holds in schemas.KEYWORDS.values() if holds is schemas.Holds.COUNT}
    assert counts == bridge.SCHEMA_COUNTS
    nested = {
        schemas.Holds.SCHEMA: {"type": "STRING"},
        schemas.Holds.SCHEMAS: [{"type": "STRING"}],
        schemas.Holds.PROPERTIES: {"a_b": {"type": "STRING"}},
        schemas.Holds.COUNT: "3",
    }
    for old, (new, holds) in schemas.KEYWORDS.items():
        said = bridge.json_schema({camel(old): nested.get(holds, "given")})
        assert set(said) == {new} and "STRING" not in str(said)
    for old in schemas.DROPPED:
        assert bridge.json_schema({camel(old): ["a"]}) == {}


def test_types_of_media() -> None:
    for mime in media.TEXT_TYPES:
        assert bridge.TEXT_TYPES.match(mime) and bridge.KNOWN_DOCUMENTS.match(mime)
    for mime in media.DOCUMENT_TYPES:
        assert bridge.KNOWN_DOCUMENTS.match(mime) and not bridge.TEXT_TYPES.match(mime)


def test_resolutions() -> None:
    for old, new in media.RESOLUTIONS.items():
        part = {"fileData": {"fileUri": "u", "mimeType": "image/png"}}
        part["mediaResolution"] = {"level": old}
        body = translated(contents=[{"role": "user", "parts": [part]}]).body
        assert body["input"][0]["content"][0]["resolution"] == new


def test_what_says_nothing_is_left_out() -> None:
    config = {
        "mediaResolution": media.UNSPECIFIED,
        "thinkingConfig": {"thinkingLevel": "THINKING_LEVEL_UNSPECIFIED"},
        "responseModalities": ["MODALITY_UNSPECIFIED"],
    }
    category = "HARM_CATEGORY_HARASSMENT"
    safety = [{"category": category, "threshold": "HARM_BLOCK_THRESHOLD_UNSPECIFIED"}]
    said = translated(generationConfig=config, safetySettings=safety)
    assert said.body == {
        "model": "m",
        "input": [{"type": "user_input", "content": [{"type": "text", "text": "Hi."}]}],
        "store": False,
    }
    assert not said.lost and not said.impossible
