"""What takes nothing but a text: functions of the standard library, annotations and comparisons."""

from __future__ import annotations

import ast

from migrator.understand import spelling

READS_TEXT: dict[str, int] = {
    "re.sub": 2,
    "re.subn": 2,
    **{
        f"re.{name}": 1 for name in ("search", "match", "fullmatch", "findall", "finditer", "split")
    },
    "textwrap.dedent": 0,
    "textwrap.indent": 0,
    "textwrap.fill": 0,
    "textwrap.shorten": 0,
    "textwrap.wrap": 0,
    "html.escape": 0,
    "html.unescape": 0,
    "shlex.split": 0,
    "shlex.quote": 0,
    "inspect.cleandoc": 0,
}
"""Functions of the standard library -> the index of an argument that must be text."""


def is_called_text(annotation: ast.expr | None) -> bool:
    if isinstance(annotation, ast.Constant):
        return annotation.value == "str"
    return isinstance(annotation, ast.Name) and annotation.id == "str"


def is_compared_with_text(compare: ast.Compare, node: ast.expr) -> bool:
    """`x == "quit"` and `x in ("quit", "exit")`: words that only a text is compared with."""
    if len(compare.ops) != 1:
        return False
    (other,) = compare.comparators if node is compare.left else (compare.left,)
    if isinstance(compare.ops[0], (ast.Eq, ast.NotEq)):
        return spelling.says_something(other)
    if isinstance(compare.ops[0], (ast.In, ast.NotIn)) and node is compare.left:
        words = other.elts if isinstance(other, (ast.List, ast.Tuple, ast.Set)) else []
        return bool(words) and all(spelling.says_something(word) for word in words)
    return False
