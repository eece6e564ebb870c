"""Which parts of a program have to be interpreted anew when something has become known.

A part is a module's body or a function's. What it looks up is noted; once an entry it has looked up
grows, it is stale. That only saves work: the last round is complete, and changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TypeVar, overload

from migrator.understand.structure import Body

K = TypeVar("K")
V = TypeVar("V")
D = TypeVar("D")


class Dependents:
    """The parts that have looked entries up, by entry; keys of several tables may be the same."""

    def __init__(self) -> None:
        self.part: Body | None = None
        """The part that is interpreted now."""
        self.stale: set[Body] = set()
        self._readers: defaultdict[object, set[Body]] = defaultdict(set)

    def read(self, key: object) -> None:
        """The part looks the entry up."""
        if self.part is not None:
            self._readers[key].add(self.part)

    def grew(self, key: object) -> None:
        """The entry holds more than before."""
        readers = self._readers.get(key)
        if readers:
            self.stale |= readers


class WatchedTable(dict[K, V]):
    """A table that notes which parts look its entries up, but for loops over all of them."""

    def __init__(self, dependents: Dependents) -> None:
        super().__init__()
        self._dependents = dependents

    @overload
    def get(self, key: K, default: None = None, /) -> V | None: ...

    @overload
    def get(self, key: K, default: V, /) -> V: ...

    @overload
    def get(self, key: K, default: D, /) -> V | D: ...

    def get(self, key: K, default: object = None, /) -> object:
        self._dependents.read(key)
        return super().get(key, default)

    def __getitem__(self, key: K, /) -> V:
        self._dependents.read(key)
        return super().__getitem__(key)

    def __contains__(self, key: object, /) -> bool:
        self._dependents.read(key)
        return super().__contains__(key)

    def setdefault(self, key: K, default: V, /) -> V:
        """Like that of a dict; a new entry is one that grew."""
        if not super().__contains__(key):
            super().__setitem__(key, default)
            self._dependents.grew(key)
        return super().__getitem__(key)


class WatchedSet(set[K]):
    """A set that notes which parts ask whether something is in it."""

    def __init__(self, dependents: Dependents) -> None:
        super().__init__()
        self._dependents = dependents

    def __contains__(self, item: object, /) -> bool:
        self._dependents.read(item)
        return super().__contains__(item)

    def add(self, item: K, /) -> None:
        """Like that of a set."""
        if not super().__contains__(item):
            super().add(item)
            self._dependents.grew(item)

    def update(self, *sets: Iterable[K]) -> None:
        """Like that of a set."""
        for items in sets:
            for item in items:
                self.add(item)
