"""Typed content for media: `{"type": "image", "mime_type": …, "data": …}`."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace

from codemods.content.encoding import bytes_code, text_of_bytes
from codemods.content.mime import UNKNOWN, UNLISTED, Kinds, is_certain_text
from codemods.content.resolution import DEFAULT, SENT, call_level, part_level
from codemods.objects.written_objects import source_of
from codemods.tables.media import DOCUMENT, MEDIA_KINDS, TEXT
from migrator.edits import Binding, CallCode, ClausesCode, Code, DictCode, Item, Template
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.reasoning.evaluated_once import Twice, twice
from migrator.reasoning.evaluation_order import may_swap

RUN_TIME_NOTE = (
    "the type of some content is told by its MIME type at run time: what is no image, audio or "
    "video is sent as a document; send plain text as text"
)


@dataclass(frozen=True, slots=True)
class Media:
    """Media that is to be written as typed content.

    `mime` is the expression of its MIME type, if there is one; `received` the content of a reply
    that has it; `resolution` the one of the part itself, `more` what comes last.
    """

    owner: Member
    node: ast.expr
    kinds: Kinds
    mime: ast.expr | None = None
    received: ast.expr | None = None
    resolution: ast.expr | None = None
    more: tuple[Item, ...] = ()

    @property
    def known(self) -> str | None:
        """The type of the content, if it is known before the program runs."""
        names = {DOCUMENT if n == UNLISTED else n for n in self.kinds.names}
        only = names.pop() if len(names) == 1 and not self.kinds.none else None
        return None if only == UNKNOWN else only

    @property
    def is_told(self) -> bool:
        """Whether the MIME type tells the type of the content when the program runs."""
        return self.known is None and self.received is None


def inline_content(draft: Draft, media: Media, data: ast.expr) -> Code:
    """Content with its bytes, which are encoded as text."""
    assert media.mime is not None
    text = text_of_bytes(draft, data, media.owner) if media.kinds.texts else None
    if text is not None and media.kinds.only == TEXT:
        return _as_text(draft, media, text)
    first = (data.lineno, data.col_offset) < (media.mime.lineno, media.mime.col_offset)
    late = media.is_told and first and not may_swap(draft, data, media.mime)
    told, rest = None, replace(media, kinds=media.kinds.without_text()) if text else media
    written: Code = draft.hole(media.mime)
    if media.is_told:
        told = twice(draft, media.mime, media.owner, "mime_type", "media_type")
        if told.is_named:
            written = told.first if late else told.again
        if late or text is not None:
            told = Twice(told.again, told.again)
    items = (
        Item(bytes_code(draft, data, media.owner), "data", source=source_of(draft, data)),
        Item(written, "mime_type", source=source_of(draft, media.mime)),
    )
    code = content(draft, rest, items if first else items[::-1], told, late=late)
    if text is None or told is None:
        return code
    if late:
        what = f"`{draft.quote(data)}` is read before its MIME type is told; give it a name first"
        draft.block(media.owner, data, what)
    mime = twice(draft, media.mime, media.owner, "mime_type", "media_type").first
    test = Template(("if ", mime, _is_one_of(media.kinds.texts)))
    otherwise = Template(("else ", code))
    return ClausesCode("(", _as_text(draft, media, text), (test, otherwise), ")", soft=True)


def _is_one_of(texts: frozenset[str]) -> str:
    quoted = [f'"{text}"' for text in sorted(texts)]
    return f" == {quoted[0]}" if len(quoted) == 1 else f" in ({', '.join(quoted)})"


def _as_text(draft: Draft, media: Media, text: Code) -> Code:
    """Text that was sent as a file of bytes."""
    if media.resolution is not None or media.more:
        draft.block(media.owner, media.node, "text has no resolution and can't be clipped")
    return DictCode((Item('"text"', "type"), Item(text, "text")))


def content(
    draft: Draft,
    media: Media,
    payload: tuple[Item, ...],
    told: Twice | None = None,
    *,
    late: bool = False,
) -> Code:
    """The content with the entries `payload`, its type `told` by an expression if need be.

    With `late`, the type stands behind what must be evaluated before it.
    """
    check_kinds(draft, media)
    kind = Item(_type_code(draft, media, told), "type")
    items = (*payload, kind) if late else (kind, *payload)
    return DictCode((*items, *_resolution(draft, media), *media.more))


def _type_code(draft: Draft, media: Media, told: Twice | None) -> Code:
    """The type of the content: a literal, or an expression that tells it at run time."""
    if media.received is not None:
        return Template((draft.hole(media.received, Binding.ATOM), ".type"))
    if media.known is not None or told is None:
        return f'"{media.known or DOCUMENT}"'
    draft.note(media.owner, RUN_TIME_NOTE)
    names = media.kinds.names - {UNLISTED}
    anything = UNKNOWN in names
    wanted = MEDIA_KINDS if anything else tuple(k for k in MEDIA_KINDS if k in names)
    if set(wanted) == media.kinds.names and not media.kinds.none:
        return Template((told.first, '.split("/")[0]'))
    test: Code = Template(("(", told.first, ' or "")')) if media.kinds.none else told.first
    if len(wanted) == 1:
        first: Code = f'"{wanted[0]}"'
        prefixes = f'"{wanted[0]}/"'
    else:
        first = Template((told.again, '.split("/")[0]'))
        prefixes = "(" + ", ".join(f'"{kind}/"' for kind in wanted) + ")"
    starts = CallCode(Template((test, ".startswith")), (Item(prefixes),))
    return ClausesCode("(", first, (Template(("if ", starts)), 'else "document"'), ")", soft=True)


def check_kinds(draft: Draft, media: Media) -> None:
    """Say what is not certain about the type of the content."""
    names, node = media.kinds.names, media.mime or media.node
    source = draft.quote(node)
    if TEXT in names:
        text = (
            f"`{source}` is a text type, for which the new API documents no type of content; "
            'send the text itself, as content of type "text"'
        )
        draft.block(media.owner, node, text)
    if names == {UNLISTED}:
        text = f"`{source}` is no documented MIME type of a document, and would be sent as one"
        draft.doubt(media.owner, node, text)
    if media.mime is None or media.received is not None or UNKNOWN not in names:
        return
    if not is_certain_text(draft, media.mime):
        text = f"`{source}` is assumed to be a MIME type, such as image/png"
        draft.doubt(media.owner, node, text)


def _resolution(draft: Draft, media: Media) -> tuple[Item, ...]:
    """The resolution that the part, or else the call, asks for."""
    level = own = None
    if media.resolution is not None:
        level = own = part_level(draft, media.resolution, media.owner)
    if own is None:
        level = call_level(draft, media.owner)
        if media.known != "audio":
            draft.remember(media.owner, SENT + (level or DEFAULT), media.node)
    if level is None:
        return ()
    if media.known == "audio":
        if own is not None:
            draft.block(media.owner, media.node, "audio has no resolution; remove it")
        return ()
    if media.known in {DOCUMENT, None}:
        text = "google-genai sends the resolution of a document from version 3.0 on, not before"
        draft.doubt(media.owner, media.node, text)
    if media.kinds.names & {UNKNOWN, "audio"}:
        text = f"`{draft.quote(media.node)}` is assumed not to be audio, which has no resolution"
        draft.doubt(media.owner, media.node, text)
    return (Item(f'"{level}"', "resolution"),)


def with_clip(media: Media, items: tuple[Item, ...]) -> Media:
    """The media, clipped or sampled."""
    clip = DictCode((Item('"static"', "type"), *items))
    return replace(media, more=(*media.more, Item(clip, "processing")))
