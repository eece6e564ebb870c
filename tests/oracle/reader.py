"""Takes an object apart key by key and refuses what nobody took."""

from __future__ import annotations

from typing import Any

from .errors import Refused

AS_IS = {"args", "response", "labels", "headers", "default", "example"}
AS_IS |= {"responseJsonSchema", "parametersJsonSchema", "enum", "required"}
NAMES = {"properties", "$defs"}


def camel(value: Any) -> Any:
    """The same value with wire names; the SDK sends some configs in snake case.

    What belongs to the program is left alone: arguments, results, names of properties.
    """
    if isinstance(value, list):
        return [camel(part) for part in value]
    if not isinstance(value, dict):
        return value
    found: dict[str, Any] = {}
    for key, part in value.items():
        head, *rest = key.split("_")
        name = head + "".join(word.title() for word in rest)
        if name in NAMES and isinstance(part, dict):
            found[name] = {k: camel(v) for k, v in part.items()}
        else:
            found[name] = part if name in AS_IS else camel(part)
    return found


class Reader:
    """One object of a request; `done` refuses the keys that were not taken."""

    def __init__(self, value: Any, where: str) -> None:
        if not isinstance(value, dict):
            raise Refused(f"{where}: an object is needed")
        self._left = dict(value)
        self.where = where

    def take(self, key: str, default: Any = None) -> Any:
        """The value of a key, or the default where it is absent or null."""
        value = self._left.pop(key, None)
        return default if value is None else value

    def rest(self) -> dict[str, Any]:
        """What is left, all of it taken."""
        left, self._left = self._left, {}
        return left

    def done(self) -> None:
        """Refuse the request where a key is left."""
        for key in self._left:
            raise Refused(f"{self.where}.{key}: unknown field")
