"""Where the Python fences of an MDX page stand, which is Markdown with components and expressions.

A component is no HTML to MDX: what stands in it is Markdown, however deep it is indented, and
indented code is not known at all. What stands in `{/* … */}` is a comment.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from markdown_it import MarkdownIt

from migrator.pages.blocks import Found
from migrator.pages.markdown import Dialect
from migrator.pages.markdown import find as find_fences

_COMPONENT = re.compile(r"((?:[ ]|[-*+][ ]|\d+[.)][ ])*)(?:<[A-Za-z][^<]*(?<!/)>|>)\s*$")
"""A line that ends with the opening tag of a component, or with the last of its attributes."""
_OPENS = re.compile(r"\s*\{/\*")
_CLOSES = "*/}"


@lru_cache(maxsize=1)
def _dialect() -> Dialect:
    parser = MarkdownIt("commonmark").disable(["inline", "html_block", "code"])
    return Dialect(parser, _COMPONENT)


def find(lines: Sequence[str]) -> list[Found]:
    """The Python fences of a page, in order; none of those in comments."""
    return find_fences(_without_comments(lines), _dialect())


def _without_comments(lines: Sequence[str]) -> list[str]:
    """The lines, of which those of comments that begin a line are empty."""
    left = list(lines)
    at = 0
    while (at := _next_comment(left, at)) < len(left):
        while at < len(left):
            closes = _CLOSES in left[at]
            left[at] = ""
            at += 1
            if closes:
                break
    return left


def _next_comment(lines: Sequence[str], start: int) -> int:
    """The line of the next comment from `start` on that is no code; behind the last without one."""
    opening = [n for n in range(start, len(lines)) if _OPENS.match(lines[n])]
    if not opening:
        return len(lines)
    fences = [
        range(*token.map)
        for token in _dialect().parser.parse("\n".join(lines))
        if token.type == "fence" and token.map
    ]
    found = (n for n in opening if not any(n in fence for fence in fences))
    return next(found, len(lines))
