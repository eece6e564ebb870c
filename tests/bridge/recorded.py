"""Says recorded replies of generateContent as interactions would say them.

Where a package's tests play recordings of the older API, nothing answers `/interactions`. With the
functions here a plugin answers it by what was recorded: what comes out behind the bridge is then to
be what was recorded, as far as an interaction can tell it. Runs inside other interpreters.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]
COUNTS = {
    "promptTokenCount": "total_input_tokens",
    "candidatesTokenCount": "total_output_tokens",
    "totalTokenCount": "total_tokens",
    "thoughtsTokenCount": "total_thought_tokens",
    "cachedContentTokenCount": "total_cached_tokens",
    "toolUsePromptTokenCount": "total_tool_use_tokens",
}
BY_MODALITY = {
    "promptTokensDetails": "input_tokens_by_modality",
    "candidatesTokensDetails": "output_tokens_by_modality",
    "cacheTokensDetails": "cached_tokens_by_modality",
    "toolUsePromptTokensDetails": "tool_use_tokens_by_modality",
}


def interaction_of(reply: Json) -> Json:
    """The interaction that says what a whole reply says."""
    candidate = (reply.get("candidates") or [{}])[0]
    steps = list(_steps((candidate.get("content") or {}).get("parts") or []))
    _cite(steps, candidate.get("groundingMetadata") or {})
    return {**_about(reply), **_end(reply, candidate), "steps": [*_searches(candidate), *steps]}


def events_of(chunks: list[Json]) -> list[Json]:
    """The events that say what a stream of chunks says, each part as a step of its own."""
    found: list[Json] = [_event("interaction.created", interaction={"status": "in_progress"})]
    last: Json = {}
    told: Json = {}
    for chunk in chunks:
        candidate = (chunk.get("candidates") or [{}])[0]
        told |= candidate
        for step in _steps((candidate.get("content") or {}).get("parts") or []):
            found += _said(step)
        last = {**last, **{key: value for key, value in chunk.items() if value}}
    for step in _searches(told):
        found += _said(step)
    cited: list[Json] = [{"content": [{"type": "text"}]}]
    _cite(cited, told.get("groundingMetadata") or {})
    if annotations := cited[0]["content"][0].get("annotations"):
        delta = {"type": "text_annotation_delta", "annotations": annotations}
        found.append(_event("step.delta", index=0, delta=delta))
    done = {**_about(last), **_end(last, told)}
    return [*found, _event("interaction.completed", interaction=done)]


def _event(kind: str, **more: Any) -> Json:
    return {"event_type": kind, **more}


def _said(step: Json) -> list[Json]:
    """The events of a step; its texts come as deltas."""
    if step["type"] != "model_output":
        return [_event("step.start", index=0, step=step), _event("step.stop", index=0)]
    deltas = [_event("step.delta", index=0, delta=content) for content in step["content"]]
    start = _event("step.start", index=0, step={"type": "model_output"})
    return [start, *deltas, _event("step.stop", index=0)]


def _steps(parts: list[Json]) -> Iterator[Json]:
    for number, part in enumerate(parts):
        signature = part.get("thoughtSignature")
        if part.get("thought"):
            said: Json = {"type": "thought"}
            said["summary"] = [{"type": "text", "text": part.get("text", "")}]
            yield {**said, "signature": signature} if signature else said
            continue
        if signature:
            yield {"type": "thought", "signature": signature}
        yield from _step(part, number)


def _step(part: Json, number: int) -> Iterator[Json]:
    if "text" in part:
        yield {"type": "model_output", "content": [{"type": "text", "text": part["text"]}]}
    if call := part.get("functionCall"):
        known = {"id": call.get("id") or f"call-{number}", "name": call["name"]}
        yield {"type": "function_call", **known, "arguments": call.get("args") or {}}
    if code := part.get("executableCode"):
        arguments = {"code": code.get("code", ""), "language": "python"}
        known = code.get("id", "code")
        yield {"type": "code_execution_call", "id": known, "arguments": arguments}
    if result := part.get("codeExecutionResult"):
        failed = result.get("outcome") != "OUTCOME_OK"
        said = {
            "call_id": result.get("id", "code"),
            "result": result.get("output", ""),
            "is_error": failed,
        }
        yield {"type": "code_execution_result", **said}
    if blob := part.get("inlineData"):
        kind = blob["mimeType"].partition("/")[0]
        kind = kind if kind in ("image", "audio", "video") else "document"
        content = {"type": kind, "mime_type": blob["mimeType"], "data": blob["data"]}
        yield {"type": "model_output", "content": [content]}


def _cite(steps: list[Json], grounding: Json) -> None:
    """Put citations to the last text that they are about."""
    texts = [one for step in steps for one in step.get("content", ()) if one["type"] == "text"]
    chunks = grounding.get("groundingChunks") or []
    for support in grounding.get("groundingSupports") or [] if texts else []:
        segment = support.get("segment") or {}
        for index in support.get("groundingChunkIndices") or []:
            said = _citation(chunks[index])
            said["start_index"] = segment.get("startIndex", 0)
            said["end_index"] = segment.get("endIndex", 0)
            texts[-1].setdefault("annotations", []).append(said)


def _citation(chunk: Json) -> Json:
    """What cites a source: a page, or a file of a store."""
    if file := chunk.get("retrievedContext"):
        told = {"document_uri": file.get("uri"), "file_name": file.get("title")}
        told |= {"source": file.get("text"), "page_number": file.get("pageNumber")}
        metadata = {
            one["key"]: one.get("stringValue", one.get("numericValue"))
            for one in file.get("customMetadata") or []
        }
        return {"type": "file_citation", **told, "custom_metadata": metadata}
    web = chunk.get("web") or {}
    return {"type": "url_citation", "url": web.get("uri"), "title": web.get("title")}


def _searches(candidate: Json) -> Iterator[Json]:
    """The steps of the server's tools."""
    grounding = candidate.get("groundingMetadata") or {}
    if any("retrievedContext" in chunk for chunk in grounding.get("groundingChunks") or []):
        yield {"type": "file_search_call", "id": "files"}
    if queries := grounding.get("webSearchQueries"):
        yield {"type": "google_search_call", "id": "search", "arguments": {"queries": queries}}
    if entry := (grounding.get("searchEntryPoint") or {}).get("renderedContent"):
        result = [{"search_suggestions": entry}]
        yield {"type": "google_search_result", "call_id": "search", "result": result}
    pages = (candidate.get("urlContextMetadata") or {}).get("urlMetadata") or []
    results = [
        {
            "url": page.get("retrievedUrl"),
            "status": page["urlRetrievalStatus"].removeprefix("URL_RETRIEVAL_STATUS_").lower(),
        }
        for page in pages
    ]
    if results:
        yield {"type": "url_context_result", "call_id": "url", "result": results}


def _about(reply: Json) -> Json:
    said: Json = {"id": reply.get("responseId", "i1"), "model": reply.get("modelVersion", "")}
    if created := reply.get("createTime"):
        said["created"] = created
    usage = reply.get("usageMetadata") or {}
    counts: Json = {new: usage[old] for old, new in COUNTS.items() if old in usage}
    for old, new in BY_MODALITY.items():
        if old in usage:
            counts[new] = [
                {"modality": one["modality"].lower(), "tokens": one.get("tokenCount", 0)}
                for one in usage[old]
            ]
    return {**said, "usage": counts} if usage else said


def _end(reply: Json, candidate: Json) -> Json:
    """How it ended."""
    blocked = (reply.get("promptFeedback") or {}).get("blockReason")
    finish = blocked or candidate.get("finishReason", "STOP")
    if finish == "STOP":
        return {"status": "completed"}
    if finish == "MAX_TOKENS":
        return {"status": "incomplete"}
    return {"status": "failed", "errors": [{"code": finish.lower(), "message": finish}]}
