"""What is planned in the name of several call sites at once, such as the handlers they share."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from migrator.edits import Edit
from migrator.plan import Draft
from migrator.plan.units import Member


class Owners:
    """The call sites that a piece of code belongs to, in source order."""

    def __init__(self, draft: Draft, members: Iterable[Member]) -> None:
        self.draft = draft
        self.members = sorted(members, key=draft.line)

    def edit(self, *edits: Edit) -> None:
        """The edits belong to every owner."""
        for owner in self.members:
            self.draft.edit(owner, *edits)

    def block(self, node: ast.AST, reason: str) -> None:
        """No owner can be migrated."""
        for owner in self.members:
            self.draft.block(owner, node, reason)

    def doubt(self, node: ast.AST, reason: str) -> None:
        """Every owner is unsafe to migrate."""
        for owner in self.members:
            self.draft.doubt(owner, node, reason)

    def note(self, text: str) -> None:
        """Every owner's user should know."""
        for owner in self.members:
            self.draft.note(owner, text)
