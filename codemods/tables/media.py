"""Media: which type of content a MIME type belongs to, and what files and URIs are.

Source: the members of `google.genai.interactions.ContentParam` on the new side (`mime_type` of
`image`, `audio`, `video` and `document`); Python's `mimetypes` for extensions, which the old SDK
asks for uploads and for `Part.from_uri`.
"""

from __future__ import annotations

MEDIA_KINDS = ("image", "audio", "video")
"""Types of content that are the first half of their MIME types; all else is a document."""
DOCUMENT = "document"
TEXT = "text"

DOCUMENT_TYPES = frozenset(
    {
        "application/pdf",
        "text/csv",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "application/vnd.ms-powerpoint",
        "application/vnd.oasis.opendocument.presentation",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/msword",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.template",
        "application/vnd.oasis.opendocument.text",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.ms-excel",
        "application/vnd.oasis.opendocument.spreadsheet",
    }
)
"""The MIME types of documents that the new API documents."""

TEXT_TYPES = frozenset(
    {
        "application/json",
        "application/xml",
        "application/javascript",
        "application/x-javascript",
        "application/typescript",
        "application/x-typescript",
        "application/x-python",
        "application/x-python-code",
        "application/yaml",
        "application/x-yaml",
    }
)
"""MIME types that don't start with `text/` and are text all the same."""

EXTENSIONS: dict[str, str] = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".bmp": "image/bmp",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".heic": "image/heic",
    ".heif": "image/heif",
    ".webp": "image/webp",
    ".mp3": "audio/mpeg",
    ".wav": "audio/x-wav",
    ".aif": "audio/x-aiff",
    ".aiff": "audio/x-aiff",
    ".aac": "audio/aac",
    ".opus": "audio/opus",
    ".mp4": "video/mp4",
    ".mpeg": "video/mpeg",
    ".mpg": "video/mpeg",
    ".mov": "video/quicktime",
    ".avi": "video/x-msvideo",
    ".webm": "video/webm",
    ".pdf": "application/pdf",
    ".csv": "text/csv",
    ".doc": "application/msword",
    ".ppt": "application/vnd.ms-powerpoint",
    ".xls": "application/vnd.ms-excel",
    ".txt": "text/plain",
    ".html": "text/html",
    ".htm": "text/html",
    ".json": "application/json",
}
"""What every supported Python guesses, on every system."""

TEXT_EXTENSIONS = frozenset(
    {
        ".c", ".cc", ".cpp", ".css", ".cxx", ".h", ".hpp", ".java", ".js", ".log", ".markdown",
        ".md", ".py", ".srt", ".tex", ".tsv", ".vtt", ".xml", ".yaml", ".yml",
    }
)  # fmt: skip
"""Files that are text under whatever name a system's `mime.types` has for them; an upload of which
no name is known is refused by the SDK."""

UPLOADED_TEXTS = frozenset({"text/plain", "text/markdown"})
"""MIME types of uploaded text that the server is seen to take as a document without a MIME type.

Source: google-gemini/cookbook, quickstarts/File_API.ipynb as of commit f15f357e, which sends a
Markdown file, and C++ source uploaded as plain text, in this way, with the answers it got.
"""

VIDEO_SITES = (
    "https://www.youtube.com/",
    "https://youtube.com/",
    "https://m.youtube.com/",
    "https://youtu.be/",
    "http://www.youtube.com/",
    "http://youtu.be/",
)
"""URIs of videos that need no MIME type."""

RESOLUTIONS: dict[str, str] = {
    "MEDIA_RESOLUTION_LOW": "low",
    "MEDIA_RESOLUTION_MEDIUM": "medium",
    "MEDIA_RESOLUTION_HIGH": "high",
    "MEDIA_RESOLUTION_ULTRA_HIGH": "ultra_high",
}
UNSPECIFIED = "MEDIA_RESOLUTION_UNSPECIFIED"

OLD_SOUND, SOUND, SOUND_RATE = "audio/L16;codec=pcm;rate=24000", "audio/l16", 24000
"""The MIME type of speech in both APIs, and its rate.

Source: Google's guide to speech generation and what AI Studio exports on the old side; `mime_type`
and `sample_rate` of `google.genai.interactions.AudioContent` on the new one.
"""

CLIP_FIELDS = ("start_offset", "end_offset", "fps")
"""Fields of `VideoMetadata` that keep their name and value in `processing`."""


def kind_of(mime: str) -> str:
    """The type of content for a MIME type; `text` for what can be sent as text as well."""
    name = mime.partition(";")[0].strip().lower()
    first = name.partition("/")[0]
    if first in MEDIA_KINDS:
        return first
    if name in TEXT_TYPES or (first == "text" and name not in DOCUMENT_TYPES | {"text/rtf"}):
        return TEXT
    return DOCUMENT


def is_text_path(path: str) -> bool:
    """Whether a path or URI ends as that of a text file does."""
    _, dot, extension = path.lower().rpartition(".")
    return bool(dot) and (
        f".{extension}" in TEXT_EXTENSIONS or kind_of(guess(path) or DOCUMENT) == TEXT
    )


def text_type_of(path: str) -> str:
    """The MIME type of a text file that every system calls the same, or else how its name ends."""
    extension = "." + path.lower().rpartition(".")[2]
    return "text/markdown" if extension in {".md", ".markdown"} else extension


def guess(path: str) -> str | None:
    """The MIME type that a path or URI ends in, as far as everybody guesses the same."""
    _, dot, extension = path.lower().rpartition(".")
    return EXTENSIONS.get(f".{extension}") if dot else None
