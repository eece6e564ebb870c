"""The conversation a request stands for, the same whichever API carried it.

A turn holds items, plain dicts that JSON can say:
`{"text": …}`, `{"media": …, "mime": …}`, `{"call": NAME, "args": …, "id": …}`,
`{"result_of": NAME, "value": …, "id": …}`, and what only rides along: `{"thought": …}`,
`{"code": …}`, `{"code_result": …}`, `{"signature": …}`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from .errors import Refused

Item = dict[str, Any]
CARRIED = ("thought", "code", "code_result", "signature")
"""Items a server keeps by itself and a program's own history may leave out."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What one party said; `role` is user, model or tool."""

    role: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Conversation:
    """Everything that decides a reply."""

    model: str
    turns: tuple[Turn, ...]
    system: str | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    tools: tuple[dict[str, Any], ...] = ()
    bare_enum: bool = False
    only_there: frozenset[str] = frozenset()
    """Settings that only the older API has; a rewrite that leaves them out must say so."""

    def canonical(self) -> dict[str, Any]:
        """The conversation as plain data; equal data, equal conversation."""
        said: dict[str, Any] = {"model": self.model}
        if self.system is not None:
            said["system"] = self.system
        said["turns"] = [
            {"role": turn.role, "items": items}
            for turn in _numbered(self.turns)
            if (items := [_plain(i) for i in turn.items if not carried(i)])
        ]
        if self.settings:
            said["settings"] = self.settings
        if self.tools:
            said["tools"] = list(self.tools)
        return said

    @property
    def key(self) -> str:
        """A digest of the conversation, in hexadecimal."""
        return digest(self.canonical())

    @property
    def carried(self) -> frozenset[str]:
        """Thought signatures and code that came along; a rewrite must not lose any."""
        return frozenset(
            str(item.get("signature") or item.get("code"))
            for turn in self.turns
            for item in turn.items
            if item.get("signature") or item.get("code")
        )


def carried(item: Item) -> bool:
    """Whether an item only rides along and leaves the conversation as it is."""
    return any(name in item for name in CARRIED)


def _numbered(turns: Iterable[Turn]) -> list[Turn]:
    """The turns, in which each result says which call it answers, counted from the first.

    Without an id it is the next call of its name in the reply, or the last if all have an answer.
    """
    calls: list[Item] = []
    waiting: list[int] = []
    numbered: list[Turn] = []
    for turn in turns:
        asked = [item for item in turn.items if "call" in item]
        if asked:
            waiting = list(range(len(calls), len(calls) + len(asked)))
            calls += asked
        items: list[Item] = []
        for item in turn.items:
            if "result_of" in item:
                answered = _answered(item, calls, waiting)
                waiting = [number for number in waiting if number != answered]
                item = {**item, "answers": answered}
            items.append(item)
        numbered.append(Turn(turn.role, tuple(items)))
    return numbered


def _answered(result: Item, calls: list[Item], waiting: list[int]) -> int | None:
    named = [n for n, call in enumerate(calls) if call["call"] == result["result_of"]]
    told = [n for n in named if result.get("id") and calls[n]["id"] == result["id"]]
    next_ones = [n for n in named if n in waiting]
    return next(iter([*told, *next_ones, *named[-1:]]), None)


def _plain(item: Item) -> Item:
    return {k: v for k, v in item.items() if k != "id"}


def digest(value: Any) -> str:
    """A stable digest of plain data."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def tidy(turns: Iterable[Turn]) -> tuple[Turn, ...]:
    """Join what one party said piece by piece: model turns, tool results.

    A streamed reply comes back from an older client as many turns of one text each.
    """
    found: list[Turn] = []
    for turn in turns:
        if not turn.items:
            continue
        joins = turn.role in ("model", "tool") and found and found[-1].role == turn.role
        before = found.pop().items if joins else ()
        items = (*before, *turn.items)
        found.append(Turn(turn.role, _join(items) if turn.role == "model" else items))
    return tuple(found)


def _join(items: Iterable[Item]) -> tuple[Item, ...]:
    """Adjacent texts of the model as one, thoughts left aside."""
    joined: list[Item] = []
    riding: list[Item] = []
    for item in items:
        if carried(item):
            riding.append(item)
        elif "text" in item and joined and "text" in joined[-1]:
            joined[-1] = {"text": joined[-1]["text"] + item["text"]}
        elif item.get("text") != "":
            joined.append(dict(item))
    return (*riding, *joined)


TEXTS = {"application/json", "application/xml", "application/yaml"}


def media_item(data: str, mime: str, where: str) -> Item:
    """Bytes sent inline; what reads as text is text."""
    raw = decode_base64(data, where)
    if mime in TEXTS or (mime.startswith("text/") and mime != "text/csv"):
        return {"text": raw.decode("utf-8", "replace")}
    if mime.startswith("audio/"):
        mime = mime.partition(";")[0].lower()  # the older API names the rate there
    return {"media": hashlib.sha256(raw).hexdigest()[:16], "mime": mime}


def decode_base64(data: str, where: str) -> bytes:
    """The bytes behind base64 text of either alphabet."""
    text = data.replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise Refused(f"{where}: not base64") from None


def drop_empty(settings: dict[str, Any]) -> dict[str, Any]:
    """Settings that say something."""
    return {k: v for k, v in settings.items() if v not in (None, "", [], {}, ())}


def sorted_tools(tools: Iterable[dict[str, Any]]) -> tuple[dict[str, Any], ...]:
    """Tools in one order: a list of them is a set."""
    return tuple(sorted(tools, key=lambda tool: json.dumps(tool, sort_keys=True)))


def result_value(value: Any) -> Any:
    """What a function returned: text that is JSON, an object, or a bare value."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return {"result": value}
    return value if isinstance(value, dict) else {"result": value}
