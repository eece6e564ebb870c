"""Where the Python fences of a Markdown page stand: CommonMark, and what its relatives add.

The fences are found by `markdown-it-py`, the parser that MyST is built on. What is a fence depends
on lists, quotes, HTML and indentation around it, and on more rules than a few patterns can hold;
and it costs no installation, since `rich`, which prints the reports, brings it already.

Understood beside CommonMark: front matter, the containers of MkDocs (`=== "Tab"`, `!!! note`),
whose content is indented, and directives of MyST that hold Markdown (`{note}`). Left alone:
indented code, fences in HTML comments, and fences in other fences.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

from migrator.pages.blocks import Found, in_sections

_PYTHON = frozenset({"python", "python3", "py", "py3", "ipython", "ipython3"})
_DIRECTIVE = re.compile(r"\{(code-cell|code-block|code|sourcecode)\}\s*([\w-]*)")
_EXECUTED = re.compile(r"\{(?:python3?|py)(?=[}\s,])[^}]*\}\s*$")
_CLASSES = re.compile(r"\{[^}.]*\.(\w+)[^}]*\}\s*$")
_LANGUAGE = re.compile(r"([\w+#-]+)(?=[\s,:{]|$)")
_HOLDS_MARKDOWN = re.compile(
    r"\{(?:note|tip|hint|important|warning|caution|attention|danger|error|seealso|admonition"
    r"|dropdown|details|margin|sidebar|tab-set|tab-item|card|grid|grid-item|grid-item-card"
    r"|exercise|solution|example)\}"
)


class _Part(NamedTuple):
    """Some lines of a page: which they are, and what stands before each of them."""

    numbers: Sequence[int]
    prefixes: Sequence[str]
    lines: Sequence[str]


class Dialect(NamedTuple):
    """A relative of CommonMark.

    Its containers begin with a line like `opening`, whose group is its indentation, and hold what
    is indented below by `step`, or as far as the first line of it.
    """

    parser: MarkdownIt
    opening: re.Pattern[str]
    step: str | None = None


@lru_cache(maxsize=1)
def _mkdocs() -> Dialect:
    parser = MarkdownIt("commonmark").disable("inline")  # the inside of paragraphs is text
    return Dialect(parser, re.compile(r"([ ]*)(?:===[!+]?|!!!|\?\?\?\+?)[ ]+\S"), " " * 4)


def find(lines: Sequence[str], dialect: Dialect | None = None) -> list[Found]:
    """The Python fences of a page, in order."""
    dialect = dialect or _mkdocs()
    end = _front_matter(lines)
    kernel = any("python" in line for line in lines[:end])
    page = _Part(range(len(lines)), [""] * len(lines), [*[""] * end, *lines[end:]])
    headings = (
        (token.map[0], int(token.tag[1:]))
        for token in dialect.parser.parse("\n".join(page.lines))
        if token.type == "heading_open" and token.map and not token.level
    )
    return list(in_sections(_found(page, kernel, dialect), headings))


def _front_matter(lines: Sequence[str]) -> int:
    """How many lines at the top are the page's metadata."""
    mark = lines[0].rstrip() if lines else ""
    if mark not in ("---", "+++"):
        return 0
    ends = (mark, "...") if mark == "---" else (mark,)
    for number, line in enumerate(lines[1:], 1):
        if line.rstrip() in ends:
            return number + 1
    return 0


def _found(part: _Part, kernel: bool, dialect: Dialect) -> Iterator[Found]:
    tokens = dialect.parser.parse("\n".join(part.lines))
    taken: set[int] = set()
    for inner in _containers(part, tokens, dialect):
        taken.update(inner.numbers)
        yield from _found(inner, kernel, dialect)
    for token in tokens:
        if token.type == "fence" and token.map and part.numbers[token.map[0]] not in taken:
            inside = _inside(part, token)
            if inside is None:
                continue
            info = token.info.strip()
            if _is_python(info, kernel):
                executed = _EXECUTED.match(info) is not None
                yield Found(
                    inside.numbers[0],
                    tuple(inside.prefixes),
                    tuple(inside.lines),
                    directive=executed or _DIRECTIVE.match(info) is not None,
                    cell=executed or info.startswith("{code-cell}"),
                )
            elif _HOLDS_MARKDOWN.match(info):
                yield from _found(inside, kernel, dialect)


def _is_python(info: str, kernel: bool) -> bool:
    """Whether what stands behind a fence's mark says Python; `kernel`: if the page's cells are."""
    directive = _DIRECTIVE.match(info)
    if directive is not None:
        name, language = directive.groups()
        return language.lower() in _PYTHON or (name == "code-cell" and not language and kernel)
    if _EXECUTED.match(info):
        return True
    word = _CLASSES.match(info) or _LANGUAGE.match(info)
    return word is not None and word.group(1).lower() in _PYTHON


def _inside(part: _Part, token: Token) -> _Part | None:
    """The lines between a fence's marks; None where they can't be told from their prefixes.

    A tab that is half indentation and half code is such a place.
    """
    assert token.map is not None
    first = token.map[0] + 1
    content = token.content.split("\n")
    if not content[-1]:
        content.pop()
    if not content:
        return None
    rows = range(first, first + len(content))
    prefixes: list[str] = []
    for row, line in zip(rows, content, strict=True):
        whole = part.lines[row]
        if not whole.endswith(line):
            return None
        prefixes.append(part.prefixes[row] + whole[: len(whole) - len(line)])
    return _Part([part.numbers[row] for row in rows], prefixes, content)


def _containers(part: _Part, tokens: Sequence[Token], dialect: Dialect) -> Iterator[_Part]:
    """The outermost containers: a line that opens one, and all that is indented below.

    To CommonMark it is a paragraph, and indented code.
    """
    end = 0
    for token in tokens:
        if token.type != "paragraph_open" or token.map is None:
            continue
        for row in range(max(token.map[0], end), token.map[1]):
            opening = dialect.opening.match(part.lines[row])
            if opening is None or row < end:
                continue
            indent = _indent(part.lines, row, opening.group(1), dialect)
            if indent is None:
                continue
            end = _end_of(part.lines, row + 1, indent)
            yield _cut(part, range(row + 1, end), indent)


def _indent(lines: Sequence[str], row: int, outer: str, dialect: Dialect) -> str | None:
    """The indentation of what stands in the container opened on a row; None where it is none."""
    if dialect.step is not None:
        return outer + dialect.step
    first = next((line for line in lines[row + 1 :] if line.strip()), "")
    indent = first[: len(first) - len(first.lstrip(" "))]
    return indent if len(indent) > len(outer) else None


def _end_of(lines: Sequence[str], row: int, indent: str) -> int:
    while row < len(lines) and (not lines[row].strip() or lines[row].startswith(indent)):
        row += 1
    return row


def _cut(part: _Part, rows: range, indent: str) -> _Part:
    width = len(indent)
    return _Part(
        [part.numbers[row] for row in rows],
        [part.prefixes[row] + part.lines[row][:width] for row in rows],
        [part.lines[row][width:] for row in rows],
    )
