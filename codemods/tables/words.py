"""What names say about what they stand for: enough to doubt that it is text, never to prove it."""

from __future__ import annotations

NO_TEXT = frozenset(
    {
        "attachment", "attachments", "audio", "audios", "blob", "blobs", "contents", "file",
        "files", "frame", "frames", "histories", "history", "image", "images", "img", "imgs",
        "media", "messages", "part", "parts", "photo", "photos", "pic", "pics", "picture",
        "pictures", "screenshot", "screenshots", "turn", "turns", "video", "videos",
    }
)  # fmt: skip
"""Last words of names for turns, for parts of them, and for media."""

READ_AS_TEXT = frozenset({"file", "files"})
"""Words for what a function such as `load_prompt_file` gives the text of."""

HELD_AS_TEXT = frozenset(
    {
        "article", "book", "code", "doc", "document", "file", "html", "markdown", "note", "page",
        "pdf", "readme", "text", "web",
    }
)  # fmt: skip
"""Words before `contents` in names for text: `file_contents`."""

TEXTS = frozenset(
    {
        "answer", "caption", "description", "str", "string", "summary", "text", "transcript",
        "transcription",
    }
)  # fmt: skip
"""Last words of names for text, and of functions that give it, whatever they are given."""

ASKING = frozenset({"instruction", "instructions", "message", "prompt", "query", "question"})
"""Last words of names for what is asked: text, as a rule."""

WORDING = frozenset(
    {
        "analyze", "caption", "describe", "dump", "extract", "flatten", "format", "join", "ocr",
        "parse", "read", "render", "serialize", "stringify", "summarise", "summarize",
        "transcribe", "translate",
    }
)  # fmt: skip
"""First words of names of functions that make text of what they are given."""

NAMED_AS_PICTURE = frozenset({"image", "img", "photo", "pic", "picture", "screenshot"})
"""Last words of names for one picture."""

READS_OF_PICTURES = frozenset(
    {
        "close", "convert", "copy", "crop", "filename", "filter", "format", "getbbox", "getpixel",
        "height", "info", "load", "mode", "resize", "rotate", "save", "show", "size", "thumbnail",
        "transpose", "verify", "width",
    }
)  # fmt: skip
"""Attributes of pictures of Pillow."""
