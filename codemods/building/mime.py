"""What type of content a MIME type, a file or a URI is, as far as the source says."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from codemods.building.definitions import beginning, definitions, ending
from codemods.tables.api import FILE
from codemods.tables.media import DOCUMENT, DOCUMENT_TYPES, TEXT, VIDEO_SITES, guess, kind_of
from migrator.plan import Draft
from migrator.understand.values import Constant, Object, Value, Values, is_text

UNKNOWN = "?"
UNLISTED = "unlisted"
"""A document whose MIME type the new API doesn't document."""


@dataclass(frozen=True, slots=True)
class Kinds:
    """The types of content that something may be; `none` says that there may be no MIME type."""

    names: frozenset[str]
    none: bool = False

    @property
    def only(self) -> str | None:
        """The one type of content that it is."""
        return next(iter(self.names)) if len(self.names) == 1 and not self.none else None

    def join(self, other: Kinds) -> Kinds:
        """What is either."""
        return Kinds(self.names | other.names, self.none or other.none)


NOTHING = Kinds(frozenset())
ANYTHING = Kinds(frozenset({UNKNOWN}))


def kinds_of_mime(draft: Draft, node: ast.expr) -> Kinds:
    """The types of content that the MIME type `node` may stand for."""
    values = draft.values(node)
    none = any(isinstance(v, Constant) and v.value is None for v in values)
    texts = [v.value for v in values if isinstance(v, Constant) and isinstance(v.value, str)]
    if len(texts) + none == len(values) and any(texts):
        return Kinds(frozenset(_kind(text) for text in texts if text), none)
    names = [_behind(draft, definition).names for definition in definitions(draft, node)]
    return Kinds(frozenset().union(*names), none)


def _kind(mime: str) -> str:
    kind = kind_of(mime)
    return UNLISTED if kind == DOCUMENT and mime.lower() not in DOCUMENT_TYPES else kind


def _behind(draft: Draft, node: ast.expr) -> Kinds:
    """The kinds by how the text of `node` begins, or by the file whose MIME type it is."""
    if isinstance(node, ast.Attribute) and node.attr == "mime_type":
        held = draft.values(node.value)
        if held and all(map(is_file, held)):
            return kinds_of_file(draft, node.value)
    constant = draft.constant(node)
    if constant is not None and isinstance(constant.value, str):
        return Kinds(frozenset({_kind(constant.value)}))
    start = beginning(draft, node)
    certain = "/" in start and kind_of(start) not in {DOCUMENT, TEXT}
    return Kinds(frozenset({kind_of(start)})) if certain else ANYTHING


def is_certain_text(draft: Draft, node: ast.expr) -> bool:
    """Whether a MIME type is text (or None) whatever happens."""
    values = draft.values(node)
    return bool(values) and all(
        is_text(v) or (isinstance(v, Constant) and v.value is None) for v in values
    )


def is_file(value: Value) -> bool:
    """Whether `value` is a file on Google's server."""
    return isinstance(value, Object) and value.type == FILE


def kinds_of_file(draft: Draft, node: ast.expr) -> Kinds:
    """The types of content that the uploaded file `node` may be."""
    return kinds_of_files(draft, draft.values(node))


def kinds_of_files(draft: Draft, files: Values) -> Kinds:
    """The types of content that uploaded files may be."""
    found = _of_files(draft, files, set())
    return found if found.names else ANYTHING


def _of_files(draft: Draft, files: Values, seen: set[ast.AST]) -> Kinds:
    found = NOTHING
    for value in files:
        if not isinstance(value, Object):
            return ANYTHING
        if value.origin in seen:
            continue
        if value.origin is not None:
            seen.add(value.origin)
        found = found.join(_of_origin(draft, value, seen))
    return found


def _of_origin(draft: Draft, value: Object, seen: set[ast.AST]) -> Kinds:
    call = value.origin
    if value.path or not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return ANYTHING
    named = {k.arg: k.value for k in call.keywords}
    if call.func.attr == "get":
        name = named.get("name")
        if isinstance(name, ast.Attribute) and name.attr == "name":
            return _of_files(draft, draft.values(name.value), seen)
        return ANYTHING
    if call.func.attr != "upload" or "file" not in named:
        return ANYTHING
    config = named.get("config")
    if config is not None:
        mime = _mime_in(draft, config)
        if mime is not None:
            return mime
    return _of_path(draft, named["file"])


def _mime_in(draft: Draft, config: ast.expr) -> Kinds | None:
    """The MIME type that an upload's config sets; None where it sets none."""
    found = NOTHING
    for value in draft.values(config):
        if not isinstance(value, Object) or value.origin is None:
            return ANYTHING
        keys = draft.facts.state.keys.get(value.origin)
        if keys is None:
            return ANYTHING
        held = [k for k in keys if str(k).strip(".") in {"mime_type", "mimeType"} or k is None]
        for key in held:
            found = found.join(_of_values(draft.facts.held(value.origin, key)))
    return found if found.names else None


def _of_values(values: Values) -> Kinds:
    """The kinds of MIME types that are constants; anything where they are not."""
    texts = [v.value for v in values if isinstance(v, Constant) and isinstance(v.value, str)]
    return Kinds(frozenset(map(_kind, texts))) if len(texts) == len(values) else ANYTHING


def _of_path(draft: Draft, node: ast.expr) -> Kinds:
    guesses = _guesses(draft, node)
    return ANYTHING if None in guesses else Kinds(frozenset(_kind(m) for m in guesses if m))


def guessed_mime(draft: Draft, node: ast.expr) -> str | None:
    """The MIME type that the old SDK guesses from the end of a URI, if it is known."""
    guesses = _guesses(draft, node)
    return guesses.pop() if len(guesses) == 1 else None


def _guesses(draft: Draft, node: ast.expr) -> set[str | None]:
    values = draft.values(node)
    texts = [v.value for v in values if isinstance(v, Constant) and isinstance(v.value, str)]
    if texts and len(texts) == len(values):
        return {guess(text) for text in texts}
    return {guess(ending(draft, definition)) for definition in definitions(draft, node)}


def is_video_site(draft: Draft, node: ast.expr) -> bool:
    """Whether a URI is certainly that of a video which needs no MIME type."""
    values = draft.values(node)
    texts = [v.value for v in values if isinstance(v, Constant)]
    if texts and len(texts) == len(values):
        return all(str(t).startswith(VIDEO_SITES) for t in texts)
    found = definitions(draft, node)
    return all(beginning(draft, d).startswith(VIDEO_SITES) for d in found)
