"""Tells, as JSON on stdout, what the SDK has; an SDK's own interpreter runs it with `-m`.

The arguments are the dotted paths of classes to describe.
"""

from __future__ import annotations

import enum
import importlib
import inspect
import json
import sys
import typing
from typing import Any

import typing_extensions


def resolve(path: str) -> Any:
    """What a dotted path names; None where it names nothing."""
    module, _, name = path.rpartition(".")
    try:
        return getattr(importlib.import_module(module), name, None)
    except ModuleNotFoundError:
        holder = resolve(module)
        return None if holder is None else getattr(holder, name, None)


def describe(path: str) -> dict[str, Any] | None:
    """The attributes of a class, the parameters of its methods, the values of an enum."""
    found = resolve(path)
    if found is None:
        return None
    attributes = set(dir(found)) | set(getattr(found, "model_fields", ()))
    methods = {name: parameters(getattr(found, name, None)) for name in dir(found)}
    is_enum = isinstance(found, type) and issubclass(found, enum.Enum)
    return {
        "attributes": sorted(attributes),
        "fields": sorted(getattr(found, "model_fields", ())),
        "methods": {name: names for name, names in methods.items() if names is not None},
        "values": [member.value for member in found] if is_enum else [],
        "bases": [f"{c.__module__}.{c.__qualname__}" for c in getattr(found, "__mro__", ())],
    }


def parameters(function: Any) -> list[str] | None:
    """The names of a function's parameters."""
    if not callable(function) or isinstance(function, type):
        return None
    try:
        return list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return None


def keys(hint: Any) -> list[str]:
    """The keys of a TypedDict."""
    return sorted(typing_extensions.get_type_hints(hint))


def literals(hint: Any) -> list[Any]:
    """The values that a (possibly open) type of literals documents."""
    if isinstance(hint, typing_extensions.TypeAliasType):
        return literals(hint.__value__)
    arguments = typing_extensions.get_args(hint)
    if typing_extensions.get_origin(hint) in (typing.Literal, typing_extensions.Literal):
        return list(arguments)
    return [value for argument in arguments for value in literals(argument)]


STREAMED = (
    "StepStart", "StepDelta", "StepStop", "InteractionCompletedEvent", "ErrorEvent", "TextDelta",
    "ThoughtSummaryDelta", "ArgumentsDelta", "ModelOutputStep", "FunctionCallStep", "TextContent",
    "InteractionSseEventInteraction",
)  # fmt: skip
"""What the events of a stream consist of."""


def fields(model: Any) -> dict[str, Any]:
    """The fields of a model, each with its default where that is plain."""
    found = getattr(model, "model_fields", {})
    return {name: field.default if isinstance(field.default, str) else None
            for name, field in found.items()}  # fmt: skip


def variants(hint: Any) -> dict[str, list[str]]:
    """The members of a union that `type` tells apart, and the fields of each."""
    found: dict[str, list[str]] = {}
    pending = [hint]
    while pending:
        part = pending.pop()
        fields = getattr(part, "model_fields", None)
        if fields is None:
            pending += typing_extensions.get_args(part)
        elif "type" in fields:
            found[fields["type"].default] = sorted(fields)
    return found


def interactions() -> dict[str, Any]:
    """What a request and a reply of the newer API may hold."""
    from google import genai  # type: ignore[import-not-found,unused-ignore]

    new = importlib.import_module("google.genai.interactions")
    tools = [n for n in dir(new) if n.endswith("Param") and hasattr(getattr(new, n), "__total__")]
    client = genai.Client(api_key="none")
    settings = typing_extensions.get_type_hints(new.GenerationConfigParam)
    safety = typing_extensions.get_type_hints(new.SafetySettingParam)
    return {
        "streams": {name: fields(getattr(new, name, None)) for name in STREAMED},
        "options": list(inspect.signature(client.interactions.create).parameters),
        "request": keys(new.CreateModelInteractionParam),
        "generation_config": keys(new.GenerationConfigParam),
        "interaction": sorted(new.Interaction.model_fields),
        "members": sorted(n for n in dir(new.Interaction) if n[0] != "_"),
        "annotations": variants(new.TextContent.model_fields["annotations"].annotation),
        "arguments": sorted(new.CodeExecutionCallArguments.model_fields),
        "pages": sorted(new.URLContextResult.model_fields),
        "places": sorted(new.GoogleMapsResult.model_fields),
        "usage": sorted(new.Usage.model_fields),
        "thinking_levels": literals(settings["thinking_level"]),
        "thresholds": literals(safety["threshold"]),
        "statuses": literals(new.Interaction.model_fields["status"].annotation),
        "steps": variants(new.Interaction.model_fields["steps"].annotation),
        "content": variants(new.ModelOutputStep.model_fields["content"].annotation),
        "typed_dicts": {name: keys(getattr(new, name)) for name in tools},
        "mime_types": {kind: literals(hint) for kind, hint in mime_types(new).items()},
        "tool_choices": literals(typing_extensions.get_type_hints(new.AllowedToolsParam)["mode"]),
        "resolutions": literals(
            typing_extensions.get_type_hints(new.ImageContentParam)["resolution"]
        ),
    }


def mime_types(new: Any) -> dict[str, Any]:
    """The types that the `mime_type` of each kind of media may have."""
    kinds = ("image", "audio", "video", "document")
    return {
        kind: typing_extensions.get_type_hints(getattr(new, f"{kind.title()}ContentParam"))[
            "mime_type"
        ]
        for kind in kinds
    }


if __name__ == "__main__":
    classes = {path: describe(path) for path in sys.argv[1:]}
    print(json.dumps({"classes": classes, "new": interactions()}))
