"""How the SDK passes arguments; an SDK's own interpreter runs it with `-m`.

Reads from stdin, as JSON, the source of a module and pairs of an annotation and a value; prints for
each whether the value is passed as it is, in a model, or answered with an error.
"""

from __future__ import annotations

import json
import sys
from types import ModuleType
from typing import Any

from google.genai import (  # type: ignore[import-not-found,unused-ignore]
    _extra_utils,
    errors,
)
from pydantic import BaseModel  # type: ignore[import-not-found,unused-ignore]


def outcome(function: Any, value: Any) -> str:
    """What becomes of an argument on its way into `function`, which returns it."""
    arguments = _extra_utils.convert_number_values_for_dict_function_call_args({"a": value})
    try:
        given = _extra_utils.invoke_function_from_dict_args(arguments, function)
    except (errors.UnknownFunctionCallArgumentError, TypeError, IndexError, ValueError):
        return "error"
    return "model" if _holds_model(given) else "same" if given == value else "other"


def _holds_model(value: Any) -> bool:
    if isinstance(value, (list, dict)):
        return any(map(_holds_model, value.values() if isinstance(value, dict) else value))
    return isinstance(value, BaseModel)


def main() -> None:
    """Print the outcome of every pair."""
    job = json.load(sys.stdin)
    module = ModuleType("functions")
    sys.modules["functions"] = module
    found = []
    source = job["source"]
    for number, (annotation, _) in enumerate(job["pairs"]):
        source += f"\ndef passed_{number}(a: {annotation}): return a\n"
    exec(compile(source, "functions", "exec", dont_inherit=True), module.__dict__)
    for number, (_, value) in enumerate(job["pairs"]):
        found.append(outcome(getattr(module, f"passed_{number}"), value))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
