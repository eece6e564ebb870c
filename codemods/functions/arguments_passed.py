"""How an argument of the model reached a function: as it came, as a model object, or not at all.

The SDK checked each value against the annotation, and made objects of pydantic models from dicts.
Source: `convert_if_exist_pydantic_model` in `google/genai/_extra_utils.py`.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from codemods.functions.declarations import Parameter
from codemods.schemas.annotation_schemas import unquoted
from codemods.tables.python_schemas import ANNOTATED, CHECKED, ENCODED, MODELS, UNCHECKABLE
from migrator.reasoning.annotation_meanings import Meanings

NEVER = (
    "the SDK answered such a call with an error, as it can't check that type; "
    "the loop calls the function with what the model gives"
)
CONVERT = (
    "the SDK answered such a call with an error, as it does not convert to that type; "
    "take a str, number, list or dict and convert it in the function"
)
PARSE = (
    "the model gives a text, of which only newer versions of the SDK made an object; "
    "take a str and parse it in the function"
)
OPTIONAL_MODEL = "the dict must be converted by hand, as something else may be passed or nothing"

HOLE = "{}"
"""What a pattern has in the place of the argument."""


@dataclass(frozen=True, slots=True)
class Passed:
    """`pattern` converts the argument, where that is needed; `problem` is what is different, and
    `stops` says that nothing sensible can be called."""

    pattern: str | None = None
    problem: str | None = None
    stops: bool = False


PLAIN = Passed()


def passed(parameter: Parameter, names: Meanings) -> Passed:
    """How the argument of one parameter must be passed."""
    node = unquoted(parameter.annotation)
    if names.deferred or node is not parameter.annotation:
        node = _bare(node, names)
    found = _passed(node, names)
    if found.pattern is not None and not parameter.required:
        return Passed(problem=OPTIONAL_MODEL, stops=True)
    return found


def _bare(node: ast.expr, names: Meanings) -> ast.expr:
    """`T` of `Annotated[T, …]`: what the SDK saw of an annotation that is kept as text."""
    if isinstance(node, ast.Subscript) and names.of(node.value) in ANNOTATED:
        return node.slice.elts[0] if isinstance(node.slice, ast.Tuple) else node.slice
    return node


def _passed(node: ast.expr, names: Meanings) -> Passed:
    node = unquoted(node)
    members = _members(node, names)
    if members is not None:
        return _any_of([m for m in members if names.of(m) != "None"], names)
    if isinstance(node, ast.Subscript):
        return _generic(node, names)
    meaning = names.of(node)
    if isinstance(meaning, ast.expr):
        return _passed(meaning, names)
    if isinstance(meaning, ast.ClassDef):
        if any(names.of(base) in MODELS for base in meaning.bases):
            return Passed(pattern=f"{ast.unparse(node)}(**{HOLE})")
        return Passed(problem=CONVERT, stops=True)
    if meaning in CHECKED:
        return PLAIN
    if meaning in UNCHECKABLE:
        return Passed(problem=NEVER)
    return Passed(problem=PARSE if meaning in ENCODED else CONVERT, stops=True)


def _any_of(members: list[ast.expr], names: Meanings) -> Passed:
    """A union: the SDK tried its members one by one, and could not check a generic one."""
    if len(members) == 1 and _is_list(members[0], names):
        return _passed(members[0], names)
    for member in members:
        found = _passed(member, names)
        if found.pattern is not None:
            return Passed(problem=OPTIONAL_MODEL, stops=True)
        if found.problem is not None:
            return found
        if isinstance(member, ast.Subscript) and not _is_list(member, names):
            return Passed(problem=NEVER)
    return PLAIN


def _is_list(node: ast.expr, names: Meanings) -> bool:
    return isinstance(node, ast.Subscript) and names.of(node.value) in {"list", "typing.List"}


def _generic(node: ast.Subscript, names: Meanings) -> Passed:
    meaning = names.of(node.value)
    inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if meaning in {"list", "typing.List"}:
        found = _passed(inner[0], names)
        if found.pattern is not None:
            element = found.pattern.replace(HOLE, "item")
            return Passed(pattern=f"[{element} for item in {HOLE}]")
        return found
    if meaning in {"dict", "typing.Dict"}:
        found = _passed(inner[1], names)
        if found.pattern is not None:
            value = found.pattern.replace(HOLE, "value")
            return Passed(pattern=f"{{key: {value} for key, value in {HOLE}.items()}}")
        return found
    if meaning in UNCHECKABLE:
        return Passed(problem=NEVER)
    return Passed(problem=CONVERT, stops=True)


def _members(node: ast.expr, names: Meanings) -> list[ast.expr] | None:
    """The members of a union, None if `node` is none."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        sides = [_members(side, names) or [side] for side in (node.left, node.right)]
        return [*sides[0], *sides[1]]
    if isinstance(node, ast.Subscript):
        meaning = names.of(node.value)
        inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if meaning == "typing.Optional":
            return [*inner, ast.Constant(None)]
        if meaning == "typing.Union":
            return list(inner)
    return None
