"""A module's statements and where each stands: what imports are placed by."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from migrator.edit.source import Source
from migrator.edits import Span

_TYPE_COMMENT = re.compile(r"#\s*type:[^\r\n]*")


@dataclass(frozen=True, slots=True)
class Block:
    """A statement's place: the list it is in, its index there, and the node that holds the list."""

    body: list[ast.stmt]
    index: int
    owner: ast.AST


class Outline(Source):
    """One module's text with its statements. Raises `EditConflict` where it does not parse."""

    @cached_property
    def blocks(self) -> dict[ast.stmt, Block]:
        """Every statement's place, in the order of the text within a block."""
        found: dict[ast.stmt, Block] = {}
        pending: list[ast.AST] = [self.tree]
        while pending:
            owner = pending.pop()
            for body in _bodies(owner):
                for index, statement in enumerate(body):
                    found[statement] = Block(body, index, owner)
                pending.extend(body)
            pending.extend(getattr(owner, "handlers", ()))
            pending.extend(getattr(owner, "cases", ()))
        return found

    @cached_property
    def statements(self) -> dict[Span, ast.stmt]:
        """Every statement, by its span without decorators."""
        return {self.positions.span(node): node for node in self.blocks}

    @property
    def type_comments(self) -> list[str]:
        """What may be type comments."""
        return _TYPE_COMMENT.findall(self.text)


def _bodies(owner: ast.AST) -> Iterator[list[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        body = getattr(owner, name, None)
        if isinstance(body, list) and body:
            yield body
