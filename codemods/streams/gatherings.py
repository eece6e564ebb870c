"""How a comprehension or a function gathers chunks of a stream: into what, and of which ones."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from codemods.streams.chunk_forms import is_builtin
from codemods.streams.stream_facts import Comprehension
from migrator.plan import Draft
from migrator.understand.structure import COMPREHENSIONS

EAGER = frozenset({"join", "writelines", "extend"})
"""Methods that take all there is before they return."""
Simple = ast.Assign | ast.AnnAssign | ast.Return | ast.Expr | ast.AugAssign | ast.For
SIMPLE = (ast.Assign, ast.AnnAssign, ast.Return, ast.Expr, ast.AugAssign)
THROUGH = (ast.Attribute, ast.Subscript, ast.keyword, ast.FormattedValue, ast.JoinedStr, ast.stmt)
"""Nodes that do nothing before the expression they hold, and always evaluate it."""


@dataclass(frozen=True, slots=True)
class Gathering:
    """What takes texts of a stream in one expression, in the statement it is moved in front of.

    `whole` is the expression that a variable takes the place of: a comprehension, alone or in
    `"".join(…)`, or `list(stream)`. `element` is what is taken of each chunk, None for its text;
    `tests` are the conditions, `target` the name of a chunk.
    """

    whole: ast.expr
    source: ast.expr
    statement: Simple
    element: ast.expr | None = None
    tests: Sequence[ast.expr] = ()
    target: str = "chunk"
    joined: bool = False
    is_async: bool = False


def read_gathering(draft: Draft, node: Comprehension) -> Gathering | None:
    """Where the comprehension can be gathered in front of; None where it is read as it goes."""
    structure = draft.facts.structure
    call = structure.parent(node)
    whole: ast.expr = node
    joined = False
    lazy = isinstance(node, ast.GeneratorExp)
    if isinstance(call, ast.Call) and call.args == [node] and not call.keywords:
        method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        if method == "join" and isinstance(call.func, ast.Attribute):
            separator = draft.constant(call.func.value)
            joined = separator is not None and separator.value == ""
        if joined or is_builtin(draft, call, "list"):
            whole = call
        elif lazy and method not in EAGER and not is_builtin(draft, call, "tuple", "sorted", "sum"):
            return None
    elif lazy:
        return None
    if isinstance(node, (ast.SetComp, ast.DictComp)):
        return None
    statement = structure.statement(node)
    if not isinstance(statement, SIMPLE) or not comes_first(draft, whole, statement):
        return None
    (generator,) = node.generators
    return Gathering(
        whole,
        generator.iter,
        statement,
        node.elt,
        generator.ifs,
        ast.unparse(generator.target),
        joined,
        bool(generator.is_async),
    )


def comes_first(draft: Draft, whole: ast.expr, statement: ast.stmt) -> bool:
    """Whether nothing else in the statement runs before `whole`, and it always runs, once."""
    current: ast.AST = whole
    while current is not statement:
        parent = draft.facts.structure.parent(current)
        assert parent is not None
        before: list[ast.expr] = []
        if isinstance(parent, ast.Call):
            arguments = [parent.func, *parent.args, *(k.value for k in parent.keywords)]
            before = arguments[: next((i for i, a in enumerate(arguments) if a is current), 0)]
        elif isinstance(parent, ast.BinOp):
            before = [parent.left] if current is parent.right else []
        elif isinstance(parent, ast.comprehension):
            if parent.iter is not current:
                return False
        elif isinstance(parent, COMPREHENSIONS):
            if current is not parent.generators[0]:
                return False  # but its first iterable is evaluated before anything else in it
        elif not isinstance(parent, THROUGH):
            return False
        for node in before:
            if any(isinstance(n, (ast.Call, ast.Await, ast.NamedExpr)) for n in ast.walk(node)):
                return False
        current = parent
    return True
