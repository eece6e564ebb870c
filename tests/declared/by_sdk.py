"""What the SDK declares for each function; an SDK's own interpreter runs it with `-m`.

The first argument is the path of the module that holds them. Prints JSON.
"""

from __future__ import annotations

import inspect
import json
import sys
from types import ModuleType
from typing import Any

from google.genai import types  # type: ignore[import-not-found,unused-ignore]


def callables(module: ModuleType) -> dict[str, Any]:
    """Every function of the module, and every method of its `Shop`, bound."""
    found = {
        name: value
        for name, value in vars(module).items()
        if inspect.isfunction(value) and value.__module__ == module.__name__
    }
    shop = module.Shop()
    for name in vars(module.Shop):
        if not name.startswith("_"):
            found[f"Shop.{name}"] = getattr(shop, name)
    return found


def declared(function: Any) -> dict[str, Any]:
    """A declaration as `generate_content` sends it, with what `create` has no place for."""
    made = types.FunctionDeclaration.from_callable_with_api_option(
        callable=function, use_json_schema=True
    )
    return {
        "name": made.name,
        "description": made.description,
        "parameters": made.parameters_json_schema,
    }


def main(path: str) -> None:
    """Print the declarations of one module."""
    module = ModuleType("functions")
    sys.modules["functions"] = module
    with open(path, encoding="utf-8") as file:
        exec(compile(file.read(), path, "exec", dont_inherit=True), module.__dict__)
    print(json.dumps({name: declared(f) for name, f in callables(module).items()}))


if __name__ == "__main__":
    main(sys.argv[1])
