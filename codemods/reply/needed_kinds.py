"""The kinds of items for which a loop or a comprehension does anything."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from codemods.reply.item_tests import (
    NOTHING,
    Comprehension,
    Variable,
    field_of,
    implied,
    read_through,
)
from codemods.tables.items import ALL, Kinds
from migrator.reasoning.statement_effects import always_leaves

PURE_CALLS = frozenset({"bool", "len", "isinstance", "hasattr", "getattr", "str"})


def live_in_loop(block: Sequence[ast.stmt], variable: Variable, kinds: Kinds) -> Kinds:
    """The kinds of items for which the body of a loop does anything."""
    return _live(block, variable, kinds)[0]


def _live(block: Sequence[ast.stmt], variable: Variable, kinds: Kinds) -> tuple[Kinds, Kinds]:
    """The kinds something is done for, and those that fall through to what follows."""
    live = NOTHING
    for statement in block:
        if isinstance(statement, ast.If) and is_pure(statement.test, variable):
            fallen = NOTHING
            for truth, inner in ((True, statement.body), (False, statement.orelse)):
                some, rest = _live(
                    inner, variable, kinds & implied(statement.test, variable, truth)
                )
                live |= some
                fallen |= rest
            kinds = fallen
        elif isinstance(statement, ast.Continue):
            return live, NOTHING
        elif not _is_idle(statement, variable):
            live |= kinds
            if always_leaves([statement]):
                return live, NOTHING
    return live, kinds


def _is_idle(statement: ast.stmt, variable: Variable) -> bool:
    """Whether a statement does nothing: `pass`, a string, or naming a field of the item."""
    if isinstance(statement, ast.Pass):
        return True
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    if not isinstance(statement, ast.Assign) or field_of(statement.value, variable) is None:
        return False
    target = statement.targets[0]
    if len(statement.targets) != 1 or not isinstance(target, ast.Name):
        return False
    return _stays_inside(target.id, variable)


def _stays_inside(name: str, variable: Variable) -> bool:
    """Whether a name is read in the variable's body only."""
    inside = set(ast.walk(variable.body))
    return all(
        node in inside
        for node in variable.draft.facts.structure.named.get(name, ())
        if isinstance(node, ast.Name)
    )


def live_in_comprehension(node: Comprehension, variable: Variable, kinds: Kinds) -> Kinds:
    """The kinds of items that a comprehension keeps."""
    tests = [test for generator in node.generators for test in generator.ifs]
    for test in tests:
        if not is_pure(test, variable):
            return kinds
        kinds &= implied(test, variable, True)
    parent = variable.draft.facts.structure.parent(node)
    if isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name):
        if parent.func.id == "any" and isinstance(node, ast.GeneratorExp):
            if is_pure(node.elt, variable):
                kinds &= implied(node.elt, variable, True)
    return kinds


def is_pure(test: ast.expr, variable: Variable) -> bool:
    """Whether evaluating a test changes nothing, so that it need not be evaluated."""
    for node in ast.walk(test):
        if isinstance(node, (ast.Await, ast.Yield, ast.YieldFrom)):
            return False
        if isinstance(node, ast.NamedExpr) and not _stays_inside(node.target.id, variable):
            return False
        if isinstance(node, ast.Call) and not _is_pure_call(node, variable):
            return False
    return True


def _is_pure_call(node: ast.Call, variable: Variable) -> bool:
    """Whether a call only looks at the item: a builtin, or a method of one of its texts."""
    if isinstance(node.func, ast.Name):
        return node.func.id in PURE_CALLS
    return isinstance(node.func, ast.Attribute) and (
        field_of(node, variable) is not None or read_through(node.func, variable) != ALL
    )
