"""Marks between the pieces of a module, such as the cells of a notebook or the blocks of a page.

A mark is a statement: what is put before the first statement of a piece stays behind the mark,
where it would get in front of a comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Marks:
    """`word` begins each mark, and stands nowhere in the pieces; `piece` is what they are called.

    Marks count from 0. Names of the tree may be told apart by the word and a number behind them.
    """

    word: str
    piece: str

    def line(self, number: int) -> str:
        """The line that stands before a piece."""
        return f"pass  # {self.word}{number}"

    def split(self, text: str, count: int) -> list[str]:
        """The text of each of `count` pieces, without the last newline.

        Raises ValueError if one can't be told from the next any more.
        """
        found: list[list[str]] = []
        for line in text.split("\n")[:-1]:
            if len(found) < count and line == self.line(len(found)):
                found.append([])
            elif not found or re.search(rf"# {self.word}\d+\b(?!\.)", line):
                raise ValueError(f"the code of one {self.piece} would get into another")
            else:
                found[-1].append(line)
        if len(found) != count:
            raise ValueError(f"the code of a {self.piece} would be lost")
        return ["\n".join(lines) for lines in found]

    def joined(self, parts: Iterable[str]) -> str:
        """The module that pieces make; one without text is a mark alone."""
        return "".join(
            f"{self.line(number)}\n{part}\n" if part else f"{self.line(number)}\n"
            for number, part in enumerate(parts)
        )

    def unmarked(self, text: str) -> str:
        """`text` without what tells names apart."""
        return re.sub(rf"(?<=\w){self.word}\d+\b", "", text)
