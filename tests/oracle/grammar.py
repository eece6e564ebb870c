"""Checks a request against what the SDK's types document, and nothing more."""

from __future__ import annotations

from typing import Any

from .errors import Refused

OPEN_KEYS = {"model"}
"""Keys whose documented values grow with every release: any text is taken."""
MEDIA_KINDS = ("image", "audio", "video")


class Grammar:
    """The documented types of a request, as `wire_types.describe` lists them."""

    def __init__(self, described: dict[str, Any]) -> None:
        self._objects: dict[str, Any] = described["objects"]
        self._request: list[Any] = described["request"]

    def check(self, request: Any) -> None:
        """Raise `Refused` at the first place that no documented type allows."""
        self._check(request, self._request, "request")

    def _check(self, value: Any, alternatives: list[Any], where: str) -> None:
        if value is None:
            raise Refused(f"{where}: null is not a documented value")
        if isinstance(value, dict):
            self._check_dict(value, alternatives, where)
        elif isinstance(value, list):
            self._check_list(value, alternatives, where)
        else:
            self._check_scalar(value, alternatives, where)

    def _check_dict(self, value: Any, alternatives: list[Any], where: str) -> None:
        names = [a["object"] for a in alternatives if _is(a, "object")]
        if not names:
            self._check_mapping(value, alternatives, where)
            return
        name = self._choose(value, names, where)
        described = self._objects[name]
        if not described["keys"]:  # an object of the program's own making
            _check_any(value, where)
            return
        for key in described["required"]:
            if key not in value:
                raise Refused(f"{where}.{key}: required")
        for key, part in value.items():
            if key not in described["keys"]:
                raise Refused(f"{where}.{key}: unknown field")
            self._check(part, described["keys"][key], f"{where}.{key}")

    def _choose(self, value: Any, names: list[str], where: str) -> str:
        """The one object type meant, told apart by the field `type`."""
        kinds = {name: self._kind(name) for name in names}
        if len(names) == 1:
            return names[0]
        free = [n for n in names if not self._objects[n]["keys"]]
        if "type" not in value:
            if free:
                return free[0]
            raise Refused(f"{where}.type: required")
        for name, kind in kinds.items():
            if kind == value["type"]:
                return name
        if free:
            return free[0]
        raise Refused(f"{where}.type: {value['type']!r} is not a documented value")

    def _kind(self, name: str) -> Any:
        for alternative in self._objects[name]["keys"].get("type", []):
            if _is(alternative, "enum"):
                return alternative["enum"][0]
        return None

    def _check_mapping(self, value: Any, alternatives: list[Any], where: str) -> None:
        if "any" in alternatives:
            _check_any(value, where)
            return
        for alternative in alternatives:
            if _is(alternative, "map"):
                for key, part in value.items():
                    if alternative["map"] == ["any"]:
                        _check_any(part, f"{where}.{key}")
                    else:
                        self._check(part, alternative["map"], f"{where}.{key}")
                return
        raise Refused(f"{where}: an object is not a documented value")

    def _check_list(self, value: Any, alternatives: list[Any], where: str) -> None:
        lists = [a["list"] for a in alternatives if _is(a, "list")]
        if not lists:
            if "any" in alternatives:
                return
            raise Refused(f"{where}: a list is not a documented value")
        failure: Refused | None = None
        for members in lists:
            try:
                for index, part in enumerate(value):
                    self._check(part, members, f"{where}[{index}]")
                return
            except Refused as refused:
                if failure is None or _depth(refused) > _depth(failure):
                    failure = refused
        assert failure is not None
        raise failure

    def _check_scalar(self, value: Any, alternatives: list[Any], where: str) -> None:
        key = where.rpartition(".")[2]
        enums = [a["enum"] for a in alternatives if _is(a, "enum")]
        kinds = set(_scalars(alternatives))
        if any(value in enum for enum in enums) or "any" in kinds:
            return
        if isinstance(value, str):
            grows = enums and "open" in kinds
            known = key in OPEN_KEYS or (grows and _same_kind(key, value, enums[0]))
            allowed = "str" in kinds or bool(grows and known)
        elif isinstance(value, bool):
            allowed = "bool" in kinds
        else:
            names = {"float"} if isinstance(value, float) else {"int", "float"}
            allowed = bool(names & kinds)
        if not allowed:
            raise Refused(f"{where}: {value!r} is not a documented value")


def _is(alternative: Any, kind: str) -> bool:
    return isinstance(alternative, dict) and kind in alternative


def _scalars(alternatives: list[Any]) -> list[str]:
    return [a for a in alternatives if isinstance(a, str)]


def _depth(refused: Refused) -> int:
    """How far into the request the check came before it failed."""
    where = refused.message.partition(": ")[0]
    return where.count(".") + where.count("[") - where.endswith(".type")


def _same_kind(key: str, value: str, declared: list[str]) -> bool:
    """Whether a MIME type is of the kind its field declares: another sort of image."""
    kind = value.partition("/")[0]
    return (
        key == "mime_type"
        and kind in MEDIA_KINDS
        and len(declared) > 1
        and declared[0].startswith(f"{kind}/")
    )


def _check_any(value: Any, where: str) -> None:
    """Even where anything goes, `null` shows an object that was sent unconverted."""
    if value is None:
        raise Refused(f"{where}: null is not a documented value")
