"""Draws what programs are made of; the choices are remembered, so that a program gets smaller."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

Lines = list[str]
Choice = TypeVar("Choice")


class Draw:
    """Chooses by chance, or as the choices say that were made before; what comes first is simplest.

    Where the given choices end, the simplest is taken.
    """

    def __init__(self, seed: int = 0, given: Sequence[int] | None = None) -> None:
        self._random = random.Random(seed)
        self._given = given
        self.chosen: list[int] = []

    def below(self, limit: int) -> int:
        """A number from 0 on."""
        at = len(self.chosen)
        if self._given is None:
            number = self._random.randrange(limit)
        else:
            number = min(self._given[at], limit - 1) if at < len(self._given) else 0
        self.chosen.append(number)
        return number

    def one(self, *options: Choice) -> Choice:
        """One of some options."""
        return options[self.below(len(options))]

    def maybe(self, among: int = 2) -> bool:
        """Whether the last of so many equal cases holds."""
        return self.below(among) == among - 1

    def some(self, options: Sequence[Choice]) -> list[Choice]:
        """Some of the options, in their order, at least one."""
        found = [option for option in options if self.maybe()]
        return found or [self.one(*options)]


def smaller(chosen: Sequence[int], still: Callable[[Sequence[int]], bool], tries: int) -> list[int]:
    """Choices with fewer and lower numbers for which something is true still."""
    best = list(chosen)
    again = True
    while again and tries > 0:
        again = False
        for candidate in _steps_down(best):
            tries -= 1
            if tries < 0:
                break
            if still(candidate):
                best, again = candidate, True
                break
    return best


def _steps_down(best: list[int]) -> Iterator[list[int]]:
    for size in (16, 8, 4, 2, 1):
        for at in range(len(best) - size, -1, -max(1, size // 2)):
            yield best[:at] + best[at + size :]
    for size in (4, 1):
        for at in range(0, len(best), size):
            if any(best[at : at + size]):
                yield best[:at] + [0] * len(best[at : at + size]) + best[at + size :]
    for at, number in enumerate(best):
        if number > 1:
            yield [*best[:at], number - 1, *best[at + 1 :]]


def block(head: str, body: Lines) -> Lines:
    """A statement with the lines it holds."""
    return [head, *(f"    {line}" if line else "" for line in body or ["pass"])]
