"""The names of an import statement: one put in, some taken out.

A statement that has one line and no brackets is rewritten here. Any other is for LibCST, which
takes longer to import than most files take to migrate.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from migrator.edit.layout import width

_PLAIN = re.compile(r"((?:from [.\w]+ )?import )([\w.]+(?: as \w+)?(?:, [\w.]+(?: as \w+)?)*)")


class Space(NamedTuple):
    """Where a statement stands.

    `room` is the width one line may have from the statement's start on; `indent` the
    statement's indentation, `unit` one level of it, `newline` what ends a line.
    """

    indent: str
    room: int
    unit: str
    newline: str


def with_name(text: str, name: str, alias: str | None, space: Space) -> str:
    """The statement `text` (`from m import ...`, no indentation) with one more name,
    sorted in.
    """
    plain = _PLAIN.fullmatch(text)
    if plain is None:
        from migrator.edit.import_statements import with_name as put_in

        return put_in(text, name, alias, space)
    names = plain[2].split(", ")
    new = name if alias is None else f"{name} as {alias}"
    names.insert(sorted_index([old.partition(" ")[0] for old in names], name), new)
    return on_line_or_rows(plain[1], names, space)


def on_line_or_rows(head: str, names: Sequence[str], space: Space) -> str:
    """The statement that begins with `head`, on one line if there is room for it."""
    one_line = head + ", ".join(names)
    return one_line if width(one_line) <= space.room else in_rows(head, names, space)


def in_rows(head: str, names: Sequence[str], space: Space) -> str:
    """The statement that begins with `head`, with a line for each name."""
    indent, _, unit, newline = space
    rows = "".join(f"{newline}{indent}{unit}{name}," for name in names)
    return f"{head}({rows}{newline}{indent})"


def without_names(text: str, gone: Sequence[int], newline: str) -> str:
    """The statement `text` without the names at the indexes `gone`; at least one name
    stays.
    """
    plain = _PLAIN.fullmatch(text)
    if plain is None:
        from migrator.edit.import_statements import without_names as taken_out

        return taken_out(text, gone, newline)
    names = plain[2].split(", ")
    return plain[1] + ", ".join(name for i, name in enumerate(names) if i not in gone)


def sorted_index(names: Sequence[str], name: str) -> int:
    """Where `name` goes: in order if the list is in order, else at its end."""
    order = [_member_key(n) for n in names]
    if order != sorted(order):
        return len(names)
    return sum(1 for key in order if key < _member_key(name))


def _member_key(name: str) -> tuple[int, str, str]:
    """The order of names in a list: constants, classes, the rest, as isort and Ruff
    sort.
    """
    is_constant = name.isupper() and len(name) > 1
    kind = 0 if is_constant else 1 if name[:1].isupper() else 2
    return kind, name.lower(), name
