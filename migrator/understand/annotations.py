"""What an annotation promises about a value: text, a container, an object of the API or a class."""

from __future__ import annotations

import ast
from collections.abc import Callable

from migrator.understand.values import (
    NONE,
    NOTHING,
    Class,
    Instance,
    Object,
    Symbol,
    Value,
    Values,
    join,
    one,
)

SIMPLE = frozenset({"str", "int", "float", "bool", "bytes", "dict", "list", "tuple", "set"})
LISTS = frozenset(
    {
        "list",
        "typing.List",
        "typing.Sequence",
        "typing.Iterable",
        "List",
        "Sequence",
        "collections.abc.Sequence",
        "collections.abc.Iterable",
        "typing.Iterator",
    }
)
WRAPPERS = frozenset(
    {
        "typing.Optional",
        "typing.Annotated",
        "typing.Final",
        "typing.ClassVar",
        "typing_extensions.Annotated",
        "Optional",
        "Annotated",
    }
)


def annotated(
    annotation: ast.expr | None, evaluate: Callable[[ast.expr], Values], origin: ast.AST | None
) -> Values:
    """The values an annotation allows, empty where it says nothing useful.

    `evaluate` resolves names in the annotation's scope; `origin` is given to API objects.
    """
    if annotation is None:
        return NOTHING
    if isinstance(annotation, ast.Constant):
        if annotation.value is None:
            return one(NONE)
        if isinstance(annotation.value, str):
            return _string(annotation.value, evaluate, origin)
        return NOTHING
    if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
        sides = [annotated(side, evaluate, origin) for side in (annotation.left, annotation.right)]
        return join(sides) if all(sides) else NOTHING
    if isinstance(annotation, ast.Subscript):
        return _subscript(annotation, evaluate, origin)
    return _named(annotation, evaluate, origin)


def _string(text: str, evaluate: Callable[[ast.expr], Values], origin: ast.AST | None) -> Values:
    try:
        parsed = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError):
        return NOTHING
    return annotated(parsed, evaluate, origin)


def _subscript(
    node: ast.Subscript, evaluate: Callable[[ast.expr], Values], origin: ast.AST | None
) -> Values:
    names = {_name(v) for v in evaluate(node.value)}
    inner = (
        node.slice.elts[0] if isinstance(node.slice, ast.Tuple) and node.slice.elts else node.slice
    )
    if names & {"typing.Union", "Union"}:
        members = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        sets = [annotated(member, evaluate, origin) for member in members]
        return join(sets) if all(sets) else NOTHING
    if names & {"typing.Optional", "Optional"}:
        wrapped = annotated(inner, evaluate, origin)
        return join((wrapped, one(NONE))) if wrapped else NOTHING
    if names & {"typing.Literal", "typing_extensions.Literal"}:
        return evaluate(inner)
    if names & WRAPPERS:
        return annotated(inner, evaluate, origin)
    if names & LISTS:
        element = annotated(inner, evaluate, None)
        types = {v.type for v in element if isinstance(v, Object)}
        if len(types) == 1 and len(element) == 1:
            return one(Object(f"list[{types.pop()}]", origin))
        return one(Object("list", origin))
    if names & {"type", "typing.Type", "Type"}:
        return join([_class_of(value, evaluate, origin) for value in evaluate(inner)])
    if names & {"dict", "typing.Dict", "Dict", "typing.Mapping"}:
        return one(Object("dict", origin))
    generic = evaluate(node.value)
    return _named(node.value, evaluate, origin) if _are_classes(generic) else NOTHING


def _are_classes(values: Values) -> bool:
    """Whether values are classes of the program, and nothing else."""
    return bool(values) and all(isinstance(value, Class) for value in values)


def _class_of(
    value: Value, evaluate: Callable[[ast.expr], Values], origin: ast.AST | None
) -> Values:
    """`type[X]`: a class of the program, or `type[…]` of what X is (or is bound by)."""
    if isinstance(value, Class):
        return one(value)
    if isinstance(value, Symbol):
        return one(Object(f"type[{value.path}]", origin))
    if isinstance(value, Object) and value.type == "typing.TypeVar":
        assert isinstance(value.origin, ast.Call)
        bounds = [k.value for k in value.origin.keywords if k.arg == "bound"]
        found = [_class_of(v, evaluate, origin) for bound in bounds for v in evaluate(bound)]
        return join(found) or one(Object("type[object]", origin))
    return NOTHING


def _name(value: object) -> str:
    return value.path if isinstance(value, Symbol) else ""


def _named(
    node: ast.expr, evaluate: Callable[[ast.expr], Values], origin: ast.AST | None
) -> Values:
    found = evaluate(node)
    if len(found) != 1:
        return NOTHING
    value = next(iter(found))
    if isinstance(value, Class):
        return one(Instance(value.node))
    if not isinstance(value, Symbol):
        return NOTHING
    if value.path in SIMPLE:
        return one(Object(value.path, origin if value.path in {"list", "dict"} else None))
    if value.path in {"typing.Any", "object"}:
        return NOTHING
    if "." in value.path:
        return one(Object(value.path, origin))
    return NOTHING
