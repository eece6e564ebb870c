"""What a pyproject.toml or a Pipfile states, and where it stands in the text.

Python's own reader tells what a document holds, but not where. A value's place is where another
text in its stead changes just that value: so no layout, quote or comment has to be understood, and
none can be lost.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from migrator.requirements.stated import Form, Stated, names
from migrator.requirements.versions import Notation

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Path = tuple[str | int, ...]

_MARK = "the place that is looked for"

# `*` stands for every key.
_LISTS = (
    "project.dependencies",
    "project.optional-dependencies.*",
    "dependency-groups.*",
    "tool.uv.dev-dependencies",
    "tool.pdm.dev-dependencies.*",
    "tool.rye.dev-dependencies",
    "tool.hatch.envs.*.dependencies",
    "tool.hatch.envs.*.extra-dependencies",
)
_LIMITS = ("tool.uv.constraint-dependencies", "tool.uv.override-dependencies")
_TABLES = {
    "tool.poetry.dependencies": Notation.POETRY,
    "tool.poetry.dev-dependencies": Notation.POETRY,
    "tool.poetry.group.*.dependencies": Notation.POETRY,
    "tool.pixi.pypi-dependencies": Notation.STANDARD,
    "tool.pixi.feature.*.pypi-dependencies": Notation.STANDARD,
}
_PYTHONS = {
    "project.requires-python": Notation.STANDARD,
    "tool.poetry.dependencies.python": Notation.POETRY,
}
_PIPFILE_OWN = frozenset({"source", "requires", "scripts", "pipenv", "pipfile"})
# A Pipfile names one version, as conda's `=3.10` does.
_PIPFILE_PYTHONS = {
    "requires.python_version": Notation.CONDA,
    "requires.python_full_version": Notation.CONDA,
}
_SOURCES = ("git", "path", "url", "file", "hg", "svn")


class NotToml(ValueError):
    """The text can't be parsed."""


@dataclass(frozen=True, slots=True)
class _Held:
    """A text of the document, by the keys that lead to it."""

    path: Path
    text: str
    form: Form
    notation: Notation = Notation.STANDARD
    limit: bool = False
    label: str = ""
    marker: str = ""
    pythons: str = ""


def pyproject(text: str, package: str) -> list[Stated]:
    """What a pyproject.toml states of the package and of Python. Raises NotToml."""
    document = _parsed(text)
    held = [
        *_listed(document, package, _LISTS),
        *_listed(document, package, _LIMITS, limit=True),
        *_pythons(document, _PYTHONS),
    ]
    for pattern, notation in _TABLES.items():
        for path, table in _at(document, pattern):
            held += _of_table(path, table, package, notation)
    return _placed(text, held)


def pipfile(text: str, package: str) -> list[Stated]:
    """What a Pipfile states. Raises NotToml."""
    document = _parsed(text)
    held = list(_pythons(document, _PIPFILE_PYTHONS))
    for name, table in document.items():
        if name not in _PIPFILE_OWN:
            held += _of_table((name,), table, package, Notation.STANDARD)
    return _placed(text, held)


def _parsed(text: str) -> dict[str, Any]:
    try:
        document: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise NotToml(str(error)) from None
    return document


def _listed(
    document: Any, package: str, patterns: tuple[str, ...], *, limit: bool = False
) -> Iterator[_Held]:
    for pattern in patterns:
        for path, found in _at(document, pattern):
            for index, item in enumerate(found if isinstance(found, list) else ()):
                if isinstance(item, str) and names(item, package):
                    yield _Held((*path, index), item, Form.REQUIREMENT, limit=limit)


def _pythons(document: Any, patterns: Mapping[str, Notation]) -> Iterator[_Held]:
    for pattern, notation in patterns.items():
        for path, value in _at(document, pattern):
            if isinstance(value, str):
                yield _Held(path, value, Form.PYTHON, notation, label=str(path[-1]))


def _of_table(path: Path, table: Any, package: str, notation: Notation) -> Iterator[_Held]:
    """A table of packages: each has clauses, or a table with them, or several of these."""
    for name, value in table.items() if isinstance(table, dict) else ():
        if not names(name, package):
            continue
        own = (*path, name)
        if isinstance(value, str):
            yield _Held(own, value, Form.CLAUSES, notation, label=name)
        elif isinstance(value, dict):
            yield from _of_entry(own, value, name, notation)
        elif isinstance(value, list):
            for index, one in enumerate(value):
                if isinstance(one, dict):
                    yield from _of_entry((*own, index), one, name, notation)


def _of_entry(path: Path, entry: Any, name: str, notation: Notation) -> Iterator[_Held]:
    source = next((key for key in _SOURCES if isinstance(entry.get(key), str)), None)
    version = entry.get("version")
    if source is not None:
        yield _Held((*path, source), entry[source], Form.SOURCE, notation, label=name)
    elif isinstance(version, str):
        yield _Held(
            (*path, "version"),
            version,
            Form.CLAUSES,
            notation,
            label=name,
            marker=str(entry.get("markers") or ""),
            pythons=str(entry.get("python") or ""),
        )


def _at(document: Any, pattern: str) -> Iterator[tuple[Path, Any]]:
    """What stands where a pattern leads, and the way there."""
    found: list[tuple[Path, Any]] = [((), document)]
    for step in pattern.split("."):
        found = [
            ((*path, key), inner)
            for path, table in found
            if isinstance(table, dict)
            for key, inner in table.items()
            if step in ("*", key)
        ]
    yield from found


def _placed(text: str, held: list[_Held]) -> list[Stated]:
    """The statements with their places; what is written with escapes is not in one piece."""
    found: list[Stated] = []
    for one in held:
        start = _place(text, one)
        found.append(
            Stated(
                max(start, 0),
                one.text,
                one.form,
                one.notation,
                one.limit,
                one.marker,
                one.pythons,
                piece=start >= 0,
                label=one.label,
            )
        )
    return found


def _place(text: str, held: _Held) -> int:
    start = text.find(held.text)
    while start >= 0:
        end = start + len(held.text)
        if text[start - 1 : start] in ("'", '"') and text[end : end + 1] in ("'", '"'):
            try:
                if _value(_parsed(text[:start] + _MARK + text[end:]), held.path) == _MARK:
                    return start
            except NotToml:
                pass
        start = text.find(held.text, start + 1)
    return -1


def _value(document: Any, path: Path) -> Any:
    for key in path:
        try:
            document = document[key]
        except (KeyError, IndexError, TypeError):
            return None
    return document
