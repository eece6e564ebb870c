"""What a setup.cfg or the literals of a setup.py state."""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator

from migrator.requirements.stated import Form, Stated, names

_SECTION = re.compile(r"\[(?P<name>[^\]]+)\]\s*(?:[#;].*)?$")
_KEY = re.compile(r"(?P<key>[\w.-]+)\s*[=:][ \t]*")
_LISTS = {
    "options": frozenset({"install_requires", "tests_require"}),
    "options.extras_require": None,
}
_PYTHON = ("options", "python_requires")


def setup_cfg(text: str, package: str) -> list[Stated]:
    """What the options of a setup.cfg state of the package and of Python."""
    found: list[Stated] = []
    for section, key, start, value in _values(text):
        if (section, key) == _PYTHON:
            found.append(Stated(start, value, Form.PYTHON, label=key))
        elif section in _LISTS and names(value, package):
            keys = _LISTS[section]
            if keys is None or key in keys:
                found.append(Stated(start, value, Form.REQUIREMENT))
    return found


def setup_py(text: str, package: str) -> list[Stated]:
    """The literals of a setup.py that ask for the package, and for Python.

    Raises SyntaxError.
    """
    tree = ast.parse(text)
    lines = list(io.StringIO(text, newline=""))  # as Python's parser counts them
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    found: list[Stated] = []
    for node, form, label in _literals(tree, package):
        written = ast.get_source_segment(text, node) or ""
        before = lines[node.lineno - 1].encode("utf-8")[: node.col_offset].decode("utf-8")
        plain = written[1:-1] == node.value and written[:1] in ("'", '"')
        start = starts[node.lineno - 1] + len(before) + (1 if plain else 0)
        found.append(Stated(start, str(node.value), form, piece=plain, label=label))
    return found


def _literals(tree: ast.Module, package: str) -> Iterator[tuple[ast.Constant, Form, str]]:
    for node in ast.walk(tree):
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            for item in node.elts:
                if isinstance(item, ast.Constant) and isinstance(item.value, str):
                    if names(item.value, package):
                        yield item, Form.REQUIREMENT, ""
        elif isinstance(node, ast.keyword) and node.arg == "python_requires":
            if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
                yield node.value, Form.PYTHON, "python_requires"


def _values(text: str) -> Iterator[tuple[str, str, int, str]]:
    """Each line of a value: its section and key, where it starts, and the line."""
    section = key = ""
    start = 0
    for line in text.splitlines(keepends=True):
        bare = line.strip()
        if bare and not bare.startswith(("#", ";")):
            header = _SECTION.match(line.rstrip())
            assigned = _KEY.match(line)
            if header is not None:
                section, key = header["name"].strip(), ""
            elif line[0].isspace():
                yield section, key, *_trimmed(start, line)
            elif assigned is not None:
                key = assigned["key"].lower().replace("-", "_")
                rest = line[assigned.end() :]
                if rest.strip():
                    yield section, key, *_trimmed(start + assigned.end(), rest)
        start += len(line)


def _trimmed(start: int, line: str) -> tuple[int, str]:
    """A line without the blanks around it and its comment, and where it starts then."""
    own = re.sub(r"\s#.*", "", line.rstrip("\r\n"))
    return start + len(own) - len(own.lstrip()), own.strip()
