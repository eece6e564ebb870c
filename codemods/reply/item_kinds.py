"""Which kinds of items an expression may be where it stands, after the tests on the way there.

A part had all fields, `None` in most; an item has those of its own type only. So every read must
know, by tests in view, what it reads from.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from codemods.reply.item_tests import NOTHING, Variable, implied
from codemods.tables.items import ALL, Kinds
from migrator.reasoning.statement_effects import always_leaves
from migrator.syntax import block_of, descendants
from migrator.understand.structure import COMPREHENSIONS, FUNCTION_TYPES


def kinds_at(node: ast.AST, variable: Variable, kinds: Kinds) -> Kinds:
    """What is left of `kinds` at `node`, inside the variable's body."""
    structure = variable.draft.facts.structure
    current = node
    while current is not variable.body:
        parent = structure.parent(current)
        if parent is None or isinstance(current, FUNCTION_TYPES):
            break  # a function in the body may run at any time
        kinds &= _on_the_way(current, parent, variable)
        current = parent
    return kinds


def _on_the_way(node: ast.AST, parent: ast.AST, variable: Variable) -> Kinds:
    """What `parent` says of the variable where it runs its child `node`."""
    if _rebinds(parent, variable) and not isinstance(node, ast.stmt):
        return ALL
    if isinstance(parent, ast.BoolOp):
        truth = isinstance(parent.op, ast.And)
        before = parent.values[: [id(v) for v in parent.values].index(id(node))]
        return _all_hold(before, variable, truth)
    if isinstance(parent, ast.IfExp) and node is not parent.test:
        return implied(parent.test, variable, node is parent.body)
    if isinstance(parent, ast.comprehension) and node in parent.ifs:
        return _all_hold(parent.ifs[: parent.ifs.index(node)], variable, True)
    if isinstance(parent, COMPREHENSIONS):
        last = parent.generators.index(node) if isinstance(node, ast.comprehension) else None
        before = [test for g in parent.generators[:last] for test in g.ifs]
        return _all_hold(before, variable, True)
    if not isinstance(node, ast.stmt):
        return ALL
    kinds = ALL
    if not isinstance(parent, (ast.If, ast.While)) or _rebinds(parent, variable):
        pass
    elif node in parent.body:
        kinds &= implied(parent.test, variable, True)
    elif isinstance(parent, ast.If):
        kinds &= implied(parent.test, variable, False)
    for block in ("body", "orelse", "finalbody"):
        statements = getattr(parent, block, None)
        if isinstance(statements, list) and node in statements:
            earlier = statements[: statements.index(node)]
            if not _rebinds(node, variable):
                kinds &= _after_all(earlier, variable)
    return kinds


def _after_all(statements: Sequence[ast.stmt], variable: Variable) -> Kinds:
    """The kinds for which what follows the statements is reached."""
    kinds = ALL
    for statement in statements:
        kinds = ALL if _rebinds(statement, variable) else kinds & _afterwards(statement, variable)
    return kinds


def _rebinds(node: ast.AST, variable: Variable) -> bool:
    """Whether something in `node` gives the variable's name to something else.

    A comprehension in a loop that uses the same name has a variable of its own.
    """
    return any(
        isinstance(part, ast.Name)
        and part.id == variable.name
        and isinstance(part.ctx, (ast.Store, ast.Del))
        and not _in_comprehension(part, node, variable)
        for part in descendants(node)
    )


def _in_comprehension(name: ast.AST, outer: ast.AST, variable: Variable) -> bool:
    """Whether a name is the target of a comprehension inside `outer`."""
    structure = variable.draft.facts.structure
    current = name
    while current is not outer:
        parent = structure.parent(current)
        assert parent is not None
        if isinstance(parent, ast.comprehension):
            return current is parent.target
        current = parent
    return False


def _all_hold(tests: Sequence[ast.expr], variable: Variable, truth: bool) -> Kinds:
    kinds = ALL
    for test in tests:
        kinds &= implied(test, variable, truth)
    return kinds


def _afterwards(statement: ast.stmt, variable: Variable) -> Kinds:
    """The kinds for which what follows `statement` is reached."""
    if isinstance(statement, ast.Assert):
        return implied(statement.test, variable, True)
    if not isinstance(statement, ast.If):
        return ALL
    found = NOTHING
    for truth, block in ((True, statement.body), (False, statement.orelse)):
        if not always_leaves(block):
            found |= implied(statement.test, variable, truth)
    return found


def left_before(parent: ast.AST, current: ast.AST) -> Iterator[tuple[ast.expr, list[ast.stmt]]]:
    """The tests of statements before `current` in its block of `parent` that leave the block.

    Each comes with the block from its statement on.
    """
    block = block_of(parent, current)
    for index, statement in enumerate(block):
        if statement is current:
            return
        if isinstance(statement, ast.If) and always_leaves(statement.body):
            yield statement.test, block[index:]
