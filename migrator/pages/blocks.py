"""The Python blocks of a page: what stands in them, and where in the file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cached_property

from migrator.marks import Marks
from migrator.notebooks.magics import Masked, masked, restored

_LINE = re.compile(r"([^\r\n]*)(\r\n|\r|\n|\Z)")
_OPTION = re.compile(r":[\w-]+:(?:\s|$)")
_PROMPT = re.compile(r"\s*(?:>>>|In \[\d*\]:)")


@dataclass(frozen=True, slots=True)
class Found:
    """A block that a page calls Python: its lines, each behind a prefix (indentation, `> `).

    `first` is the 0-based line of the file on which it begins. A `directive` may have options of
    its own at the top; a `cell` is run by a tool that builds the page, and displays its last value.
    """

    first: int
    prefixes: tuple[str, ...]
    lines: tuple[str, ...]
    directive: bool = False
    cell: bool = False
    section: tuple[int, ...] = ()
    """The lines of the headings above it, outermost first."""

    def without(self, count: int) -> Found:
        """The block behind its first `count` lines."""
        first, prefixes, lines = self.first + count, self.prefixes[count:], self.lines[count:]
        return replace(self, first=first, prefixes=prefixes, lines=lines)

    def dedented(self) -> Found:
        """The block without the indentation that all its lines share, which is a prefix then: an
        excerpt may be cut out of what holds it.
        """
        lines = [line for line in self.lines if line.strip()]
        width = min(len(line) - len(line.lstrip(" ")) for line in lines)
        pairs = list(zip(self.prefixes, self.lines, strict=True))
        prefixes = tuple(prefix + line[:width] for prefix, line in pairs)
        return replace(self, prefixes=prefixes, lines=tuple(line[width:] for line in self.lines))


@dataclass(frozen=True, slots=True)
class Block:
    """A block with its number, 1-based among the Python blocks of its page.

    `code` is its text as a part of a module; None where it is no Python.
    """

    number: int
    found: Found
    code: Masked | None

    @property
    def text(self) -> str:
        """What stands in the module for it."""
        return self.code.text if self.code is not None else ""


@dataclass(frozen=True)
class Sheet:
    """A file as lines, `ends` being what ends each of them, and its blocks."""

    bom: bytes
    lines: tuple[str, ...]
    ends: tuple[str, ...]
    blocks: tuple[Block, ...]
    word: str
    """What begins the placeholders and markers of this page, and stands nowhere in it."""

    @property
    def marks(self) -> Marks:
        """The marks between the blocks of a program."""
        return Marks(self.word, "block")

    @cached_property
    def newline(self) -> str:
        """What ends most lines."""
        return max(("\n", "\r\n", "\r"), key=self.ends.count)

    def encode(self, texts: dict[int, str]) -> bytes:
        """The bytes of the file once the blocks with these numbers have become these texts.

        Raises ValueError if a placeholder is gone.
        """
        out: list[str] = []
        at = 0
        for block in self.blocks:
            new = texts.get(block.number)
            if new is None or new == block.text:
                continue
            assert block.code is not None
            code = restored(new, block.code.commands, self.word)
            first = block.found.first
            out += [*self._raw(at, first), *self._written(block.found, code)]
            at = first + len(block.found.lines)
        out += self._raw(at, len(self.lines))
        return self.bom + "".join(out).encode("utf-8")

    def _raw(self, start: int, end: int) -> Iterator[str]:
        yield from (self.lines[n] + self.ends[n] for n in range(start, end))

    def _written(self, found: Found, code: str) -> Iterator[str]:
        """The new lines of a block; a line that was there keeps its bytes."""
        new = code.split("\n")
        prefix = _usual(found)
        last = found.first + len(found.lines) - 1
        matcher = SequenceMatcher(None, found.lines, new, autojunk=False)
        for tag, i1, i2, j1, j2 in matcher.get_opcodes():
            old = range(found.first + i1, found.first + i2)
            for number, line in enumerate(new[j1:j2]):
                if tag == "equal":
                    text, end = self.lines[old[number]], self.ends[old[number]]
                else:
                    text = prefix + line if line.strip() else (prefix + line).rstrip(" ")
                    end = self.newline
                # The last line of a file may have no end, and no other line.
                is_last = j1 + number == len(new) - 1
                yield text + (self.ends[last] if is_last else end or self.newline)


def _usual(found: Found) -> str:
    """What stands before new lines of a block: what stands before those that hold code."""
    return next((p for p, line in zip(found.prefixes, found.lines, strict=True) if line), "")


def split_lines(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The lines of a text, and what ends each."""
    pairs = _LINE.findall(text)
    if not pairs[-1][0] and not pairs[-1][1]:
        pairs.pop()
    return tuple(line for line, _ in pairs), tuple(end for _, end in pairs)


def in_sections(found: Iterable[Found], headings: Iterable[tuple[int, int]]) -> Iterator[Found]:
    """Blocks with their sections; each heading is its line and its level."""
    left = sorted(headings, reverse=True)
    above: list[tuple[int, int]] = []
    for block in sorted(found, key=lambda block: block.first):
        while left and left[-1][0] < block.first:
            heading = left.pop()
            while above and above[-1][1] >= heading[1]:
                above.pop()
            above.append(heading)
        yield replace(block, section=tuple(line for line, _ in above))


def numbered(found: Sequence[Found], word: str) -> Iterator[Block]:
    """The blocks that hold code, without their options. Sessions with prompts are none."""
    number = 0
    for block in map(_without_options, found):
        first = next((line for line in block.lines if line.strip()), None)
        if first is None or _PROMPT.match(first):
            continue
        number += 1
        code = masked("\n".join(block.lines), word)
        if code is None:
            block = block.dedented()
            code = masked("\n".join(block.lines), word)
        yield Block(number, block, code)


def _without_options(found: Found) -> Found:
    """A directive without what speaks to the tool that builds the page.

    `:tags: [hide]` and YAML between `---` are MyST's, `#| echo: false` is Quarto's.
    """
    if not found.directive:
        return found
    lines = found.lines
    count = 0
    if lines[:1] == ("---",) and "---" in lines[1:]:
        count = lines.index("---", 1) + 1
    while count < len(lines) and (lines[count].startswith("#|") or _OPTION.match(lines[count])):
        count += 1
    return found.without(count)
