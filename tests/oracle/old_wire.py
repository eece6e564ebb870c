"""Reads a generateContent request as a conversation."""

from __future__ import annotations

import re
from typing import Any

from .conversation import (
    Conversation,
    Item,
    Turn,
    decode_base64,
    digest,
    drop_empty,
    media_item,
    result_value,
    sorted_tools,
    tidy,
)
from .errors import Refused
from .numbers import number
from .old_tools import is_mixed, read_tool_choice, read_tools
from .reader import Reader, camel
from .schemas import normalise

NUMBERS = {
    "temperature": "temperature",
    "topP": "top_p",
    "maxOutputTokens": "max_output_tokens",
    "seed": "seed",
}
ONLY_THERE = {
    "topK": "top_k",
    "presencePenalty": "presence_penalty",
    "frequencyPenalty": "frequency_penalty",
    "logprobs": "logprobs",
    "responseLogprobs": "response_logprobs",
    "audioTimestamp": "audio_timestamp",
    "enableEnhancedCivicAnswers": "enable_enhanced_civic_answers",
}
"""Settings that `GenerationConfig` of google.genai.interactions has no field for. They change how
a reply is chosen, or add to it, so that this server answers as it does without them."""
PENALTIES = ("presence_penalty", "frequency_penalty")
"""Settings that change nothing where they are 0."""
LEVELS = {0: "minimal", 1024: "low", 8192: "medium", 24576: "high"}
"""Budgets that stand for a level: ai.google.dev/gemini-api/docs/openai, "Thinking"."""
REFUSED = {
    r"gemini-3\.1-flash-lite-image": {"low", "medium"},
    r"gemini-3-pro": {"minimal", "medium"},
    r"gemini-3\.1-pro|gemini-3\.[78]-flash|gemini-2\.5-": {"minimal"},
}
"""Levels that models don't take: ai.google.dev/gemini-api/docs/thinking, by names of models."""


def read_request(model: str, body: Any) -> Conversation:
    """The conversation that a generateContent request stands for."""
    request = Reader(camel(body), "request")
    config = Reader(request.take("generationConfig", {}), "generationConfig")
    resolution = _level(config.take("mediaResolution"))
    contents = request.take("contents")
    if not contents:
        raise Refused("contents: required")
    turns: list[Turn] = []
    for index, content in enumerate(contents):
        turns += read_content(content, f"contents[{index}]", resolution)
    tool_config = Reader(request.take("toolConfig", {}), "toolConfig")
    tools, extra = read_tools(request.take("tools", []), tool_config)
    mime = config.take("responseMimeType")
    only_there: set[str] = set()
    settings = _read_config(config, mime, only_there, model.removeprefix("models/"))
    settings["tool_choice"] = read_tool_choice(tool_config)
    if settings["tool_choice"] == {"mode": "validated"} and is_mixed(tools):
        settings["tool_choice"] = None  # the other API knows no other way
    settings.update(extra)
    settings["safety"] = _read_safety(request.take("safetySettings", []))
    settings["labels"] = request.take("labels")
    settings["cached_content"] = request.take("cachedContent")
    settings["service_tier"] = request.take("serviceTier")
    system = _read_system(request.take("systemInstruction"))
    for ignored in ("store", "model"):
        request.take(ignored)
    request.done()
    return Conversation(
        model=model.removeprefix("models/"),
        turns=tidy(turns),
        system=system,
        settings=drop_empty(settings),
        tools=sorted_tools(tools),
        bare_enum=mime == "text/x.enum",
        only_there=frozenset(only_there),
    )


def _read_system(content: Any) -> str | None:
    """A system instruction; its parts are read as lines."""
    if content is None:
        return None
    reader = Reader(content, "systemInstruction")
    reader.take("role")
    texts = []
    for index, part in enumerate(reader.take("parts", [])):
        if set(part) != {"text"}:
            raise Refused(f"systemInstruction.parts[{index}]: text only")
        texts.append(part["text"])
    reader.done()
    return "\n".join(texts)


def read_content(content: Any, where: str, resolution: str | None) -> list[Turn]:
    """The turns of one content; results of functions make a turn of their own."""
    reader = Reader(content, where)
    role = reader.take("role") or "user"
    if role not in ("user", "model", "function", "tool"):
        raise Refused(f"{where}.role: {role!r} is not a documented value")
    said: list[Item] = []
    results: list[Item] = []
    for index, part in enumerate(reader.take("parts", [])):
        for item in _read_part(part, f"{where}.parts[{index}]", resolution):
            (results if "result_of" in item else said).append(item)
    reader.done()
    party = "model" if role == "model" else "user"
    return [Turn("tool", tuple(results)), Turn(party, tuple(said))]


def _read_part(part: Any, where: str, resolution: str | None) -> list[Item]:
    reader = Reader(part, where)
    found: list[Item] = []
    if signature := reader.take("thoughtSignature"):
        plain = decode_base64(signature, f"{where}.thoughtSignature")
        found.append({"signature": plain.decode("latin-1")})
    if reader.take("thought"):
        found.append({"thought": reader.take("text", "")})
    elif (text := reader.take("text")) is not None:
        found.append({"text": text})
    if blob := reader.take("inlineData"):
        found.append(media_item(blob["data"], blob.get("mimeType", ""), where))
    if file := reader.take("fileData"):
        mime = file.get("mimeType")
        found.append(drop_empty({"uri": file["fileUri"], "mime": _mime_by_uri(mime)}))
    if call := reader.take("functionCall"):
        item = {"call": call["name"], "args": call.get("args", {})}
        found.append({**item, "id": call.get("id")})
    if response := reader.take("functionResponse"):
        value = result_value(response.get("response", {}))
        item = {"result_of": response["name"], "value": value, "id": response.get("id")}
        if parts := response.get("parts"):
            item["parts"] = [_result_part(p, where) for p in parts]
        found.append(item)
    if code := reader.take("executableCode"):
        found.append({"code": code["code"]})
    if result := reader.take("codeExecutionResult"):
        found.append({"code_result": result.get("output", "")})
    _read_media_options(reader, found, resolution)
    reader.done()
    return found


def _mime_by_uri(mime: Any) -> Any:
    """The MIME type that makes a difference: not that of text, which is sent without one.

    Source: google-gemini/cookbook, quickstarts/File_API.ipynb as of commit f15f357e, where Markdown
    and C++ source are `{"type": "document", "uri": …}` and are answered.
    """
    text = isinstance(mime, str) and mime.startswith("text/") and mime != "text/csv"
    return None if text else mime


def _result_part(part: Any, where: str) -> Item:
    blob = part.get("inlineData")
    if blob is None:
        raise Refused(f"{where}.functionResponse.parts: inlineData only")
    return media_item(blob["data"], blob.get("mimeType", ""), where)


def _read_media_options(reader: Reader, found: list[Item], resolution: str | None) -> None:
    own = reader.take("mediaResolution")
    level = _level(own.get("level")) if own else resolution
    clip = reader.take("videoMetadata") or {}
    options = {"resolution": level, "start": clip.get("startOffset")}
    options |= {"end": clip.get("endOffset"), "fps": number(clip.get("fps"))}
    for item in found:
        if "mime" in item or "uri" in item:
            if item.get("mime", "").startswith("audio/"):
                options["resolution"] = None
            item.update(drop_empty(options))


def _level(value: Any) -> str | None:
    return str(value).removeprefix("MEDIA_RESOLUTION_").lower() if value else None


def _level_for(model: str, budget: int) -> str | None:
    """The level that stands for a budget, None where a model does the same without one."""
    if budget == 0 and model.startswith("gemini-2.5-flash-lite"):
        return None
    found = (levels for pattern, levels in REFUSED.items() if re.match(pattern, model))
    refused = next(found, set())
    taken = [tokens for tokens, level in LEVELS.items() if level not in refused]
    return LEVELS[min(taken, key=lambda tokens: abs(tokens - budget))]


def _read_config(config: Reader, mime: Any, only_there: set[str], model: str) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    asked = {name: config.take(wire) for wire, name in ONLY_THERE.items()}
    only_there |= {name for name, value in asked.items() if value is not None}
    only_there -= {name for name in PENALTIES if asked[name] == 0}
    for wire, name in NUMBERS.items():
        settings[name] = number(config.take(wire))
    settings["stop_sequences"] = config.take("stopSequences")
    if (count := config.take("candidateCount", 1)) != 1:
        settings["candidate_count"] = count
    thinking = Reader(config.take("thinkingConfig", {}), "thinkingConfig")
    level = thinking.take("thinkingLevel")
    settings["thinking_level"] = level.lower() if level else None
    settings["include_thoughts"] = thinking.take("includeThoughts") or None
    budget = thinking.take("thinkingBudget")
    if budget not in (None, -1):  # the model decides, which is the default of most
        only_there.add("thinking_budget")
        settings["thinking_level"] = _level_for(model, budget)
    thinking.done()
    schema = config.take("responseSchema")
    if schema is None:
        schema = config.take("responseJsonSchema")
    if schema is not None or mime not in (None, "text/plain"):
        settings["response"] = {"mime": "application/json"}
        if schema is not None:
            settings["response"]["schema"] = normalise(schema)
    settings["speech"] = _read_speech(config.take("speechConfig"))
    _read_outputs(config, settings)
    config.done()
    return settings


def _read_outputs(config: Reader, settings: dict[str, Any]) -> None:
    outputs = sorted(str(m).lower() for m in config.take("responseModalities", []))
    image = Reader(config.take("imageConfig", {}), "imageConfig")
    settings["aspect_ratio"] = image.take("aspectRatio")
    settings["image_size"] = image.take("imageSize")
    image.done()
    if not outputs and (settings["aspect_ratio"] or settings["image_size"]):
        outputs = ["image", "text"]  # what an image model answers by itself
    settings["outputs"] = outputs if outputs != ["text"] else None


def _read_speech(speech: Any) -> list[dict[str, Any]]:
    if not speech:
        return []
    language = speech.get("languageCode")
    voices = speech.get("multiSpeakerVoiceConfig", {}).get("speakerVoiceConfigs")
    found = []
    for voice in voices or [speech]:
        config = voice.get("voiceConfig", {})
        if "replicatedVoiceConfig" in config:
            found.append({"replicated": digest(config)})
            continue
        name = config.get("prebuiltVoiceConfig", {}).get("voiceName")
        said = {"speaker": voice.get("speaker"), "voice": name, "language": language}
        found.append(drop_empty(said))
    return found


def _read_safety(settings: Any) -> list[dict[str, Any]]:
    found = []
    for setting in settings:
        kind = setting["category"].removeprefix("HARM_CATEGORY_").lower()
        found.append({"type": kind, "threshold": setting["threshold"].lower()})
    return sorted(found, key=lambda one: str(one["type"]))
