"""Annotations as JSON schema, exactly as google-genai derives them, or not at all."""

from __future__ import annotations

import ast
import inspect
import math
from typing import Any

from codemods.tables.python_schemas import (
    ANNOTATED,
    CONSTRAINTS,
    DICTS,
    ENUMS,
    FIELD_TEXTS,
    FIELDS,
    LISTS,
    LITERALS,
    MODELS,
    SETS,
    SIMPLE,
    TUPLES,
    Schema,
)
from migrator.reasoning.annotation_meanings import Meanings


class Uncertain(Exception):
    """What the SDK would derive can't be told from the source; the text says why."""


class Schemas:
    """Derives the schemas of one signature; `definitions` gathers the classes they refer to."""

    def __init__(self) -> None:
        self.definitions: dict[str, Schema] = {}
        self._open: list[ast.ClassDef] = []

    def parameter(self, node: ast.expr, names: Meanings) -> Schema:
        """The schema of a parameter: a class is written out where it stands."""
        node = unquoted(node)
        meaning = names.of(node)
        if isinstance(meaning, ast.ClassDef):
            return self._class(meaning, names)
        if isinstance(meaning, ast.expr):
            return self.parameter(meaning, names)
        found = self.schema(node, names)
        if "prefixItems" in found:
            found["unevaluatedItems"] = False
        return found

    def schema(self, node: ast.expr, names: Meanings) -> Schema:
        """The schema of any annotation; a class is referred to."""
        node = unquoted(node)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            return self._union(_sides(node), names)
        if isinstance(node, ast.Subscript):
            return self._generic(node, names)
        meaning = names.of(node)
        if isinstance(meaning, ast.ClassDef):
            return self._reference(meaning, names)
        if isinstance(meaning, ast.expr):
            return self.schema(meaning, names)
        if meaning in SIMPLE:
            return dict(SIMPLE[meaning])
        if meaning in LISTS | TUPLES:
            return {"type": "array", "items": {}}
        if meaning in SETS:
            return {"type": "array", "items": {}, "uniqueItems": True}
        if meaning in DICTS:
            return {"type": "object", "additionalProperties": True}
        raise Uncertain(f"the schema of `{ast.unparse(node)}` can't be told")

    def _generic(self, node: ast.Subscript, names: Meanings) -> Schema:
        meaning = names.of(node.value)
        inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if meaning == "typing.Optional":
            return self._union([*inner, ast.Constant(None)], names)
        if meaning == "typing.Union":
            return self._union(inner, names)
        if meaning in LITERALS:
            found = _enumeration([_literal(e) for e in inner])
            if len(found["enum"]) == 1:
                found["const"] = found.pop("enum")[0]
            return found
        if meaning in ANNOTATED:
            return self._annotated(inner, names)
        if meaning in LISTS and len(inner) == 1:
            return {"type": "array", "items": self.schema(inner[0], names)}
        if meaning in SETS and len(inner) == 1:
            return {"type": "array", "items": self.schema(inner[0], names), "uniqueItems": True}
        if meaning in TUPLES:
            return self._tuple(inner, names)
        if meaning in DICTS and len(inner) == 2 and self.schema(inner[0], names) == SIMPLE["str"]:
            return {
                "type": "object",
                "additionalProperties": self.schema(inner[1], names) or True,
            }
        raise Uncertain(f"the schema of `{ast.unparse(node)}` can't be told")

    def _tuple(self, inner: list[ast.expr], names: Meanings) -> Schema:
        if len(inner) == 2 and isinstance(inner[1], ast.Constant) and inner[1].value is Ellipsis:
            return {"type": "array", "items": self.schema(inner[0], names)}
        items = [self.schema(e, names) for e in inner]
        count = len(items)
        return {"type": "array", "prefixItems": items, "minItems": count, "maxItems": count}

    def _union(self, members: list[ast.expr], names: Meanings) -> Schema:
        found: list[Schema] = []
        for member in members:
            schema = self.schema(member, names)
            found += schema["anyOf"] if set(schema) == {"anyOf"} else [schema]
        null = SIMPLE["None"]
        unique = [s for i, s in enumerate(found) if s not in found[:i] and s != null]
        if null in found:
            unique.append(null)
        return unique[0] if len(unique) == 1 else {"anyOf": unique}

    def _annotated(self, inner: list[ast.expr], names: Meanings) -> Schema:
        found = self.schema(inner[0], names)
        for extra in inner[1:]:
            if isinstance(extra, ast.Constant):
                continue  # a text that only people read
            if not (isinstance(extra, ast.Call) and names.of(extra.func) in FIELDS):
                raise Uncertain(f"`{ast.unparse(extra)}` in an annotation can't be told")
            if extra.args or any(k.arg in {"default", "default_factory"} for k in extra.keywords):
                raise Uncertain(f"`{ast.unparse(extra)}` in an annotation can't be told")
            found = _limited(found, extra.keywords)
        return found

    # classes

    def _reference(self, cls: ast.ClassDef, names: Meanings) -> Schema:
        self.definitions[cls.name] = self._class(cls, names)
        return {"$ref": f"#/$defs/{cls.name}"}

    def _class(self, cls: ast.ClassDef, names: Meanings) -> Schema:
        if cls in self._open:
            raise Uncertain(f"the class {cls.name} refers to itself")
        bases = {names.of(base) for base in cls.bases}
        if cls.decorator_list or cls.keywords or cls.name != cls.name.lstrip("_"):
            raise Uncertain(f"the schema of the class {cls.name} can't be told")
        self._open.append(cls)
        try:
            if bases & ENUMS and bases <= ENUMS | {"str", "int"}:
                return _enum(cls)
            if len(bases) == 1 and bases <= MODELS:
                return self._model(cls, names.inside(cls))
        finally:
            self._open.pop()
        raise Uncertain(f"the schema of the class {cls.name} can't be told")

    def _model(self, cls: ast.ClassDef, names: Meanings) -> Schema:
        found: Schema = {"type": "object", "title": cls.name}
        description = ast.get_docstring(cls)
        if description:
            found["description"] = description
        properties: dict[str, Schema] = {}
        required: list[str] = []
        for statement in cls.body:
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                name = statement.target.id
                properties[name] = self._field(name, statement, names)
                if "default" not in properties[name]:
                    required.append(name)
            elif not _says_nothing(statement):
                text = f"the schema of {cls.name} may be changed by `{_head(statement)}`"
                raise Uncertain(text)
        found["properties"] = properties
        if required:
            found["required"] = required
        return found

    def _field(self, name: str, statement: ast.AnnAssign, names: Meanings) -> Schema:
        if name.startswith(("_", "model_")):
            raise Uncertain(f"the field {name} of a model can't be told")
        found = self.schema(statement.annotation, names)
        if "$ref" not in found:
            found = {"title": name.replace("_", " ").title(), **found}
        value = statement.value
        if value is None:
            return found
        if isinstance(value, ast.Call) and names.of(value.func) in FIELDS:
            found = _limited(found, [k for k in value.keywords if k.arg != "default"])
            given = [*value.args, *(k.value for k in value.keywords if k.arg == "default")]
            if len(given) > 1:
                raise Uncertain(f"`{ast.unparse(value)}` can't be told")
            value = given[0] if given else None
            if value is None or (isinstance(value, ast.Constant) and value.value is Ellipsis):
                return found
        return {**found, "default": literal_value(value)}


def unquoted(node: ast.expr) -> ast.expr:
    """The annotation behind a string."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        try:
            return ast.parse(node.value.strip(), mode="eval").body
        except SyntaxError:
            raise Uncertain(f"the annotation {node.value!r} does not parse") from None
    return node


def literal_value(node: ast.expr) -> Any:
    """The value that a display of constants writes, if JSON can say it."""
    try:
        value = ast.literal_eval(node)
    except (ValueError, SyntaxError, TypeError):
        raise Uncertain(f"the default `{ast.unparse(node)}` is only known at run time") from None
    if not _is_json(value):
        raise Uncertain(f"the default `{ast.unparse(node)}` can't be written as JSON")
    return value


def _is_json(value: object) -> bool:
    if isinstance(value, dict):
        return all(isinstance(k, str) and _is_json(v) for k, v in value.items())
    if isinstance(value, list):
        return all(_is_json(v) for v in value)
    if isinstance(value, float):
        return math.isfinite(value)
    return value is None or isinstance(value, (str, int))


def _sides(node: ast.expr) -> list[ast.expr]:
    """The members of `a | b | c`."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return [*_sides(node.left), *_sides(node.right)]
    return [node]


def _literal(node: ast.expr) -> Any:
    if isinstance(node, ast.Constant) and isinstance(node.value, (str, int)):
        return node.value
    raise Uncertain(f"the literal `{ast.unparse(node)}` can't be told")


def _enumeration(values: list[Any]) -> Schema:
    kinds = {type(value) for value in values}
    names = {str: "string", int: "integer"}
    if len(kinds) != 1 or not kinds <= set(names):
        raise Uncertain("the values of an enumeration are of several types")
    return {"type": names[kinds.pop()], "enum": values}


def _enum(cls: ast.ClassDef) -> Schema:
    values: list[Any] = []
    for statement in cls.body:
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            values.append(_literal(statement.value))
        elif not _says_nothing(statement):
            raise Uncertain(f"the values of {cls.name} can't be told")
    if len(set(values)) != len(values) or not values:
        raise Uncertain(f"the values of {cls.name} can't be told")
    description = ast.get_docstring(cls)
    found = {**_enumeration(values), "title": cls.name}
    return {**found, "description": description} if description else found


def _limited(found: Schema, keywords: list[ast.keyword]) -> Schema:
    """A schema with what `Field(…)` adds to it."""
    for keyword in keywords:
        name = CONSTRAINTS.get(found.get("type", ""), {}).get(keyword.arg or "")
        if keyword.arg in FIELD_TEXTS:
            name = keyword.arg
        if name is None:
            raise Uncertain(f"`{keyword.arg or '**'}` of a Field can't be told")
        value = literal_value(keyword.value)
        text = inspect.cleandoc(value) if name == "description" else value
        found = {**found, name: text}
    return found


def _says_nothing(statement: ast.stmt) -> bool:
    """Whether a statement in the body of a class leaves its schema alone."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
        names = {ast.unparse(d) for d in statement.decorator_list}
        dunder = statement.name.startswith("__") or statement.name == "_missing_"
        return names <= {"property", "staticmethod", "classmethod"} and not dunder
    documents = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return documents or isinstance(statement, ast.Pass)


def _head(statement: ast.stmt) -> str:
    return ast.unparse(statement).partition("\n")[0]
