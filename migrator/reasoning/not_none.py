"""What tests in view have shown to be there, with nothing bound anew since they were asked."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from migrator.plan import Draft
from migrator.reasoning.name_scopes import scope_of_name
from migrator.syntax import block_of
from migrator.understand.structure import FUNCTION_TYPES

_LEAVING = (ast.Return, ast.Raise, ast.Continue, ast.Break)

Tested = tuple[ast.expr, bool, Sequence[ast.AST]]
"""A test, how it came out, and the code that has run since, if any of it has."""


def is_not_none(draft: Draft, node: ast.expr) -> bool:
    """Whether tests around `node`, or before it, leave nothing but something that is not None.

    `node` is a local name, or an attribute of one: what else it might be read of can be bound
    anew out of view.
    """
    structure = draft.facts.structure
    root = node.value if isinstance(node, ast.Attribute) else node
    if not isinstance(root, ast.Name):
        return False
    scope = scope_of_name(draft, root)
    if scope is None or (scope, root.id) in structure.shared:
        return False
    wanted = ast.dump(node)
    current: ast.AST = node
    while (parent := structure.parent(current)) is not None:
        for test, truth, since in _tested(parent, current):
            if wanted in _shown(test, truth) and not _binds(since, root.id, node):
                return True
        if isinstance(parent, FUNCTION_TYPES):
            return False
        current = parent
    return False


def _tested(parent: ast.AST, current: ast.AST) -> Iterator[Tested]:
    """The tests that `parent` has had asked where it comes to `current`."""
    if isinstance(parent, (ast.If, ast.While)) and current is not parent.test:
        yield parent.test, current in parent.body, [parent]
    elif isinstance(parent, ast.IfExp) and current is not parent.test:
        yield parent.test, current is parent.body, [parent]
    elif isinstance(parent, ast.BoolOp) and isinstance(current, ast.expr):
        for value in parent.values[: parent.values.index(current)]:
            yield value, isinstance(parent.op, ast.And), [parent]
    block = block_of(parent, current)
    place = next((i for i, statement in enumerate(block) if statement is current), 0)
    for number, statement in enumerate(block[:place]):
        if isinstance(statement, ast.If) and isinstance(statement.body[-1], _LEAVING):
            since = [*statement.orelse, *block[number + 1 : place + 1]]
            yield statement.test, False, since


def _shown(test: ast.expr, truth: bool) -> Iterator[str]:
    """What is not None where `test` came out as `truth`, as `ast.dump` writes it."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        yield from _shown(test.operand, not truth)
    elif isinstance(test, ast.BoolOp):
        if isinstance(test.op, ast.And) is truth:  # all of them came out so
            for value in test.values:
                yield from _shown(value, truth)
    elif isinstance(test, ast.NamedExpr):
        yield from _shown(test.value, truth)
        if truth:
            yield ast.dump(ast.Name(test.target.id, ast.Load()))
    elif isinstance(test, ast.Compare):
        other, operator = test.comparators[0], test.ops[0]
        if isinstance(other, ast.Constant) and other.value is None and len(test.ops) == 1:
            if isinstance(operator, ast.IsNot if truth else ast.Is):
                yield ast.dump(test.left)
    elif truth:
        yield ast.dump(test)


def _binds(since: Sequence[ast.AST], name: str, node: ast.expr) -> bool:
    """Whether code binds the name, or an attribute that is called as that of `node` is."""
    attribute = node.attr if isinstance(node, ast.Attribute) else None
    return any(
        (isinstance(found, ast.Name) and found.id == name)
        or (isinstance(found, ast.Attribute) and found.attr == attribute)
        for block in since
        for found in ast.walk(block)
        if not isinstance(getattr(found, "ctx", ast.Load()), ast.Load)
    )
