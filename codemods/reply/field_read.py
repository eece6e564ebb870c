"""One read of a field of a part: where it stands, and what the item may be there."""

from __future__ import annotations

import ast
from dataclasses import replace

from codemods.reply.certain_tests import leave_out
from codemods.reply.item_code import base_code, is_repeatable, type_test
from codemods.reply.item_tests import asks_type
from codemods.reply.items import Form, items_of, settled_place
from codemods.reply.kept_parts import item_kinds
from codemods.reply.loops import variable_of
from codemods.reply.settled_tests import drop
from codemods.tables.items import FIELDS, Kind, Kinds
from migrator.edits import ClausesCode, Code, Template
from migrator.plan import Draft, Reading

NAME_FIRST = "which kind of part it is can't be told here; assign it to a name and test that first"
MEANT = "`{}` was true of every part; it asks for the type of the item now"
ALWAYS = "every part had this attribute, so the test was always true; test `{}` itself"


class Field:
    """One read of a field: where it stands, and what the item may be there."""

    def __init__(self, draft: Draft, reading: Reading, name: str, node: ast.expr) -> None:
        self.draft = draft
        self.owner = reading.owner
        self.name = name
        self.base = reading.base
        self.node = node
        self.items = items_of(draft, reading.base, reading.owner)
        self.is_open = name == "as_image" and self.items.media != ("image",)
        self.kinds = item_kinds(draft, reading.base, self.items.kinds)
        if self.items.form is Form.SPOKEN:
            self.kinds -= {Kind.THOUGHT}
        self.wanted = FIELDS[name]
        self.is_dropped = not self.wanted & self.items.kinds and dropped(
            draft, reading, self.items.kinds
        )
        if name == "as_image":
            self.items = replace(self.items, media=("image",))

    @property
    def item(self) -> Code:
        """The item, for a place that reads an attribute of it."""
        return base_code(self.draft, self.base)

    @property
    def is_certain(self) -> bool:
        """Whether the item has the field."""
        return bool(self.kinds) and self.kinds <= self.wanted and not self.is_open

    def test(self, kinds: Kinds, *, negated: bool = False) -> Code:
        """Whether the item is of one of `kinds`."""
        return type_test(self.items, self.item, kinds, negated=negated)

    def check_twice(self) -> None:
        """The item is going to be written twice: that must mean the same both times."""
        if not is_repeatable(self.base):
            text = f"`{self.draft.quote(self.node)}`: {NAME_FIRST}"
            self.draft.block(self.owner, self.node, text)


def choice(code: Code, test: Code, other: Code, *, soft: bool = True) -> Code:
    """`code if test else other`."""
    clauses = (Template(("if ", test)), Template(("else ", other)))
    return ClausesCode("(", code, clauses, ")", soft=soft)


def plain(field: Field) -> Code:
    return Template((field.item, ".text"))


def probe(draft: Draft, reading: Reading, name: str) -> None:
    """`hasattr(part, "text") and part.text`: the first test was always true, and goes away."""
    node = reading.node
    assert isinstance(node, ast.expr)
    items = items_of(draft, reading.base, reading.owner)
    if _is_denied(draft, node) and leave_out(draft, reading.owner, node):
        return
    if isinstance(reading.base, ast.Name) and asks_type(draft, node):
        field = Field(draft, reading, name, node)
        if items.kinds <= field.wanted:
            text = ALWAYS.format(f"{draft.source(reading.base)}.{name}")
            draft.block(reading.owner, node, f"`{draft.quote(node)}`: {text}")
        draft.doubt(reading.owner, node, MEANT.format(draft.quote(node)))
        draft.replace(reading.owner, node, field.test(field.wanted & items.kinds or field.wanted))
        return
    if not dropped(draft, reading, items.kinds) and not leave_out(draft, reading.owner, node):
        text = ALWAYS.format(f"{draft.source(reading.base)}.{name}")
        draft.block(reading.owner, node, f"`{draft.quote(node)}`: {text}")


def _is_denied(draft: Draft, node: ast.expr) -> bool:
    parent = draft.facts.structure.parent(node)
    return isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not)


def dropped(draft: Draft, reading: Reading, kinds: Kinds) -> bool:
    """Whether the read is part of a test that is settled, and goes."""
    node, base = reading.node, reading.base
    assert isinstance(node, ast.expr)
    place = settled_place(draft, node, kinds)
    if place is None or not isinstance(base, ast.Name):
        return False
    drop(draft, reading.owner, place, variable_of(draft, base), kinds)
    return True
