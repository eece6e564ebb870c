"""Streams that end early, err in the middle, begin or end with an empty piece."""

from __future__ import annotations

from typing import Any

from . import new_reply, old_reply
from .answer import Answer
from .errors import documented_body, error_body
from .moods import Mood

Json = dict[str, Any]


def is_broken(made: Answer, mood: Mood | None) -> bool:
    """Whether a stream doesn't get to its end."""
    cut = mood.cut if mood else ""
    early = "stream-error" in made.steering or "cut" in made.steering
    return early or cut in ("end", "error", "completed")


def _fails(made: Answer, mood: Mood | None) -> int:
    """The status of the error in the middle of a stream; 0 where it holds none."""
    if mood and mood.cut == "error":
        return 503
    if "stream-error" in made.steering:
        return int((made.steering.words("stream-error") or ["503"])[0])
    return 0


def chunks(whole: list[Json], made: Answer, mood: Mood | None) -> list[Json]:
    """The chunks of generateContent, as far as they come."""
    cut = mood.cut if mood else ""
    if cut == "completed":
        return [_unfinished(chunk) for chunk in whole]
    if is_broken(made, mood):
        whole = whole[: len(whole) // 2]
    if code := _fails(made, mood):
        return [*whole, error_body(code, "The stream broke off.")]
    if cut == "empty-first":
        return [{k: v for k, v in whole[0].items() if k != "candidates"}, *whole]
    if cut == "empty-last":
        about = {k: v for k, v in whole[-1].items() if k != "candidates"}
        finish = whole[-1].get("candidates", [{}])[0].get("finishReason", "STOP")
        end = {**about, "candidates": [{"index": 0, "finishReason": finish}]}
        return [*whole[:-1], {**_unfinished(whole[-1]), **about}, end]
    if cut == "text-first":
        return [_with_parts(whole[0], [{"text": ""}], last=False), *whole]
    if cut == "text-last":
        return _ending_by_a_text(whole)
    return whole


def _with_parts(chunk: Json, parts: list[Json], *, last: bool) -> Json:
    """A chunk that says something else."""
    said = [
        {**(c if last else {"index": 0}), "content": {"role": "model", "parts": parts}}
        for c in chunk.get("candidates", ())
    ]
    return {**chunk, "candidates": said} if said else chunk


def _ending_by_a_text(whole: list[Json]) -> list[Json]:
    """How a reply ended in a chunk of its own, whose text is empty, unless it ends by calls.

    ai.google.dev/gemini-api/docs/thought-signatures.
    """
    parts = whole[-1].get("candidates", [{}])[0].get("content", {}).get("parts") or []
    if not parts or any("functionCall" in part for part in parts):
        return whole
    end = {"text": ""}
    if "thoughtSignature" in parts[-1] and not parts[-1].get("thought"):
        end["thoughtSignature"] = parts[-1]["thoughtSignature"]
    last = _with_parts(whole[-1], parts, last=False)
    last.pop("usageMetadata", None)  # what it cost is known at the end
    return [*whole[:-1], last, _with_parts(whole[-1], [end], last=True)]


def _unfinished(chunk: Json) -> Json:
    """A chunk that doesn't know how the reply ends, or what it cost."""
    said = [
        {k: v for k, v in c.items() if k != "finishReason"} for c in chunk.get("candidates", ())
    ]
    rest = {k: v for k, v in chunk.items() if k not in ("usageMetadata", "candidates")}
    return {**rest, "candidates": said} if said else rest


def in_shape(events: list[Json], reply: Json) -> list[Json]:
    """The events of a reply whose whole spelling is `reply`."""
    *before, done = events
    said = {k: v for k, v in done["interaction"].items() if k != "usage"}
    said |= {k: v for k, v in reply.items() if k in ("status", "errors", "usage")}
    if not any(event["event_type"] == "step.start" for event in before):
        for index, step in enumerate(reply.get("steps", ())):
            begun = {k: v for k, v in step.items() if k != "content"}
            before.append({"event_type": "step.start", "index": index, "step": begun})
            before += [
                {"event_type": "step.delta", "index": index, "delta": part}
                for part in step.get("content", ())
            ]
            before.append({"event_type": "step.stop", "index": index})
    return [*before, {**done, "interaction": said}]


def events(whole: list[Json], made: Answer, mood: Mood | None) -> list[Json]:
    """The events of an interaction, as far as they come."""
    cut = mood.cut if mood else ""
    if cut == "completed":
        return whole[:-1]
    if is_broken(made, mood):
        whole = new_reply.cut(whole, len(old_reply.stream(made)) // 2)
    if code := _fails(made, mood):
        word = documented_body(code, "")["error"]["code"]
        problem = {"code": word, "message": "The stream broke off."}
        return [*whole, {"event_type": "error", "error": problem}]
    if cut in ("empty-first", "empty-last", "text-first", "text-last"):
        return _with_empty_delta(whole, first=cut.endswith("first"))
    return whole


def _with_empty_delta(whole: list[Json], first: bool) -> list[Json]:
    """An empty text before the first text, or after the last."""
    texts = [i for i, event in enumerate(whole) if event.get("delta", {}).get("type") == "text"]
    if not texts:
        return whole
    at = texts[0] if first else texts[-1] + 1
    neighbour = whole[texts[0] if first else texts[-1]]
    empty = {**neighbour, "delta": {"type": "text", "text": ""}}
    return [*whole[:at], empty, *whole[at:]]
