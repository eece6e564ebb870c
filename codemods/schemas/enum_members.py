"""Members of the old SDK's enums, which are plain strings of the new API where they are read."""

from __future__ import annotations

import ast
from collections.abc import Callable

from migrator.plan import Draft, Reading
from migrator.understand.values import Constant, Symbol


def member_of(draft: Draft, node: ast.expr, enum: str) -> str | None:
    """The one member of an enum that `node` is, as a member or as its text."""
    values = draft.values(node)
    value = next(iter(values)) if len(values) == 1 else None
    if isinstance(value, Symbol) and value.path.startswith(enum + "."):
        name = value.path.removeprefix(enum + ".")
        return name.removesuffix(".name").removesuffix(".value")
    if isinstance(value, Constant) and isinstance(value.value, str):
        return value.value
    return None


def translate_members(
    draft: Draft, reading: Reading, enum: str, new: Callable[[str], str | None], advice: str
) -> None:
    """What a string is compared with: `new` is the string for a member, None for no member."""
    compare = reading.node
    assert isinstance(compare, ast.Compare)
    for side in (compare.left, *compare.comparators):
        if side is reading.base:
            continue
        member = member_of(draft, side, enum)
        name = new(member) if member is not None else None
        if name is None:
            draft.block(reading.owner, compare, f"`{draft.quote(compare)}`: {advice}")
        else:
            draft.replace(reading.owner, side, f'"{name}"')
