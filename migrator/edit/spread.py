"""The blanks of brackets and operations: where they stand, and those that end lines."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

import libcst as cst

Blank = cst.BaseParenthesizableWhitespace
DISPLAYS = (cst.Call, cst.List, cst.Set, cst.Dict, cst.Tuple)
_SQUARE = (cst.List, cst.ListComp, cst.Subscript)
_CURLY = (cst.Set, cst.Dict, cst.SetComp, cst.DictComp)
NOTHING = cst.SimpleWhitespace("")


def width(text: str) -> int:
    """The columns `text` takes, wide characters counted twice as Black counts them."""
    if text.isascii():
        return len(text) + 3 * text.count("\t")
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    return len(text) + wide - sum(unicodedata.combining(c) > 0 for c in text)


def line_break(
    indent: str,
    comment: str | None = None,
    above: Iterable[str] = (),
    above_indent: str | None = None,
) -> cst.ParenthesizedWhitespace:
    """A line that ends here, perhaps in a comment; `above` are comments on lines of their own."""
    before = cst.SimpleWhitespace(indent if above_indent is None else above_indent)
    return cst.ParenthesizedWhitespace(
        first_line=cst.TrailingWhitespace(
            cst.SimpleWhitespace("  " if comment else ""),
            cst.Comment(comment) if comment else None,
        ),
        empty_lines=[cst.EmptyLine(True, before, cst.Comment(note)) for note in above],
        indent=True,
        last_line=cst.SimpleWhitespace(indent),
    )


def shifted(blank: cst.ParenthesizedWhitespace, old: str, new: str) -> cst.ParenthesizedWhitespace:
    """The blanks of lines that went along from the indentation `old` to `new`."""
    lines = [
        line.with_changes(whitespace=_moved(line.whitespace, old, new)) if line.comment else line
        for line in blank.empty_lines
    ]
    return blank.with_changes(empty_lines=lines, last_line=_moved(blank.last_line, old, new))


def _moved(blank: cst.SimpleWhitespace, old: str, new: str) -> cst.SimpleWhitespace:
    value = blank.value
    if value.startswith(old):
        return cst.SimpleWhitespace(new + value[len(old) :])
    if new.startswith(old):
        return cst.SimpleWhitespace(new[len(old) :] + value)
    return cst.SimpleWhitespace(value[: max(len(value) - (len(old) - len(new)), 0)])


def edges(node: cst.CSTNode, level: int | None) -> tuple[Blank | None, Blank | None]:
    """The blanks behind the opening and before the closing bracket.

    `level` is the number of a pair of parentheses around the node, from outside; without it the
    brackets are those that the node is made of. A call keeps its last blanks with its last item.
    """
    if level is not None:
        lpar, rpar = node.lpar, node.rpar  # type: ignore[attr-defined]
        return lpar[level].whitespace_after, rpar[-1 - level].whitespace_before
    if isinstance(node, cst.Call):
        last = node.args[-1].whitespace_after_arg if node.args else None
        return node.whitespace_before_args, last
    if isinstance(node, _SQUARE):
        return node.lbracket.whitespace_after, node.rbracket.whitespace_before
    if isinstance(node, _CURLY):
        return node.lbrace.whitespace_after, node.rbrace.whitespace_before
    if isinstance(node, cst.FunctionDef):
        params = parameters(node.params)
        return node.whitespace_before_params, params[-1].whitespace_after_param if params else None
    if isinstance(node, (cst.ClassDef, cst.ImportFrom, cst.With)):
        if isinstance(node.lpar, cst.LeftParen) and isinstance(node.rpar, cst.RightParen):
            return node.lpar.whitespace_after, node.rpar.whitespace_before
    return None, None


def parameters(params: cst.Parameters) -> list[cst.Param]:
    """All parameters of a function in their order."""
    star = [params.star_arg] if isinstance(params.star_arg, cst.Param) else []
    last = [params.star_kwarg] if params.star_kwarg is not None else []
    return [*params.posonly_params, *params.params, *star, *params.kwonly_params, *last]


def items_of(node: cst.CSTNode) -> Sequence[cst.CSTNode]:
    """The arguments or elements of a call or display."""
    if isinstance(node, cst.Call):
        return node.args
    return node.elements if isinstance(node, DISPLAYS) else ()
