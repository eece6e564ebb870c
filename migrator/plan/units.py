"""Units: call sites that share a value are rewritten together or not at all (union-find)."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from migrator.edits import Edit, Span

Member = ast.AST


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a unit is held back, and the node that does it."""

    node: ast.AST
    text: str


@dataclass(slots=True)
class Ledger:
    """What the rules have said about one member of a unit."""

    edits: list[Edit] = field(default_factory=list)
    blockers: list[Reason] = field(default_factory=list)
    doubts: list[Reason] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    gone: list[Span] = field(default_factory=list)
    """Stretches of the text that no rewrite may leave where they stand."""
    placeless: list[str] = field(default_factory=list)
    """Names of settings that interactions have no place for."""

    @property
    def size(self) -> int:
        """How much has been said so far."""
        said = (self.edits, self.blockers, self.doubts, self.notes, self.gone)
        return sum(len(entries) for entries in said)


class Units:
    """Members (call sites and the objects made for them), merged where they share something."""

    def __init__(self) -> None:
        self._parents: dict[Member, Member] = {}
        self._ledgers: dict[Member, Ledger] = {}

    def ledger(self, member: Member) -> Ledger:
        """The ledger of one member (not of its whole unit)."""
        self.find(member)
        return self._ledgers.setdefault(member, Ledger())

    def find(self, member: Member) -> Member:
        """The representative of the unit that holds `member`."""
        parent = self._parents.setdefault(member, member)
        while parent is not self._parents[parent]:
            self._parents[parent] = self._parents[self._parents[parent]]
            parent = self._parents[parent]
        self._parents[member] = parent
        return parent

    def join(self, one: Member, other: Member) -> None:
        """The two members live and die together from now on."""
        first, second = self.find(one), self.find(other)
        if first is not second:
            self._parents[second] = first

    def known(self) -> list[Member]:
        """Every member of any unit."""
        return list(self._parents)

    def members(self) -> dict[Member, list[Member]]:
        """Every unit: its representative and its members."""
        groups: dict[Member, list[Member]] = {}
        for member in self._parents:
            groups.setdefault(self.find(member), []).append(member)
        return groups

    def revise(self, old: Edit, new: Edit) -> None:
        """Put an edit in the place of another one, in whoever's name that was made."""
        for ledger in self._ledgers.values():
            ledger.edits[:] = [new if edit == old else edit for edit in ledger.edits]

    def summary(self, members: list[Member]) -> Ledger:
        """One ledger for a whole unit."""
        ledgers = [self._ledgers[m] for m in members if m in self._ledgers]
        return Ledger(
            list(dict.fromkeys(e for ledger in ledgers for e in ledger.edits)),
            [r for ledger in ledgers for r in ledger.blockers],
            [r for ledger in ledgers for r in ledger.doubts],
            list(dict.fromkeys(n for ledger in ledgers for n in ledger.notes)),
            [span for ledger in ledgers for span in ledger.gone],
            [name for ledger in ledgers for name in ledger.placeless],
        )
