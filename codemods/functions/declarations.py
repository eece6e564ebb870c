"""What google-genai tells the model about a Python function, told from its source.

The name, the whole docstring, and one property for each parameter. `*args` and functions of
libraries are left to people.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from typing import Any

from codemods.schemas.annotation_schemas import Schemas, Uncertain, literal_value, unquoted
from codemods.tables.python_schemas import Schema
from migrator.reasoning.annotation_meanings import Meanings
from migrator.understand.values import FunctionNode

Definition = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter that a model may fill; `required` says that it has no default.

    `model` is the pydantic model that it is, if the schema of that model needs no others.
    """

    name: str
    annotation: ast.expr
    required: bool
    model: str | None = None


@dataclass(frozen=True, slots=True)
class Declaration:
    """A function as the model knows it; `parameters` is its JSON schema, None for no parameters."""

    function: Definition
    description: str
    parameters: dict[str, Any] | None
    signature: tuple[Parameter, ...]

    @property
    def name(self) -> str:
        """The name that the model calls it by."""
        return self.function.name


def declaration(function: FunctionNode, names: Meanings, *, bound: bool) -> Declaration:
    """The declaration of a function; `bound` says that its first argument is given already.

    Raises Uncertain where the source does not tell it.
    """
    if isinstance(function, ast.Lambda):
        raise Uncertain("a lambda has no name that a model could call it by")
    decorators = [d for d in function.decorator_list if not (_binds(d) or names.hands_back(d))]
    if decorators:
        text = f"the decorator @{ast.unparse(decorators[0])} may change what is declared"
        raise Uncertain(text)
    if names.retold(function):
        raise Uncertain("it, or its name, docstring or signature is set by the program")
    signature = _signature(function, bound)
    schemas = Schemas()
    properties: dict[str, Any] = {}
    required: list[str] = []
    told: list[Parameter] = []
    for parameter, default in signature:
        schema = schemas.parameter(parameter.annotation, names)
        told.append(replace(parameter, model=_model(parameter, schema, names)))
        if default is not None:
            schema["default"] = _default(default, names)
        elif schema:
            required.append(parameter.name)
        properties[parameter.name] = schema
    parameters: dict[str, Any] = {"type": "object", "properties": properties}
    if schemas.definitions:
        parameters["$defs"] = schemas.definitions
    if required:
        parameters["required"] = required
    return Declaration(
        function,
        ast.get_docstring(function) or "",
        parameters if properties else None,
        tuple(told),
    )


def _model(parameter: Parameter, schema: Schema, names: Meanings) -> str | None:
    node = unquoted(parameter.annotation)
    plain = isinstance(names.of(node), ast.ClassDef) and "properties" in schema
    return ast.unparse(node) if plain and parameter.required and "$ref" not in str(schema) else None


def _binds(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Name) and decorator.id in {"staticmethod", "classmethod"}


def _default(node: ast.expr, names: Meanings) -> Any:
    known = names.constant(node) if isinstance(node, (ast.Name, ast.Attribute)) else None
    if known is not None and isinstance(known[0], (str, int, float, type(None))):
        return literal_value(ast.Constant(known[0]))
    return literal_value(node)


def _signature(function: Definition, bound: bool) -> list[tuple[Parameter, ast.expr | None]]:
    """The parameters with their defaults."""
    spec = function.args
    for star in (spec.vararg, spec.kwarg):
        if star is not None:
            mark = "*" if star is spec.vararg else "**"
            raise Uncertain(f"{mark}{star.arg} is not declared; give it parameters of their own")
    if spec.posonlyargs:
        raise Uncertain("it has positional-only parameters, which can't be passed by name")
    padding = [None] * (len(spec.args) - len(spec.defaults))
    pairs = [*zip(spec.args, [*padding, *spec.defaults], strict=True)]
    pairs = [*pairs[bound:], *zip(spec.kwonlyargs, spec.kw_defaults, strict=True)]
    found: list[tuple[Parameter, ast.expr | None]] = []
    for argument, default in pairs:
        if argument.annotation is None:
            text = f"the parameter {argument.arg} has no annotation, which the SDK refuses as well"
            raise Uncertain(text)
        parameter = Parameter(argument.arg, argument.annotation, default is None)
        found.append((parameter, default))
    return found
