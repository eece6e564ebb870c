"""A model that does what prompts without tags expect: it calls the functions that it is offered.

Others' tests ask real models, and look at what those said. This one takes names and numbers from
the prompt, and says the prompt with the results of functions, so that many of those tests hold.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tests.oracle.answer import Answer
from tests.oracle.conversation import Conversation, Item
from tests.oracle.moods import Mood
from tests.oracle.schemas import instance

NUMBER = re.compile(r"\d+(?:\.\d+)?")
NAME = re.compile(r"(?:(?<=[^.?!\n] )|(?<=['\"]))[A-Z][a-z]+(?: [A-Z][a-z]+)*")
Json = dict[str, Any]


def willing(answer: Answer, said: Conversation) -> Answer:
    """Calls of the functions that a prompt most likely means; then a text that has all of it."""
    if answer.finish != "stop" or any("call" in item for item in answer.items):
        return answer
    calls = list(_calls(answer, said))
    if calls:
        thoughts = [item for item in answer.items if "thought" in item]
        signature = {"signature": f"call-{answer.key[:12]}"}
        return replace(answer, items=(*thoughts, signature, *calls))
    return replace(answer, items=tuple(_said(item, said) for item in answer.items))


WILLING = Mood("willing", "calls", "NOWHERE", willing)


def _prompt(said: Conversation) -> str:
    turns = [turn for turn in said.turns if turn.role == "user"]
    return "\n".join(item["text"] for turn in turns for item in turn.items if "text" in item)


def _said(item: Item, said: Conversation) -> Item:
    """A text that names what the prompt names."""
    if "text" not in item:
        return item
    if "response" not in said.settings:
        after_tools = said.turns[-1].role == "tool"
        return {"text": f"{item['text']} {_prompt(said)}"} if after_tools else item
    names = list(dict.fromkeys(NAME.findall(_prompt(said))))
    value = json.loads(item["text"])
    if isinstance(value, list) and value and isinstance(value[0], (dict, list)) and names:
        value = [_named(value[0], name) for name in names]
        return {"text": json.dumps(value, ensure_ascii=False)}
    return item


def _named(value: Any, name: str) -> Any:
    """A value whose person or name is this one."""
    if not isinstance(value, dict):
        return value
    return {key: name if key in ("name", "person") else one for key, one in value.items()}


def _calls(answer: Answer, said: Conversation) -> Iterator[Item]:
    choice = said.settings.get("tool_choice", {})
    mode = choice.get("mode", "auto")
    if mode == "none" or (said.turns[-1].role == "tool" and mode != "any"):
        return
    offered = [tool for tool in said.tools if tool["type"] == "function"]
    offered = [tool for tool in offered if tool["name"] in choice.get("allowed", [tool["name"]])]
    if not offered:
        return
    prompt = _prompt(said)
    nearness = {tool["name"]: _nearness(tool, prompt) for tool in offered}
    meant = [tool for tool in offered if nearness[tool["name"]] == max(nearness.values())]
    for number, tool in enumerate(meant):
        arguments = _arguments(tool.get("parameters") or {}, prompt, answer.key)
        yield {"call": tool["name"], "args": arguments, "id": f"call-{answer.key[:8]}-{number}"}


def _nearness(tool: Json, prompt: str) -> int:
    """How many words of its name and its description the prompt has."""
    words = set(re.findall(r"[a-z]{3,}", json.dumps(tool).lower()))
    return len(words & set(re.findall(r"[a-z]{3,}", prompt.lower())))


def _arguments(schema: Json, prompt: str, seed: str) -> Json:
    """Arguments that the schema allows, with the prompt's numbers and names where they fit."""
    numbers = iter(NUMBER.findall(prompt))
    names = iter(NAME.findall(prompt))
    found: Json = instance(schema, seed) or {}
    for name, value in found.items():
        part = schema.get("properties", {}).get(name, {})
        if part.get("enum") or isinstance(value, bool):
            continue
        if isinstance(value, (int, float)):
            found[name] = type(value)(float(next(numbers, value)))
        elif isinstance(value, str) and "format" not in part:
            found[name] = next(names, value)
    return found
