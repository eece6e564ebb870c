"""What the server's tools found: the same facts for both APIs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .answer import Answer


@dataclass(frozen=True, slots=True)
class Source:
    """A page, place or file that a stretch of the reply rests on (in bytes)."""

    uri: str
    title: str
    start: int
    end: int


def text_of(answer: Answer) -> str:
    """The last text of a reply, the one that citations point into."""
    texts = [item["text"] for item in answer.items if "text" in item]
    return texts[-1] if texts else ""


def sources(answer: Answer, kind: str) -> list[Source]:
    """Two sources for the two halves of the last text, if it rests on any."""
    if "uncited" in answer.steering:
        return []
    size = len(text_of(answer).encode())
    place = answer.key[:6]
    half = size // 2
    return [
        Source(f"https://example.com/{kind}/{place}/1", f"{kind} one", 0, half),
        Source(f"https://example.com/{kind}/{place}/2", f"{kind} two", half, size),
    ]


def cited(answer: Answer, half: int) -> list[int]:
    """The sources that a half of the last text rests on: its own, or all so far."""
    return list(range(half + 1)) if "both" in answer.steering else [half]


def queries(answer: Answer) -> list[str]:
    """What was searched for."""
    return [f"about {answer.key[:6]}", f"more about {answer.key[:6]}"]


def suggestions(answer: Answer) -> str:
    """The page fragment a program must show with a grounded reply."""
    return f'<div class="chip">{answer.key[:6]}</div>'


def urls(answer: Answer) -> list[tuple[str, str]]:
    """The pages read for a prompt, and how that went."""
    words = answer.steering.text.split()
    found = [word.strip(".,") for word in words if word.startswith("http")]
    return [(url, "success") for url in found or ["https://example.com/page"]]


def place_id(source: Source) -> str:
    """The identifier of a place on the map."""
    return f"places/{source.title.replace(' ', '-')}"


def metadata(answer: Answer) -> dict[str, Any]:
    """Everything as the older API tells it."""
    said: dict[str, Any] = {}
    chunks: list[dict[str, Any]] = []
    supports: list[dict[str, Any]] = []
    if "google_search" in answer.used:
        said["webSearchQueries"] = queries(answer)
        said["searchEntryPoint"] = {"renderedContent": suggestions(answer)}
    if "google_maps" in answer.used:
        said["googleMapsWidgetContextToken"] = f"widget-{answer.key[:6]}"
    text = text_of(answer).encode()
    for kind in ("google_search", "google_maps", "file_search"):
        if kind not in answer.used:
            continue
        first = len(chunks)
        for number, source in enumerate(sources(answer, kind)):
            segment = {"startIndex": source.start, "endIndex": source.end}
            spot = text[source.start : source.end].decode("utf-8", "ignore")
            segment["text"] = spot  # type: ignore[assignment]
            indices = [first + index for index in cited(answer, number)]
            supports.append({"segment": segment, "groundingChunkIndices": indices})
            chunks.append(_chunk(kind, source))
    if not chunks:
        return said
    if "unsupported" in answer.steering:
        return {**said, "groundingChunks": chunks}
    return {**said, "groundingChunks": chunks, "groundingSupports": supports}


def _chunk(kind: str, source: Source) -> dict[str, Any]:
    said = {"uri": source.uri, "title": source.title}
    if kind == "google_search":
        return {"web": said}
    if kind == "google_maps":
        return {"maps": {**said, "placeId": place_id(source)}}
    found = {"pageNumber": 7} if source.start == 0 else {"mediaId": f"media/{source.start}"}
    return {"retrievedContext": {**said, "text": f"text of {source.title}", **found}}


def citations(answer: Answer) -> list[dict[str, Any]]:
    """The citations as the newer API tells them."""
    found: list[dict[str, Any]] = []
    for kind in ("google_search", "google_maps", "file_search"):
        if kind not in answer.used or "unsupported" in answer.steering:
            continue
        every = sources(answer, kind)
        for number, source in enumerate(every):
            span = {"start_index": source.start, "end_index": source.end}
            found += [{**_citation(kind, every[i]), **span} for i in cited(answer, number)]
    return found


def _citation(kind: str, source: Source) -> dict[str, Any]:
    if kind == "google_search":
        return {"type": "url_citation", "url": source.uri, "title": source.title}
    if kind == "google_maps":
        said = {"type": "place_citation", "url": source.uri, "name": source.title}
        return {**said, "place_id": place_id(source)}
    said = {"type": "file_citation", "document_uri": source.uri}
    found = {"page_number": 7} if source.start == 0 else {"media_id": f"media/{source.start}"}
    return {**said, "file_name": source.title, "source": f"text of {source.title}", **found}


def steps(answer: Answer) -> list[dict[str, Any]]:
    """The steps of the server's tools, before the text they led to."""
    found: list[dict[str, Any]] = []
    for kind in answer.used:
        call_id = f"{kind}-{answer.key[:8]}"
        call: dict[str, Any] = {"type": f"{kind}_call", "id": call_id}
        result: dict[str, Any] = {"type": f"{kind}_result", "call_id": call_id}
        if kind == "google_search":
            call["arguments"] = {"queries": queries(answer)}
            result["result"] = [{"search_suggestions": suggestions(answer)}]
        elif kind == "url_context":
            pages = urls(answer)
            call["arguments"] = {"urls": [url for url, _ in pages]}
            result["result"] = [{"url": u, "status": status} for u, status in pages]
        elif kind == "google_maps":
            call["arguments"] = {"queries": queries(answer)}
            result["result"] = [_places(answer)]
        elif kind != "file_search":
            continue
        found += [call, result]
    return found


def _places(answer: Answer) -> dict[str, Any]:
    places = [
        {"name": s.title, "place_id": place_id(s), "url": s.uri}
        for s in sources(answer, "google_maps")
    ]
    token = f"widget-{answer.key[:6]}"
    return {"places": places, "widget_context_token": token}
