"""The kinds of sources that a grounded reply names.

Source: `google.genai.types.GroundingChunk` on the old side; the members of
`google.genai.interactions.Annotation` on the new one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """One kind: the annotation in its place, what tells two of them apart, and its fields."""

    annotation: str
    key: str
    fields: Mapping[str, str]


WEB = Source("url_citation", "annotation.url", {"uri": "url", "title": "title"})
MAPS = Source(
    "place_citation", "annotation.url", {"uri": "url", "title": "name", "place_id": "place_id"}
)
FILES = Source(
    "file_citation",
    "(annotation.document_uri, annotation.source)",
    {
        "uri": "document_uri",
        "title": "file_name",
        "text": "source",
        "page_number": "page_number",
        "media_id": "media_id",
    },
)

CALLS: dict[str, str] = {
    "google_search": "google_search_call",
    "google_maps": "google_maps_call",
    "file_search": "file_search_call",
}
"""Tools that look for sources -> the step that shows they have."""
