"""Sends google-genai's generate_content calls to the Interactions API.

    from google import genai
    import genai_bridge

    client = genai.Client(http_options=genai_bridge.http_options())

The client stays what it is. Its `generateContent` and `streamGenerateContent` requests are sent to
`/interactions` instead, and what comes back is put into the words of the older API, so that the
SDK's parsing, chats, automatic function calling, retries and exceptions go on as before. All other
requests pass as they are.

A request with a setting that interactions have no place for (`top_k`, penalties, log probabilities,
several candidates, thinking budgets, tuned models) goes to generateContent as before, with one
`BridgeWarning` for each reason and call site; see `http_options` for other choices.

`print(genai_bridge.report())` lists the call sites that went over, and how often: what is still to
be written for `client.interactions.create`. When nothing is listed any more, delete this file.

Made to be owned: this is plain code over google-genai (2.34 or newer), the httpx that it brings,
and the standard library. You may use, change and share it under the terms of the Apache License,
Version 2.0, or of the MIT License, as you like.
"""

from __future__ import annotations

import asyncio
import base64
import inspect
import json
import logging
import math
import mimetypes
import os
import re
import ssl
import threading
import time
import warnings
import weakref
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import cache
from importlib import import_module
from typing import Any, Literal, TypeVar
from urllib.parse import unquote

from google.auth.transport import mtls
from google.genai import types

__all__ = ["BridgeWarning", "CallSite", "Report", "UnsupportedRequest", "http_options", "report"]

API_REVISION = "2026-05-20"
"""The revision of the Interactions API whose words this file speaks."""

Json = dict[str, Any]
OnUnsupported = Literal["generate_content", "raise", "drop"]
Options = TypeVar("Options", types.HttpOptions, types.HttpOptionsDict)

log = logging.getLogger(__name__)


class BridgeWarning(UserWarning):
    """A request that went to generateContent, or without a setting, and why."""


class UnsupportedRequest(ValueError):
    """A request that interactions have no place for, with `on_unsupported="raise"`."""


# --- what a program calls ---------------------------------------------------------------


def http_options(
    options: types.HttpOptions | types.HttpOptionsDict | None = None,
    *,
    on_unsupported: OnUnsupported = "generate_content",
    store: bool = False,
) -> types.HttpOptions:
    """`options` for `genai.Client`, with the bridge in them.

    `on_unsupported` says what becomes of a request that interactions have no place for:
    "generate_content" sends it there as before, "raise" raises `UnsupportedRequest`, "drop" leaves
    the setting out, or takes the nearest thinking level. `store` says whether Google's server may
    keep the interactions; generateContent kept nothing.

    Clients and transports of your own in `options` are used as they are, below the bridge. An
    `aiohttp_client` can't be: then `options` come back unchanged, with a warning.
    """
    if on_unsupported not in ("generate_content", "raise", "drop"):
        raise ValueError(f"on_unsupported can't be {on_unsupported!r}")
    given = types.HttpOptions.model_validate(options or {})
    reason = _why_not(given)
    if reason is not None:
        warnings.warn(f"not bridged: {reason}", BridgeWarning, stacklevel=2)
        return given
    settings = _Settings(on_unsupported, store)
    return given.model_copy(
        update={
            "client_args": _bridged_args(
                SyncBridge, given.client_args, getattr(given, "httpx_client", None), settings
            ),
            "async_client_args": _bridged_args(
                AsyncBridge,
                given.async_client_args,
                getattr(given, "httpx_async_client", None),
                settings,
            ),
            "httpx_client": None,
            "httpx_async_client": None,
        }
    )


@dataclass(frozen=True)
class CallSite:
    """A line of the program that called generate_content.

    `bridged` counts its requests that went to interactions, `kept` those that did not, `reasons`
    says why.
    """

    file: str
    line: int
    function: str
    bridged: int = 0
    kept: int = 0
    reasons: tuple[str, ...] = ()

    def __str__(self) -> str:
        said = f"{self.file}:{self.line} in {self.function}: {self.bridged} over the bridge"
        if self.kept:
            said += f", {self.kept} to generateContent"
        return said + (f" ({'; '.join(self.reasons)})" if self.reasons else "")


class Report(tuple[CallSite, ...]):
    """The call sites, the busiest first."""

    __slots__ = ()

    def __str__(self) -> str:
        return "\n".join(map(str, self)) or "no call of generate_content came over the bridge"


def report() -> Report:
    """The call sites of this process so far."""
    with _lock:
        sites = [CallSite(*where, **vars(count)) for where, count in _counts.items()]
    return Report(sorted(sites, key=lambda site: (-site.bridged - site.kept, site.file, site.line)))


# --- counting ---------------------------------------------------------------------------

Where = tuple[str, int, str]


@dataclass
class _Count:
    bridged: int = 0
    kept: int = 0
    reasons: tuple[str, ...] = ()


_lock = threading.Lock()
_counts: dict[Where, _Count] = {}
INNER = (
    "google.genai",
    "google.auth",
    "httpx",
    "httpx2",
    "httpcore",
    "tenacity",
    "anyio",
    __name__,
)
"""Modules that lie between a program's line and this one."""
LIBRARY = os.path.dirname(os.path.abspath(os.__file__))
"""The standard library, whose executors and event loops lie between as well."""


def _call_site() -> Where:
    """The innermost line that belongs to none of the libraries in between."""
    frame = inspect.currentframe()
    assert frame is not None
    while frame.f_back is not None:
        name = frame.f_globals.get("__name__", "")
        inner = name in INNER or name.startswith(tuple(f"{module}." for module in INNER))
        if not inner and not _in_library(frame.f_code.co_filename):
            break
        frame = frame.f_back
    return frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name


def _in_library(file: str) -> bool:
    return file.startswith((LIBRARY, "<frozen")) and "site-packages" not in file


def _count(where: Where, reasons: tuple[str, ...], *, kept: bool) -> None:
    """Count a request, and warn of each reason once for each call site."""
    with _lock:
        count = _counts.setdefault(where, _Count())
        count.kept += kept
        count.bridged += not kept
        new = tuple(reason for reason in reasons if reason not in count.reasons)
        count.reasons += new
        number = count.bridged
    file, line, function = where
    for reason in new:
        fate = "the request goes to generateContent" if kept else "left out of the request"
        warnings.warn_explicit(f"{reason}: {fate}", BridgeWarning, file, line)
    if not kept:
        log.info("%s:%d in %s: %d over the bridge", file, line, function, number)


# --- requests: from generateContent to interactions ---------------------------------------

PATH = re.compile(
    r"^(?P<root>.*?)/(?P<model>(?:publishers/[^/]+/)?(?:models|tunedModels|endpoints)/[^/:]+)"
    r":(?P<method>generateContent|streamGenerateContent)$"
)
"""The path of a request: of the Gemini API, or of Vertex AI with a project and a location."""
THINKING_BUDGETS = {0: "minimal", 1024: "low", 8192: "medium", 24576: "high"}
"""The level that each budget of tokens stands for (ai.google.dev/gemini-api/docs/openai)."""
KEPT_SETTINGS = {
    "temperature": "temperature",
    "topP": "top_p",
    "maxOutputTokens": "max_output_tokens",
    "stopSequences": "stop_sequences",
    "seed": "seed",
}
SEARCH_TYPES = {
    "webSearch": "web_search",
    "imageSearch": "image_search",
    "enterpriseWebSearch": "enterprise_web_search",
}
SCHEMA_COUNTS = frozenset(
    {"minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties"}
)
TEXTS = (
    r"text/(?!csv$|rtf$)"
    r"|application/(json|xml|(x-)?(javascript|typescript|python(-code)?|yaml))$"
)

TEXT_TYPES = re.compile(TEXTS)
"""Media that are sent as text."""
KNOWN_DOCUMENTS = re.compile(
    r"text/(csv|rtf)$|application/(pdf$|msword$|vnd\.(openxmlformats-officedocument"
    rf"|oasis\.opendocument|ms-powerpoint|ms-excel))|{TEXTS}"
)
"""Media that interactions take as documents; texts by their URI only."""
VIDEO_SITE = re.compile(r"https?://((www|m)\.)?(youtube\.com|youtu\.be)/")
VIDEO_SITE_TYPE = "video/*"
"""What stands for a video on one of those sites, which needs no MIME type."""


@dataclass
class Translated:
    """The body of an interactions request.

    `lost` names the settings that it leaves out, `impossible` what it can't do without.
    `enum` says that the reply is one of several texts, without the quotes that JSON has.
    """

    body: Json = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    impossible: list[str] = field(default_factory=list)
    enum: bool = False


class _Fields:
    """A JSON object that is taken apart key by key, in either spelling of the keys."""

    def __init__(self, value: Any, where: str = "") -> None:
        self._left: Json = dict(value or {})
        self._where = where

    def take(self, name: str, default: Any = None) -> Any:
        snake = re.sub("([A-Z])", lambda match: f"_{match[1].lower()}", name)
        found = self._left.pop(name, None)
        if found is None and snake != name:
            found = self._left.pop(snake, None)
        return default if found is None else found

    @property
    def is_empty(self) -> bool:
        """Whether nothing is said, or nothing more."""
        return all(value is None for value in self._left.values())

    def left(self) -> list[str]:
        """What nobody took, and what isn't the default of its setting."""
        return [f"{self._where}{k}" for k, v in self._left.items() if v not in (None, 0, [], {})]


def interaction_request(model: str, request: Json, *, stream: bool, store: bool) -> Translated:
    """What to send to `/interactions` for the body of a generateContent request.

    `model` is as the path has it.
    """
    found = Translated()
    fields = _Fields(request)
    config = _Fields(fields.take("generationConfig"), "generationConfig.")
    if model.startswith(("tunedModels/", "endpoints/")):
        found.impossible.append("tuned models")
    body = found.body
    body["model"] = model.rpartition("/")[2]
    resolution = _word(config.take("mediaResolution"), "MEDIA_RESOLUTION_")
    body["input"] = _Input(found, resolution).steps(fields.take("contents", []))
    if (instruction := fields.take("systemInstruction")) is not None:
        body["system_instruction"] = _system_instruction(instruction, found)
    tool_config = _Fields(fields.take("toolConfig"), "toolConfig.")
    _put(body, "tools", _tools(fields.take("tools", []), tool_config, found))
    settings = _generation_config(config, found)
    _put(settings, "tool_choice", _tool_choice(tool_config, body.get("tools", [])))
    _put(body, "response_format", _response_format(config, found))
    _put(body, "generation_config", settings)
    safety = fields.take("safetySettings", [])
    _put(body, "safety_settings", [_safety(one) for one in safety if _word(one.get("threshold"))])
    for old, new in (("labels", "labels"), ("cachedContent", "cached_content")):
        _put(body, new, fields.take(old))
    _put(body, "service_tier", _word(fields.take("serviceTier")))
    body["store"] = bool(fields.take("store", store))
    if stream:
        body["stream"] = True
    for rest in (fields, config, tool_config):
        found.lost += rest.left()
    return found


def _put(target: Json, key: str, value: Any) -> None:
    if value not in (None, "", [], {}):
        target[key] = value


def _word(value: Any, prefix: str = "") -> str:
    """The value of an enum as interactions spell it; nothing for one that says nothing."""
    word = str(value or "").removeprefix(prefix)
    return "" if word.endswith("UNSPECIFIED") else word.lower()


def _system_instruction(content: Json, found: Translated) -> str:
    """The one text that an instruction can be."""
    parts = content.get("parts") or []
    if any(set(part) != {"text"} for part in parts):
        found.impossible.append("a system instruction that is not text")
        return ""
    return "\n".join(part["text"] for part in parts)


class _Input:
    """Makes steps of contents, in order."""

    def __init__(self, found: Translated, resolution: str) -> None:
        self._found = found
        self._resolution = resolution
        self._steps: list[Json] = []
        self._kind = ""
        self._begun = 0
        """Where the steps of the present turn begin."""
        self._names: dict[str, str] = {}
        """The ids of all calls, in order, and what they called."""
        self._waiting: list[str] = []
        """The ids of calls of the last turn that have no answer yet."""
        self._codes = 0

    def steps(self, contents: list[Json]) -> list[Json]:
        for content in contents:
            kind = "model_output" if content.get("role") == "model" else "user_input"
            if kind != self._kind or kind == "user_input":
                self._kind, self._begun = kind, len(self._steps)
            parts = content.get("parts") or []
            if any("functionCall" in part or "function_call" in part for part in parts):
                self._waiting = []
            for part in parts:
                self._part(_Fields(part, "parts."))
        return self._steps

    def _part(self, part: _Fields) -> None:
        if part.is_empty:
            self._found.impossible.append("a part with nothing in it")
        signature, text = part.take("thoughtSignature"), part.take("text")
        if part.take("thought"):
            summary = {"summary": [{"type": "text", "text": text}]} if text else {}
            self._steps.append({"type": "thought", **summary})
            text = None
        if signature is not None and self._kind == "model_output":
            self._sign(_standard(signature))
        if text or (text == "" and self._kind == "user_input"):
            self._say({"type": "text", "text": text})
        for name in ("inlineData", "fileData"):
            if (value := part.take(name)) is not None:
                self._media(_Fields(value, f"{name}."), part)
        self._call(part)
        self._code(part)
        self._found.impossible += part.left()

    def _last(self) -> Json:
        """The last step of the present turn; an empty one if there is none."""
        return self._steps[-1] if len(self._steps) > self._begun else {}

    def _sign(self, signature: str) -> None:
        """Keep a signature with the thought it belongs to, once."""
        thoughts = [step for step in self._steps[self._begun :] if step["type"] == "thought"]
        if any(thought.get("signature") == signature for thought in thoughts):
            return
        last = self._last()
        if last.get("type") != "thought" or "signature" in last:
            last = {"type": "thought"}
            self._steps.append(last)
        last["signature"] = signature

    def _say(self, content: Json) -> None:
        last = self._last()
        if last.get("type") != self._kind:
            last = {"type": self._kind, "content": []}
            self._steps.append(last)
        last["content"].append(content)

    def _media(self, media: _Fields, part: _Fields) -> None:
        media.take("displayName")
        uri, data = media.take("fileUri"), media.take("data")
        mime = str(media.take("mimeType") or (_guess(uri) if uri else ""))
        if data is not None:
            content = _inline(mime, data)
        elif mime == VIDEO_SITE_TYPE:
            content = {"type": "video", "uri": uri}
        elif TEXT_TYPES.match(mime):
            content = {"type": "document", "uri": uri}
        else:
            content = {"type": _kind(mime), "uri": uri, "mime_type": mime}
        if content["type"] == "document" and not KNOWN_DOCUMENTS.match(mime):
            self._found.impossible.append(f"a document of the type {mime or 'that nothing says'}")
        own = _Fields(part.take("mediaResolution"), "mediaResolution.")
        resolution = _word(own.take("level"), "MEDIA_RESOLUTION_") or self._resolution
        if content["type"] not in ("text", "audio"):
            _put(content, "resolution", resolution)
        clip = _Fields(part.take("videoMetadata"), "videoMetadata.")
        names = (("startOffset", "start_offset"), ("endOffset", "end_offset"), ("fps", "fps"))
        processing = {new: value for old, new in names if (value := clip.take(old)) is not None}
        if processing:
            content["processing"] = {"type": "static", **processing}
        self._found.impossible += [*media.left(), *own.left(), *clip.left()]
        self._say(content)

    def _call(self, part: _Fields) -> None:
        if call := part.take("functionCall"):
            fields = _Fields(call, "functionCall.")
            name = fields.take("name", "")
            known = fields.take("id") or f"call-{len(self._steps)}"
            self._names[known] = name
            self._waiting.append(known)
            step = {"type": "function_call", "id": known, "name": name}
            self._steps.append({**step, "arguments": fields.take("args", {})})
            self._found.impossible += fields.left()
        if answer := part.take("functionResponse"):
            self._steps.append(self._result(_Fields(answer, "functionResponse.")))

    def _code(self, part: _Fields) -> None:
        if code := part.take("executableCode"):
            self._codes += 1
            arguments = {"code": code.get("code", ""), "language": "python"}
            known = code.get("id") or f"code-{self._codes}"
            step = {"type": "code_execution_call", "id": known}
            self._steps.append({**step, "arguments": arguments})
        if (result := part.take("codeExecutionResult")) is not None:
            failed = result.get("outcome") not in (None, "OUTCOME_OK", "OUTCOME_UNSPECIFIED")
            known = result.get("id") or f"code-{self._codes}"
            step = {"type": "code_execution_result", "call_id": known}
            self._steps.append({**step, "result": result.get("output", ""), "is_error": failed})

    def _result(self, answer: _Fields) -> Json:
        """The answer to the call of the same id; without one, to the next call of its name."""
        name, known = answer.take("name", ""), answer.take("id")
        if known not in self._names:
            named = [one for one, called in self._names.items() if called == name]
            known = next((one for one in named if one in self._waiting), named[-1] if named else "")
        if self._names.get(known) != name:
            self._found.impossible.append("an answer to a function that was not called")
        self._waiting = [one for one in self._waiting if one != known]
        step = {"type": "function_result", "call_id": known, "name": name}
        response = answer.take("response", {})
        step["result"] = [{"type": "text", "text": json.dumps(response, ensure_ascii=False)}]
        for part in answer.take("parts", []):
            blob = _Fields(_Fields(part).take("inlineData"), "functionResponse.parts.")
            blob.take("displayName")
            if not (mime := blob.take("mimeType")):
                self._found.impossible.append("a function's result with a file")
                continue
            step["result"].append(_inline(mime, blob.take("data", "")))
        if isinstance(response, dict) and set(response) == {"error"}:
            step["is_error"] = True
        for left in ("willContinue", "scheduling"):
            if answer.take(left):
                self._found.impossible.append(f"functionResponse.{left}")
        self._found.impossible += answer.left()
        return step


def _guess(uri: str) -> str:
    """The MIME type of a file that doesn't say it."""
    if VIDEO_SITE.match(uri):
        return VIDEO_SITE_TYPE
    return mimetypes.guess_type(uri)[0] or ""


def _kind(mime: str) -> str:
    first = mime.partition("/")[0]
    return first if first in ("image", "audio", "video") else "document"


def _standard(data: str) -> str:
    """Base64 in the alphabet that interactions know, padded."""
    text = data.replace("-", "+").replace("_", "/")
    return text + "=" * (-len(text) % 4)


def _inline(mime: str, data: str) -> Json:
    data = _standard(data)
    plain, *parameters = (piece.strip() for piece in mime.split(";"))
    if TEXT_TYPES.match(plain.lower()):
        return {"type": "text", "text": base64.b64decode(data).decode("utf-8", "replace")}
    kind = _kind(plain.lower())
    content: Json = {"type": kind, "mime_type": plain.lower() if kind == "audio" else plain}
    content["data"] = data
    told = dict(parameter.partition("=")[::2] for parameter in parameters)
    for old, new in (("rate", "sample_rate"), ("channels", "channels")):
        if kind == "audio" and told.get(old, "").isdigit():
            content[new] = int(told[old])
    return content


def _tools(tools: list[Json], tool_config: _Fields, found: Translated) -> list[Json]:
    """One tool for each function and each tool of the server's."""
    retrieval = _Fields(tool_config.take("retrievalConfig"), "retrievalConfig.")
    place = retrieval.take("latLng", {})
    listed: list[Json] = []
    for tool in tools:
        fields = _Fields(tool, "tools.")
        listed += [_function(one, found) for one in fields.take("functionDeclarations", [])]
        for name, make in BUILT_IN_TOOLS.items():
            if (options := fields.take(name)) is not None:
                rest = _Fields(options, f"{name}.")
                listed.append(make(rest))
                found.lost += rest.left()
        for server in fields.take("mcpServers", []):
            transport = _Fields(server).take("streamableHttpTransport", {})
            said = {"name": server.get("name"), **_some(transport, "url", "headers")}
            listed.append({"type": "mcp_server", **said})
        found.impossible += fields.left()
    for tool in listed:
        if tool["type"] == "google_maps":
            tool.update(place)
    found.lost += retrieval.left()
    return listed


def _some(value: Json, *names: str) -> Json:
    return {name: value[name] for name in names if value.get(name) is not None}


def _function(declaration: Json, found: Translated) -> Json:
    fields = _Fields(declaration, "functionDeclarations.")
    tool = {"type": "function", "name": fields.take("name")}
    _put(tool, "description", fields.take("description"))
    schema, plain = fields.take("parameters"), fields.take("parametersJsonSchema")
    _put(tool, "parameters", json_schema(schema) if schema else plain)
    for told in ("response", "responseJsonSchema"):
        fields.take(told)  # what a function returns, which the SDK adds by itself
    found.lost += fields.left()
    return tool


def _google_search(options: _Fields) -> Json:
    kinds = [SEARCH_TYPES[kind] for kind in options.take("searchTypes", {}) if kind in SEARCH_TYPES]
    return {"type": "google_search", **({"search_types": kinds} if kinds else {})}


def _google_maps(options: _Fields) -> Json:
    widget = options.take("enableWidget")
    return {"type": "google_maps", **({"enable_widget": True} if widget else {})}


def _file_search(options: _Fields) -> Json:
    tool: Json = {"type": "file_search"}
    tool["file_search_store_names"] = options.take("fileSearchStoreNames", [])
    _put(tool, "top_k", options.take("topK"))
    _put(tool, "metadata_filter", options.take("metadataFilter"))
    return tool


def _computer_use(options: _Fields) -> Json:
    tool: Json = {"type": "computer_use"}
    _put(tool, "environment", _word(options.take("environment"), "ENVIRONMENT_"))
    _put(tool, "excluded_predefined_functions", options.take("excludedPredefinedFunctions"))
    _put(tool, "enable_prompt_injection_detection", options.take("enablePromptInjectionDetection"))
    policies = [str(policy).lower() for policy in options.take("disabledSafetyPolicies", [])]
    _put(tool, "disabled_safety_policies", policies)
    return tool


BUILT_IN_TOOLS: dict[str, Callable[[_Fields], Json]] = {
    "googleSearch": _google_search,
    "googleSearchRetrieval": _google_search,
    "enterpriseWebSearch": lambda _: {
        "type": "google_search",
        "search_types": ["enterprise_web_search"],
    },
    "urlContext": lambda _: {"type": "url_context"},
    "codeExecution": lambda _: {"type": "code_execution"},
    "googleMaps": _google_maps,
    "fileSearch": _file_search,
    "computerUse": _computer_use,
}


def _tool_choice(tool_config: _Fields, tools: list[Json]) -> Any:
    """How the model is to call functions.

    Functions beside tools of the server's are refused unless calls are validated
    (googleapis/python-genai#2761).
    """
    calling = _Fields(tool_config.take("functionCallingConfig"))
    mode = _word(calling.take("mode")) or "auto"
    allowed = calling.take("allowedFunctionNames")
    kinds = {tool["type"] == "function" for tool in tools}
    if allowed:
        return {"allowed_tools": {"mode": mode, "tools": allowed}}
    if mode == "auto":
        return "validated" if len(kinds) > 1 else None
    return mode


def _generation_config(config: _Fields, found: Translated) -> Json:
    settings: Json = {}
    for old, new in KEPT_SETTINGS.items():
        _put(settings, new, config.take(old))
    if config.take("candidateCount", 1) != 1:
        found.lost.append("generationConfig.candidateCount")
    thinking = _Fields(config.take("thinkingConfig"), "thinkingConfig.")
    _put(settings, "thinking_level", _word(thinking.take("thinkingLevel")))
    if thinking.take("includeThoughts"):
        settings["thinking_summaries"] = "auto"
    budget = thinking.take("thinkingBudget")
    if budget is not None:
        found.lost.append("thinkingConfig.thinkingBudget")
        if budget >= 0:
            nearest = min(THINKING_BUDGETS, key=lambda tokens: abs(tokens - budget))
            settings["thinking_level"] = THINKING_BUDGETS[nearest]
    found.lost += thinking.left()
    speech = config.take("speechConfig")
    _put(settings, "speech_config", _speakers(_Fields(speech, "speechConfig."), found))
    return settings


def _speakers(speech: _Fields, found: Translated) -> list[Json]:
    language = speech.take("languageCode")
    several = speech.take("multiSpeakerVoiceConfig", {})
    voices = _Fields(several).take("speakerVoiceConfigs", [])
    own = speech.take("voiceConfig")
    speakers: list[Json] = []
    for voice in voices or ([{"voiceConfig": own}] if own else [{}] if language else []):
        fields = _Fields(voice, "speechConfig.")
        said: Json = {}
        _put(said, "speaker", fields.take("speaker"))
        config = _Fields(fields.take("voiceConfig"), "voiceConfig.")
        prebuilt = _Fields(config.take("prebuiltVoiceConfig"))
        _put(said, "voice", prebuilt.take("voiceName"))
        _put(said, "language", language)
        speakers.append(said)
        found.lost += config.left()
    found.lost += speech.left()
    return speakers


def _response_format(config: _Fields, found: Translated) -> Any:
    """The kinds of output that are asked for, as far as it isn't just text."""
    mime = config.take("responseMimeType")
    schema, plain = config.take("responseSchema"), config.take("responseJsonSchema")
    kinds = [word for kind in config.take("responseModalities", []) if (word := _word(kind))]
    image = _Fields(config.take("imageConfig"), "imageConfig.")
    pictures = {"type": "image"}
    for old, new in (
        ("aspectRatio", "aspect_ratio"),
        ("imageSize", "image_size"),
        ("outputMimeType", "mime_type"),
    ):
        _put(pictures, new, image.take(old))
    found.lost += image.left()
    if not kinds and len(pictures) > 1:
        kinds = ["image", "text"]  # what a model of images answers by itself
    text: Json = {"type": "text"}
    if schema is not None or plain is not None or mime not in (None, "text/plain"):
        if mime not in (None, "application/json", "text/x.enum"):
            found.lost.append(f"generationConfig.responseMimeType {mime}")
        found.enum = mime == "text/x.enum"
        text["mime_type"] = "application/json"
        if schema is not None or plain is not None:
            text["schema"] = json_schema(schema) if schema is not None else plain
        kinds = kinds or ["text"]
    formats = [
        text if kind == "text" else pictures if kind == "image" else {"type": kind}
        for kind in kinds
    ]
    if formats == [{"type": "text"}]:
        return None
    return formats[0] if len(formats) == 1 else formats


def json_schema(schema: Any) -> Any:
    """A schema of the older API, `{"type": "STRING", "nullable": true}`, as JSON Schema."""
    if not isinstance(schema, dict):
        return schema
    found: Json = {}
    for key, value in schema.items():
        key = re.sub("_([a-z])", lambda match: match[1].upper(), key)
        if value is None or key in ("propertyOrdering", "nullable"):
            continue
        if key == "type":
            _put(found, key, _word(value))
        elif key == "properties":
            found[key] = {name: json_schema(one) for name, one in value.items()}
        elif key == "anyOf":
            found[key] = [json_schema(one) for one in value]
        elif key == "required":
            _put(found, key, value)  # an empty list is refused
        elif key in ("items", "additionalProperties"):
            found[key] = json_schema(value)
        else:
            found[key] = int(value) if key in SCHEMA_COUNTS else value
    if schema.get("nullable"):
        if "anyOf" in found:
            found["anyOf"].append({"type": "null"})
        elif "type" in found:
            found["type"] = [found["type"], "null"]
            if "enum" in found and None not in found["enum"]:
                found["enum"] = [*found["enum"], None]
    return found


def _safety(setting: Json) -> Json:
    said = {"type": _word(setting["category"], "HARM_CATEGORY_")}
    said["threshold"] = _word(setting.get("threshold"))
    _put(said, "method", _word(setting.get("method")))
    return said


# --- replies: from interactions to generateContent ----------------------------------------

BLOCKED = frozenset(
    {
        *("SAFETY", "RECITATION", "LANGUAGE", "PROHIBITED_CONTENT", "SPII", "BLOCKLIST", "OTHER"),
        *("IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION", "IMAGE_OTHER"),
        *("MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "NO_IMAGE", "TOO_MANY_TOOL_CALLS"),
        *("MALFORMED_RESPONSE", "MISSING_THOUGHT_SIGNATURE", "MODEL_ARMOR"),
    }
)
"""Codes of a failed interaction that were finish reasons."""
FAILURES = {
    "failed_precondition": (400, "FAILED_PRECONDITION"),
    "authentication": (401, "UNAUTHENTICATED"),
    "permission_denied": (403, "PERMISSION_DENIED"),
    "not_found": (404, "NOT_FOUND"),
    "model_not_found": (404, "NOT_FOUND"),
    "aborted": (409, "ABORTED"),
    "already_exists": (409, "ALREADY_EXISTS"),
    "out_of_range": (400, "OUT_OF_RANGE"),
    "rate_limit_exceeded": (429, "RESOURCE_EXHAUSTED"),
    "quota_exceeded": (429, "RESOURCE_EXHAUSTED"),
    "too_many_requests": (429, "RESOURCE_EXHAUSTED"),
    "cancelled": (499, "CANCELLED"),
    "api_error": (500, "INTERNAL"),
    "unimplemented": (501, "UNIMPLEMENTED"),
    "service_unavailable": (503, "UNAVAILABLE"),
    "deadline_exceeded": (504, "DEADLINE_EXCEEDED"),
    "invalid_request": (400, "INVALID_ARGUMENT"),
    "parameter_unknown": (400, "INVALID_ARGUMENT"),
}
"""Word of an error -> HTTP status and its name in the older API (ai.google.dev/gemini-api/docs/
api-errors; google/rpc/code.proto)."""
STATUS_NAMES = {code: name for code, name in FAILURES.values()}
"""The name of an HTTP status whose word is none of those."""
RPC = "type.googleapis.com/google.rpc."
COUNTS = {
    "promptTokenCount": "total_input_tokens",
    "candidatesTokenCount": "total_output_tokens",
    "totalTokenCount": "total_tokens",
    "thoughtsTokenCount": "total_thought_tokens",
    "cachedContentTokenCount": "total_cached_tokens",
    "toolUsePromptTokenCount": "total_tool_use_tokens",
}
COUNTS_BY_MODALITY = {
    "promptTokensDetails": "input_tokens_by_modality",
    "candidatesTokensDetails": "output_tokens_by_modality",
    "cacheTokensDetails": "cached_tokens_by_modality",
    "toolUsePromptTokensDetails": "tool_use_tokens_by_modality",
}


PAGE = (("uri", "url"), ("title", "title"))
SOURCES = {
    "place_citation": (("uri", "url"), ("title", "name"), ("placeId", "place_id")),
    "file_citation": (
        *(("uri", "document_uri"), ("title", "file_name"), ("text", "source")),
        *(("pageNumber", "page_number"), ("mediaId", "media_id")),
    ),
}
"""What a grounding chunk tells of its source, and what the citation of it calls that."""


class Failed(Exception):
    """An interaction that ended by an error; `body` is what generateContent answers then."""

    def __init__(self, status: int, body: Json) -> None:
        super().__init__(body)
        self.status = status
        self.body = body


def generate_content_reply(interaction: Json, *, enum: bool = False) -> Json:
    """What generateContent would have answered. `enum` is that of the request.

    Raises `Failed` for an interaction that ended by an error.
    """
    sources = _Sources()
    parts = _Parts()
    for step in interaction.get("steps") or []:
        parts.add(step)
        sources.add(step)
    finish = _finish(interaction)
    candidate: Json = {"index": 0, "content": {"role": "model"}, "finishReason": finish}
    found = parts.end()
    if enum:
        found = [_unquoted(part) for part in found]
    if found:
        candidate["content"]["parts"] = found
    elif finish not in ("STOP", "MAX_TOKENS"):
        del candidate["content"]
    return {"candidates": [{**candidate, **sources.metadata()}], **_about(interaction)}


def _finish(interaction: Json) -> str:
    """Why the model stopped; a prompt that was blocked reads as a reply that was."""
    status = interaction.get("status")
    if status == "incomplete":
        return "MAX_TOKENS"
    if status != "failed":
        return "STOP"
    errors = interaction.get("errors") or [{"code": "other"}]
    word = str(errors[0].get("code", "other")).upper()
    if word == "CONTENT_BLOCKED":
        return "OTHER"
    if word not in BLOCKED:
        raise Failed(*_failure(errors[0]))
    return word


def _failure(error: Json, status: int = 0) -> tuple[int, Json]:
    """The HTTP status and the body in which the older API says an error.

    `status` is that of the reply; without one, the word decides.
    """
    code, name = FAILURES.get(str(error.get("code")), (status or 500, ""))
    if status and code != status:
        code, name = status, ""
    name = name or STATUS_NAMES.get(code, "UNKNOWN")
    said = {"code": code, "message": error.get("message", ""), "status": name}
    details = list(error.get("details") or [])
    if code == 429 and not details:
        details.append({"@type": f"{RPC}QuotaFailure", "violations": []})
    _put(said, "details", details)
    return code, {"error": said}


def error_body(status: int, body: bytes, retry_after: str | None) -> bytes:
    """The body of an error of interactions, as generateContent answers it."""
    try:
        error = json.loads(body)["error"]
        if not isinstance(error["code"], str):
            return body
    except (ValueError, KeyError, TypeError):
        return body
    said = _failure(error, status)[1]
    if (delay := _delay(retry_after)) is not None:
        info = {"@type": f"{RPC}RetryInfo", "retryDelay": f"{delay}s"}
        said["error"].setdefault("details", []).append(info)
    return json.dumps(said).encode()


def _delay(retry_after: str | None) -> int | None:
    """The seconds that a `Retry-After` says, as a number or as a date."""
    if not retry_after or retry_after.isdigit():
        return int(retry_after) if retry_after else None
    try:
        left = parsedate_to_datetime(retry_after).timestamp() - time.time()
    except ValueError:
        return None
    return max(math.ceil(left), 0)


def _about(interaction: Json) -> Json:
    """What a reply says beside its candidates."""
    said: Json = {}
    if (usage := interaction.get("usage")) is not None:
        counts: Json = {old: usage[new] for old, new in COUNTS.items() if usage.get(new)}
        for old, new in COUNTS_BY_MODALITY.items():
            if one := usage.get(new):
                counts[old] = [_modality(count) for count in one]
        said["usageMetadata"] = {"promptTokenCount": 0, **counts}
    for old, new in (("modelVersion", "model"), ("responseId", "id"), ("createTime", "created")):
        _put(said, old, interaction.get(new))
    return said


def _modality(count: Json) -> Json:
    said = {"modality": str(count.get("modality", "")).upper()}
    return {**said, "tokenCount": count.get("tokens", 0)}


def _unquoted(part: Json) -> Json:
    """A text that is one of several, or a piece of one, without the quotes of JSON."""
    text = part.get("text")
    if not text:
        return part
    try:
        value = json.loads(text)
    except ValueError:
        value = text.strip('"')
    return {**part, "text": value} if isinstance(value, str) else part


class _Parts:
    """Makes parts of steps. The signature of a thought goes with the part after it, as it did: a
    history that leaves thoughts out must not lose what a call needs.
    """

    def __init__(self) -> None:
        self.parts: list[Json] = []
        self._signature: str | None = None

    def add(self, step: Json) -> None:
        """Add what a whole step says."""
        if step.get("type") == "thought":
            for content in step.get("summary") or []:
                self.think(content)
            self.sign(step.get("signature"))
            return
        for part in _parts_of(step):
            self.say(part)

    def think(self, content: Json) -> None:
        if content.get("type") == "text":
            self.parts.append({"text": content["text"], "thought": True})

    def sign(self, signature: str | None) -> None:
        self._signature = signature or self._signature

    def say(self, part: Json) -> None:
        if self._signature:
            part = {**part, "thoughtSignature": self._signature}
        self._signature = None
        self.parts.append(part)

    @property
    def signed(self) -> bool:
        """Whether a signature waits for its part."""
        return self._signature is not None

    def end(self) -> list[Json]:
        """All of them; a last signature goes with the last part."""
        return self.signing(self.parts)

    def signing(self, parts: list[Json]) -> list[Json]:
        """`parts`, the last of which has the signature that waits for a part."""
        if not self._signature or not parts:
            return parts
        return [*parts[:-1], {"thoughtSignature": self._signature, **parts[-1]}]


def _parts_of(step: Json) -> list[Json]:
    """The parts that a step of the model is."""
    kind = step.get("type")
    if kind == "model_output":
        return [_part(content) for content in step.get("content") or []]
    if kind == "function_call":
        call = {"id": step.get("id"), "name": step.get("name")}
        return [{"functionCall": {**call, "args": step.get("arguments") or {}}}]
    if kind == "code_execution_call":
        said = {"language": "PYTHON", "code": (step.get("arguments") or {}).get("code", "")}
        _put(said, "id", step.get("id"))
        return [{"executableCode": said}]
    if kind == "code_execution_result":
        outcome = "OUTCOME_FAILED" if step.get("is_error") else "OUTCOME_OK"
        result = step.get("result") or ""
        contents = result if isinstance(result, list) else [{"type": "text", "text": result}]
        text = "".join(one["text"] for one in contents if one.get("type") == "text")
        pictures = [_part(one) for one in contents if one.get("type") != "text"]
        told = {"outcome": outcome}
        _put(told, "output", text)
        _put(told, "id", step.get("call_id"))
        return [{"codeExecutionResult": told}, *pictures]
    return []


def _part(content: Json) -> Json:
    if content.get("type") == "text":
        return {"text": content.get("text", "")}
    mime = content.get("mime_type", "")
    if mime == "audio/l16":
        mime = f"audio/L16;codec=pcm;rate={content.get('sample_rate', 24000)}"
    if content.get("data") is not None:
        return {"inlineData": {"mimeType": mime, "data": content["data"]}}
    return {"fileData": {"mimeType": mime, "fileUri": content.get("uri", "")}}


class _Sources:
    """What the server's tools found, gathered from their steps and from citations."""

    def __init__(self) -> None:
        self._said: Json = {}
        self._chunks: list[Json] = []
        self._supports: dict[tuple[int, int, int], Json] = {}
        self._pages: list[Json] = []
        self._texts: list[str] = []
        self._searched = False
        self._cited: list[Json] = []

    def add(self, step: Json) -> None:
        """Add what a step says, or the delta of one."""
        kind = str(step.get("type"))
        for content in step.get("content") or [] if kind == "model_output" else []:
            if content.get("type") == "text":
                self.text(content.get("text", ""))
                self.cite(content.get("annotations") or [])
        self._searched |= kind.startswith(("google_", "file_search", "retrieval", "url_context"))
        results = step.get("result")
        if kind == "google_search_call":
            queries = (step.get("arguments") or {}).get("queries") or []
            self._said.setdefault("webSearchQueries", []).extend(queries)
        for result in results if isinstance(results, list) else []:
            if kind == "google_search_result" and result.get("search_suggestions"):
                self._said["searchEntryPoint"] = {"renderedContent": result["search_suggestions"]}
            elif kind == "google_maps_result" and result.get("widget_context_token"):
                self._said["googleMapsWidgetContextToken"] = result["widget_context_token"]
            elif kind == "url_context_result":
                status = f"URL_RETRIEVAL_STATUS_{str(result.get('status', '')).upper()}"
                page = {"retrievedUrl": result.get("url"), "urlRetrievalStatus": status}
                self._pages.append(page)

    def text(self, text: str, *, more: bool = False) -> None:
        """A text of the reply, or `more` of the last one: what citations point into."""
        if more and self._texts:
            self._texts[-1] += text
        else:
            self._texts.append(text)

    def cite(self, annotations: list[Json]) -> None:
        """Citations of the last text."""
        for one in annotations:
            self._cited.append(one)
            chunk = _chunk(one)
            if chunk not in self._chunks:
                self._chunks.append(chunk)
            place = max(len(self._texts) - 1, 0)
            start, end = one.get("start_index") or 0, one.get("end_index") or 0
            support = self._supports.setdefault(
                (place, start, end),
                {"segment": {"startIndex": start, "endIndex": end}, "groundingChunkIndices": []},
            )
            support["groundingChunkIndices"].append(self._chunks.index(chunk))

    def metadata(self) -> Json:
        """The fields of a candidate that tell of sources."""
        found: Json = {}
        said = dict(self._said)
        if self._chunks and self._searched:
            for (place, start, end), support in self._supports.items():
                text = self._texts[place] if self._texts else ""
                segment = support["segment"]
                segment["text"] = text.encode()[start:end].decode("utf-8", "ignore")
            supports = list(self._supports.values())
            said |= {"groundingChunks": self._chunks, "groundingSupports": supports}
        elif self._cited:
            found["citationMetadata"] = {"citationSources": [_citation(c) for c in self._cited]}
        if said:
            found["groundingMetadata"] = said
        if self._pages:
            found["urlContextMetadata"] = {"urlMetadata": self._pages}
        return found


def _chunk(citation: Json) -> Json:
    """The source of a citation."""
    kind = citation.get("type")
    said: Json = {}
    for old, new in SOURCES.get(str(kind), PAGE):
        _put(said, old, citation.get(new))
    if kind == "place_citation":
        if reviews := [_review(review) for review in citation.get("review_snippets") or []]:
            said["placeAnswerSources"] = {"reviewSnippets": reviews}
        return {"maps": said}
    if kind == "file_citation":
        told = (citation.get("custom_metadata") or {}).items()
        _put(said, "customMetadata", [_metadata(key, value) for key, value in told])
        return {"retrievedContext": said}
    return {"web": said}


def _review(review: Json) -> Json:
    names = (("reviewId", "review_id"), ("title", "title"), ("googleMapsUri", "url"))
    return {old: review[new] for old, new in names if review.get(new) is not None}


def _metadata(key: str, value: Any) -> Json:
    """What a user said of a file: a text, a number or several texts."""
    if isinstance(value, list):
        return {"key": key, "stringListValue": {"values": [str(one) for one in value]}}
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return {"key": key, "numericValue": value}
    return {"key": key, "stringValue": str(value)}


def _citation(citation: Json) -> Json:
    said = {"uri": citation.get("url") or citation.get("document_uri")}
    span = {"startIndex": citation.get("start_index"), "endIndex": citation.get("end_index")}
    return {key: value for key, value in {**said, **span}.items() if value is not None}


# --- streams: from events to chunks -------------------------------------------------------


class Chunks:
    """Makes chunks of streamGenerateContent from events, one by one, none later than it must.

    Function calls that follow each other come in one chunk, as they did. How the reply ended, and
    what it cost, comes with the last chunk if they arrive together, or in one of its own: then its
    text is empty. The chunks before it count nothing.
    """

    def __init__(self, *, enum: bool = False) -> None:
        self._enum = enum
        self._interaction: Json = {}
        self._step: Json = {}
        self._arguments = ""
        self._held: list[Json] = []
        self._parts = _Parts()
        self._sources = _Sources()
        self._said = False
        """Whether there is something to end: a chunk was made, or a text without anything in it."""

    def feed(self, event: Json) -> list[Json]:
        """The chunks that an event completes."""
        kind, error = event.get("event_type"), event.get("error")
        if kind == "error" or (isinstance(error, dict) and isinstance(error.get("code"), str)):
            return [*self._release(), _failure(error or {})[1]]
        if kind is None:  # a chunk already
            return [*self._release(), event]
        if kind == "step.start":
            return [*self._stop(), *self._start(event.get("step") or {})]
        if kind == "step.delta":
            return self._delta(event.get("delta") or {})
        if kind == "step.stop":
            return self._stop()
        if str(kind).startswith("interaction."):
            said = {k: v for k, v in (event.get("interaction") or {}).items() if v is not None}
            self._interaction |= said
            if kind == "interaction.completed":
                return [*self._stop(), *self._end()]
        return []

    def _start(self, step: Json) -> list[Json]:
        self._step, self._arguments = step, ""
        if step.get("type") == "function_call" or _is_announced(step):
            return []
        if step.get("type") == "model_output" and not step.get("content"):
            self._sources.text("")
            return []
        self._parts.add(step)
        self._sources.add(step)
        return self._taken()

    def _delta(self, delta: Json) -> list[Json]:
        kind = delta.get("type")
        if kind == "text":
            text = delta.get("text", "")
            self._sources.text(text, more=True)
            if self._enum:  # its quotes come off when it is whole
                self._arguments += text
            elif text:
                self._parts.say({"text": text})
            self._said |= not text
        elif kind == "arguments_delta":
            self._arguments += delta.get("arguments") or ""
        elif kind == "thought_summary":
            self._parts.think(delta.get("content") or {})
        elif kind == "thought_signature":
            self._parts.sign(delta.get("signature"))
        elif kind == "text_annotation_delta":
            self._sources.cite(delta.get("annotations") or [])
        elif kind in ("image", "audio", "video", "document"):
            self._parts.say(_part(delta))
        else:
            whole = {**delta, "type": kind}
            self._parts.add(whole)
            self._sources.add(whole)
        return self._taken()

    def _stop(self) -> list[Json]:
        """Complete what came in pieces."""
        step, self._step = self._step, {}
        if step.get("type") == "function_call":
            said = {**step, "arguments": _arguments(self._arguments, step.get("arguments"))}
            self._parts.add(said)
        elif self._enum and self._arguments:
            self._parts.say(_unquoted({"text": self._arguments}))
        self._arguments = ""
        return self._taken()

    def flush(self) -> list[Json]:
        """The chunks that need not wait for more: of all but calls, which others may follow."""
        return [] if any("functionCall" in part for part in self._held) else self._release()

    def end(self) -> list[Json]:
        """What is left when no event comes any more."""
        return self._release()

    def _taken(self) -> list[Json]:
        """The chunks that the parts since then complete; the last one is held."""
        chunks: list[Json] = []
        parts, self._parts.parts = self._parts.parts, []
        for part in parts:
            together = "functionCall" in part and all("functionCall" in one for one in self._held)
            if not together:
                chunks += self._release()
            self._held.append(part)
        return chunks

    def _release(self) -> list[Json]:
        held, self._held = self._held, []
        return [self._chunk({"content": {"role": "model", "parts": held}})] if held else []

    def _chunk(self, candidate: Json) -> Json:
        self._said = True
        about = _about({k: v for k, v in self._interaction.items() if k != "usage"})
        return {"candidates": [{"index": 0, **candidate}], **about}

    def _end(self) -> list[Json]:
        """The chunk that says how it ended."""
        try:
            finish = _finish(self._interaction)
        except Failed as failed:
            return [*self._release(), failed.body]
        last: Json = {"index": 0, "finishReason": finish}
        # A last signature comes after what was said, but with the last of nothing but thoughts.
        thoughts = all(part.get("thought") for part in self._held)
        before = self._release() if self._parts.signed and not thoughts else []
        parts, self._held = self._parts.signing(self._held), []
        said = self._said or self._parts.signed
        if not parts and said and finish in ("STOP", "MAX_TOKENS"):
            # As Gemini ends a text. A chunk without content would end a chat's history.
            parts = self._signed_end()
        if parts:
            last["content"] = {"role": "model", "parts": parts}
        elif finish in ("STOP", "MAX_TOKENS"):
            last["content"] = {"role": "model"}
        candidate = {**last, **self._sources.metadata()}
        return [*before, {"candidates": [candidate], **_about(self._interaction)}]

    def _signed_end(self) -> list[Json]:
        empty: Json = {"text": ""}
        self._parts.say(empty)
        parts, self._parts.parts = self._parts.parts, []
        return parts


def _is_announced(step: Json) -> bool:
    """Whether a step of code begins without what it says, which its deltas bring."""
    if step.get("type") == "code_execution_call":
        return not (step.get("arguments") or {}).get("code")
    return step.get("type") == "code_execution_result" and not step.get("result")


def _arguments(text: str, begun: Any) -> Json:
    """The arguments of a call, from their pieces or as its step began."""
    try:
        value = json.loads(text) if text else begun
    except ValueError:
        value = begun
    return value if isinstance(value, dict) else {}


class Events:
    """Takes a stream of server-sent events apart, whatever pieces its bytes come in."""

    def __init__(self) -> None:
        self._line: list[bytes] = []
        """The pieces of a line that has no end yet: a picture comes in thousands."""
        self._data: list[bytes] = []
        self._bare: list[bytes] = []
        """Lines that are of no event: an error in mid-stream, as the SDK reads it."""

    def feed(self, data: bytes) -> Iterator[Json]:
        """The events that `data` completes."""
        first, *others = data.split(b"\n")
        self._line.append(first)
        for other in others:
            line, self._line = b"".join(self._line).rstrip(b"\r"), [other]
            if line.startswith(b"data:"):
                self._data.append(line[5:].strip())
            elif line and not line.startswith((b":", b"event:", b"id:", b"retry:")):
                self._bare.append(line)
                yield from self._parsed(self._bare)
            elif not line and self._data:
                yield from self._parsed(self._data)
                self._data.clear()

    def end(self) -> Iterator[Json]:
        """What is left when the stream ends without its last empty line."""
        yield from self.feed(b"\n\n")

    def _parsed(self, lines: list[bytes]) -> Iterator[Json]:
        """The object that lines are, which then are used up; nothing where they are none yet."""
        try:
            value = json.loads(b"\n".join(lines))
        except ValueError:
            return  # "[DONE]"
        lines.clear()
        if isinstance(value, dict):
            yield value


# --- transports -----------------------------------------------------------------------------

ROUTING = (
    *("verify", "cert", "trust_env", "http1", "http2", "limits"),
    *("proxy", "proxies", "mounts", "transport", "auth", "follow_redirects", "max_redirects"),
)
"""Arguments of a client that say how requests travel: they belong below the bridge."""
NOT_ABOVE = ("proxy", "proxies", "mounts", "transport", "auth")
"""Those that a client above it must not have: they would lead past it, or sign other requests."""
SHARED = ("headers", "params", "cookies", "timeout", "follow_redirects")
"""What a client above the bridge has from one of the user's own below it."""


@dataclass(frozen=True)
class _Settings:
    on_unsupported: OnUnsupported
    store: bool


@dataclass(frozen=True)
class _Call:
    """A request of generateContent on its way, and what is sent in its place."""

    url: str
    body: bytes
    stream: bool
    enum: bool


def _why_not(options: types.HttpOptions) -> str | None:
    """Why a client can't be bridged, if it can't."""
    if getattr(options, "aiohttp_client", None) is not None:
        return "an aiohttp_client of your own sends requests past it"
    if getattr(mtls, "should_use_client_cert", bool)():
        return "google-auth sends requests with a client certificate by itself"
    return None


def _bridged_args(bridge: type, args: Json | None, client: Any, settings: _Settings) -> Json:
    """The arguments of the SDK's own client, above the bridge."""
    args = dict(args or {})
    if client is not None:
        args = {name: getattr(client, name) for name in SHARED}
        args["cookies"] = client.cookies.jar  # as any library takes it, and so are these:
        args["timeout"] = tuple(client.timeout.as_dict().values())
    above = {name: value for name, value in args.items() if name not in NOT_ABOVE}
    below = {name: args[name] for name in ROUTING if name in args}
    kinds = [kind for name in NOT_ABOVE if name in args for kind in type(args[name]).__mro__]
    for library in {kind.__module__.partition(".")[0] for kind in kinds} & {"httpx", "httpx2"}:
        # The SDK takes the library of what it finds.
        above.setdefault("limits", import_module(library).Limits())
    if "ssl" in args:  # what aiohttp calls it
        below.setdefault("verify", args["ssl"])
    return {**above, "transport": bridge(below, client, settings)}


class _Bridge:
    """What both transports share: it needs no connection and no event loop."""

    def __init__(self, args: Json, client: Any, settings: _Settings) -> None:
        self._args = args
        self._client = client
        self._settings = settings

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._args, self._client, self._settings)

    def _call(self, request: Any, body: bytes) -> _Call | None:
        """What to send in the place of a request; None for one that stays what it is."""
        match = PATH.match(unquote(request.url.path)) if request.method == "POST" else None
        if match is None:
            return None
        where = _call_site()
        stream = match["method"] == "streamGenerateContent"
        try:
            found = interaction_request(
                match["model"], json.loads(body or b"{}"), stream=stream, store=self._settings.store
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            found = Translated(impossible=[f"a request that is not understood ({error!r})"])
        publisher, _, rest = match["model"].partition("/models/")
        if rest and publisher != "publishers/google":
            found.impossible.append("models of other publishers")
        elif rest and "/projects/" not in match["root"]:
            found.impossible.append("Vertex AI without a project and a location")
        if stream and request.url.params.get("alt") != "sse":
            found.impossible.append("a stream that is no event stream")
        reasons = tuple(dict.fromkeys([*found.impossible, *found.lost]))
        if reasons and self._settings.on_unsupported == "raise":
            raise UnsupportedRequest(f"interactions have no place for {', '.join(reasons)}")
        kept = bool(found.impossible or (reasons and self._settings.on_unsupported != "drop"))
        _count(where, reasons, kept=kept)
        if kept:
            return None
        url = request.url.copy_with(path=f"{match['root']}/interactions")
        url = url.copy_remove_param("alt") if stream else url
        return _Call(url, json.dumps(found.body).encode(), stream, found.enum)

    def _request(self, request: Any, call: _Call) -> Any:
        """The request to interactions."""
        headers = [
            (name, value)
            for name, value in request.headers.multi_items()
            if name.lower() not in ("content-length", "transfer-encoding", "api-revision", "accept")
        ]
        headers.append(("Api-Revision", API_REVISION))
        headers.append(("Accept", "text/event-stream" if call.stream else "application/json"))
        return self._made(request, str(call.url), headers, call.body)

    def _made(self, request: Any, url: str, headers: Any, body: bytes) -> Any:
        """A request that the client below takes, who may be of another library."""
        library = _library(self._client or request)
        return library.Request(
            request.method, url, headers=headers, content=body, extensions=request.extensions
        )

    def _passing(self, request: Any) -> Any:
        """A request that stays what it is; another one for a client of another library."""
        if _library(self._client or request) is _library(request):
            return request
        headers = request.headers.multi_items()
        return self._made(request, str(request.url), headers, request.content)

    def _build(self, request: Any, kind: str) -> Any:
        """The client below the bridge."""
        args = dict(self._args)
        files = [os.environ.get(name) for name in ("SSL_CERT_FILE", "SSL_CERT_DIR")]
        if "verify" not in args and any(files):
            args["verify"] = ssl.create_default_context(cafile=files[0], capath=files[1])
        args.setdefault("follow_redirects", True)  # as the SDK does
        return getattr(_library(request), kind)(**args, timeout=None)


def _library(thing: Any) -> Any:
    """The HTTP library of a request or a client: httpx, or httpx2 of later SDKs."""
    names = {kind.__module__.partition(".")[0] for kind in type(thing).__mro__}
    return import_module("httpx2" if "httpx2" in names else "httpx")


def _is_stream(answer: Any) -> bool:
    """Whether a reply is events; errors, and what a proxy says in between, are not."""
    kind = str(answer.headers.get("content-type", "text/event-stream"))
    return bool(answer.status_code < 300 and kind.startswith("text/event-stream"))


def _translated(answer: Any, body: bytes, call: _Call) -> tuple[int, bytes]:
    """The status and the body of a reply that is no stream."""
    status = answer.status_code
    if status >= 400:
        return status, error_body(status, body, answer.headers.get("retry-after"))
    try:
        interaction = json.loads(body)
    except ValueError:
        return status, body
    if not isinstance(interaction, dict) or not interaction.keys() & {"status", "steps"}:
        return status, body  # somebody in between answers as he always did
    try:
        return 200, json.dumps(generate_content_reply(interaction, enum=call.enum)).encode()
    except Failed as failed:
        return failed.status, json.dumps(failed.body).encode()


def _response(request: Any, answer: Any, status: int, **content: Any) -> Any:
    """A response in the place of `answer`."""
    gone = ("content-length", "content-encoding", "transfer-encoding")
    headers = [(k, v) for k, v in answer.headers.multi_items() if k.lower() not in gone]
    extensions = {k: v for k, v in answer.extensions.items() if k != "network_stream"}
    return _library(request).Response(
        status, headers=headers, request=request, extensions=extensions, **content
    )


def _lines(chunks: list[Json]) -> Iterator[bytes]:
    for chunk in chunks:
        yield b"data: " + json.dumps(chunk).encode() + b"\r\n\r\n"


class _Stream:
    """Chunks from the events of a response, each as soon as it is there."""

    def __init__(self, answer: Any, enum: bool) -> None:
        self._answer = answer
        self._events = Events()
        self._chunks = Chunks(enum=enum)

    def _fed(self, data: bytes | None) -> Iterator[bytes]:
        events = self._events.end() if data is None else self._events.feed(data)
        for event in events:
            yield from _lines(self._chunks.feed(event))
        yield from _lines(self._chunks.end() if data is None else self._chunks.flush())


class _SyncStream(_Stream):
    def __iter__(self) -> Iterator[bytes]:
        for data in self._answer.iter_bytes():
            yield from self._fed(data)
        yield from self._fed(None)

    def close(self) -> None:
        self._answer.close()


class _AsyncStream(_Stream):
    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for data in self._answer.aiter_bytes():
            for line in self._fed(data):
                yield line
        for line in self._fed(None):
            yield line

    async def aclose(self) -> None:
        await self._answer.aclose()


@cache
def _stream_class(library: Any, kind: type, base: str) -> Any:
    """A stream that the library takes: it asks for a class of its own."""
    return type(kind.__name__, (kind, getattr(library, base)), {})


class SyncBridge(_Bridge):
    """The transport of a client that doesn't await."""

    _below: Any = None

    def handle_request(self, request: Any) -> Any:
        call = self._call(request, request.read())
        if call is None:
            passing = self._passing(request)
            answer = self._send(passing, follow_redirects=False)  # the client above does
            if passing is request:
                return answer
            return _response(request, answer, answer.status_code, content=answer.read())
        answer = self._send(self._request(request, call))
        if call.stream and _is_stream(answer):
            kind = _stream_class(_library(request), _SyncStream, "SyncByteStream")
            return _response(request, answer, 200, stream=kind(answer, call.enum))
        try:
            body = answer.read()
        finally:
            answer.close()
        status, body = _translated(answer, body, call)
        return _response(request, answer, status, content=body)

    def _send(self, request: Any, **options: Any) -> Any:
        client = self._client
        if client is None:
            with _lock:
                client = self._below = self._below or self._build(request, "Client")
        return client.send(request, stream=True, **options)

    def close(self) -> None:
        below, self._below = self._below, None
        if below is not None:
            below.close()

    def __enter__(self) -> SyncBridge:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncBridge(_Bridge):
    """The transport of a client that awaits; it keeps connections for each event loop."""

    def __init__(self, args: Json, client: Any, settings: _Settings) -> None:
        super().__init__(args, client, settings)
        self._below: weakref.WeakKeyDictionary[Any, Any] = weakref.WeakKeyDictionary()

    async def handle_async_request(self, request: Any) -> Any:
        call = self._call(request, await request.aread())
        if call is None:
            passing = self._passing(request)
            answer = await self._send(passing, follow_redirects=False)  # the client above does
            if passing is request:
                return answer
            return _response(request, answer, answer.status_code, content=await answer.aread())
        answer = await self._send(self._request(request, call))
        if call.stream and _is_stream(answer):
            kind = _stream_class(_library(request), _AsyncStream, "AsyncByteStream")
            return _response(request, answer, 200, stream=kind(answer, call.enum))
        try:
            body = await answer.aread()
        finally:
            await answer.aclose()
        status, body = _translated(answer, body, call)
        return _response(request, answer, status, content=body)

    async def _send(self, request: Any, **options: Any) -> Any:
        client = self._client
        if client is None:
            loop = asyncio.get_running_loop()
            client = self._below.get(loop)
            if client is None:
                client = self._below[loop] = self._build(request, "AsyncClient")
        return await client.send(request, stream=True, **options)

    async def aclose(self) -> None:
        below = self._below.pop(asyncio.get_running_loop(), None)
        if below is not None:
            await below.aclose()

    async def __aenter__(self) -> AsyncBridge:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()
