"""What type of content a MIME type, a file or a URI is, as far as the source says."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass

from codemods.content.mime_tests import tested
from codemods.content.page_uploads import upload_types
from codemods.tables.api import FILE
from codemods.tables.media import (
    DOCUMENT,
    DOCUMENT_TYPES,
    TEXT,
    VIDEO_SITES,
    guess,
    is_text_path,
    kind_of,
    text_type_of,
)
from migrator.plan import Draft
from migrator.reasoning.definitions import beginning, definitions, ending
from migrator.understand.state import KEYS
from migrator.understand.values import Constant, Object, Value, Values, is_text

UNKNOWN = "?"
UNLISTED = "unlisted"
"""A document whose MIME type the new API doesn't document."""


@dataclass(frozen=True, slots=True)
class Kinds:
    """The types of content that something may be.

    `none` says that there may be no MIME type, `texts` which MIME types of text there may be (the
    end of a file's name, where systems differ).
    """

    names: frozenset[str]
    none: bool = False
    texts: frozenset[str] = frozenset()

    @property
    def only(self) -> str | None:
        """The one type of content that it is."""
        return next(iter(self.names)) if len(self.names) == 1 and not self.none else None

    def join(self, other: Kinds) -> Kinds:
        """What is either."""
        none = self.none or other.none
        return Kinds(self.names | other.names, none, self.texts | other.texts)

    def without_text(self) -> Kinds:
        """The rest, once text is told apart."""
        return Kinds(self.names - {TEXT}, self.none)


NOTHING = Kinds(frozenset())
ANYTHING = Kinds(frozenset({UNKNOWN}))


def known_kind(mime: str) -> Kinds:
    """The kind of one MIME type; an empty one says nothing."""
    kind = kind_of(mime)
    if kind == DOCUMENT and mime.lower() not in DOCUMENT_TYPES:
        kind = UNLISTED
    return Kinds(frozenset({kind}), texts=frozenset({mime} if kind == TEXT else ()))


def kinds_of_mime(draft: Draft, node: ast.expr) -> Kinds:
    """The types of content that the MIME type `node` may stand for."""
    values = draft.values(node)
    none = any(isinstance(v, Constant) and v.value is None for v in values)
    found = _of_values(values)
    if UNKNOWN in found.names:
        found = NOTHING
        for definition in definitions(draft, node):
            found = found.join(_behind(draft, definition))
    if UNKNOWN in found.names and (said := tested(draft, node)):
        found, none = _of_mimes(said), False
    return Kinds(found.names, none, found.texts)


def _of_values(values: Values) -> Kinds:
    """The kinds of MIME types that are constants (or None); anything where they are not."""
    found = NOTHING
    for value in values:
        if not isinstance(value, Constant):
            return ANYTHING
        if isinstance(value.value, str) and value.value:
            found = found.join(known_kind(value.value))
    return found if found.names else ANYTHING


def _behind(draft: Draft, node: ast.expr) -> Kinds:
    """The kinds by where a MIME type is looked up, or by how its text begins."""
    if isinstance(node, ast.Attribute) and node.attr == "mime_type":
        held = draft.values(node.value)
        if held and all(map(is_file, held)):
            return kinds_of_file(draft, node.value)
    if isinstance(node, ast.Attribute) and node.attr == "type":
        if types := upload_types(draft, node.value):
            return _of_mimes(types)
    looked_up = _looked_up(draft, node)
    if looked_up is not None:
        return looked_up
    constant = draft.constant(node)
    if constant is not None:
        return _of_values(frozenset({constant}))
    start = beginning(draft, node)
    certain = "/" in start and kind_of(start) not in {DOCUMENT, TEXT}
    return known_kind(start) if certain else ANYTHING


def _of_mimes(types: Iterable[str]) -> Kinds:
    found = NOTHING
    for mime in types:
        found = found.join(known_kind(mime))
    return found


def _looked_up(draft: Draft, node: ast.expr) -> Kinds | None:
    """The kinds of `TYPES[x]` and `TYPES.get(x, default)`, one value of the table at a time."""
    defaults: list[ast.expr] = []
    table: ast.expr | None = None
    if isinstance(node, ast.Subscript):
        table = node.value
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr == "get" and node.args:
            table, defaults = node.func.value, node.args[1:]
    found = NOTHING
    for value in draft.values(table) if table is not None else ():
        if not isinstance(value, Object) or value.type != "dict" or value.origin is None:
            return None
        keys = draft.facts.state.keys.get(value.origin, set()) - {KEYS}
        if not keys:
            return None
        for key in keys:
            found = found.join(_of_values(draft.facts.state.heap[value.origin, key]))
    for default in defaults:
        found = found.join(kinds_of_mime(draft, default))
    return found if found.names else None


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


def _of_path(draft: Draft, node: ast.expr) -> Kinds:
    found = NOTHING
    for path in _paths(draft, node):
        mime = guess(path)
        if mime is None and is_text_path(path):
            found = found.join(Kinds(frozenset({TEXT}), texts=frozenset({text_type_of(path)})))
        else:
            found = found.join(ANYTHING if mime is None else known_kind(mime))
    return found


def guessed_mime(draft: Draft, node: ast.expr) -> str | None:
    """The MIME type that the old SDK guesses from the end of a URI, if it is known."""
    guesses = {guess(path) for path in _paths(draft, node)}
    return guesses.pop() if len(guesses) == 1 else None


def _paths(draft: Draft, node: ast.expr) -> list[str]:
    """What a path or URI may be, or how it ends."""
    values = draft.values(node)
    texts = [v.value for v in values if isinstance(v, Constant) and isinstance(v.value, str)]
    if texts and len(texts) == len(values):
        return texts
    return [ending(draft, definition) for definition in definitions(draft, node)]


def is_video_site(draft: Draft, node: ast.expr) -> bool:
    """Whether a URI is certainly that of a video which needs no MIME type."""
    values = draft.values(node)
    texts = [v.value for v in values if isinstance(v, Constant)]
    if texts and len(texts) == len(values):
        return all(str(t).startswith(VIDEO_SITES) for t in texts)
    found = definitions(draft, node)
    return all(beginning(draft, d).startswith(VIDEO_SITES) for d in found)
