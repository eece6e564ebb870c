"""Schemas in the old dialect (`types.Schema` and upper-case dicts) as JSON schemas.

`convert_schema` puts a JSON schema where a schema stands. One that is written out becomes a dict,
there or where it is made; a `types.Schema` that is also used otherwise says its own by
`json_schema`.
"""

from __future__ import annotations

import ast

from codemods.objects.field_spelling import snake
from codemods.objects.written_objects import class_path, source_of
from codemods.schemas.schema_entries import Entry, can_write, entries_of, keyword_of, type_member
from codemods.schemas.schema_kinds import is_json_schema
from codemods.schemas.schema_objects import (
    KIND,
    changes_later,
    check_complete,
    dump,
    is_dict,
    is_looked_into,
    only_sent,
    validated,
)
from codemods.tables.api import SCHEMA
from codemods.tables.schemas import DROPPED, KEYWORDS, Holds
from migrator.edits import Binding, Code, DictCode, Hole, Item, ListCode, Template
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.reasoning.name_scopes import comes_from_callers
from migrator.understand.facts import origin_of
from migrator.understand.values import Symbol, Unknown, Value, are_all, is_none, is_text

PROPERTIES = "schema properties"
ORDER_NOTE = (
    "property_ordering has no equivalent: properties come in the order in which they are listed"
)


def convert_schema(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """The JSON schema for the schema `node`."""
    values = frozenset(v for v in draft.in_view(node) if not is_none(v))
    if values and all(is_dict(v) and changes_later(draft, origin_of(v)) for v in values):
        check_complete(draft, node, owner)
        return validated(draft, node, owner)
    if entries_of(draft, node) is not None:
        if can_write(draft, node):
            return write_schema(draft, node, owner)
        whole = draft.hole(node, Binding.ATOM)
        return dump(whole) if isinstance(node, ast.Call) else validated(draft, node, owner)
    if values and all(draft.can_rebuild(v, KIND) for v in values):
        origins = [o for v in values if isinstance(o := origin_of(v), ast.expr)]
        if not any(needs_change(draft, o) or is_looked_into(draft, o) for o in origins):
            draft.sinks[node] = KIND
            return draft.hole(node)
        if all(only_sent(draft, origin) for origin in origins) or not are_all(values, SCHEMA):
            return draft.convert(node, KIND, owner)
    if are_all(values, SCHEMA):
        if "property_ordering" in draft.text:
            draft.note(owner, ORDER_NOTE)
        return dump(draft.hole(node, Binding.ATOM))
    if is_json_schema(draft, node):
        return draft.hole(node)
    if all(isinstance(v, (Unknown, Symbol)) or is_dict(v) for v in values):
        asked = any(node is known for known in draft.remembered(owner, "schema"))
        assumed = "a schema without $ref, and no class" if asked else "a schema, and not None"
        draft.doubt(owner, node, f"`{draft.quote(node)}` is assumed to be {assumed}")
        return validated(draft, node, owner)
    text = f"the schema `{draft.quote(node)}` can't be followed; it must be passed as JSON schema"
    draft.block(owner, node, text)
    return draft.hole(node)


def accepts_schema(draft: Draft, value: Value) -> bool:
    """Whether a schema is written out where it is made."""
    origin = origin_of(value)
    if not isinstance(origin, ast.expr) or entries_of(draft, origin) is None:
        return False
    return can_write(draft, origin)


def write_schema(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """The JSON schema for a schema that is written out at `node`."""
    entries = entries_of(draft, node)
    assert entries is not None
    if isinstance(node, ast.Dict) and not needs_change(draft, node):
        return draft.hole(node)
    if not _keeps_order(draft, entries):
        draft.note(owner, ORDER_NOTE)
    nullable = _nullable(draft, entries, owner)
    items = [item for e in entries if (item := _item(draft, e, owner, nullable)) is not None]
    if nullable and not any(snake(e.name) in {"type", "any_of"} for e in entries):
        draft.block(owner, node, "the schema is nullable, but has no type")
    return DictCode(tuple(items))


def _keeps_order(draft: Draft, entries: list[Entry]) -> bool:
    """Whether properties are listed in the order that the schema asks for, if it does."""
    by_name = {snake(entry.name): entry.value for entry in entries}
    order, properties = by_name.get("property_ordering"), by_name.get("properties")
    if order is None:
        return True
    if not isinstance(order, (ast.List, ast.Tuple)) or not isinstance(properties, ast.Dict):
        return False
    constants = [[draft.constant(n) for n in nodes if n] for nodes in (order.elts, properties.keys)]
    wanted, listed = ([c.value if c else None for c in found] for found in constants)
    return wanted == listed


def needs_change(draft: Draft, node: ast.expr) -> bool:
    """Whether a schema is written in the old dialect, at least in part."""
    entries = entries_of(draft, node)
    if entries is None or isinstance(node, ast.Call):
        origins = [origin_of(v) for v in draft.values(node)]
        return entries is not None or any(
            isinstance(o, ast.expr) and o is not node and needs_change(draft, o) for o in origins
        )
    return any(_changes(draft, entry) for entry in entries)


def _changes(draft: Draft, entry: Entry) -> bool:
    name = snake(entry.name)
    constant = draft.constant(entry.value)
    if name in {"", "nullable"} or name in DROPPED or (constant and constant.value is None):
        return name != "default"
    keyword, holds = keyword_of(name, entry)
    if keyword != entry.name:
        return True
    if name == "type":
        return not (constant and constant.kind == "str" and str(constant.value).islower())
    if holds is Holds.SCHEMA:
        return needs_change(draft, entry.value)
    if holds is Holds.SCHEMAS and isinstance(entry.value, ast.List):
        return any(needs_change(draft, element) for element in entry.value.elts)
    if holds is Holds.PROPERTIES and isinstance(entry.value, ast.Dict):
        keys, values = entry.value.keys, entry.value.values
        return None in keys or any(needs_change(draft, value) for value in values)
    return holds in {Holds.SCHEMAS, Holds.PROPERTIES}


def _nullable(draft: Draft, entries: list[Entry], owner: Member) -> bool:
    """Whether the schema allows null by a word of its own."""
    for entry in entries:
        if snake(entry.name) == "nullable":
            constant = draft.constant(entry.value)
            if constant is None:
                text = "whether the schema is nullable is only known at run time"
                draft.block(owner, entry.value, text)
            return bool(constant and constant.value)
    return False


def _item(draft: Draft, entry: Entry, owner: Member, nullable: bool) -> Item | None:
    """One entry of the JSON schema; None where it has none."""
    name = snake(entry.name)
    constant = draft.constant(entry.value)
    if not name:
        draft.block(owner, entry.value, "a key of the schema is only known at run time")
        return Item(draft.hole(entry.value), "**")
    if name in DROPPED or name == "nullable" or (constant and constant.value is None):
        return None
    keyword, holds = keyword_of(name, entry)
    if name not in KEYWORDS and entry.key is None:
        text = f"`{draft.quote(entry.value)}`: {name} of a schema has no equivalent that is known"
        draft.block(owner, entry.value, text)
    if name == "format" and constant and constant.value == "enum":
        return None  # JSON Schema needs no such mark
    code = _value(draft, keyword, holds, entry, owner)
    if nullable and keyword == "type":
        code = ListCode((Item(code), Item('"null"')))
    elif nullable and isinstance(code, ListCode) and keyword == "anyOf":
        code = ListCode((*code.items, Item(DictCode((Item('"null"', "type"),)))))
    same = entry.key is not None and keyword == entry.name
    if same and entry.key is not None:
        return Item(code, key=Hole(draft.span(entry.key)), source=entry.source)
    return Item(code, keyword, source=entry.source)


def _value(draft: Draft, keyword: str, holds: Holds, entry: Entry, owner: Member) -> Code:
    if keyword == "type":
        return _type(draft, entry.value, owner)
    if holds is Holds.COUNT:
        return _count(draft, entry.value)
    if holds is Holds.SCHEMA:
        return convert_schema(draft, entry.value, owner)
    if holds is Holds.SCHEMAS:
        return _schemas(draft, entry.value, owner)
    if holds is Holds.PROPERTIES:
        return convert_properties(draft, entry.value, owner)
    return draft.hole(entry.value)


def _count(draft: Draft, node: ast.expr) -> Code:
    """A number that was written as text, which the SDK took as well."""
    constant = draft.constant(node)
    if constant is not None and isinstance(constant.value, str) and constant.value.isdigit():
        return constant.value
    return draft.hole(node)


def _schemas(draft: Draft, node: ast.expr, owner: Member) -> Code:
    if isinstance(node, (ast.List, ast.Tuple)):
        return ListCode(
            tuple(
                Item(convert_schema(draft, element, owner), source=draft.span(element))
                for element in node.elts
            )
        )
    if isinstance(node, ast.ListComp):
        draft.replace(owner, node.elt, convert_schema(draft, node.elt, owner))
    else:
        draft.block(owner, node, f"`{draft.quote(node)}` inside the schema can't be followed")
    return draft.hole(node)


def convert_properties(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """A dict of schemas, by the names of the properties."""
    if isinstance(node, ast.Dict):
        items = []
        for key, value in zip(node.keys, node.values, strict=True):
            code = convert_properties if key is None else convert_schema
            held = Hole(draft.span(key)) if key is not None else None
            name = None if key is not None else "**"
            item = Item(code(draft, value, owner), name, held, source_of(draft, value))
            items.append(item)
        return DictCode(tuple(items))
    if isinstance(node, ast.DictComp):
        draft.replace(owner, node.value, convert_schema(draft, node.value, owner))
        return draft.hole(node)
    if isinstance(node, ast.Call) and not node.args and class_path(draft, node) == "dict":
        named = [(k.arg or "**", k.value) for k in node.keywords]
        return DictCode(
            tuple(Item(convert_schema(draft, v, owner), n, None, draft.span(v)) for n, v in named)
        )
    return draft.convert(node, PROPERTIES, owner)


def accepts_properties(draft: Draft, value: Value) -> bool:
    """Whether properties are written out where they are made."""
    return isinstance(origin_of(value), (ast.Dict, ast.DictComp))


def judge_properties(draft: Draft, node: ast.expr, value: Value, owner: Member) -> None:
    """Properties that are not made in view stop the call."""
    if not is_none(value):
        text = f"the properties `{draft.quote(node)}` can't be followed to where they are made; "
        draft.block(owner, node, text + "pass the schema as JSON schema")


def _type(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """The name of a type in lower case, as the program quotes its texts."""
    if isinstance(node, ast.IfExp):
        body, other = (_type(draft, n, owner) for n in (node.body, node.orelse))
        return Template((body, " if ", draft.hole(node.test, Binding.OR), " else ", other))
    constant = None if comes_from_callers(draft, node) else draft.constant(node)
    if constant is not None and isinstance(constant.value, str):
        if isinstance(node, ast.Constant):
            quote = draft.source(node)[0]
            return f"{quote}{constant.value.lower()}{quote}"
        return draft.hole(node) if constant.value.islower() else f'"{constant.value.lower()}"'
    values = draft.values(node)
    members = {type_member(value) for value in values}
    if len(members) == 1 and None not in members and not comes_from_callers(draft, node):
        return f'"{members.pop()}"'
    if values and all(is_text(v) or type_member(v) for v in values):
        return Template((draft.hole(node, Binding.ATOM), ".lower()"))
    draft.block(owner, node, f"the schema type `{draft.quote(node)}` can't be known")
    return draft.hole(node)
