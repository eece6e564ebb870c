"""What the expression of a response schema is: a class, a type, a schema object, a dict."""

from __future__ import annotations

import ast
import enum
import re

from codemods.objects.written_objects import class_path
from codemods.schemas.used_as_class import MODEL_METHODS, is_used_as_class
from codemods.tables.api import SCHEMA
from migrator.plan import Draft
from migrator.reasoning.definitions import definitions
from migrator.understand.evidence import TYPE_TESTS
from migrator.understand.structure import FUNCTION_TYPES, named_parameters
from migrator.understand.values import Class, Constant, Object, Symbol, Unknown, Value

GENERIC = frozenset(
    {
        "list",
        "dict",
        "tuple",
        "set",
        "typing.List",
        "typing.Dict",
        "typing.Optional",
        "typing.Union",
        "typing.Literal",
        "typing.Annotated",
        "typing_extensions.Literal",
        "int",
        "float",
        "bool",
        "str",
        "datetime.date",
        "datetime.datetime",
        "datetime.time",
        "datetime.timedelta",
    }
)
READERS = frozenset({"json.load", "json.loads", "yaml.safe_load", "tomllib.load", "tomllib.loads"})
JSON_SCHEMAS = frozenset({"model_json_schema", "json_schema"})
"""Methods of pydantic that give a JSON schema."""
MODEL_PROMISES = frozenset({"type[pydantic.BaseModel]", "type[pydantic.main.BaseModel]"})
"""Types of parameters that are promised to be a pydantic class."""
CLASS_OF = re.compile(r"\b[Tt]ype\[[^\]]*\]")
OBJECTS = re.compile(r"\b([Dd]ict|\w*Mapping|Schema\w*|str)\b")
"""What annotations call schemas that are made, rather than classes."""
CLASSES = re.compile(r"\b([Tt]ype|BaseModel)\b")
MODELS = frozenset({"pydantic.BaseModel", "pydantic.main.BaseModel"})


class SchemaKind(enum.Enum):
    """What a schema is made of."""

    MODEL = "a pydantic class"
    TYPE = "another type"
    SCHEMA = "a types.Schema"
    DICT = "a dict of the file"
    PROMISED = "a parameter that is annotated, or read, as a dict"
    NAMED = "imported, and named unlike a class"
    IMPORTED = "imported, and named like a class"
    PASSED = "a parameter that nothing speaks against being a class"
    PARAMETER = "passed by callers out of view"
    UNKNOWN = "unknown"


ASSUMED = frozenset({SchemaKind.IMPORTED, SchemaKind.PASSED})
"""What is taken for a class with --unsafe-fixes."""
ADAPTED = frozenset({SchemaKind.MODEL, SchemaKind.TYPE, *ASSUMED})
"""What a `TypeAdapter` takes."""
WRITTEN = frozenset({SchemaKind.SCHEMA, SchemaKind.DICT})
"""Schemas that can be rebuilt, or can say their own JSON schema."""
VALIDATED = frozenset({*WRITTEN, SchemaKind.PROMISED, SchemaKind.NAMED})
"""What `types.Schema` takes, some of it with --unsafe-fixes."""
STRANGE = frozenset({SchemaKind.PARAMETER, SchemaKind.UNKNOWN})


def kinds_of(draft: Draft, node: ast.expr) -> set[SchemaKind]:
    """What a schema expression may be; None is left out."""
    if isinstance(node, (ast.Subscript, ast.BinOp)):
        return {SchemaKind.TYPE}
    values = draft.values(node)
    kinds = {_kind(draft, v) for v in values if not (isinstance(v, Constant) and v.value is None)}
    if kinds and kinds <= {*STRANGE, SchemaKind.IMPORTED, SchemaKind.NAMED}:
        certain = is_used_as_class(draft, node)
        if certain is not None:
            return {SchemaKind.MODEL if certain else SchemaKind.PASSED}
    if kinds == {SchemaKind.UNKNOWN} and (parameter := _parameter(draft, node)) is not None:
        assert isinstance(node, ast.Name)
        return {_passed(draft, node, parameter)}
    if kinds == {SchemaKind.UNKNOWN} and _is_read_from_file(draft, node):
        return {SchemaKind.PROMISED}
    if kinds == {SchemaKind.UNKNOWN} and _is_made_as_schema(draft, node):
        return {SchemaKind.NAMED}
    if kinds == {SchemaKind.IMPORTED}:
        return {_proven(draft, node) or SchemaKind.IMPORTED}
    return kinds


def _proven(draft: Draft, node: ast.expr) -> SchemaKind | None:
    """What the program shows of an imported name, by methods of pydantic and by annotations."""
    structure = draft.facts.structure
    if not isinstance(node, ast.Name):
        return None
    module = structure.module(node)
    if structure.owner_of(node) is not module:
        return None
    if structure.stores(node.id):
        return None
    names = [n for n in structure.named.get(node.id, ()) if isinstance(n, ast.Name)]
    uses = [n for n in names if structure.owner_of(n) is module]
    for use in uses:
        parent = structure.parent(use)
        if isinstance(parent, ast.Attribute) and parent.attr in MODEL_METHODS:
            return SchemaKind.MODEL
    return SchemaKind.TYPE if any(_is_type(draft, use) for use in uses) else None


def _is_type(draft: Draft, node: ast.AST) -> bool:
    """Whether `node` stands in an annotation, or is what `isinstance` asks for."""
    parent = draft.facts.structure.parent(node)
    while isinstance(parent, (ast.Subscript, ast.BinOp, ast.Tuple)):
        node, parent = parent, draft.facts.structure.parent(parent)
    if isinstance(parent, ast.Call):
        tested = isinstance(parent.func, ast.Name) and parent.func.id == "isinstance"
        return tested and len(parent.args) == 2 and parent.args[1] is node
    return node in {getattr(parent, "annotation", None), getattr(parent, "returns", None)}


def _parameter(draft: Draft, node: ast.expr) -> ast.arg | None:
    """The parameter that `node` is, if nothing else is put into its name."""
    if not isinstance(node, ast.Name):
        return None
    scope = draft.facts.structure.owner_of(node)
    if not isinstance(scope, FUNCTION_TYPES) or draft.facts.structure.stores(node.id):
        return None
    return next((p for p in named_parameters(scope) if p.arg == node.id), None)


def _passed(draft: Draft, node: ast.Name, parameter: ast.arg) -> SchemaKind:
    """What a parameter of which no type is known is, by its annotation and by what is done to it.

    It may be a class, where it is handed on only.
    """
    annotation = parameter.annotation
    written = ast.unparse(annotation) if annotation is not None else ""
    objects = OBJECTS.findall(CLASS_OF.sub("", written))
    structure = draft.facts.structure
    mentions = structure.mentions(structure.owner_of(node), node.id)
    if any(_is_asked(draft, mention) for mention in mentions):
        return SchemaKind.UNKNOWN
    as_dict = any(_is_read_as_dict(draft, mention) for mention in mentions)
    if as_dict or (objects and "str" not in objects and not CLASSES.search(written)):
        return SchemaKind.PROMISED
    looked_at = any(_is_looked_at(draft, mention) for mention in mentions)
    return SchemaKind.UNKNOWN if objects or looked_at else SchemaKind.PASSED


def _is_asked(draft: Draft, node: ast.Name) -> bool:
    """Whether the program asks what a schema is."""
    parent = draft.facts.structure.parent(node)
    called = isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name)
    return called and getattr(getattr(parent, "func", None), "id", "") in TYPE_TESTS


def _is_read_as_dict(draft: Draft, node: ast.Name) -> bool:
    parent = draft.facts.structure.parent(node)
    if isinstance(parent, ast.Attribute):
        return parent.attr in {"get", "keys", "items", "copy"}
    return isinstance(parent, ast.Subscript) and parent.value is node


def _is_looked_at(draft: Draft, node: ast.Name) -> bool:
    """Whether the program reads what is in a schema."""
    parent = draft.facts.structure.parent(node)
    if isinstance(parent, ast.Attribute):
        return not parent.attr.startswith(("model_", "__"))
    return isinstance(parent, (ast.Subscript, ast.For, ast.comprehension))


def _is_read_from_file(draft: Draft, node: ast.expr) -> bool:
    """Whether a schema comes out of a text, which no class can."""
    return all(class_path(draft, found) in READERS for found in _made_by(draft, node))


def is_json_schema(draft: Draft, node: ast.expr) -> bool:
    """Whether `node` is `Model.model_json_schema()` or `TypeAdapter(…).json_schema()`."""
    return all(
        isinstance(found, ast.Call)
        and isinstance(found.func, ast.Attribute)
        and found.func.attr in JSON_SCHEMAS
        for found in _made_by(draft, node)
    )


def _made_by(draft: Draft, node: ast.expr) -> list[ast.expr]:
    """The expressions that a name of the function, or of the module, stands for."""
    structure = draft.facts.structure
    module = structure.module(node) if isinstance(node, ast.Name) else None
    if isinstance(node, ast.Name) and structure.owner_of(node) is module:
        own = [s for s in structure.stores(node.id) if structure.module(s) is module]
        stores = [structure.parent(store) for store in own]
        made = [s.value for s in stores if isinstance(s, ast.Assign)]
        shared = (module, node.id) in structure.shared
        if made and len(made) == len(stores) and not shared:
            return [found for value in made for found in definitions(draft, value)]
    return definitions(draft, node)


def _is_made_as_schema(draft: Draft, node: ast.expr) -> bool:
    """Whether functions make a schema, going by their names: `build_schema(kind)`."""
    made = _made_by(draft, node)
    return all(isinstance(found, ast.Call) and _makes_schema(found) for found in made)


def _makes_schema(call: ast.Call) -> bool:
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    words = name.lower().split("_")
    return "schema" in words and not {"class", "model"}.intersection(words)


def _kind(draft: Draft, value: Value) -> SchemaKind:
    if isinstance(value, Class):
        return SchemaKind.MODEL if is_model(draft, value.node) else SchemaKind.TYPE
    if isinstance(value, Symbol):
        if value.path in GENERIC:
            return SchemaKind.TYPE
        named_like_a_class = _is_class_name(value.path.rpartition(".")[2])
        return SchemaKind.IMPORTED if named_like_a_class else SchemaKind.NAMED
    if isinstance(value, Object):
        if value.type == SCHEMA:
            return SchemaKind.SCHEMA
        if value.type == "dict" and isinstance(value.origin, ast.Dict):
            return SchemaKind.DICT
        if value.type == "dict" and isinstance(value.origin, ast.arg):
            return SchemaKind.PROMISED
        if value.type in MODEL_PROMISES:
            return SchemaKind.MODEL
        if value.type in MODELS and value.origin is not None:
            return SchemaKind.UNKNOWN  # people write the class where they mean it itself
        if value.type.startswith("type["):
            return SchemaKind.TYPE
    return SchemaKind.UNKNOWN if isinstance(value, Unknown) else SchemaKind.PARAMETER


def _is_class_name(name: str) -> bool:
    """Whether a name is written as those of classes are, and of nothing else."""
    return name[:1].isupper() and any(c.islower() for c in name) and "_" not in name


def is_model(draft: Draft, cls: ast.ClassDef) -> bool:
    """Whether the class derives from pydantic's BaseModel, as far as the file shows."""
    for base in cls.bases:
        for value in draft.values(base):
            if isinstance(value, Symbol) and value.path.endswith("BaseModel"):
                return True
            if isinstance(value, Class) and value.node is not cls and is_model(draft, value.node):
                return True
    return False
