"""Reads an interactions request as a conversation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .conversation import (
    Conversation,
    Item,
    Turn,
    decode_base64,
    drop_empty,
    media_item,
    result_value,
    sorted_tools,
    tidy,
)
from .errors import Refused
from .numbers import number
from .old_tools import is_mixed, parameters
from .schemas import check_json_schema, normalise

Memory = Callable[[str], tuple[Turn, ...]]
CONTENT_TYPES = {"text", "image", "audio", "video", "document"}
NUMBERS = ("temperature", "top_p", "max_output_tokens", "seed")


def read_request(body: dict[str, Any], memory: Memory) -> Conversation:
    """The conversation that a request of documented shape stands for."""
    turns: list[Turn] = []
    if "previous_interaction_id" in body:
        turns += memory(body["previous_interaction_id"])
    turns += read_input(body.get("input"), turns)
    _check_results(turns, {tool["name"] for tool in body.get("tools", []) if "name" in tool})
    if not any(turn.items for turn in turns):
        raise Refused("input: required")
    config = dict(body.get("generation_config", {}))
    settings = _read_config(config)
    if config.get("tool_choice") == "validated" and is_mixed(body.get("tools", [])):
        settings["tool_choice"] = None  # what is written for "auto" then
    _read_formats(body, config, settings)
    settings["safety"] = sorted(body.get("safety_settings", []), key=lambda one: str(one["type"]))
    for name in ("labels", "cached_content", "service_tier"):
        settings[name] = body.get(name)
    for name in ("background", "environment", "webhook_config", "continuation_token"):
        settings[name] = body.get(name)
    return Conversation(
        model=body["model"],
        turns=tidy(turns),
        system=body.get("system_instruction"),
        settings=drop_empty(settings),
        tools=sorted_tools(_read_tool(tool) for tool in body.get("tools", [])),
    )


def read_input(value: Any, before: list[Turn]) -> list[Turn]:
    """The turns that `input` adds to those before it."""
    if value is None:
        return []
    if isinstance(value, str):
        return [Turn("user", ({"text": value},))]
    items = value if isinstance(value, list) else [value]
    if all(item["type"] in CONTENT_TYPES for item in items):
        return [Turn("user", tuple(_read_content(item) for item in items))]
    turns = list(before)
    for step in items:
        turns.append(_read_step(step, turns))
    return turns[len(before) :]


def _read_step(step: dict[str, Any], before: list[Turn]) -> Turn:
    kind = step["type"]
    if kind == "user_input":
        return Turn("user", tuple(map(_read_content, step.get("content", []))))
    if kind == "model_output":
        return Turn("model", tuple(map(_read_content, step.get("content", []))))
    if kind == "function_result":
        return Turn("tool", (_read_result(step, before),))
    items: list[Item] = []
    if "signature" in step:
        plain = decode_base64(step["signature"], f"{kind}.signature")
        items.append({"signature": plain.decode("latin-1")})
    if kind == "function_call":
        item = {"call": step["name"], "args": step["arguments"], "id": step["id"]}
        items.append(item)
    elif kind == "thought":
        summary = step.get("summary", [])
        items += [{"thought": part.get("text", "")} for part in summary]
    elif kind == "code_execution_call":
        items.append({"code": step["arguments"].get("code", "")})
    elif kind == "code_execution_result":
        items.append({"code_result": str(step["result"])})
    return Turn("model", tuple(items))


def _read_result(step: dict[str, Any], before: list[Turn]) -> Item:
    names = {item["id"]: item["call"] for turn in before for item in turn.items if "call" in item}
    call_id = step["call_id"]
    if call_id not in names:
        raise Refused(f"function_result.call_id: no call {call_id!r} came before")
    name = step.get("name", names[call_id])
    value: Any = step["result"]
    media: list[Item] = []
    if isinstance(value, list):
        texts = [part["text"] for part in value if part["type"] == "text"]
        media = [_read_content(part) for part in value if part["type"] != "text"]
        value = "".join(texts) if texts else {}
    item: Item = {"result_of": name, "value": result_value(value), "id": call_id}
    return {**item, "parts": media} if media else item


def _check_results(turns: list[Turn], declared: set[str]) -> None:
    """A result under another name than its call is a mistake, unless there is no such function."""
    names = {item["id"]: item["call"] for turn in turns for item in turn.items if "call" in item}
    for turn in turns:
        for item in turn.items:
            name = names.get(item.get("id")) if "result_of" in item else None
            if name in declared and item["result_of"] != name:
                raise Refused(f"function_result.name: {item['id']!r} called {name!r}")


def _read_content(content: dict[str, Any]) -> Item:
    kind = content["type"]
    if kind == "text":
        return {"text": content["text"]}
    mime = content.get("mime_type", "")
    _check_kind(kind, mime)
    if ("data" in content) == ("uri" in content):
        raise Refused(f"{kind}.data: one of data and uri is needed")
    if "data" in content:
        item = media_item(content["data"], mime, f"{kind}.data")
    else:
        item = drop_empty({"uri": content["uri"], "mime": mime})
    processing = content.get("processing", {})
    if isinstance(processing, str):
        processing = {}
    options = {"resolution": content.get("resolution")}
    options |= {"start": processing.get("start_offset")}
    options |= {"end": processing.get("end_offset")}
    return {**item, **drop_empty({**options, "fps": number(processing.get("fps"))})}


def _check_kind(kind: str, mime: str) -> None:
    if kind != "document" and mime and not mime.startswith(f"{kind}/"):
        raise Refused(f"{kind}.mime_type: {mime!r} is not a documented value")


def _read_config(config: dict[str, Any]) -> dict[str, Any]:
    settings: dict[str, Any] = {name: number(config.get(name)) for name in NUMBERS}
    settings["stop_sequences"] = config.get("stop_sequences")
    settings["thinking_level"] = config.get("thinking_level")
    settings["include_thoughts"] = config.get("thinking_summaries") == "auto" or None
    settings["tool_choice"] = _read_tool_choice(config.get("tool_choice", "auto"))
    speech = config.get("speech_config", [])
    if isinstance(speech, dict):
        if "speakers" not in speech:
            raise Refused("generation_config.speech_config.speakers: required")
        speech = speech["speakers"]
    settings["speech"] = [drop_empty(voice) for voice in speech]
    for name in ("transcription_config", "video_config"):
        settings[name] = config.get(name)
    return settings


def _read_tool_choice(choice: Any) -> dict[str, Any] | None:
    if isinstance(choice, str):
        return None if choice == "auto" else {"mode": choice}
    allowed = choice.get("allowed_tools", {})
    said = {"mode": allowed.get("mode", "auto")}
    return {**said, **drop_empty({"allowed": sorted(allowed.get("tools", []))})}


def _read_formats(body: dict[str, Any], config: dict[str, Any], settings: dict[str, Any]) -> None:
    formats = body.get("response_format", [])
    outputs = list(body.get("response_modalities", []))
    image = dict(config.get("image_config", {}))
    for one in formats if isinstance(formats, list) else [formats]:
        outputs.append(one["type"])
        if one["type"] == "text":
            _read_text_format(one, settings)
        elif one["type"] == "image":
            image.update(one)
        rest = {k: v for k, v in one.items() if k not in FORMAT_KEYS}
        if rest:
            settings.setdefault("formats", []).append({**rest, "type": one["type"]})
    settings["aspect_ratio"] = image.get("aspect_ratio")
    settings["image_size"] = image.get("image_size")
    outputs = sorted(set(outputs))
    settings["outputs"] = outputs if outputs != ["text"] else None


FORMAT_KEYS = {"type", "schema", "aspect_ratio", "image_size"}
FORMAT_KEYS |= {"mime_type"}


def _read_text_format(one: dict[str, Any], settings: dict[str, Any]) -> None:
    mime = one.get("mime_type", "text/plain")
    if "schema" in one and mime != "application/json":
        raise Refused("response_format.mime_type: a schema needs application/json")
    if mime == "text/plain":
        return
    settings["response"] = {"mime": mime}
    if "schema" in one:
        check_json_schema(one["schema"], "response_format.schema")
        settings["response"]["schema"] = normalise(one["schema"])


def _read_tool(tool: dict[str, Any]) -> dict[str, Any]:
    kind = tool["type"]
    if kind == "function":
        if "name" not in tool:
            raise Refused("tools.name: required")
        schema = tool.get("parameters")
        check_json_schema(schema or {}, "tools.parameters")
        return drop_empty({**tool, "parameters": parameters(schema)})
    names = {
        "search_types": "search",
        "enable_widget": "widget",
        "file_search_store_names": "stores",
        "metadata_filter": "filter",
        "excluded_predefined_functions": "excluded",
    }
    said = {names.get(key, key): value for key, value in tool.items()}
    if "search" in said:
        said["search"] = sorted(said["search"])
    if said.get("widget") is False:
        del said["widget"]
    return drop_empty(said)
