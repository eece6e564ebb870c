"""Short ways to write edits in tests."""

from __future__ import annotations

import ast

from migrator.edit import Positions, apply_edits
from migrator.edits import Arguments, Binding, Code, Edit, Hole, Item, Replace, Span


def at(text: str, fragment: str, number: int = 0) -> Span:
    """The span of the `number`th `fragment` in `text`."""
    start = -1
    for _ in range(number + 1):
        start = text.index(fragment, start + 1)
    return Span(start, start + len(fragment))


def hole(text: str, fragment: str, binding: Binding = Binding.LOOSE, number: int = 0) -> Hole:
    return Hole(at(text, fragment, number), binding)


def swap(text: str, fragment: str, code: Code, number: int = 0) -> str:
    """`text` with one fragment replaced."""
    return apply_edits(text, [Replace(at(text, fragment, number), code)], line_length=88)


def calls(text: str, name: str) -> list[ast.Call]:
    """The calls of a function or method `name`, in the order of the text."""
    found = [
        node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call)
        and name in (getattr(node.func, "attr", ""), getattr(node.func, "id", ""))
    ]
    return sorted(found, key=lambda node: (node.lineno, node.col_offset))


def kept_items(
    text: str, call: ast.Call, renamed: dict[str, str] | None = None
) -> tuple[Item, ...]:
    """The items of a call as they are, keywords renamed."""
    positions = Positions(text)
    items = [Item(Hole(positions.span(a)), source=positions.span(a)) for a in call.args]
    for keyword in call.keywords:
        name = keyword.arg or "**"
        value = Hole(positions.span(keyword.value))
        source = positions.span(keyword)
        items.append(Item(value, (renamed or {}).get(name, name), source=source))
    return tuple(items)


def with_items(text: str, *more: Item, name: str = "f", length: int = 88) -> str:
    """`text` with `more` items added to every call of `name`."""
    positions = Positions(text)
    edits: list[Edit] = [
        Arguments(positions.span(call), kept_items(text, call) + more) for call in calls(text, name)
    ]
    return apply_edits(text, edits, line_length=length)
