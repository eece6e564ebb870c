"""Other layouts of a program: the same tree, written in ways people write it, and stranger ones.

Each change takes a text and a source of chance, and returns the text laid out otherwise. A change
may miss its aim (a bracket where none may stand); `relaid` takes only those that kept the tree.
"""

from __future__ import annotations

import ast
import io
import itertools
import tokenize
from collections.abc import Callable, Iterator
from random import Random

Change = Callable[[str, Random], str]
Token = tokenize.TokenInfo

OPENING, CLOSING = "([{", ")]}"
SIMPLE = (
    ast.Expr, ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Return, ast.Raise, ast.Pass, ast.Break,
    ast.Continue, ast.Delete, ast.Assert, ast.Global, ast.Nonlocal, ast.Import, ast.ImportFrom,
)  # fmt: skip
BLANKS = (tokenize.INDENT, tokenize.DEDENT, tokenize.NL, tokenize.NEWLINE, tokenize.ENDMARKER)


def relaid(text: str, chance: Random, changes: int) -> str:
    """`text` after so many random changes of its layout."""
    for _ in range(changes):
        for _ in range(20):
            changed = chance.choice(CHANGES)(text, chance)
            if changed != text and same_tree(text, changed):
                text = changed
                break
    return text


def same_tree(one: str, other: str) -> bool:
    """Whether two texts are one program."""
    try:
        return ast.dump(ast.parse(one)) == ast.dump(ast.parse(other))
    except (SyntaxError, ValueError):
        return False


def brackets(text: str, chance: Random) -> str:
    """An expression in parentheses."""
    node = _expression(text, chance)
    return text if node is None else _around(text, node, "(", ")")


def tall_brackets(text: str, chance: Random) -> str:
    """An expression in parentheses that have lines of their own, perhaps with comments."""
    node = _expression(text, chance)
    if node is None:
        return text
    first, last = chance.choice([("", ""), ("", ""), ("  # opened", ""), ("", "  # inside")])
    return _around(text, node, f"({first}\n        ", f"{last}\n    )")


def one_line_body(text: str, chance: Random) -> str:
    """The body of a block behind its header."""
    blocks = [block for block in _blocks(ast.parse(text)) if _is_plain(block)]
    if not blocks:
        return text
    block = chance.choice(blocks)
    start, end = _offset(text, block[0]), _end(text, block[-1])
    head = text[:start].rstrip()
    if not head.endswith(":"):
        return text
    pieces = [text[_offset(text, s) : _end(text, s)] for s in block]
    between = [text[_end(text, a) : _offset(text, b)] for a, b in _pairs(block)]
    if any("#" in gap for gap in between):
        return text
    return f"{head} {chance.choice(['; ', ';'])[:2].join(pieces)}{text[end:]}"


def one_line_statements(text: str, chance: Random) -> str:
    """Two statements on a line."""
    pairs = [
        (a, b)
        for block in _blocks(ast.parse(text), module=True)
        for a, b in _pairs(block)
        if isinstance(a, SIMPLE) and isinstance(b, SIMPLE)
    ]
    if not pairs:
        return text
    first, second = chance.choice(pairs)
    start, end = _end(text, first), _offset(text, second)
    return text if "#" in text[start:end] else f"{text[:start]}; {text[end:]}"


def semicolon(text: str, chance: Random) -> str:
    """A semicolon behind a statement."""
    nodes = [n for block in _blocks(ast.parse(text), module=True) for n in block]
    nodes = [n for n in nodes if isinstance(n, SIMPLE)]
    end = _end(text, chance.choice(nodes)) if nodes else 0
    return f"{text[:end]};{text[end:]}" if nodes else text


def break_in_brackets(text: str, chance: Random) -> str:
    """A line that ends within brackets, perhaps with a comment."""
    gap = _gap(text, chance, inside=True)
    if gap is None:
        return text
    middle = chance.choice(["", "", "  # a note", "\n        # its own line", "\n"])
    return f"{text[: gap[0]]}{middle}\n{' ' * chance.randrange(0, 16)}{text[gap[1] :]}"


def break_after_backslash(text: str, chance: Random) -> str:
    """A line that is continued by a backslash."""
    gap = _gap(text, chance, inside=chance.random() < 0.2)
    return text if gap is None else f"{text[: gap[0]]} \\\n{' ' * 10}{text[gap[1] :]}"


def join_lines(text: str, chance: Random) -> str:
    """Brackets of several lines on one line."""
    tokens = _tokens(text)
    gaps = [t for t, depth in _depths(tokens) if depth and t.type == tokenize.NL]
    if not gaps:
        return text
    wanted = chance.sample(gaps, min(len(gaps), chance.choice([1, 3, 99])))
    for token in sorted(wanted, key=lambda t: t.start, reverse=True):
        at = _at(text, token.start)
        if "#" not in text[text.rfind("\n", 0, at) + 1 : at]:
            text = text[:at].rstrip(" ") + " " + text[at + 1 :].lstrip(" ")
    return text


def blanks(text: str, chance: Random) -> str:
    """Blanks around a token."""
    gap = _gap(text, chance, inside=chance.random() < 0.7)
    return text if gap is None else text[: gap[0]] + chance.choice(["  ", ""]) + text[gap[1] :]


def trailing_comment(text: str, chance: Random) -> str:
    """A comment at the end of a line, or on a line of its own below it."""
    tokens = _tokens(text)
    ends = [
        token.start
        for before, token in _pairs(tokens)
        if token.type in (tokenize.NL, tokenize.NEWLINE) and token.string
        if before.type != tokenize.COMMENT
    ]
    if not ends:
        return text
    at = _at(text, chance.choice(ends))
    comment = chance.choice(["  # why", "  # why", "\n# at the edge", "\n        # deep", "\n"])
    return text[:at] + comment + text[at:]


def comment_above(text: str, chance: Random) -> str:
    """A comment, or blank lines, above a line, indented alike."""
    starts = [_at(text, t.start) for t in _line_starts(_tokens(text))]
    at = chance.choice(starts)
    line = text.rfind("\n", 0, at) + 1
    indent = text[line:at]
    if indent.strip():
        return text
    above = chance.choice([f"{indent}# above\n", f"{indent}# above\n", "\n", f"\n{indent}# x\n\n"])
    return text[:line] + above + text[line:]


def indentation(text: str, chance: Random) -> str:
    """Tabs, or two columns a level."""
    unit = chance.choice(["\t", "  ", "   "])
    lines = text.split("\n")
    for token, depth in _depths(_tokens(text)):
        line = token.start[0] - 1
        if line < len(lines) and not depth and not lines[line][: token.start[1]].strip(" "):
            blank = len(lines[line]) - len(lines[line].lstrip(" "))
            lines[line] = unit * (blank // 4) + " " * (blank % 4) + lines[line][blank:]
    return "\n".join(lines)


CHANGES: tuple[Change, ...] = (
    brackets, brackets, brackets, tall_brackets, tall_brackets, one_line_body, one_line_body,
    one_line_statements, one_line_statements, semicolon, break_in_brackets, break_in_brackets,
    break_after_backslash, join_lines, join_lines, blanks, trailing_comment, trailing_comment,
    comment_above, comment_above, indentation,
)  # fmt: skip


def _expression(text: str, chance: Random) -> ast.expr | None:
    tree = ast.parse(text)
    quoted = {part for n in ast.walk(tree) if isinstance(n, ast.JoinedStr) for part in ast.walk(n)}
    outer = [n for n in ast.walk(tree) if isinstance(n, ast.JoinedStr)]
    nodes = [
        n
        for n in ast.walk(tree)
        if isinstance(n, ast.expr)
        and (n not in quoted or n in outer)
        and not isinstance(n, (ast.Slice, ast.Starred))
    ]
    calls = [n for n in nodes if isinstance(n, (ast.Call, ast.Attribute, ast.Subscript))]
    return chance.choice(calls if calls and chance.random() < 0.6 else nodes) if nodes else None


def _around(text: str, node: ast.expr, opening: str, closing: str) -> str:
    start, end = _offset(text, node), _end(text, node)
    return f"{text[:start]}{opening}{text[start:end]}{closing}{text[end:]}"


def _blocks(tree: ast.Module, *, module: bool = False) -> list[list[ast.stmt]]:
    found = [tree.body] if module else []
    for node in ast.walk(tree):
        if node is not tree:
            blocks = [getattr(node, name, None) for name in ("body", "orelse", "finalbody")]
            found += [block for block in blocks if isinstance(block, list) and block]
    return found


def _is_plain(block: list[ast.stmt]) -> bool:
    return all(isinstance(statement, SIMPLE) for statement in block)


def _gap(text: str, chance: Random, *, inside: bool) -> tuple[int, int] | None:
    """The stretch between two tokens of a line, in brackets or not."""
    gaps = [
        (before.end, after.start)
        for (before, depth), (after, _) in _pairs(list(_depths(_tokens(text))))
        if before.type not in (*BLANKS, tokenize.COMMENT)
        and after.type not in (*BLANKS, tokenize.COMMENT)
        and before.end[0] == after.start[0]
        and bool(depth) is inside
    ]
    if not gaps:
        return None
    start, end = chance.choice(gaps)
    return _at(text, start), _at(text, end)


def _depths(tokens: list[Token]) -> Iterator[tuple[Token, int]]:
    """Each token with the number of brackets open behind it."""
    depth = 0
    for token in tokens:
        if token.type == tokenize.OP:
            depth += (token.string in OPENING) - (token.string in CLOSING)
        yield token, depth


def _line_starts(tokens: list[Token]) -> Iterator[Token]:
    """The first token of every line that holds one."""
    line = 0
    for token in tokens:
        if token.type not in BLANKS and token.start[0] > line:
            yield token
        if token.type not in BLANKS:
            line = token.end[0]


def _tokens(text: str) -> list[Token]:
    return list(tokenize.generate_tokens(io.StringIO(text).readline))


def _at(text: str, place: tuple[int, int]) -> int:
    line, column = place
    return sum(len(row) for row in text.splitlines(keepends=True)[: line - 1]) + column


def _offset(text: str, node: ast.expr | ast.stmt) -> int:
    return _byte_offset(text, node.lineno, node.col_offset)


def _end(text: str, node: ast.expr | ast.stmt) -> int:
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    return _byte_offset(text, node.end_lineno, node.end_col_offset)


def _byte_offset(text: str, line: int, column: int) -> int:
    lines = text.split("\n")
    head = lines[line - 1].encode()[:column].decode()
    return sum(len(row) + 1 for row in lines[: line - 1]) + len(head)


def _pairs(items: list) -> Iterator[tuple]:  # type: ignore[type-arg]
    return itertools.pairwise(items)
