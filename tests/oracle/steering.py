"""The tags in a prompt that say how the model shall behave: `[[error 429]]`.

They steer by the last thing the user said; a reply never repeats them.

Replies: `echo` (the prompt alone, without the digest), `parts` (the text in three),
`empty`, `blocked` (the prompt), `safety` (the reply), `max_tokens`, `badjson`.
`signed` (a thought without a summary). Pictures: `images 2`, `interleave` (text after the
picture), `no-text`, `no-image`.
The server's tools, where declared: `search`, `url`, `maps`, `files`, `code`, `code-fails`;
`both` (the second half of the text rests on both sources), `uncited` (it rests on none).
Calls, where declared: `call f {"a": 1}` or `call f a=1` (each tag one call of the
first round), `then g & h` (the calls of the rounds after), `call-forever f`, `also-text`.
Failures: `error 429`, `flaky 503 2` (fails twice, then works), `drop` (no reply),
`garbage` (no JSON), `slow 0.3` (seconds). Streams: `stream-error 503`, `cut` (ends
half way), `start-text` (the first piece, of text or media, comes with `step.start`), `empty-end`
(the older API's last chunk has no parts).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

WORD = r"[a-z][a-z_+-]*"
TAG = re.compile(rf"\[\[\s*({WORD})((?:\s+(?:[^\[\]{{}}]*\{{.*?\}}|[^\[\]{{}}]*))?)\s*\]\]", re.S)


@dataclass(frozen=True, slots=True)
class Steering:
    """The tags of one prompt, and the prompt without them."""

    text: str
    tags: dict[str, list[str]] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        return name in self.tags

    def words(self, name: str) -> list[str]:
        """The words that came with a tag."""
        return self.tags[name][0].split() if name in self.tags else []


def read(prompt: str) -> Steering:
    """The tags of a prompt."""
    tags: dict[str, list[str]] = {}
    for match in TAG.finditer(prompt):
        tags.setdefault(match[1], []).append(match[2].strip())
    text = re.sub(r"  +", " ", TAG.sub("", prompt)).strip()
    return Steering(text, tags)


def read_calls(text: str) -> list[tuple[str, dict[str, Any]]]:
    """The calls of one tag: `f a=1 & g`."""
    return [read_call(call.strip()) for call in text.split(" & ")]


def read_call(text: str) -> tuple[str, dict[str, Any]]:
    """A call as a tag spells it: `name {"a": 1}`, `name a=1 b=two` or `name`."""
    name, _, rest = text.partition(" ")
    rest = rest.strip()
    if rest.startswith("{"):
        return name, json.loads(rest)
    arguments: dict[str, Any] = {}
    for word in rest.split():
        key, _, value = word.partition("=")
        try:
            arguments[key] = json.loads(value)
        except ValueError:
            arguments[key] = value
    return name, arguments
