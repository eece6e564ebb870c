"""Where the expressions inside f-strings stand.

Before Python 3.12 `ast` guesses the place of a replacement field, and guesses wrong
when a field starts on a line of its own, in nested format specs and in more cases. So
the fields are found again in the text, parsed once more, and the positions copied over,
node by node.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from migrator.edit.scan import Literal, after_backslash, field_end, scan
from migrator.syntax import children

_FORMATTED = re.compile(
    # From the quote back: there are fewer of them in a text than there are letters.
    r"""["'](?:(?<=(?<!\w)[fFtT].)|(?<=(?<!\w)[fFtT][rR].)|(?<=(?<!\w)[rR][fFtT].))"""
)
_FIELD_TAIL = re.compile(r"\s*(?:=\s*)?(?:!\s*\w+\s*)?$")


def may_have_fields(text: str) -> bool:
    """Whether `text` may hold an f-string: a cheap test before any walk."""
    return _FORMATTED.search(text) is not None


def outermost_formatted(tree: ast.AST) -> list[ast.JoinedStr]:
    """The f-strings of a tree that are not part of another one."""
    found: list[ast.JoinedStr] = []
    stack: list[ast.AST] = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.JoinedStr):
            found.append(node)
        else:
            stack += children(node)
    return found


def locate_fields(
    node: ast.JoinedStr, text: str, start: int, end: int
) -> Iterator[tuple[ast.AST, int, ast.AST, str]]:
    """Find the expressions of one f-string (implicit concatenation included) again.

    `start` and `end` are the character offsets of the whole expression `node`. Yields,
    for every expression in a field, `(original, offset, parsed, source)`: the `parsed`
    twin's positions count within `source`, whose first character is a bracket that
    stands for the one before `offset`. Stops where text and tree disagree.
    """
    fields = iter(_formatted_values(node))
    for literal in scan(text[start:end]).literals:
        if not literal.formatted:
            continue
        for expression_start, expression in _expressions(literal, text[start:end]):
            value = next(fields, None)
            if value is None:
                return
            source = f"({expression})"
            try:
                twin = ast.parse(source, mode="eval").body
            except SyntaxError:
                return
            yield value.value, start + expression_start, twin, source


def pair_up(original: ast.AST, twin: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
    """Walk two trees of the same shape in step, without recursion."""
    stack = [(original, twin)]
    while stack:
        left, right = stack.pop()
        if type(left) is not type(right):
            continue
        yield left, right
        stack.extend(zip(children(left), children(right), strict=False))


def _formatted_values(node: ast.JoinedStr) -> Iterator[ast.FormattedValue]:
    """The fields of an f-string in the order of the text, those of format specs
    included.
    """
    for value in node.values:
        if isinstance(value, ast.FormattedValue):
            yield value
            if isinstance(value.format_spec, ast.JoinedStr):
                yield from _formatted_values(value.format_spec)


def _expressions(literal: Literal, text: str) -> Iterator[tuple[int, str]]:
    """The offset and source of each field's expression, without conversion or `=`."""
    raw = "r" in literal.prefix
    position, end, depth = literal.body.start, literal.body.end, 0
    while position < end:
        character = text[position]
        if character == "\\":
            position = after_backslash(text, position, raw)
        elif character == "{" and depth == 0 and text.startswith("{{", position):
            position += 2
        elif character == "{":
            after, spec = field_end(text[:end], position + 1)
            expression = text[position + 1 : after - 1]
            yield position + 1, _FIELD_TAIL.sub("", expression)
            position = after
            depth += spec
        elif character == "}" and depth:
            depth -= 1
            position += 1
        else:
            position += 1
