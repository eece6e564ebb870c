"""The moods of the server: what it may answer besides a whole, friendly reply.

A mood belongs to a session and overrules the prompt. It says one thing in both APIs: `alter`
changes what the model says. `spellings` are the ways in which generateContent says it. What the
Interactions API answers isn't always documented: `worlds` are its possible answers, and a rewrite
must hold in each.

Sources, by name:

TYPES   the SDK's types: `Interaction.steps`, `.usage`, `.errors`, `ModelOutputStep.content` and
        `.error` are optional; `Interaction.status` is one of a list.
ERRORS  ai.google.dev/gemini-api/docs/api-errors: the body of an error, its codes (`safety`,
        `recitation`, `malformed_function_call`, `rate_limit_exceeded`, …), the error event.
STATUS  the docstring of `interactions.create`: `incomplete` "(e.g. `max_output_tokens`)".
APOS    a public adapter for the Interactions API (apostrophecms): a blocked reply is an
        interaction with the status `failed` and its `errors`; `incomplete` is the output cap,
        thinking included; `steps` and `content` may be missing.
JOINS   the SDK's `output_text`, and its tests: a thought may stand between two outputs of text.
JS1973  googleapis/js-genai#1973: a refused stream ends without an error event.
OLD     ai.google.dev/api/generate-content, python-genai#774 and the SDK's types: `candidates`,
        `content`, `parts`, `usageMetadata` are optional, and so are the counts in it.
NOWHERE nothing says it; the worlds are what the types allow.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from .answer import Answer
from .conversation import Conversation

Json = dict[str, Any]
Alter = Callable[[Answer, Conversation], Answer]
Shape = Callable[[Json], Json]

PATIENCE = 8
"""How often one conversation meets a mood; then the server is friendly, so that loops end."""
SDK_ATTEMPTS = {"2": 4}
"""The requests that `interactions.create` makes of one call by default, by version of the SDK."""
LATER_ATTEMPTS = 5
"""That of later versions."""
REPEATED = (408, 409, 429)
"""The statuses below 500 of requests that `interactions.create` repeats."""
MOST = 30
"""How many conversations of a session meet a mood."""


def unchanged(answer: Answer, said: Conversation) -> Answer:
    """The reply that the model gives anyway."""
    return answer


def as_it_is(reply: Json) -> Json:
    """The reply as it is usually spelt."""
    return reply


@dataclass(frozen=True, slots=True)
class World:
    """One way in which the Interactions API may answer in a mood.

    `one_by_one` says that each event of a stream is read before the next one comes, mood or none.
    """

    name: str
    shape: Shape = as_it_is
    old_error_body: bool = False
    one_by_one: bool = False


FRIENDLY = World("as told")


@dataclass(frozen=True, slots=True)
class Mood:
    """What the server answers whatever the prompt says.

    `kind` is what a program must look at to notice: reply, text, parts, usage, grounding, calls,
    json, finish, errors or stream. `failure` is the HTTP status of a refusal, `cut` where a
    stream breaks off.
    """

    name: str
    kind: str
    source: str
    alter: Alter = unchanged
    spellings: tuple[Shape, ...] = (as_it_is,)
    worlds: tuple[World, ...] = (FRIENDLY,)
    failure: int = 0
    cut: str = ""
    only: int = 0
    """The one conversation of a session that meets the mood, counted from 1; 0 for all."""


@dataclass(frozen=True, slots=True)
class Weather:
    """What one run meets: a mood, how generateContent spells it, how an interaction does."""

    mood: Mood | None = None
    spelling: Shape = as_it_is
    world: World = FRIENDLY


USUAL = Weather()


# --- what the model says ---------------------------------------------------------------


def silent(answer: Answer, said: Conversation) -> Answer:
    """Nothing at all."""
    return replace(answer, items=(), used=(), usage=_output_tokens(answer, 0))


def _output_tokens(answer: Answer, count: int) -> dict[str, Any]:
    usage = answer.usage
    return {**usage, "output": count, "total": usage["total"] - usage["output"] + count}


def refused(finish: str) -> Alter:
    """Nothing, for the reason given."""

    def alter(answer: Answer, said: Conversation) -> Answer:
        return replace(silent(answer, said), finish=finish)

    return alter


def cut_short(answer: Answer, said: Conversation) -> Answer:
    """Half of the text, at the limit of tokens."""
    items = tuple(
        {**item, "text": item["text"][: len(item["text"]) // 2]} if "text" in item else item
        for item in answer.items
    )
    return replace(answer, items=items, finish="length")


def all_thinking(answer: Answer, said: Conversation) -> Answer:
    """The limit of tokens is reached before the first word."""
    return replace(silent(answer, said), finish="length")


def only_thoughts(answer: Answer, said: Conversation) -> Answer:
    """A thought, where thoughts were asked for, and its signature, and no reply."""
    signature = {"signature": f"sig-{answer.key[:12]}"}
    asked = bool(said.settings.get("include_thoughts"))
    items = ({"thought": "Let me think."}, signature) if asked else (signature,)
    return replace(silent(answer, said), items=items)


def in_parts(answer: Answer, said: Conversation) -> Answer:
    """Each text in three parts."""
    items: list[dict[str, Any]] = []
    for item in answer.items:
        text = item.get("text")
        third = max(1, len(text or "") // 3)
        if text:
            pieces = [text[:third], text[third : 2 * third], text[2 * third :]]
            items += [{"text": piece} for piece in pieces if piece]
        else:
            items.append(item)
    return replace(answer, items=tuple(items))


def thought_between(answer: Answer, said: Conversation) -> Answer:
    """The signature of a thought between the halves of each text."""
    items: list[dict[str, Any]] = []
    for item in answer.items:
        half = len(item.get("text", "")) // 2
        if half:
            signature = {"signature": f"sig-{answer.key[:12]}"}
            items += [{"text": item["text"][:half]}, signature, {"text": item["text"][half:]}]
        else:
            items.append(item)
    return replace(answer, items=tuple(items))


def no_supports(answer: Answer, said: Conversation) -> Answer:
    """The search found sources, and nothing says which words rest on them."""
    tags = {**answer.steering.tags, "unsupported": [""]}
    return replace(answer, steering=replace(answer.steering, tags=tags))


def no_sources(answer: Answer, said: Conversation) -> Answer:
    """The search found nothing to cite."""
    tags = {**answer.steering.tags, "uncited": [""]}
    return replace(answer, steering=replace(answer.steering, tags=tags))


def no_search(answer: Answer, said: Conversation) -> Answer:
    """The server's tools were not used."""
    return replace(answer, used=())


def broken_json(answer: Answer, said: Conversation) -> Answer:
    """JSON without its end."""
    return _with_text(answer, lambda text: text[: max(1, len(text) - 2)])


def fenced_json(answer: Answer, said: Conversation) -> Answer:
    """JSON in a fence of Markdown."""
    return _with_text(answer, lambda text: f"```json\n{text}\n```")


def _with_text(answer: Answer, change: Callable[[str], str]) -> Answer:
    items = [{**i, "text": change(i["text"])} if "text" in i else i for i in answer.items]
    return replace(answer, items=tuple(items))


def calls(*, arguments: bool = True, count: int = 1, known: bool = True) -> Alter:
    """The first declared function is called before the model answers."""

    def alter(answer: Answer, said: Conversation) -> Answer:
        names = [tool["name"] for tool in said.tools if tool["type"] == "function"]
        if not names or said.turns[-1].role != "user":
            return answer
        asked = next((item for item in answer.items if "call" in item), None)
        name = names[0] if known else "no_such_function"
        if asked and known:
            name = asked["call"]
        given = asked["args"] if asked and arguments else {}
        items = [
            {"call": name, "args": given, "id": f"call-{answer.key[:8]}-{number}"}
            for number in range(count)
        ]
        signature = {"signature": f"call-{answer.key[:12]}"}
        return replace(answer, items=(signature, *items), bare_enum=False)

    return alter


# --- how generateContent spells it -----------------------------------------------------


def _candidates(reply: Json, change: Callable[[Json], Json]) -> Json:
    if "promptFeedback" in reply:
        return reply
    if "candidates" not in reply:
        empty: Json = {"index": 0, "finishReason": "STOP"}
        return {**reply, "candidates": [change(empty)]}
    said = [c if c.get("content", {}).get("parts") else change(c) for c in reply["candidates"]]
    return {**reply, "candidates": said}


def no_candidates(reply: Json) -> Json:
    """An empty reply has no candidates."""
    filled = [c for c in reply.get("candidates", []) if c.get("content", {}).get("parts")]
    return reply if filled else {k: v for k, v in reply.items() if k != "candidates"}


def no_content(reply: Json) -> Json:
    """An empty candidate has no content."""
    return _candidates(reply, lambda c: {k: v for k, v in c.items() if k != "content"})


def no_parts(reply: Json) -> Json:
    """An empty candidate has content without parts."""
    return _candidates(reply, lambda c: {**c, "content": {"role": "model"}})


def null_parts(reply: Json) -> Json:
    """The parts of an empty candidate are null."""
    return _candidates(reply, lambda c: {**c, "content": {"role": "model", "parts": None}})


def empty_text(reply: Json) -> Json:
    """An empty candidate has one part with an empty text; one that was refused has none."""

    def filled(candidate: Json) -> Json:
        if candidate.get("finishReason") == "SAFETY":
            return candidate
        return {**candidate, "content": {"role": "model", "parts": [{"text": ""}]}}

    return _candidates(reply, filled)


def bare_signatures(reply: Json) -> Json:
    """The signature of a thought is a part of its own, before its text; in a chunk, behind it."""
    for candidate in reply.get("candidates", []):
        parts: list[Json] = candidate.get("content", {}).get("parts", [])
        found: list[Json] = []
        for part in parts:
            bare = []
            if "text" in part and "thoughtSignature" in part and not part.get("thought"):
                bare = [{"thoughtSignature": part.pop("thoughtSignature")}]
            found += [part, *bare] if len(parts) == 1 else [*bare, part]
        if found:
            candidate["content"]["parts"] = found
    return reply


EMPTY_OLD = (no_candidates, no_content, no_parts, null_parts)


def malformed(reply: Json) -> Json:
    """The call could not be read."""
    reason = "MALFORMED_FUNCTION_CALL"
    return _candidates(reply, lambda c: {**c, "content": {}, "finishReason": reason})


def recited(reply: Json) -> Json:
    """The reply was too close to something known."""
    return _candidates(reply, lambda c: {"index": 0, "finishReason": "RECITATION"})


def no_usage(reply: Json) -> Json:
    """Nothing is counted."""
    return {k: v for k, v in reply.items() if k not in ("usageMetadata", "usage")}


def no_counts(reply: Json) -> Json:
    """Only the prompt is counted."""
    counted = reply.get("usageMetadata", {}).get("promptTokenCount", 0)
    return {**reply, "usageMetadata": {"promptTokenCount": counted, "totalTokenCount": counted}}


def no_arguments(reply: Json) -> Json:
    """A call without arguments has no `args`."""
    for candidate in reply.get("candidates", []):
        for part in candidate.get("content", {}).get("parts", []):
            if part.get("functionCall", {}).get("args") == {}:
                del part["functionCall"]["args"]
    return reply


# --- how an interaction spells it ------------------------------------------------------


def _steps(steps: list[Json] | None) -> Shape:
    def shape(reply: Json) -> Json:
        rest = {k: v for k, v in reply.items() if k != "steps"}
        if any(s["type"] != "thought" for s in reply.get("steps", ())):
            return reply
        # A copy: what becomes of one reply on its way, say in pieces, is not for the next.
        return rest if steps is None else {**rest, "steps": deepcopy(steps)}

    return shape


EMPTY = (
    World("no steps", _steps(None)),
    World("empty list of steps", _steps([])),
    World("output without content", _steps([{"type": "model_output"}])),
    World("output with empty content", _steps([{"type": "model_output", "content": []}])),
)


def _empty_output(reply: Json) -> Json:
    """One output with an empty text, unless the reply was refused."""
    output = {"type": "model_output", "content": [{"type": "text", "text": ""}]}
    return reply if reply["status"] == "failed" else _steps([output])(reply)


EMPTY_TEXT = World("output with empty text", _empty_output)


def _failed(code: str, steps: Shape) -> Shape:
    def shape(reply: Json) -> Json:
        errors = [{"code": code, "message": f"Blocked: {code}."}]
        return {**steps(reply), "status": "failed", "errors": errors}

    return shape


def failures(code: str) -> tuple[World, ...]:
    """A failed interaction that names the reason, with and without a list of steps."""
    return (
        World("failed, no steps", _failed(code, _steps(None))),
        World("failed, empty list of steps", _failed(code, _steps([]))),
    )


def _zero_usage(reply: Json) -> Json:
    usage = reply.get("usage") or {}
    counted = usage.get("total_input_tokens", 0)
    zero = dict.fromkeys((k for k in usage if k.startswith("total_")), 0)
    return {**reply, "usage": {**zero, "total_input_tokens": counted, "total_tokens": counted}}


BODIES = (World("documented body"), World("older body", old_error_body=True))

MOODS = (
    Mood("empty", "reply", "OLD, TYPES", silent, EMPTY_OLD, EMPTY),
    Mood("empty-text", "parts", "OLD, TYPES", silent, (empty_text,), (EMPTY_TEXT,)),
    Mood("blocked-prompt", "finish", "OLD, APOS", refused("blocked"), worlds=failures("safety")),
    Mood("safety", "finish", "OLD, APOS", refused("safety"), worlds=failures("safety")),
    Mood("recitation", "finish", "ERRORS", refused("safety"), (recited,), failures("recitation")),
    Mood(
        "malformed-call",
        "calls",
        "ERRORS",
        refused("safety"),
        (malformed,),
        failures("malformed_function_call"),
    ),
    Mood("cut-text", "finish", "STATUS, APOS", cut_short),
    Mood("all-thinking", "finish", "STATUS, APOS", all_thinking, (no_content, no_parts), EMPTY[:2]),
    Mood("only-thoughts", "parts", "TYPES", only_thoughts),
    Mood("several-texts", "parts", "TYPES", in_parts),
    Mood("none-between", "parts", "OLD, JOINS", thought_between, (bare_signatures,)),
    Mood(
        "no-usage", "usage", "OLD, TYPES", spellings=(no_usage,), worlds=(World("none", no_usage),)
    ),
    Mood(
        "no-counts",
        "usage",
        "OLD, TYPES",
        spellings=(no_counts,),
        worlds=(World("zeros", _zero_usage),),
    ),
    Mood("no-sources", "grounding", "OLD, NOWHERE", no_sources),
    Mood("no-supports", "grounding", "OLD, NOWHERE", no_supports),
    Mood("no-search", "grounding", "OLD, NOWHERE", no_search),
    Mood("broken-json", "json", "NOWHERE", broken_json),
    Mood("fenced-json", "json", "NOWHERE", fenced_json),
    Mood("call-without-arguments", "calls", "TYPES", calls(arguments=False)),
    Mood("call-with-null-arguments", "null", "OLD", calls(arguments=False), (no_arguments,)),
    Mood("two-calls", "calls", "OLD", calls(count=2)),
    Mood("unknown-call", "calls", "OLD", calls(known=False)),
    *(
        Mood(f"error-{code}", "errors", "ERRORS", failure=code, worlds=BODIES)
        for code in (400, 401, 403, 404, 429, 500, 503, 504)
    ),
    Mood("stream-cut", "stream", "JS1973", cut="end"),
    Mood("stream-error", "stream", "ERRORS", cut="error"),
    Mood("stream-without-end", "stream", "JS1973", cut="completed"),
    Mood("stream-empty-first", "stream", "OLD, NOWHERE", cut="empty-first"),
    Mood("stream-empty-last", "stream", "OLD, NOWHERE", cut="empty-last"),
    Mood("second-is-empty", "turns", "OLD, TYPES", silent, EMPTY_OLD, EMPTY[:2], only=2),
    Mood("second-fails", "turns", "ERRORS", failure=503, worlds=BODIES[:1], only=2),
)
BY_NAME = {mood.name: mood for mood in MOODS}
