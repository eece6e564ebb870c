"""Send images, audio, video and documents as typed content.

Why: https://ai.google.dev/gemini-api/docs/migrate-to-interactions: media is content of type image,
audio, video or document, with base64 text or a URI; `create` takes no bytes, no pictures and no
uploaded files.

Rewrites: `types.Part.from_bytes`, `Part.from_uri`, `Part(inline_data=…)`, `Part(file_data=…)` and
their dicts; uploaded files; pictures of Pillow, which are encoded as the old SDK did; clips
(`video_metadata`) and media resolutions, of a part or of a whole call. The type of the content
comes from the MIME type, or from the tests around it (`if kind.startswith("image/")`); where that
is only known at run time, from an expression. Text that was sent as bytes is sent as text; plain
text and Markdown that was uploaded as a document without a MIME type, as Google's own migrated
notebooks send it.

Leaves alone: URIs that say too little, URIs of what may be text or media, and pictures that are
made where no statement can be put before (a lambda, a comprehension). With --unsafe-fixes only:
other text files by URI are documents without a MIME type; MIME types of unknown origin, and data
that may be no bytes, are taken for what they should be; what is clipped, for a video.
"""

from __future__ import annotations

import ast
from dataclasses import replace

from codemods.content.media import Media, content, inline_content, with_clip
from codemods.content.mime import (
    ANYTHING,
    UNKNOWN,
    Kinds,
    guessed_mime,
    is_video_site,
    kinds_of_file,
    kinds_of_files,
    kinds_of_mime,
)
from codemods.content.parts import Part
from codemods.content.pictures import picture_items, picture_list
from codemods.content.resolution import FIELD, check_levels, setting_level
from codemods.content.reused_media import content_read
from codemods.content.text_assumed import ADVICE
from codemods.content.text_files import as_document, is_text_file, is_uri_of_upload
from codemods.objects.setting_rows import Setting
from codemods.objects.written_objects import fields_of, source_of
from codemods.tables.api import FILE, PICTURE, PICTURE_MODULE, TYPES
from codemods.tables.media import CLIP_FIELDS, kind_of
from migrator.codemod import Codemod
from migrator.edits import Binding, ClausesCode, Code, Item, Template
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.reasoning.evaluated_once import Twice, twice
from migrator.understand.values import Value, Values

BLOB = TYPES + "Blob"
FILE_DATA = TYPES + "FileData"
CLIP = TYPES + "VideoMetadata"
MODIFIERS = frozenset({"media_resolution", "video_metadata"})
VIDEO = Kinds(frozenset({"video"}))
IMAGE = Kinds(frozenset({"image"}))


def from_bytes(draft: Draft, part: Part) -> Code:
    """`types.Part.from_bytes(data=…, mime_type=…)`."""
    return _inline(draft, part, part.fields)


def inline_data(draft: Draft, part: Part) -> Code:
    """`types.Part(inline_data=types.Blob(data=…, mime_type=…))`, or its dict."""
    return _nested(draft, part, "inline_data", BLOB)


def from_uri(draft: Draft, part: Part) -> Code:
    """`types.Part.from_uri(file_uri=…, mime_type=…)`; the old SDK guesses a missing MIME type."""
    uri = part.fields.get("file_uri")
    if uri is None or "mime_type" in part.fields:
        return _linked(draft, part, part.fields)
    mime = guessed_mime(draft, uri)
    if mime is None:
        text = f"Part.from_uri guesses the MIME type of `{draft.quote(uri)}`; pass mime_type"
        draft.block(part.owner, part.node, text)
        return draft.hole(part.node)
    media = _media(draft, part, Kinds(frozenset({kind_of(mime)})))
    entries = (_item(draft, "uri", uri), Item(f'"{mime}"', "mime_type"))
    return content(draft, media, entries)


def file_data(draft: Draft, part: Part) -> Code:
    """`types.Part(file_data=types.FileData(file_uri=…, mime_type=…))`, or its dict."""
    return _nested(draft, part, "file_data", FILE_DATA)


def _nested(draft: Draft, part: Part, field: str, path: str) -> Code:
    """A part whose data is an object of its own, written out here or made elsewhere."""
    inner = part.fields[field]
    fields = fields_of(draft, inner, path)
    if fields is not None:
        named = {f.name: f.value for f in fields}
        build = _inline if path == BLOB else _linked
        return build(draft, part, {**named, **_modifiers(part)})
    code = draft.convert(inner, field.replace("_", " "), part.owner)
    media = _media(draft, part, ANYTHING)
    if not media.more and media.resolution is None:
        return code
    text = f"`{draft.quote(inner)}` is made elsewhere; write it in the part that adds to it"
    draft.block(part.owner, inner, text)
    return code


def _modifiers(part: Part) -> dict[str, ast.expr]:
    """What a part says besides its data."""
    return {name: value for name, value in part.fields.items() if name not in DATA}


DATA = frozenset({"inline_data", "file_data"})


def build_blob(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """A `types.Blob` that is made away from its part: the whole content takes its place."""
    fields = {f.name: f.value for f in fields_of(draft, node, BLOB) or ()}
    return _inline(draft, Part(owner, node, "inline_data", fields), fields)


def build_file_data(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """A `types.FileData` that is made away from its part."""
    fields = {f.name: f.value for f in fields_of(draft, node, FILE_DATA) or ()}
    return _linked(draft, Part(owner, node, "file_data", fields), fields)


def accepts_blob(draft: Draft, value: Value) -> bool:
    """Blobs that are written out."""
    return _is_written(draft, value, BLOB)


def accepts_file_data(draft: Draft, value: Value) -> bool:
    """File data that is written out."""
    return _is_written(draft, value, FILE_DATA)


def _is_written(draft: Draft, value: Value, path: str) -> bool:
    origin = getattr(value, "origin", None)
    return isinstance(origin, ast.expr) and fields_of(draft, origin, path) is not None


def _inline(draft: Draft, part: Part, fields: dict[str, ast.expr]) -> Code:
    """Content with bytes."""
    _refuse(draft, part, fields, {"data", "mime_type"})
    data, mime = fields.get("data"), fields.get("mime_type")
    if data is None or mime is None:
        draft.block(part.owner, part.node, f"`{draft.quote(part.node)}` has no MIME type or data")
        return draft.hole(part.node)
    return inline_content(draft, _media(draft, part, kinds_of_mime(draft, mime), mime), data)


def _linked(draft: Draft, part: Part, fields: dict[str, ast.expr]) -> Code:
    """Content with a URI."""
    _refuse(draft, part, fields, {"file_uri", "mime_type"})
    uri, mime = fields.get("file_uri"), fields.get("mime_type")
    if uri is None:
        draft.block(part.owner, part.node, f"`{draft.quote(part.node)}` has no URI")
        return draft.hole(part.node)
    link = _item(draft, "uri", uri)
    if mime is None:
        if not is_video_site(draft, uri):
            text = f"`{draft.quote(uri)}` has no MIME type; it is assumed to be a YouTube video"
            draft.doubt(part.owner, uri, text)
        return content(draft, _media(draft, part, VIDEO), (link,))
    media = _media(draft, part, kinds_of_mime(draft, mime), mime)
    if is_text_file(media):
        uploaded = is_uri_of_upload(draft, uri)
        return content(draft, as_document(draft, media, uploaded=uploaded), (link,))
    told, written = None, _item(draft, "mime_type", mime)
    if media.is_told:
        told = twice(draft, mime, part.owner, "mime_type", "media_type")
        if told.is_named:
            written = Item(told.again, "mime_type", source=source_of(draft, mime))
    first = (uri.lineno, uri.col_offset) < (mime.lineno, mime.col_offset)
    return content(draft, media, (link, written) if first else (written, link), told)


def _item(draft: Draft, name: str, value: ast.expr) -> Item:
    return Item(draft.hole(value), name, source=source_of(draft, value))


def _media(draft: Draft, part: Part, kinds: Kinds, mime: ast.expr | None = None) -> Media:
    """The media of a part, with what the part says of its resolution and of a clip."""
    received = content_read(draft, mime, "mime_type", part.owner) if mime is not None else None
    resolution = part.fields.get("media_resolution")
    media = Media(part.owner, part.node, kinds, mime, received, resolution)
    clip = part.fields.get("video_metadata")
    if clip is None:
        return media
    fields = fields_of(draft, clip, CLIP)
    if fields is None:
        text = f"the clip `{draft.quote(clip)}` is made elsewhere; write it in the part"
        draft.block(part.owner, clip, text)
        return media
    for field in fields:
        if field.name not in CLIP_FIELDS:
            text = f"{field.name or 'the spread'} of a clip has no equivalent"
            draft.block(part.owner, field.value, text)
    if kinds.only != "video":
        media = _as_video(draft, part, media)
    items = (Item(draft.hole(f.value), f.name, source=f.source) for f in fields)
    return with_clip(media, tuple(items))


def _as_video(draft: Draft, part: Part, media: Media) -> Media:
    """Content of a type that nothing tells, but for the clip: only a video has one."""
    if UNKNOWN in media.kinds.names and media.kinds.names <= {UNKNOWN, *VIDEO.names}:
        text = f"`{draft.quote(media.mime or part.node)}` is assumed to be a type of video, as it "
        draft.doubt(part.owner, media.mime or part.node, text + "is clipped or sampled")
        return replace(media, kinds=VIDEO)
    clip = part.fields["video_metadata"]
    draft.block(part.owner, clip, "only content that is certainly a video can be clipped")
    return media


def _refuse(draft: Draft, part: Part, fields: dict[str, ast.expr], known: set[str]) -> None:
    """Fields that nothing translates stop the call."""
    for name, value in fields.items():
        if name not in known | MODIFIERS:
            text = f"{name or 'the spread'} of a part has no equivalent; {ADVICE}"
            draft.block(part.owner, value, text)


def uploaded_file(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """A `types.File` is sent as its URI and its MIME type."""
    media = Media(owner, node, kinds_of_file(draft, node))
    return _file_content(draft, media, twice(draft, node, owner, "uploaded", "uploaded_file"))


def uploaded_files(draft: Draft, node: ast.expr, held: Values, owner: Member) -> Code:
    """A list of files stays one; each of them is made content where the list is sent."""
    media = Media(owner, node, kinds_of_files(draft, held))
    element = _file_content(draft, media, Twice("file", "file"))
    clause = Template(("for file in ", draft.hole(node, Binding.OR)))
    return ClausesCode("[", element, (clause,), "]")


def _file_content(draft: Draft, media: Media, file: Twice) -> Code:
    if is_text_file(media):
        uri = Template((file.first, ".uri"))
        return content(draft, as_document(draft, media, uploaded=True), (Item(uri, "uri"),))
    told = None
    if media.known is None:
        told = Twice(Template((file.first, ".mime_type")), Template((file.again, ".mime_type")))
    uri = Template((file.again if told else file.first, ".uri"))
    mime = Template((file.again, ".mime_type"))
    return content(draft, media, (Item(uri, "uri"), Item(mime, "mime_type")), told)


def picture(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """A picture of Pillow is encoded as the old SDK encodes it."""
    return content(draft, Media(owner, node, IMAGE), picture_items(draft, node, owner))


def picture_by_module(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """A picture that is annotated as the module of its class."""
    text = f"`{draft.quote(node)}` is assumed to be a picture: PIL.Image, by which it is annotated,"
    draft.doubt(owner, node, text + " is the module")
    return picture(draft, node, owner)


def pictures(draft: Draft, node: ast.expr, held: Values, owner: Member) -> Code:
    """A list of pictures stays one; another list gets the content of each."""
    media = Media(owner, node, IMAGE)
    return picture_list(draft, node, held, owner, lambda items: content(draft, media, items))


def resolution(draft: Draft, setting: Setting) -> None:
    """The resolution for all media of a call is set on each of them."""
    if setting_level(draft, setting.value, setting.owner) is not None:
        draft.remember(setting.owner, FIELD, setting.value)


CODEMOD = Codemod(
    code="GM023",
    name="media-input",
    summary="send images, audio, video and documents as typed content",
    doc=__doc__ or "",
    rules={
        ("part", "from_bytes"): from_bytes,
        ("part", "from_uri"): from_uri,
        ("part", "inline_data"): inline_data,
        ("part", "file_data"): file_data,
        ("part value", FILE): uploaded_file,
        ("part value", PICTURE): picture,
        ("part value", PICTURE_MODULE): picture_by_module,
        ("wrap", FILE): uploaded_files,
        ("wrap", PICTURE): pictures,
        ("build", "inline data"): build_blob,
        ("accepts", "inline data"): accepts_blob,
        ("build", "file data"): build_file_data,
        ("accepts", "file data"): accepts_file_data,
        ("setting", "media_resolution"): resolution,
        ("module", "media-resolution"): check_levels,
    },
)
