"""JSON schemas: one normal form for the dialects of both APIs, and instances."""

from __future__ import annotations

from typing import Any

from .errors import Refused
from .numbers import number

DROPPED = {
    "title",
    "propertyOrdering",
    "property_ordering",
    "default",
    "example",
    "$defs",
    "definitions",
    "$schema",
    "nullable",
}
COUNTS = {"minItems", "maxItems", "minLength", "maxLength"}
COUNTS |= {"minProperties", "maxProperties"}
TYPES = {"object", "array", "string", "integer", "number", "boolean", "null"}
FOREIGN_KEYS = {"any_of", "min_items", "max_items", "property_ordering", "nullable"}
FOREIGN_KEYS |= {
    "propertyOrdering",
    "min_length",
    "max_length",
    "additional_properties",
}
Schema = dict[str, Any]


def normalise(schema: Any, definitions: Schema | None = None) -> Any:
    """The meaning of a schema, whichever dialect it is written in."""
    if not isinstance(schema, dict):
        return schema
    here = schema.get("$defs") or schema.get("definitions") or {}
    definitions = {**(definitions or {}), **here}
    if "$ref" in schema:
        return _follow(schema, definitions)
    found: Schema = {}
    optional = schema.get("nullable") is True
    for key, value in schema.items():
        if key in DROPPED or value is None:
            continue
        if key == "type":
            optional = _normalise_type(value, found) or optional
        elif key in ("anyOf", "oneOf", "allOf"):
            optional = _normalise_union(key, value, found, definitions) or optional
        elif key == "properties":
            found[key] = {k: normalise(v, definitions) for k, v in value.items()}
        elif key == "items":
            found[key] = normalise(value, definitions)
        elif key == "additionalProperties":
            if isinstance(value, dict):
                found[key] = normalise(value, definitions)
        elif key == "const":
            found["enum"] = [value]
        elif key == "required":
            if value:
                found[key] = sorted(value)
        elif key == "format" and value == "enum":
            continue
        else:
            found[key] = int(value) if key in COUNTS else number(value)
    members = found.get("enum")
    if members and None in members:
        optional = True
        members = found["enum"] = [member for member in members if member is not None]
    if members and all(isinstance(member, str) for member in members):
        found.setdefault("type", "string")
    if optional:
        found["optional"] = True
    return found


def _follow(schema: Schema, definitions: Schema) -> Any:
    name = str(schema["$ref"]).rpartition("/")[2]
    if name not in definitions:
        return {"recursive": name}
    inner = {k: v for k, v in definitions.items() if k != name}
    target = dict(definitions[name])
    target.update({k: v for k, v in schema.items() if k not in ("$ref", "$defs")})
    return normalise(target, inner)


def _normalise_type(value: Any, found: Schema) -> bool:
    """Store the type in lower case; tell whether null is allowed too."""
    names = [str(v).lower() for v in (value if isinstance(value, list) else [value])]
    others = [n for n in names if n not in ("null", "type_unspecified")]
    if len(others) == 1:
        found["type"] = others[0]
    elif others:
        found["type"] = sorted(others)
    elif "null" in names:
        found["type"] = "null"
        return False
    return "null" in names


def _normalise_union(key: str, value: list[Any], found: Schema, definitions: Schema) -> bool:
    members = [normalise(member, definitions) for member in value]
    others = [m for m in members if m != {"type": "null"}]
    if len(others) == 1:
        for name, part in others[0].items():
            found.setdefault(name, part)
    elif others:
        found["anyOf" if key == "oneOf" else key] = others
    return len(others) < len(members)


def check_json_schema(schema: Any, where: str) -> None:
    """Refuse what only the older API's dialect knows: `STRING`, `any_of`, nulls."""
    if schema is None:
        raise Refused(f"{where}: null is not a documented value")
    if not isinstance(schema, dict):
        return
    for key, value in schema.items():
        here = f"{where}.{key}"
        if value is None and key not in ("default", "const", "example"):
            raise Refused(f"{here}: null is not a documented value")
        if key in FOREIGN_KEYS:
            raise Refused(f"{here}: no keyword of JSON Schema")
        if key == "type":
            for name in value if isinstance(value, list) else [value]:
                if name not in TYPES:
                    raise Refused(f"{here}: {name!r} is no type of JSON Schema")
        elif key in ("properties", "$defs", "definitions"):
            for name, part in value.items():
                check_json_schema(part, f"{here}.{name}")
        elif key in ("items", "additionalProperties"):
            check_json_schema(value, here)
        elif key in ("anyOf", "oneOf", "allOf"):
            for index, part in enumerate(value):
                check_json_schema(part, f"{here}[{index}]")


def instance(schema: Schema, seed: str, name: str = "value", depth: int = 0) -> Any:
    """A value that a normalised schema allows, always the same for one seed."""
    number = int(seed[:6], 16) + sum(map(ord, name)) + depth
    if schema.get("enum"):
        return schema["enum"][number % len(schema["enum"])]
    if schema.get("anyOf"):
        return instance(schema["anyOf"][0], seed, name, depth + 1)
    if schema.get("allOf"):
        merged: Schema = {}
        for part in schema["allOf"]:
            merged.update(part)
        return instance(merged, seed, name, depth + 1)
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if depth > 8 or "recursive" in schema:
        return None
    if kind == "object" or "properties" in schema:
        return _object(schema, seed, name, depth)
    if kind == "array":
        return _array(schema, seed, name, depth)
    return _scalar(schema, kind, number, seed, name)


def _object(schema: Schema, seed: str, name: str, depth: int) -> Schema:
    members = dict(schema.get("properties", {}))
    extra = schema.get("additionalProperties")
    if isinstance(extra, dict):
        members |= {"one": extra, "two": extra}
    path = f"{name} " if depth else ""
    return {
        key: instance(member, seed, f"{path}{key}", depth + 1) for key, member in members.items()
    }


def _array(schema: Schema, seed: str, name: str, depth: int) -> list[Any]:
    size = max(2, schema.get("minItems", 0))
    size = min(size, schema.get("maxItems", size))
    if schema.get("prefixItems"):
        parts = [normalise(part) for part in schema["prefixItems"]]
        return [instance(part, seed, name, depth + 1) for part in parts]
    items = schema.get("items") or {"type": "string"}
    if "recursive" in items:
        return []
    return [instance(items, seed, f"{name}{i}", depth + 1) for i in range(size)]


def _scalar(schema: Schema, kind: Any, number: int, seed: str, name: str) -> Any:
    if kind in ("integer", "number"):
        low = schema.get("minimum", 1)
        high = schema.get("maximum", low + 98)
        value = low + number % (int(high - low) + 1)
        return int(value) if kind == "integer" else float(value)
    if kind == "boolean":
        return number % 2 == 0
    if kind == "null":
        return None
    formats = {"date-time": "2026-01-02T03:04:05Z", "date": "2026-01-02"}
    formats |= {"time": "03:04:05Z", "uri": "https://example.com/a"}
    formats |= {"email": "ada@example.com", "duration": "PT5S"}
    formats |= {"uuid": "12345678-1234-4234-8234-123456789abc"}
    text = formats.get(schema.get("format", ""), f"{name} {seed[:6]}")
    return str(text)[: schema.get("maxLength", len(text))]
