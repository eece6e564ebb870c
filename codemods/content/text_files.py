"""Text files by URI: documents without a MIME type, as no type of text is documented for one."""

from __future__ import annotations

import ast
from dataclasses import replace

from codemods.content.media import Media
from codemods.content.mime import Kinds, is_file
from codemods.tables.media import DOCUMENT, TEXT, UPLOADED_TEXTS
from migrator.plan import Draft

UPLOADED_NOTE = (
    "an uploaded text file is sent as a document without a MIME type, as Google's own notebooks "
    "send theirs: the server knows the type from the upload"
)


def is_text_file(media: Media) -> bool:
    """Whether a file by URI is certainly text."""
    return media.kinds.names == {TEXT}


def as_document(draft: Draft, media: Media, *, uploaded: bool) -> Media:
    """A text file as a document; certain for uploads of the types that the server is seen to take.

    Of other types, and of files that the server fetches from elsewhere, no answer is known.
    """
    if uploaded and media.kinds.texts and media.kinds.texts <= UPLOADED_TEXTS:
        draft.note(media.owner, UPLOADED_NOTE)
    else:
        node = media.mime or media.node
        text = f"`{draft.quote(node)}` is text: it is sent as a document without a MIME type"
        draft.doubt(media.owner, node, text)
    return replace(media, kinds=Kinds(frozenset({DOCUMENT})), mime=None)


def is_uri_of_upload(draft: Draft, node: ast.expr) -> bool:
    """Whether a URI is the one of an uploaded file: `file.uri`."""
    if not isinstance(node, ast.Attribute) or node.attr != "uri":
        return False
    held = draft.values(node.value)
    return bool(held) and all(map(is_file, held))
