"""The hunks of a unified diff, in time that grows as the files do.

`difflib` compares every gap between two equal lines with the whole rest of the file. A rewritten
file has thousands of lines that stand once in both versions: they are matched first, in their
order, and `difflib` is left with what lies between two of them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from difflib import Match, SequenceMatcher

CONTEXT = 3  # lines around a change, as git and diff have it


def hunks(old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    """The lines of a unified diff without its two head lines; lines carry their own ends."""
    for group in _Matcher(old, new).get_grouped_opcodes(CONTEXT):
        before = _range(group[0][1], group[-1][2])
        after = _range(group[0][3], group[-1][4])
        yield f"@@ -{before} +{after} @@\n"
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                yield from (f" {line}" for line in old[i1:i2])
                continue
            yield from (f"-{line}" for line in old[i1:i2])
            yield from (f"+{line}" for line in new[j1:j2])


def _range(start: int, stop: int) -> str:
    """Lines `start` (0-based) up to `stop` as a hunk's head names them; an empty range by the line
    before it."""
    length = stop - start
    if length == 1:
        return str(start + 1)
    return f"{start + 1 if length else start},{length}"


class _Matcher(SequenceMatcher[str]):
    def __init__(self, old: Sequence[str], new: Sequence[str]) -> None:
        super().__init__()  # of nothing: it would index all lines of the new file
        self._old, self._new = old, new

    def get_matching_blocks(self) -> list[Match]:
        """The equal runs of lines, first to last; the last one is empty, as `difflib` has it."""
        return [*_joined(self._matches()), Match(len(self._old), len(self._new), 0)]

    def _matches(self) -> Iterator[Match]:
        old, new = self._old, self._new
        i = j = 0
        for end_i, end_j in [*_anchors(old, new), (len(old), len(new))]:
            if i < end_i and j < end_j:
                gap = SequenceMatcher(None, old[i:end_i], new[j:end_j])
                yield from (Match(i + m.a, j + m.b, m.size) for m in gap.get_matching_blocks()[:-1])
            if end_i < len(old):
                yield Match(end_i, end_j, 1)
            i, j = end_i + 1, end_j + 1


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """The longest run of lines that stand once on either side, in an order that both have."""
    counts, others = Counter(old), Counter(new)
    places = {line: j for j, line in enumerate(new) if others[line] == 1}
    once = [(i, places[line]) for i, line in enumerate(old) if counts[line] == 1 and line in places]
    return _rising(once)


def _rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest part of `pairs`, sorted by the first number, in which the second rises too."""
    ends: list[int] = []  # the smallest last number of a run of each length
    indexes: list[int] = []
    before: list[int] = []
    for index, (_, number) in enumerate(pairs):
        length = bisect_left(ends, number)
        before.append(indexes[length - 1] if length else -1)
        ends[length : length + 1] = [number]
        indexes[length : length + 1] = [index]
    run: list[tuple[int, int]] = []
    index = indexes[-1] if indexes else -1
    while index >= 0:
        run.append(pairs[index])
        index = before[index]
    return run[::-1]


def _joined(matches: Iterable[Match]) -> Iterator[Match]:
    """Runs that touch become one."""
    last: Match | None = None
    for match in matches:
        if last and (last.a + last.size, last.b + last.size) == match[:2]:
            last = Match(last.a, last.b, last.size + match.size)
        else:
            if last:
                yield last
            last = match
    if last:
        yield last
