"""Describes, as plain JSON, what the installed SDK's types document for a request.

Runs inside an SDK's interpreter. A type becomes a list of alternatives:
`"str"`, `"int"`, `"float"`, `"bool"`, `"any"`, `{"enum": [...]}`, `{"list": [...]}`,
`{"map": [...]}` or `{"object": NAME}`; the objects are described once, by name.
"""

from __future__ import annotations

import sys
import types
import typing
from typing import Any

import typing_extensions

Alternatives = list[Any]
NOT_REQUIRED: Any = typing_extensions.NotRequired
UNIONS: tuple[Any, ...] = (typing.Union, types.UnionType)
SCALARS = {str: "str", int: "int", float: "float", bool: "bool"}


def describe() -> dict[str, Any]:
    """The documented types of a request, all reachable from `request`."""
    from google.genai._gaos.types import interactions  # type: ignore[import-not-found,unused-ignore]

    objects: dict[str, Any] = {}
    root = interactions.CreateModelInteractionParam
    request = _alternatives(root, objects)
    return {"request": request, "objects": objects}


def _alternatives(hint: Any, objects: dict[str, Any]) -> Alternatives:
    if hint in SCALARS:
        return [SCALARS[hint]]
    if isinstance(hint, typing_extensions.TypeAliasType):
        return _alternatives(hint.__value__, objects)
    if typing_extensions.is_typeddict(hint):
        _describe_object(hint, objects)
        return [{"object": hint.__name__}]
    origin = typing_extensions.get_origin(hint)
    arguments = typing_extensions.get_args(hint)
    if origin in (typing.Annotated, typing_extensions.NotRequired):
        return _alternatives(arguments[0], objects)
    if origin in (typing.Literal, typing_extensions.Literal):
        return [{"enum": list(arguments)}]
    if origin in (list, typing.Iterable):
        return [{"list": _alternatives(arguments[0], objects)}]
    if origin is dict:
        return [{"map": _alternatives(arguments[1], objects)}]
    if origin in UNIONS:
        return _union(arguments, objects)
    if getattr(hint, "__name__", "") == "UnrecognizedStr":
        return ["open"]
    return ["any"]


def _union(members: tuple[Any, ...], objects: dict[str, Any]) -> Alternatives:
    """Every alternative; `open` marks an enum that the type lets grow."""
    found: Alternatives = []
    for member in members:
        for alternative in _alternatives(member, objects):
            if alternative not in found:
                found.append(alternative)
    if "str" in found and "any" in found:
        found.remove("any")  # a file object, which the SDK encodes as a string
    return found


def _describe_object(hint: Any, objects: dict[str, Any]) -> None:
    name = hint.__name__
    if name in objects:
        return
    keys: dict[str, Alternatives] = {}
    objects[name] = {"keys": keys, "required": []}
    scope = vars(sys.modules[hint.__module__])
    hints = typing_extensions.get_type_hints(hint, scope, include_extras=True)
    for key, value in hints.items():
        wire = key.rstrip("_")
        if typing_extensions.get_origin(value) is not NOT_REQUIRED:
            objects[name]["required"].append(wire)
        keys[wire] = _alternatives(value, objects)
