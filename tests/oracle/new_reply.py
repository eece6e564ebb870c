"""Says an answer as an interaction, whole or as a stream of events."""

from __future__ import annotations

import base64
import json
from typing import Any

from . import grounding
from .answer import CREATED, Answer
from .pictures import RATE, SOUND
from .pieces import pieces, slices

Json = dict[str, Any]
STATUS = {"length": "incomplete", "blocked": "failed", "safety": "failed"}


def reply(answer: Answer, previous: str | None) -> Json:
    """The whole interaction."""
    said = {**_head(answer), "steps": steps(answer), "usage": _usage(answer.usage)}
    if previous is not None:
        said["previous_interaction_id"] = previous
    return said


def status(answer: Answer) -> str:
    """The state an interaction ends in."""
    if answer.finish in STATUS:
        return STATUS[answer.finish]
    called = any("call" in item for item in answer.items)
    return "requires_action" if called else "completed"


def _head(answer: Answer) -> Json:
    failed = status(answer) == "failed"
    errors = [{"code": "safety", "message": "Blocked: safety."}] if failed else []
    return {
        **({"errors": errors} if errors else {}),
        "id": answer.id,
        "object": "interaction",
        "model": answer.model,
        "status": status(answer),
        "created": CREATED,
        "updated": CREATED,
    }


def steps(answer: Answer) -> list[Json]:
    """The steps of the model, the server's tools before the text they led to."""
    found: list[Json] = []
    content: list[Json] = []
    tools = grounding.steps(answer)

    def flush() -> None:
        if content:
            found.append({"type": "model_output", "content": list(content)})
            content.clear()

    for item in answer.items:
        if "text" in item or "bytes" in item:
            found += tools
            tools = []
            content.append(_content(item))
            continue
        flush()
        if "thought" in item:
            summary = [{"type": "text", "text": item["thought"]}]
            found.append({"type": "thought", "summary": summary})
        elif "signature" in item:
            _sign(found, item["signature"])
        else:
            found.append(_step(item, answer))
    flush()
    _cite(found, answer)
    return found


def _sign(found: list[Json], signature: str) -> None:
    text = base64.b64encode(signature.encode()).decode("ascii")
    if not found or found[-1]["type"] != "thought" or "signature" in found[-1]:
        found.append({"type": "thought"})
    found[-1]["signature"] = text


def _step(item: Json, answer: Answer) -> Json:
    if "call" in item:
        step = {"type": "function_call", "id": item["id"], "name": item["call"]}
        return {**step, "arguments": item["args"]}
    call_id = f"code-{answer.key[:8]}"
    if "code" in item:
        arguments = {"code": item["code"], "language": "python"}
        step = {"type": "code_execution_call", "id": call_id}
        return {**step, "arguments": arguments}
    step = {"type": "code_execution_result", "call_id": call_id}
    return {**step, "result": item["code_result"], "is_error": item["failed"]}


def _content(item: Json) -> Json:
    if "text" in item:
        return {"type": "text", "text": item["text"]}
    data = base64.b64encode(item["bytes"]).decode("ascii")
    kind = item["mime"].partition("/")[0]
    found = {"type": kind, "mime_type": item["mime"], "data": data}
    return {**found, "sample_rate": RATE, "channels": 1} if item["mime"] == SOUND else found


def _cite(found: list[Json], answer: Answer) -> None:
    """Citations go with the last text."""
    cited = grounding.citations(answer)
    for step in reversed(found):
        for content in reversed(step.get("content", [])):
            if content["type"] == "text":
                if cited:
                    content["annotations"] = cited
                return


def _usage(usage: Json) -> Json:
    parts = [{"modality": "text", "tokens": usage["prompt"]}]
    return {
        "total_input_tokens": usage["prompt"],
        "total_output_tokens": usage["output"],
        "total_tokens": usage["total"],
        "total_thought_tokens": usage["thoughts"],
        "total_cached_tokens": usage["cached"],
        "total_tool_use_tokens": usage["tools"],
        "input_tokens_by_modality": parts,
    }


def stream(answer: Answer) -> list[Json]:
    """The events of the interaction, in order."""
    head = {**_head(answer), "status": "in_progress"}
    events: list[Json] = [{"event_type": "interaction.created", "interaction": head}]
    early = "start-text" in answer.steering
    for index, step in enumerate(steps(answer)):
        start, deltas = _step_events(step, early)
        events.append({"event_type": "step.start", "index": index, "step": start})
        for delta in deltas:
            event = {"event_type": "step.delta", "index": index, "delta": delta}
            events.append(event)
        events.append({"event_type": "step.stop", "index": index})
    done = {**_head(answer), "usage": _usage(answer.usage)}
    events.append({"event_type": "interaction.completed", "interaction": done})
    return [{**event, "event_id": f"e{i}"} for i, event in enumerate(events)]


def cut(events: list[Json], pieces_left: int) -> list[Json]:
    """The beginning of a stream, as many pieces of output as an older one keeps."""
    kept: list[Json] = []
    calling = False
    for event in events:
        step = event.get("step", {})
        starts_call = step.get("type") == "function_call"
        brings = event.get("delta", {}).get("type") in COUNTED or bool(step.get("content"))
        ended = event["event_type"] == "interaction.completed"
        if ended or brings or (starts_call and not calling):
            if ended or pieces_left == 0:
                break
            pieces_left -= 1
            calling = starts_call
        kept.append(event)
    return kept


COUNTED = {
    *("text", "thought_summary", "image", "audio", "video"),
    *("code_execution_call", "code_execution_result"),
}
"""Deltas that stand for a chunk of their own; calls in a row came in one chunk."""


def _step_events(step: Json, early: bool) -> tuple[Json, list[Json]]:
    """How a step begins, and the deltas that complete it."""
    kind = step["type"]
    if kind == "model_output":
        return _output_events(step["content"], early)
    if kind == "thought":
        deltas = [
            {"type": "thought_summary", "content": {**part, "text": piece}}
            for part in step.get("summary", [])
            for piece in pieces(part["text"])
        ]
        if "signature" in step:
            signature = {"type": "thought_signature", "signature": step["signature"]}
            deltas.append(signature)
        return {"type": kind}, deltas
    if kind == "function_call":
        text = json.dumps(step["arguments"])
        half = len(text) // 2
        deltas = [
            {"type": "arguments_delta", "arguments": part}
            for part in (text[:half], text[half:])
            if part
        ]
        return {**step, "arguments": {}}, deltas
    if kind.startswith("code_execution"):
        names = {"type", "id", "call_id"}
        whole = {k: v for k, v in step.items() if k == "type" or k not in names}
        return {k: v for k, v in step.items() if k in names}, [whole]
    return step, []


def _output_events(content: list[Json], early: bool) -> tuple[Json, list[Json]]:
    deltas: list[Json] = []
    for part in content:
        if part["type"] == "audio":
            sounds = slices(base64.b64decode(part["data"]))
            deltas += [{**part, "data": base64.b64encode(s).decode("ascii")} for s in sounds]
            continue
        if part["type"] != "text":
            deltas.append(part)
            continue
        deltas += [{"type": "text", "text": piece} for piece in pieces(part["text"])]
        if "annotations" in part:
            cited = part["annotations"]
            deltas.append({"type": "text_annotation_delta", "annotations": cited})
    if early and deltas:
        return {"type": "model_output", "content": [deltas[0]]}, deltas[1:]
    return {"type": "model_output"}, deltas
