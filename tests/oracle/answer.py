"""What the model says, decided by the conversation alone and by no API."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from . import pictures
from .conversation import Conversation, Item, Turn, carried
from .schemas import instance
from .steering import Steering, read, read_calls

CREATED = "2026-05-20T12:00:00Z"
SERVER_TOOLS = {
    "search": "google_search",
    "url": "url_context",
    "code": "code_execution",
    "maps": "google_maps",
    "files": "file_search",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply of the model.

    `items` are what it produced, in order: thoughts, calls, texts, images, audio,
    code. `used` names the server's tools it used. `finish` is one of stop, length,
    blocked (the prompt), safety (the reply).
    """

    id: str
    model: str
    key: str
    items: tuple[Item, ...]
    usage: dict[str, Any]
    finish: str
    used: tuple[str, ...]
    steering: Steering
    bare_enum: bool = False

    def turn(self) -> Turn:
        """The reply as a turn of the conversation it continues."""
        kept = []
        for item in self.items:
            if "bytes" in item:
                kept.append({"media": item["media"], "mime": item["mime"]})
            else:
                kept.append(item)
        return Turn("model", tuple(kept))


def steering_of(conversation: Conversation) -> Steering:
    """The tags of the last user turn."""
    return read(_last_text(conversation))


def answer(conversation: Conversation) -> Answer:
    """The one reply to a conversation."""
    key = conversation.key
    steering = steering_of(conversation)
    finish = "stop"
    used = _tools_used(conversation, steering)
    items: list[Item] = []
    if "blocked" in steering or "safety" in steering:
        finish = "blocked" if "blocked" in steering else "safety"
    elif "empty" not in steering:
        items = _items(conversation, steering, key, used)
    if "max_tokens" in steering:
        finish = "length"
    return Answer(
        id=f"int-{key[:20]}",
        model=conversation.model,
        key=key,
        items=tuple(items),
        usage=_usage(conversation, items, used),
        finish=finish,
        used=used,
        steering=steering,
        bare_enum=conversation.bare_enum,
    )


def _last_text(conversation: Conversation) -> str:
    for turn in reversed(conversation.turns):
        if turn.role == "user":
            return "\n".join(item["text"] for item in turn.items if "text" in item)
    return ""


def _tools_used(conversation: Conversation, steering: Steering) -> tuple[str, ...]:
    declared = {tool["type"] for tool in conversation.tools}
    asked = [tool for tag, tool in SERVER_TOOLS.items() if tag in steering]
    return tuple(tool for tool in asked if tool in declared)


def _items(
    conversation: Conversation,
    steering: Steering,
    key: str,
    used: tuple[str, ...],
) -> list[Item]:
    items: list[Item] = []
    if conversation.settings.get("include_thoughts"):
        items.append({"thought": f"Thinking about it ({key[:6]})."})
        items.append({"signature": f"sig-{key[:12]}"})
    elif "signed" in steering:
        items.append({"signature": f"sig-{key[:12]}"})
    calls = _calls(conversation, steering, key)
    if calls:
        if "also-text" in steering:
            items.append({"text": f"[{key[:8]}] Let me look that up."})
        return [*items, {"signature": f"call-{key[:12]}"}, *calls]
    text = _text(conversation, steering, key)
    if "code_execution" in used:
        items.append({"text": "Let me compute. "})
        items.append({"code": "print(6 * 7)", "id": f"code-{key[:8]}"})
        failed = "code-fails" in steering
        items.append({"code_result": "no such name\n" if failed else "42\n", "failed": failed})
    return items + _outputs(conversation, steering, key, text)


def _outputs(conversation: Conversation, steering: Steering, key: str, text: str) -> list[Item]:
    outputs = conversation.settings.get("outputs") or ["text"]
    if "outputs" not in conversation.settings:
        if "-image" in conversation.model:
            outputs = ["image", "text"]
        elif "-tts" in conversation.model:
            outputs = ["audio"]
    found: list[Item] = []
    if "text" in outputs and "no-text" not in steering:
        found += [{"text": part} for part in _parts(text, steering)]
    if "image" in outputs and "no-image" not in steering:
        count = int((steering.words("images") or ["1"])[0])
        found += [pictures.image(f"{key}{i}") for i in range(count)]
        if "interleave" in steering:
            found.append({"text": " And that was the picture."})
    if "audio" in outputs:
        found.append(pictures.audio(key))
    return found


def _parts(text: str, steering: Steering) -> list[str]:
    """The text in one part, or in three."""
    if "parts" not in steering:
        return [text]
    third = max(1, len(text) // 3)
    return [text[:third], text[third : 2 * third], text[2 * third :]]


def _text(conversation: Conversation, steering: Steering, key: str) -> str:
    response = conversation.settings.get("response")
    if response and "badjson" not in steering:
        schema = response.get("schema")
        default = {"reply": f"json {key[:8]}", "items": [1, 2]}
        value = instance(schema, key) if schema else default
        return json.dumps(value, ensure_ascii=False)
    last = conversation.turns[-1]
    if last.role == "tool":
        results = json.dumps([i["value"] for i in last.items], sort_keys=True)
        return f"[{key[:8]}] The tools said {results}."
    if "echo" in steering:
        return steering.text
    return f"[{key[:8]}] You said: {steering.text}"


def _calls(conversation: Conversation, steering: Steering, key: str) -> list[Item]:
    """The function calls asked for: `call` at first, `then` after the results."""
    choice = conversation.settings.get("tool_choice", {})
    declared = {t["name"] for t in conversation.tools if t["type"] == "function"}
    if not declared or choice.get("mode") == "none":
        return []
    rounds = 0
    for turn in reversed(conversation.turns):
        if turn.role == "user":
            break
        rounds += turn.role == "tool"
    asked = steering.tags.get("call", []) if rounds == 0 else []
    if rounds and len(steering.tags.get("then", [])) >= rounds:
        asked = [steering.tags["then"][rounds - 1]]
    if "call-forever" in steering:
        asked = steering.tags["call-forever"]
    found: list[Item] = []
    calls = [call for text in asked for call in read_calls(text)]
    for index, (name, arguments) in enumerate(calls):
        if name in declared and name in choice.get("allowed", [name]):
            call = {"call": name, "args": arguments, "id": f"call-{key[:8]}-{index}"}
            found.append(call)
    return found


def _usage(conversation: Conversation, items: list[Item], used: tuple[str, ...]) -> dict[str, Any]:
    said = [i for turn in conversation.turns for i in turn.items if not carried(i)]
    prompt = sum(_tokens(item) for item in said)
    prompt += len((conversation.system or "").split())
    thoughts = sum(4 for item in items if "thought" in item)
    output = sum(_tokens(item) for item in items if not carried(item))
    cached = 5 if "cached_content" in conversation.settings else 0
    tools = 9 * len(used)
    return {
        "prompt": prompt,
        "output": output,
        "thoughts": thoughts,
        "cached": cached,
        "tools": tools,
        "total": prompt + output + thoughts + tools,
    }


def _tokens(item: Item) -> int:
    if "text" in item:
        return len(item["text"].split())
    return 258 if "mime" in item else 7
