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
    """Which part is interpreted now, and which parts are stale."""

    def __init__(self) -> None:
        self.part: Body | None = None
        """The part that is interpreted now."""
        self.stale: set[Body] = set()


class WatchedTable(dict[K, V]):
    """A table that notes which parts look its entries up, but for loops over all of them."""

    def __init__(self, dependents: Dependents) -> None:
        super().__init__()
        self._dependents = dependents
        self._readers: defaultdict[object, set[Body]] = defaultdict(set)

    def grew(self, key: object) -> None:
        """The entry holds more than before."""
        readers = self._readers.get(key)
        if readers:
            self._dependents.stale |= readers

    # Read in the innermost loops: each notes the part by itself.

    @overload
    def get(self, key: K, default: None = None, /) -> V | None: ...

    @overload
    def get(self, key: K, default: V, /) -> V: ...

    @overload
    def get(self, key: K, default: D, /) -> V | D: ...

    def get(self, key: K, default: object = None, /) -> object:
        part = self._dependents.part
        if part is not None:
            self._readers[key].add(part)
        return dict.get(self, key, default)

    def __getitem__(self, key: K, /) -> V:
        part = self._dependents.part
        if part is not None:
            self._readers[key].add(part)
        return dict.__getitem__(self, key)

    def __contains__(self, key: object, /) -> bool:
        part = self._dependents.part
        if part is not None:
            self._readers[key].add(part)
        return dict.__contains__(self, key)

    def setdefault(self, key: K, default: V, /) -> V:
        """Like that of a dict; a new entry is one that grew."""
        if not dict.__contains__(self, key):
            dict.__setitem__(self, key, default)
            self.grew(key)
        return dict.__getitem__(self, key)


class WatchedSet(set[K]):
    """A set that notes which parts ask whether something is in it."""

    def __init__(self, dependents: Dependents) -> None:
        super().__init__()
        self._dependents = dependents
        self._readers: defaultdict[object, set[Body]] = defaultdict(set)

    def __contains__(self, item: object, /) -> bool:
        part = self._dependents.part
        if part is not None:
            self._readers[item].add(part)
        return set.__contains__(self, item)

    def add(self, item: K, /) -> None:
        """Like that of a set."""
        if not set.__contains__(self, item):
            set.add(self, item)
            readers = self._readers.get(item)
            if readers:
                self._dependents.stale |= readers

    def update(self, *sets: Iterable[K]) -> None:
        """Like that of a set."""
        for items in sets:
            for item in items:
                self.add(item)
