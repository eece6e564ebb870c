"""The entries of a schema that is written out, and whether they can be written as JSON schema."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from codemods.objects.field_spelling import snake
from codemods.objects.written_objects import class_path, source_of
from codemods.tables.api import SCHEMA, TYPES
from codemods.tables.schemas import DROPPED, KEYWORDS, Holds
from codemods.tables.schemas import TYPES as TYPE_NAMES
from migrator.edits import Span
from migrator.plan import Draft
from migrator.understand.facts import origin_of
from migrator.understand.values import Symbol, Value, is_text

Seen = frozenset[ast.AST]
SILENT = DROPPED | {"nullable"}
"""Fields that become no keyword of their own."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a schema that is written out; `key` is the expression of a dict's key."""

    name: str
    value: ast.expr
    source: Span
    key: ast.expr | None = None


def entries_of(draft: Draft, node: ast.expr) -> list[Entry] | None:
    """The entries of the schema that `node` writes out; None if it writes out none."""
    if isinstance(node, ast.Dict):
        return [_entry(draft, k, v) for k, v in zip(node.keys, node.values, strict=True)]
    if isinstance(node, ast.Call) and not node.args and all(k.arg for k in node.keywords):
        if class_path(draft, node).removesuffix("Dict") in {SCHEMA, "dict"}:
            return [Entry(k.arg or "", k.value, source_of(draft, k.value)) for k in node.keywords]
    return None


def _entry(draft: Draft, key: ast.expr | None, value: ast.expr) -> Entry:
    constant = draft.constant(key) if key is not None else None
    name = constant.value if constant is not None else None
    source = source_of(draft, value)
    return Entry(name if isinstance(name, str) else "", value, source, key)


def keyword_of(name: str, entry: Entry) -> tuple[str, Holds]:
    """The keyword of JSON Schema for an entry, and what it holds."""
    if entry.name == "$defs":
        return "$defs", Holds.PROPERTIES
    return KEYWORDS.get(name, (entry.name, Holds.VALUE))


def type_member(value: Value) -> str | None:
    """The member of `types.Type` that a value is, in lower case."""
    if not isinstance(value, Symbol) or not value.path.startswith(TYPES + "Type."):
        return None
    name = value.path.removeprefix(TYPES + "Type.").removesuffix(".value").removesuffix(".name")
    return name.lower() if name in TYPE_NAMES else None


def can_write(draft: Draft, node: ast.expr, seen: Seen = frozenset()) -> bool:
    """Whether all that the schema at `node` holds can be told from the source."""
    entries = entries_of(draft, node) or ()
    named = {snake(entry.name) for entry in entries}
    if "nullable" in named and not named & {"type", "any_of"}:
        return False
    return node in seen or all(_can_write_entry(draft, e, seen | {node}) for e in entries)


def _can_write_entry(draft: Draft, entry: Entry, seen: Seen) -> bool:
    name, value = snake(entry.name), entry.value
    constant = draft.constant(value)
    if not name or (name not in KEYWORDS and name not in SILENT and entry.key is None):
        return False
    if name in DROPPED or (constant is not None and constant.value is None):
        return True
    if name == "nullable":
        return constant is not None
    keyword, holds = keyword_of(name, entry)
    if keyword == "type":
        return _can_write_type(draft, value)
    if holds is Holds.SCHEMA:
        return can_write(draft, value, seen)
    if holds is Holds.SCHEMAS:
        listed = isinstance(value, (ast.List, ast.Tuple, ast.ListComp))
        return listed and all(can_write(draft, e, seen) for e in _elements(value))
    return holds is not Holds.PROPERTIES or _can_write_properties(draft, value, seen)


def _elements(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.ListComp):
        return [node.elt]
    return node.elts if isinstance(node, (ast.List, ast.Tuple)) else []


def _can_write_properties(draft: Draft, node: ast.expr, seen: Seen) -> bool:
    if isinstance(node, ast.Dict):
        return all(
            (_can_write_properties if key is None else can_write)(draft, value, seen)
            for key, value in zip(node.keys, node.values, strict=True)
        )
    if isinstance(node, ast.DictComp):
        return can_write(draft, node.value, seen)
    if isinstance(node, ast.Call) and class_path(draft, node) == "dict":
        return not node.args and all(can_write(draft, k.value, seen) for k in node.keywords)
    origins = [origin_of(value) for value in draft.values(node)]
    return bool(origins) and all(
        origin in seen
        or (
            isinstance(origin, (ast.Dict, ast.DictComp))
            and _can_write_properties(draft, origin, seen | {origin})
        )
        for origin in origins
    )


def _can_write_type(draft: Draft, node: ast.expr) -> bool:
    if isinstance(node, ast.IfExp):
        return _can_write_type(draft, node.body) and _can_write_type(draft, node.orelse)
    values = draft.values(node)
    return bool(values) and all(is_text(v) or type_member(v) for v in values)
