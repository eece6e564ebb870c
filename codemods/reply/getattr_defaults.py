"""What `getattr` gave where there was no object to read: it is chosen by a test of the object."""

from __future__ import annotations

import ast

from codemods.reply.field_read import choice
from codemods.reply.interaction import attribute_read, is_probe, rename
from codemods.reply.item_code import is_repeatable
from codemods.reply.item_kinds import kinds_at
from codemods.reply.items import items_of
from codemods.reply.kept_parts import item_kinds
from codemods.reply.loops import is_item, variable_of
from codemods.tables.items import FIELDS
from migrator.edits import Binding, Code, Template
from migrator.plan import Draft, Reading
from migrator.reasoning.definitions import definitions
from migrator.understand.values import Object


def default_of(draft: Draft, reading: Reading) -> Code | None:
    """The default of a `getattr` whose object may be missing; None where it is never needed."""
    node = reading.node
    if not isinstance(node, ast.Call) or len(node.args) < 3:
        return None
    if _is_there(draft, reading):
        return None
    if not is_repeatable(reading.base):
        text = f"`{draft.quote(node)}` is read of what may be missing; give that a name first"
        draft.block(reading.owner, node, text)
    return draft.hole(node.args[2])


def _is_there(draft: Draft, reading: Reading) -> bool:
    """Whether the part that the object was read of is known to have it, by tests in view."""
    made = definitions(draft, reading.base, 1)
    if _is_object(draft, reading.base) and not all(_is_object(draft, read) for read in made):
        return True  # a test has ruled out that it is None
    for read in made:
        part = _read_of(read)
        if not isinstance(part, ast.Name) or not is_item(draft, part):
            return False
        wanted = FIELDS.get(attribute_read(read), frozenset())
        possible = item_kinds(draft, part, items_of(draft, part, reading.owner).kinds)
        if not kinds_at(reading.node, variable_of(draft, part), possible) <= wanted:
            return False
    return True


def _read_of(node: ast.expr) -> ast.expr | None:
    """What an attribute is read of, by a dot or by getattr; None for whatever else `node` is."""
    if isinstance(node, ast.Attribute):
        return node.value
    if isinstance(node, ast.Call) and len(node.args) > 1 and isinstance(node.args[1], ast.Constant):
        return node.args[0]
    return None


def _is_object(draft: Draft, node: ast.expr) -> bool:
    return all(isinstance(value, Object) for value in draft.values(node))


def or_default(draft: Draft, reading: Reading, code: Code) -> Code:
    """`code`, or the default of the `getattr` that it takes the place of."""
    default = default_of(draft, reading)
    if default is None:
        return code
    return choice(code, draft.hole(reading.base, Binding.OR), default)


def rename_path(draft: Draft, reading: Reading, outer: str, inner: str) -> None:
    """`x.name` -> `x.outer.inner`, which no `getattr` reads."""
    node = reading.node
    if is_probe(node):
        rename(draft, reading.owner, node, outer)
    elif isinstance(node, ast.Attribute):
        rename(draft, reading.owner, node, f"{outer}.{inner}")
    else:
        code = Template((draft.hole(reading.base, Binding.ATOM), f".{outer}.{inner}"))
        draft.replace(reading.owner, node, or_default(draft, reading, code))
