"""How tightly an expression binds, and how tightly its place wants it to: where
parentheses go.
"""

from __future__ import annotations

import ast
import re
from functools import lru_cache

from migrator.edit.scan import breaks_outside_strings, scan
from migrator.edits import Binding

_PLAIN = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_NEVER = -1


def needs_parentheses(text: str, place: Binding) -> bool:
    """Whether the expression `text` would be read differently, or not at all, in
    `place`.
    """
    if _PLAIN.fullmatch(text):
        return False
    node = _parsed(text)
    if node is None or isinstance(node, ast.Starred):
        return False
    return _weaker(node, text, place)


def breaks_bare(text: str) -> bool:
    """Whether a line of `text` ends outside brackets and strings, unescaped."""
    breaks = breaks_outside_strings(text)
    if not breaks:
        return False
    brackets = scan(text).brackets
    for line in breaks:
        if text[line.start - 1 : line.start] == "\\":
            continue
        if not any(pair.start < line.start < pair.end for pair in brackets):
            return True
    return False


def is_generator(text: str) -> bool:
    """Whether `text` is a generator expression in parentheses of its own."""
    return text.startswith("(") and isinstance(_parsed(text), ast.GeneratorExp)


def is_odd(text: str) -> bool:
    """Whether the expression `text` keeps parentheses even where a statement needs none."""
    node = _parsed(text)
    return node is None or isinstance(node, (ast.Starred, ast.Await)) or _strength(node) == _NEVER


def demanded(parent: ast.AST, child: ast.expr) -> Binding | None:
    """How tightly `child` must bind where it stands in `parent`; None where anything
    goes.
    """
    if isinstance(parent, (ast.Attribute, ast.Subscript)):
        return Binding.ATOM if parent.value is child else Binding.LOOSE
    if isinstance(parent, ast.Call):
        return Binding.ATOM if parent.func is child else Binding.LOOSE
    if isinstance(parent, ast.Await):
        return Binding.AWAIT
    if isinstance(parent, ast.UnaryOp):
        is_not = isinstance(parent.op, ast.Not)
        return Binding.NOT if is_not else Binding.ARITHMETIC
    if isinstance(parent, ast.BinOp):
        power = isinstance(parent.op, ast.Pow)
        return Binding.AWAIT if power else Binding.ARITHMETIC
    if isinstance(parent, ast.Starred) or _is_spread(parent, child):
        # The grammar allows an operand of `|` here, no comparison and nothing looser.
        return Binding.ARITHMETIC
    if isinstance(parent, ast.Compare):
        return Binding.COMPARE
    if isinstance(parent, ast.BoolOp):
        return Binding.AND if isinstance(parent.op, ast.And) else Binding.OR
    if isinstance(parent, ast.IfExp):
        return Binding.LOOSE if parent.orelse is child else Binding.TERNARY
    if isinstance(parent, ast.comprehension):
        return Binding.TERNARY
    if isinstance(parent, (ast.Expr, ast.Assign, ast.Return, ast.AugAssign, ast.Yield)):
        return None
    return Binding.LOOSE


def _is_spread(parent: ast.AST, child: ast.expr) -> bool:
    """Whether `child` is the `value` of a `**value` in a dict display."""
    return isinstance(parent, ast.Dict) and any(
        key is None and value is child
        for key, value in zip(parent.keys, parent.values, strict=True)
    )


@lru_cache(maxsize=256)
def _parsed(text: str) -> ast.expr | None:
    """The expression `text`, which nobody may change: it is asked about for each way to lay it
    out.
    """
    try:
        return ast.parse(f"({text}\n)", mode="eval").body
    except SyntaxError:
        pass
    try:
        call = ast.parse(f"f({text}\n)", mode="eval").body
    except SyntaxError:
        return None
    if isinstance(call, ast.Call) and len(call.args) == 1 and not call.keywords:
        return call.args[0]
    return None


def _weaker(node: ast.expr, text: str, place: Binding) -> bool:
    if text.startswith("(") and _one_pair(text):
        return False
    if isinstance(node, ast.Constant) and place is Binding.ATOM:
        # `1.real` is a broken float.
        return isinstance(node.value, (int, float)) and text[0].isdigit()
    if isinstance(node, ast.Compare) and place is Binding.COMPARE:
        return True
    if isinstance(node, ast.BinOp) and place is Binding.ARITHMETIC:
        return True
    if isinstance(node, ast.Await) and place is Binding.AWAIT:
        return True
    return _strength(node) < place


def _strength(node: ast.expr) -> int:
    bare = (ast.NamedExpr, ast.Yield, ast.YieldFrom, ast.GeneratorExp, ast.Tuple)
    if isinstance(node, bare):
        return _NEVER
    if isinstance(node, (ast.Lambda, ast.IfExp)):
        return Binding.LOOSE
    if isinstance(node, ast.BoolOp):
        return Binding.AND if isinstance(node.op, ast.And) else Binding.OR
    if isinstance(node, ast.UnaryOp):
        return Binding.NOT if isinstance(node.op, ast.Not) else Binding.ARITHMETIC
    if isinstance(node, ast.Compare):
        return Binding.COMPARE
    if isinstance(node, ast.BinOp):
        return Binding.ARITHMETIC
    return Binding.AWAIT if isinstance(node, ast.Await) else Binding.ATOM


def _one_pair(text: str) -> bool:
    """Whether the first bracket of `text` closes at its end."""
    brackets = scan(text).brackets
    return bool(brackets) and brackets[0].start == 0 and brackets[0].end == len(text)
