"""What each path of the two APIs does."""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from . import breaks, new_reply, new_wire, old_reply, old_wire
from .answer import CREATED, answer, steering_of
from .conversation import Conversation
from .errors import Refused, documented_body, error_body
from .grammar import Grammar
from .moods import FRIENDLY, Mood, as_it_is
from .reader import camel
from .session import Request, Session

Json = dict[str, Any]
MODEL_CALL = re.compile(r"^/v1\w*/((?:models|tunedModels)/[^/:]+):(\w+)$")
NAMED = re.compile(r"^/v1\w*/(interactions|files|cachedContents|models)(?:/([^/:]+))?$")


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back over the wire; `hang_up` closes the connection instead.

    With `pieces` they are the body, each sent on its own, so that a client reads one by one.
    """

    status: int
    body: bytes
    content_type: str = "application/json; charset=UTF-8"
    headers: dict[str, str] = field(default_factory=dict)
    hang_up: bool = False
    pieces: tuple[bytes, ...] = ()

    @classmethod
    def of(cls, status: int, value: Any) -> Reply:
        """A reply in JSON."""
        return cls(status, json.dumps(value).encode())

    @classmethod
    def events(cls, values: list[Any], *, one_by_one: bool = False) -> Reply:
        """A reply as a stream of events."""
        lines = tuple(_event(value).encode() for value in values)
        if one_by_one:
            return cls(200, b"", "text/event-stream", pieces=lines)
        return cls(200, b"".join(lines), "text/event-stream")


def _event(value: Any) -> str:
    name = value.get("event_type") if isinstance(value, dict) else None
    head = f"event: {name}\n" if name else ""
    text = value if isinstance(value, str) else json.dumps(value)
    return f"{head}data: {text}\n\n"


def api_of(method: str, path: str) -> str:
    """A short name for what a path does."""
    if path.startswith("/upload/"):
        return "upload"
    if match := MODEL_CALL.match(path):
        return match[2]
    match = NAMED.match(path)
    if match is None:
        return "unknown"
    if match[1] == "interactions" and match[2] is None and method == "POST":
        return "interactions"
    return f"{match[1]}.{method.lower()}"


def dispatch(session: Session, request: Request, grammar: Grammar) -> Reply:
    """Answer any request but an upload."""
    api = request.api
    if api in ("generateContent", "streamGenerateContent"):
        return _generate(session, request)
    if api == "interactions":
        return _interact(session, request, grammar)
    if api == "countTokens":
        return _count_tokens(request)
    if api in ("embedContent", "batchEmbedContents"):
        return _embed(request)
    name = request.path.rpartition("/")[2]
    if api == "interactions.get" and name in session.replies:
        return Reply.of(200, session.replies[name])
    if api == "interactions.delete" and name in session.replies:
        session.replies.pop(name)
        session.interactions.pop(name)
        return Reply.of(200, {})
    if api in ("files.get", "files.delete") and f"files/{name}" in session.files:
        file = session.files[f"files/{name}"]
        return Reply.of(200, file if api == "files.get" else {})
    if api == "files.get" and name == "files":
        return Reply.of(200, {"files": list(session.files.values())})
    if api == "cachedContents.post":
        return _cache(request)
    if api.startswith("cachedContents.") and name != "cachedContents":
        return Reply.of(200, {"name": f"cachedContents/{name}"})
    if api == "models.get" and name != "models":
        return Reply.of(200, {"name": f"models/{name}", "displayName": name})
    raise Refused(f"nothing at {request.method} {request.path}", 404)


def _generate(session: Session, request: Request) -> Reply:
    match = MODEL_CALL.match(request.path)
    assert match is not None
    said = old_wire.read_request(match[1], request.body)
    request.conversation = said
    mood = session.mood_for(said.key, repeats=False)
    if refusal := _misbehave(session, said, mood, error_body):
        return refusal
    made = mood.alter(answer(said), said) if mood else answer(said)
    shape = session.weather.spelling if mood else as_it_is
    if request.api != "streamGenerateContent":
        return Reply.of(200, shape(old_reply.reply(made)))
    chunks: list[Any] = [shape(chunk) for chunk in old_reply.stream(made)]
    return Reply.events(breaks.chunks(chunks, made, mood))


def _interact(session: Session, request: Request, grammar: Grammar) -> Reply:
    body = request.body
    grammar.check(body)
    said = new_wire.read_request(body, session.recall)
    request.conversation = said
    mood = session.mood_for(said.key, repeats=True)
    world = session.weather.world if mood else FRIENDLY
    old = session.old_errors or world.old_error_body
    error = error_body if old else documented_body
    if refusal := _misbehave(session, said, mood, error):
        return refusal
    made = mood.alter(answer(said), said) if mood else answer(said)
    reply = world.shape(new_reply.reply(made, body.get("previous_interaction_id")))
    broken = body.get("stream") and breaks.is_broken(made, mood)
    if body.get("store", True) and not broken:
        session.remember(made, said, reply)
    if not body.get("stream"):
        return Reply.of(200, reply)
    events: list[Any] = breaks.in_shape(new_reply.stream(made), reply)
    said_last = [*breaks.events(events, made, mood), "[DONE]"]
    return Reply.events(said_last, one_by_one=session.weather.world.one_by_one)


def _misbehave(
    session: Session, said: Conversation, mood: Mood | None, body: Callable[[int, str], Json]
) -> Reply | None:
    """The failure that the mood or the prompt asks for, if any; `body` says it."""
    if mood and mood.failure:
        return Reply.of(mood.failure, body(mood.failure, f"Asked to fail with {mood.failure}."))
    steering = steering_of(said)
    if words := steering.words("slow"):
        time.sleep(float(words[0]))
    if "drop" in steering:
        return Reply(200, b"", hang_up=True)
    if "garbage" in steering:
        return Reply(200, b"<html>not JSON</html>", "text/html")
    code = 0
    if words := steering.words("error"):
        code = int(words[0])
    if words := steering.words("flaky"):
        times = int(words[1]) if len(words) > 1 else 1
        code = int(words[0]) if session.attempt(said.key) <= times else 0
    if not code:
        return None
    return Reply.of(code, body(code, f"Asked to fail with {code}."))


def _count_tokens(request: Request) -> Reply:
    body = request.body.get("generateContentRequest", request.body)
    words = len(json.dumps(body.get("contents", [])).split())
    return Reply.of(200, {"totalTokens": words})


def _embed(request: Request) -> Reply:
    def values(part: Any) -> list[float]:
        text = json.dumps(part.get("content", part), sort_keys=True)
        return [byte / 256 for byte in hashlib.sha256(text.encode()).digest()[:4]]

    if "requests" in request.body:
        found = [{"values": values(one)} for one in request.body["requests"]]
        return Reply.of(200, {"embeddings": found})
    return Reply.of(200, {"embedding": {"values": values(request.body)}})


def _cache(request: Request) -> Reply:
    text = json.dumps(request.body, sort_keys=True)
    name = hashlib.sha256(text.encode()).hexdigest()[:12]
    said = {"name": f"cachedContents/{name}", "model": request.body.get("model")}
    usage = {"totalTokenCount": len(text.split())}
    said |= {"createTime": CREATED, "updateTime": CREATED, "usageMetadata": usage}
    return Reply.of(200, {**said, "expireTime": "2030-01-01T00:00:00Z"})


def _free_name(session: Session, announced: Any) -> str:
    """A name told by what is uploaded: files that come at the same time come in any order."""
    text = json.dumps(announced, sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    copies = sum(name.startswith(f"files/{digest}") for name in session.files)
    return f"files/{digest}-{copies}" if copies else f"files/{digest}"


def upload(session: Session, path: str, headers: Json, raw: bytes) -> Reply:
    """The two steps of a resumable upload: announce a file, send its bytes."""
    command = headers.get("x-goog-upload-command", "")
    if command == "start":
        file = camel(json.loads(raw or b"{}")).get("file", {})
        file.pop("sizeBytes", None)
        mime = file.get("mimeType") or headers.get("x-goog-upload-header-content-type")
        size = headers.get("x-goog-upload-header-content-length")
        name = file.get("name") or _free_name(session, [file, mime, size])
        session.files[name] = {**file, "name": name, "mimeType": mime}
        origin = session.base_url
        url = f"{origin}/upload/v1beta/{name}?upload_id=1"
        return Reply(200, b"{}", headers={"X-Goog-Upload-URL": url})
    name = "files/" + path.partition("?")[0].rpartition("/")[2]
    if name not in session.files:
        raise Refused(f"no upload of {name} was started", 404)
    digest = hashlib.sha256(raw).hexdigest()
    file = session.files[name]
    file["sizeBytes"] = str(int(file.get("sizeBytes", 0)) + len(raw))
    file["uri"] = f"https://generativelanguage.googleapis.com/v1beta/{name}"
    file["sha256Hash"] = digest
    file |= {"state": "ACTIVE", "createTime": CREATED, "updateTime": CREATED}
    final = {"X-Goog-Upload-Status": "final"}
    status = final if "finalize" in command else {"X-Goog-Upload-Status": "active"}
    return Reply(200, json.dumps({"file": file}).encode(), headers=status)
