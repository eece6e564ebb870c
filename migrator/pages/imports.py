"""Imports on a page: each block that needs something new imports it itself.

The engine puts an import where a module has its imports. On a page that may be a block that stands
far above, or what no reader sees; and an example is copied without those of other sections.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from migrator.edit.names import Key
from migrator.edits import NeedImport, Span
from migrator.pages.programs import imports_of, written
from migrator.syntax import parse
from migrator.verify import unbound_names


class Place(NamedTuple):
    """A region of a module before the edits; without a `section`, no reader sees it."""

    text: str
    section: tuple[int, ...] | None


def arranged(before: Sequence[Place], after: Sequence[str]) -> list[str]:
    """The regions `after` edits, with their imports in place.

    What no reader sees stays as it was. A block keeps what it imports if it held nothing else.
    """
    known = {name: key for text in after for name, key in imports_of(text).items()}
    new = [
        _trimmed(text, old.text) if old.section is not None and _is_code(text) else old.text
        for old, text in zip(before, after, strict=True)
    ]
    changed = [
        index
        for index, old in enumerate(before)
        if old.section is not None and new[index] != old.text
    ]
    for index in changed:
        new[index] = _with_imports(before, new, index, known)
    for index in changed:
        new[index] = _without_orphans(before[index].text, new, index)
    return new


def _trimmed(text: str, old: str) -> str:
    """`text` without the blank lines that an import left behind at its top."""
    return text if old.startswith("\n") else text.lstrip("\n")


def _is_code(text: str) -> bool:
    return bool(parse(text).body) if text.strip() else False


def _with_imports(
    before: Sequence[Place], new: Sequence[str], index: int, known: Mapping[str, Key]
) -> str:
    """A region with imports of what it reads now and did not.

    A block that imports nothing may have them from above, in its section or one around it.
    """
    from migrator.edit import fix_imports

    text = new[index]
    wanted = (unbound_names(text) - unbound_names(before[index].text)) & known.keys()
    imports = bool(imports_of(before[index].text))
    for name in sorted(wanted):
        above = (before[n].text if imports else new[n] for n in _above(before, index))
        if not any(name in imports_of(other) for other in above):
            key = known[name]
            need = NeedImport(key.module, key.name, key.alias, _first_reader(name, text))
            text = fix_imports(text, text, [need])
    return text


def _above(before: Sequence[Place], index: int) -> list[int]:
    """The regions above one in its own section, or in one around it."""
    own = before[index].section
    assert own is not None
    sections = [(n, place.section) for n, place in enumerate(before[:index])]
    return [n for n, section in sections if section is not None and own[: len(section)] == section]


def _without_orphans(old: str, new: Sequence[str], index: int) -> str:
    """A region without imports that it reads no more, or has got and never read.

    Those that a region below needs stay. Imports that the whole module reads no more are gone
    already.
    """
    from migrator.edit import fix_imports

    text = new[index]
    imported = imports_of(text)
    needed = {name for name in imported if _is_needed(name, new, index)}
    foreign = imported.keys() - imports_of(old).keys() - needed
    if needed == imported.keys():
        return text
    # An import goes if the first text reads it and the second doesn't.
    readers = "".join(f"\n{name}" for name in sorted(needed))
    former = "".join(f"\n{name}" for name in sorted(foreign)) + readers
    less = fix_imports(old + _imports(imported, foreign) + former, text + readers, [])
    less = less[: len(less) - len(readers)] if readers else less
    return less if _is_code(less) else text


def _imports(imported: Mapping[str, Key], names: set[str]) -> str:
    return "".join(f"\n{written(imported[name])}" for name in sorted(names))


def _is_needed(name: str, texts: Sequence[str], index: int) -> bool:
    """Whether a region below this one reads the name, and has it from here."""
    for text in texts[index + 1 :]:
        if name in unbound_names(text):
            return True
        if name in imports_of(text):
            return False
    return False


def _first_reader(name: str, text: str) -> Span:
    """Where the first statement begins that reads a name."""
    for node in parse(text).body:
        if any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(node)):
            decorators = getattr(node, "decorator_list", [])
            line = min([node.lineno, *(d.lineno for d in decorators)])
            start = sum(len(row) + 1 for row in text.split("\n")[: line - 1])
            return Span(start, start + 1)
    return Span(0, 0)
