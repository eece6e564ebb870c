"""Settings from `[tool.gemini-migrate]` of the nearest pyproject.toml.

Nothing is parsed, nor a TOML reader imported, unless the file holds the name.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from migrator.steering_files import read_regular

TABLE = "gemini-migrate"
HEADERS = ("auto", "client", "call", "off")
FORMATS = ("text", "json", "sarif", "github")
DEFAULT_LINE_LENGTH = 88
WITHOUT_OPTION = ("line-length",)
"""Keys that no option of the command line outranks."""

_FILE_NAME = "pyproject.toml"
_REVISION = re.compile(r"\d{4}-\d{2}-\d{2}")


class SettingsError(Exception):
    """A setting or its file is wrong; the text names the file, the key and the way out.

    A usage error: nothing has been looked at yet.
    """


class Settings(NamedTuple):
    """What a settings file says.

    `values` holds the keys that were given, spelled with underscores; `path` is the
    file and `folder` where it lies, None where there is none.
    """

    values: Mapping[str, Any] = MappingProxyType({})
    path: str | None = None

    @property
    def folder(self) -> str | None:
        """The folder that patterns in the file are relative to."""
        return os.path.dirname(os.path.abspath(self.path)) if self.path else None


def load(start: str, config: str | None = None) -> Settings:
    """The settings for a run over files in the folder `start`.

    `config` names the settings file outright: a pyproject.toml, or a TOML file with the
    keys at its top level. Otherwise the nearest pyproject.toml upwards of `start` that
    has our table counts. Raises SettingsError.
    """
    if config is not None:
        try:
            data = read_regular(config)
        except OSError as error:
            raise _unreadable(config, error) from None
        document = _parse(config, data)
        table = _own_table(config, document)
        if table is None and "tool" not in document and _bare(config):
            table = document
        return Settings(_checked(config, table or {}), config)
    for path, data in _upwards(start):
        if TABLE.encode() in data:
            table = _own_table(path, _parse(path, data))
            if table is not None:
                return Settings(_checked(path, table), path)
    return Settings()


def line_length(start: str) -> int:
    """The line length, in columns, that Black or Ruff is set to nearest above `start`.

    88 where neither says. A file neither could read is passed over: it is theirs to
    complain about.
    """
    for path, data in _upwards(start):
        if b"line-length" not in data:
            continue
        try:
            document = _parse(path, data)
        except SettingsError:
            continue
        for tool in ("black", "ruff"):
            value = (_tool(document, tool) or {}).get("line-length")
            if isinstance(value, int) and not isinstance(value, bool) and value > 0:
                return value
    return DEFAULT_LINE_LENGTH


def common_folder(paths: Sequence[str]) -> str:
    """The deepest folder that holds all of `paths` (the working directory if none)."""
    full = [os.path.abspath(path) for path in paths]
    if not full:
        return os.getcwd()
    try:
        common = os.path.commonpath(full)
    except ValueError:
        return os.getcwd()
    return common if os.path.isdir(common) else os.path.dirname(common)


def nearest(word: str, known: Sequence[str]) -> str:
    """A hint such as `; did you mean 'select'?`, or the empty string."""
    from difflib import get_close_matches

    lowered = {name.lower(): name for name in known}
    close = get_close_matches(word.lower(), list(lowered), n=1, cutoff=0.5)
    return f"; did you mean '{lowered[close[0]]}'?" if close else ""


def checked_revision(text: str) -> str:
    """`text` if it is an API revision such as 2026-05-20; raises ValueError."""
    if not _REVISION.fullmatch(text):
        raise ValueError(f"{text!r} is no date such as 2026-05-20")
    return text


def _upwards(start: str) -> Iterator[tuple[str, bytes]]:
    """Every pyproject.toml from `start` up to the top of its repository, nearest first.

    Paths are relative to the working directory where that is shorter.
    """
    folder = os.path.abspath(start)
    while True:
        path = os.path.join(folder, _FILE_NAME)
        data = _read_if_any(path)
        if data is not None:
            yield _shown(path), data
        parent = os.path.dirname(folder)
        if parent == folder or os.path.exists(os.path.join(folder, ".git")):
            return
        folder = parent


def _shown(path: str) -> str:
    prefix = os.path.join(os.getcwd(), "")
    return path.removeprefix(prefix)


def _read_if_any(path: str) -> bytes | None:
    """The bytes of a settings file, None where there is none. Raises SettingsError."""
    try:
        return read_regular(path)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError, PermissionError):
        return None
    except OSError as error:
        raise _unreadable(_shown(path), error) from None


def _unreadable(path: str, error: OSError) -> SettingsError:
    return SettingsError(f"{path}: cannot be read: {error.strerror or error}")


def _bare(path: str) -> bool:
    return os.path.basename(path) != _FILE_NAME


def _parse(path: str, data: bytes) -> dict[str, Any]:
    import sys

    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        document: dict[str, Any] = tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise SettingsError(f"{path}: is not UTF-8, as TOML must be") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: is not valid TOML: {error}") from None
    return document


def _tool(document: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    tool = document.get("tool")
    table = tool.get(name) if isinstance(tool, dict) else None
    return table if isinstance(table, dict) else None


def _own_table(path: str, document: Mapping[str, Any]) -> dict[str, Any] | None:
    """Our table of a settings file, None if it has none. Raises SettingsError."""
    tool = document.get("tool")
    if isinstance(tool, dict) and TABLE in tool and not isinstance(tool[TABLE], dict):
        many = isinstance(tool[TABLE], list)
        wrong = f"[[tool.{TABLE}]] is a list of tables" if many else f"tool.{TABLE} is no table"
        raise SettingsError(f"{path}: {wrong}; write [tool.{TABLE}]")
    return _tool(document, TABLE)


def _checked(path: str, table: Mapping[str, Any]) -> dict[str, Any]:
    """`table` with its keys and types checked and its keys spelled as parameters."""
    values: dict[str, Any] = {}
    for key, value in table.items():
        reader = _KEYS.get(key)
        if reader is None:
            hint = nearest(key, tuple(_KEYS))
            raise SettingsError(f"{path}: unknown key '{key}' in [tool.{TABLE}]{hint}")
        try:
            values[key.replace("-", "_")] = reader(value)
        except ValueError as error:
            raise SettingsError(f"{path}: '{key}' {error}") from None
    return values


def _boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"must be true or false, not {value!r}")
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError(f"must be a whole number above 0, not {value!r}")
    return value


def _names(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError(f"must be a list of strings, not {value!r}")
    return tuple(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"must be a string, not {value!r}")
    return value


def _revision(value: object) -> str:
    # TOML reads a bare 2026-05-20 as a date.
    text = value if isinstance(value, str) else str(value)
    try:
        return checked_revision(text)
    except ValueError:
        raise ValueError(f"must be a date such as 2026-05-20, not {text!r}") from None


def _one_of(known: Sequence[str]) -> Callable[[object], str]:
    def read(value: object) -> str:
        if isinstance(value, str) and value in known:
            return value
        hint = nearest(value, known) if isinstance(value, str) else ""
        raise ValueError(f"must be one of {', '.join(known)}, not {value!r}{hint}")

    return read


_KEYS: dict[str, Callable[[object], Any]] = {
    "unsafe-fixes": _boolean,
    "select": _names,
    "ignore": _names,
    "exclude": _names,
    "jobs": _number,
    "header": _one_of(HEADERS),
    "api-revision": _revision,
    "no-store": _boolean,
    "assume-application": _boolean,
    "upgrade-models": _boolean,
    "bridge": _boolean,
    "bridge-module": _text,
    "clear-outputs": _boolean,
    "pages": _boolean,
    "requirements": _boolean,
    "output-format": _one_of(FORMATS),
    "line-length": _number,
}
