"""Says an answer as generateContent replies, whole or as a stream."""

from __future__ import annotations

import base64
import json
from typing import Any

from . import grounding
from .answer import CREATED, Answer
from .conversation import Item
from .pictures import OLD_SOUND, SOUND
from .pieces import pieces, slices

FINISH = {"stop": "STOP", "length": "MAX_TOKENS", "safety": "SAFETY"}
Json = dict[str, Any]


def reply(answer: Answer) -> Json:
    """The whole reply."""
    return {**_candidates(answer, parts(answer), last=True), **_about(answer)}


def stream(answer: Answer) -> list[Json]:
    """The reply in chunks: texts and sounds come in pieces, everything else whole."""
    chunks: list[list[Json]] = []
    for part in parts(answer):
        if "text" in part:
            chunks += [[{**part, "text": piece}] for piece in pieces(part["text"])]
        elif part.get("inlineData", {}).get("mimeType") == OLD_SOUND:
            sound = base64.b64decode(part["inlineData"]["data"])
            chunks += [[_sound(piece)] for piece in slices(sound)]
        elif "functionCall" in part and chunks and "functionCall" in chunks[-1][0]:
            chunks[-1].append(part)
        else:
            chunks.append([part])
    if "empty-end" in answer.steering:
        chunks.append([])
    if not chunks and (signature := _last_signature(answer)):
        # ai.google.dev/gemini-api/docs/thought-signatures: it may come with an empty text.
        chunks.append([{"text": "", "thoughtSignature": signature}])
    last = len(chunks) - 1
    found = [
        {**_candidates(answer, chunk, last=i == last), **_about(answer)}
        for i, chunk in enumerate(chunks)
    ]
    return found or [reply(answer)]


def _last_signature(answer: Answer) -> str:
    """The signature of a reply that holds nothing else."""
    signatures = [item["signature"] for item in answer.items if "signature" in item]
    if not signatures:
        return ""
    return base64.b64encode(signatures[-1].encode()).decode("ascii")


def _about(answer: Answer) -> Json:
    return {
        "usageMetadata": _usage(answer.usage),
        "modelVersion": answer.model,
        "responseId": answer.id,
        "createTime": CREATED,
    }


def _candidates(answer: Answer, said: list[Json], last: bool) -> Json:
    if answer.finish == "blocked":
        return {"promptFeedback": {"blockReason": "SAFETY"}}
    if not said and answer.finish == "stop" and "empty-end" not in answer.steering:
        return {}
    candidate: Json = {"index": 0}
    if said:
        candidate["content"] = {"role": "model", "parts": said}
    elif answer.finish == "stop":
        candidate["content"] = {"role": "model"}
    if last:
        candidate["finishReason"] = FINISH[answer.finish]
        if found := grounding.metadata(answer):
            candidate["groundingMetadata"] = found
        if "url_context" in answer.used:
            candidate["urlContextMetadata"] = {
                "urlMetadata": [
                    {
                        "retrievedUrl": url,
                        "urlRetrievalStatus": f"URL_RETRIEVAL_STATUS_{status.upper()}",
                    }
                    for url, status in grounding.urls(answer)
                ]
            }
    return {"candidates": [candidate]}


def parts(answer: Answer) -> list[Json]:
    """The parts of the reply; a signature belongs to the part after it, as in recorded replies."""
    found: list[Json] = []
    signature = ""
    for item in answer.items:
        if "signature" in item:
            signature = base64.b64encode(item["signature"].encode()).decode("ascii")
            continue
        part = _part(item, answer)
        if signature:
            part["thoughtSignature"] = signature
            signature = ""
        found.append(part)
    if signature and found:  # nothing but thoughts
        found[-1]["thoughtSignature"] = signature
    return found


def _part(item: Item, answer: Answer) -> Json:
    if "thought" in item:
        return {"text": item["thought"], "thought": True}
    if "bytes" in item:
        if item["mime"] == SOUND:
            return _sound(item["bytes"])
        return {"inlineData": {"mimeType": item["mime"], "data": _encoded(item["bytes"])}}
    if "call" in item:
        call = {"id": item["id"], "name": item["call"], "args": item["args"]}
        return {"functionCall": call}
    if "code" in item:
        return {"executableCode": {"language": "PYTHON", "code": item["code"]}}
    if "code_result" in item:
        outcome = "OUTCOME_FAILED" if item["failed"] else "OUTCOME_OK"
        result = {"outcome": outcome, "output": item["code_result"]}
        return {"codeExecutionResult": result}
    if answer.bare_enum:
        return {"text": str(json.loads(item["text"]))}
    return {"text": item["text"]}


def _sound(data: bytes) -> Json:
    return {"inlineData": {"mimeType": OLD_SOUND, "data": _encoded(data)}}


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _usage(usage: Json) -> Json:
    said: Json = {
        "promptTokenCount": usage["prompt"],
        "totalTokenCount": usage["total"],
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": usage["prompt"]}],
    }
    if usage["output"]:
        said["candidatesTokenCount"] = usage["output"]
    if usage["thoughts"]:
        said["thoughtsTokenCount"] = usage["thoughts"]
    if usage["cached"]:
        said["cachedContentTokenCount"] = usage["cached"]
    if usage["tools"]:
        said["toolUsePromptTokenCount"] = usage["tools"]
    return said
