"""Calls that describe a value and say what it is where nothing else is given.

Source: the signatures of pydantic 2.13, dataclasses, typer 0.20, fastapi 0.121 and click 8.3.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from migrator.understand.arguments import Arguments
from migrator.understand.values import (
    NOTHING,
    TEXT,
    Constant,
    FunctionNode,
    Object,
    Symbol,
    Values,
    is_text,
    join,
)

FIELDS = frozenset(
    {
        "pydantic.Field",
        "pydantic.fields.Field",
        "dataclasses.field",
        "sqlmodel.Field",
        "typer.Option",
        "typer.Argument",
        "fastapi.Query",
        "fastapi.Form",
        "fastapi.Body",
        "fastapi.Header",
        "fastapi.Cookie",
    }
)
"""Functions whose `default`, mostly their first argument, is the value where there is no other."""
_BY_KEYWORD = frozenset({"dataclasses.field"})
OPTIONS = frozenset(
    f"{library}.{name}"
    for library in ("click", "asyncclick", "rich_click")
    for name in ("option", "argument")
)
_OTHER_VALUES = frozenset({"callback", "flag_value", "is_flag", "multiple", "nargs"})


def described_texts(path: str, arguments: Arguments) -> Values:
    """The texts that a field or option is if it is left out; nothing where it is no text."""
    if path not in FIELDS or arguments.spread:
        return NOTHING
    first = () if path in _BY_KEYWORD else arguments.positional[:1]
    return texts(join((*first, arguments.keywords.get("default", NOTHING))))


def texts(values: Values) -> Values:
    """Those of `values` that are one text."""
    return frozenset(v for v in values if isinstance(v, Constant) and is_text(v))


def option_texts(function: FunctionNode, name: str, values: Mapping[ast.AST, Values]) -> Values:
    """What a parameter may be that an option of click fills, which has a text for its default."""
    if isinstance(function, ast.Lambda):
        return NOTHING
    for decorator in function.decorator_list:
        if not isinstance(decorator, ast.Call):
            continue
        called = values.get(decorator.func, NOTHING)
        if not any(isinstance(v, Symbol) and v.path in OPTIONS for v in called):
            continue
        given = {k.arg: k.value for k in decorator.keywords}
        if _parameter(decorator) != name or not _OTHER_VALUES.isdisjoint(given):
            continue
        default = given.get("default")
        found = texts(values.get(default, NOTHING)) if default is not None else NOTHING
        return found | {TEXT} if found and _gives_text(given.get("type"), values) else NOTHING
    return NOTHING


def _parameter(option: ast.Call) -> str | None:
    """The parameter that an option fills: its name alone, or its first long flag."""
    written = [a.value for a in option.args if isinstance(a, ast.Constant)]
    flags = [flag for flag in written if isinstance(flag, str)]
    bare = [flag for flag in flags if flag.isidentifier()]
    long = [flag for flag in flags if flag.startswith("--")]
    chosen = next(iter([*bare, *long, *flags]), None)
    return None if chosen is None else chosen.lstrip("-").replace("-", "_").lower()


def _gives_text(kind: ast.expr | None, values: Mapping[ast.AST, Values]) -> bool:
    if kind is None:
        return True
    found = values.get(kind, NOTHING)
    return bool(found) and all(
        (isinstance(v, Symbol) and v.path in {"str", "click.STRING"})
        or (isinstance(v, Object) and v.type == "click.Choice")
        for v in found
    )
