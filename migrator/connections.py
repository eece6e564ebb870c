"""What hangs together: what is reached along edges, and groups that share members."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

Thing = TypeVar("Thing", bound=Hashable)


def reached(starts: Iterable[Thing], edges: Mapping[Thing, Iterable[Thing]]) -> set[Thing]:
    """`starts` and all that edges lead to from there, directly or not."""
    found = set(starts)
    pending = list(found)
    while pending:
        for other in edges.get(pending.pop(), ()):
            if other not in found:
                found.add(other)
                pending.append(other)
    return found


def grouped(sets: Iterable[Iterable[Thing]]) -> list[list[Thing]]:
    """The members of all sets, in groups: those of one set are together, and so are those of sets
    that share one, directly or not.
    """
    group_of: dict[Thing, list[Thing]] = {}
    for members in sets:
        mine: list[Thing] | None = None
        for member in members:
            theirs = group_of.setdefault(member, [member])
            if mine is None or mine is theirs:
                mine = theirs
                continue
            small, mine = sorted((mine, theirs), key=len)
            mine.extend(small)
            group_of.update(dict.fromkeys(small, mine))
    return list({id(group): group for group in group_of.values()}.values())
