"""What the expression of a response schema is: a class, a type, a schema object, a dict."""

from __future__ import annotations

import ast
import enum
import re

from codemods.tables.api import SCHEMA
from migrator.plan import Draft
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
    }
)
MODEL_METHODS = ("model_validate_json", "model_validate", "model_json_schema")
CONDITIONAL = (ast.If, ast.IfExp, ast.BoolOp, ast.Try, ast.Match, ast.For, ast.While)
MODEL_PROMISES = frozenset({"type[pydantic.BaseModel]", "type[pydantic.main.BaseModel]"})
"""Types of parameters that are promised to be a pydantic class."""
CLASS_OF = re.compile(r"\b[Tt]ype\[[^\]]*\]")
OBJECTS = re.compile(r"\b([Dd]ict|\w*Mapping|Schema\w*|str)\b")
"""What annotations call schemas that are made, rather than classes."""
MODELS = frozenset({"pydantic.BaseModel", "pydantic.main.BaseModel"})


class SchemaKind(enum.Enum):
    """What a schema is made of."""

    MODEL = "a pydantic class"
    TYPE = "another type"
    SCHEMA = "a types.Schema"
    DICT = "a dict of the file"
    PROMISED = "a parameter that is annotated as a dict"
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
    if kinds and kinds <= {*STRANGE, SchemaKind.IMPORTED} and _is_used_as_model(draft, node):
        return {SchemaKind.MODEL}
    if kinds == {SchemaKind.UNKNOWN} and _may_be_class(draft, node):
        return {SchemaKind.PASSED}
    if kinds == {SchemaKind.IMPORTED}:
        return {_proven(draft, node) or SchemaKind.IMPORTED}
    return kinds


def _proven(draft: Draft, node: ast.expr) -> SchemaKind | None:
    """What the program shows of an imported name, by methods of pydantic and by annotations."""
    structure = draft.facts.structure
    if not isinstance(node, ast.Name) or structure.owner_of(node) is not structure.tree:
        return None
    if structure.stores(node.id):
        return None
    names = [n for n in structure.named.get(node.id, ()) if isinstance(n, ast.Name)]
    uses = [n for n in names if structure.owner_of(n) is structure.tree]
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


def _may_be_class(draft: Draft, node: ast.expr) -> bool:
    """Whether `node` is a parameter that is handed on only, as classes are."""
    if not isinstance(node, ast.Name):
        return False
    scope = draft.facts.structure.owner_of(node)
    if not isinstance(scope, FUNCTION_TYPES) or draft.facts.structure.stores(node.id):
        return False
    parameter = next((p for p in named_parameters(scope) if p.arg == node.id), None)
    if parameter is None or _is_promised_otherwise(parameter.annotation):
        return False
    mentions = draft.facts.structure.mentions(scope, node.id)
    return not any(_is_looked_at(draft, mention) for mention in mentions)


def _is_promised_otherwise(annotation: ast.expr | None) -> bool:
    """Whether an annotation speaks of something that is no class: `dict | Any`, `types.Schema`."""
    written = ast.unparse(annotation) if annotation is not None else ""
    return OBJECTS.search(CLASS_OF.sub("", written)) is not None


def _is_looked_at(draft: Draft, node: ast.Name) -> bool:
    """Whether the program reads what is in a schema, or asks what it is."""
    parent = draft.facts.structure.parent(node)
    if isinstance(parent, ast.Call):
        return isinstance(parent.func, ast.Name) and parent.func.id in TYPE_TESTS
    if isinstance(parent, ast.Attribute):
        return not parent.attr.startswith(("model_", "__"))
    return isinstance(parent, (ast.Subscript, ast.For, ast.comprehension))


def _is_used_as_model(draft: Draft, node: ast.expr) -> bool:
    """Whether every run that gets to its end calls a method that only pydantic classes have."""
    if not isinstance(node, ast.Name):
        return False
    structure = draft.facts.structure
    for method in MODEL_METHODS:
        for read in structure.named.get(method, ()):
            base = read.value if isinstance(read, ast.Attribute) else None
            same = isinstance(base, ast.Name) and base.id == node.id
            if same and structure.scope_of[read] is structure.scope_of[node]:
                if not _is_conditional(draft, read):
                    return True
    return False


def _is_conditional(draft: Draft, node: ast.AST) -> bool:
    """Whether a function may run to its end past `node`."""
    parent = draft.facts.structure.parent(node)
    while parent is not None and not isinstance(parent, (ast.Module, *FUNCTION_TYPES)):
        if isinstance(parent, CONDITIONAL):
            return True
        parent = draft.facts.structure.parent(parent)
    return False


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
