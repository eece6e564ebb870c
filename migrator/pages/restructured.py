"""Where the Python blocks of a reStructuredText page stand.

Directives are found by their lines and their indentation: that is all that tells where one ends.
Left alone: literal blocks (`::`), comments, doctest prompts, and directives that stand in another
block of code, where they are an example of the markup.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from migrator.pages.blocks import Found, in_sections

_PYTHON = frozenset({"python", "python3", "py", "py3", "ipython", "ipython3"})
_UNDERLINE = re.compile(r"([!-/:-@[-`{-~])\1{2,}[ ]*")
_BULLET = r"(?:[-*+]|#\.|\w+[.)]|\(\w+\))[ \t]+"
_EXPLICIT = re.compile(rf"([ \t]*(?:{_BULLET})*)\.\.(?:[ \t]+(.*))?$")
_DIRECTIVE = re.compile(r"([\w:+.-]+)::(?:[ \t]+(\S.*?))?[ \t]*$")
_CODE = frozenset({"code", "code-block", "sourcecode"})
_VERBATIM = _CODE | {"raw", "parsed-literal", "math", "highlight", "productionlist", "doctest"}
_OTHER = re.compile(r"(?:\[|_|\|)")  # footnotes, targets and substitutions hold text
_OPTION = re.compile(r"[ \t]*:[^:\s][^:]*:(?:\s|$)")


def find(lines: Sequence[str]) -> list[Found]:
    """The Python blocks of a page, in order."""
    return list(in_sections(_found(lines), _headings(lines)))


def _headings(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Underlined titles; the first underline of a page is that of the outermost level."""
    levels: dict[str, int] = {}
    for row, (title, line) in enumerate(itertools.pairwise(lines)):
        under = _UNDERLINE.fullmatch(line)
        if under is None or not title.strip() or _UNDERLINE.fullmatch(title):
            continue
        over = row > 0 and lines[row - 1].startswith(under.group(1) * 2)
        style = under.group(1) + "over" * over
        yield row, levels.setdefault(style, len(levels))


def _found(lines: Sequence[str]) -> Iterator[Found]:
    row = 0
    while row < len(lines):
        explicit = _EXPLICIT.match(lines[row])
        width = _width(lines[row]) if explicit is None else len(explicit.group(1))
        if explicit is None:
            is_literal = lines[row].rstrip().endswith("::")
            row = _end_of(lines, row + 1, width) if is_literal else row + 1
            continue
        rest = explicit.group(2) or ""
        directive = _DIRECTIVE.match(rest)
        if directive is None:
            is_comment = _OTHER.match(rest) is None and (rest or lines[row + 1 : row + 2] != [""])
            row = _end_of(lines, row + 1, width) if is_comment else row + 1
        elif directive.group(1) not in _VERBATIM:
            row += 1  # a note, a tab: what it holds is text
        else:
            end = _end_of(lines, row + 1, width)
            language = (directive.group(2) or "").strip().lower()
            if directive.group(1) in _CODE and language in _PYTHON:
                yield from _content(lines, row + 1, end)
            row = end


def _width(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def _end_of(lines: Sequence[str], row: int, width: int) -> int:
    """Where what is indented by more than `width` ends, without blank lines behind it."""
    end = row
    for number in range(row, len(lines)):
        if lines[number].strip():
            if _width(lines[number]) <= width:
                break
            end = number + 1
    return end


def _content(lines: Sequence[str], row: int, end: int) -> Iterator[Found]:
    """The code of a directive whose options begin at `row`."""
    while row < end and _OPTION.match(lines[row]):
        row += 1
    while row < end and not lines[row].strip():
        row += 1
    rows = range(row, end)
    indents = [lines[n][: _width(lines[n])] for n in rows if lines[n].strip()]
    if not indents:
        return
    indent = min(indents, key=len)
    while not all(other.startswith(indent) for other in indents):
        indent = indent[:-1]
    width = len(indent)
    yield Found(
        row,
        tuple(lines[n][:width] for n in rows),
        tuple(lines[n][width:] for n in rows),
    )
