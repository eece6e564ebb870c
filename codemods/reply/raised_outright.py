"""A reply without parts raised an error where they were read: it is raised outright now."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.reply.caught_failures import doubt_failure, run_with
from codemods.reply.choices import inmost, whole_choice
from codemods.reply.interaction import stand_ins
from codemods.reply.missing_pieces import failures, may_fail
from codemods.reply.output_tests import output_test
from codemods.reply.path_prefixes import listed, plain, root
from codemods.reply.single_loops import is_unwrapped
from codemods.tables.api import PARTS
from migrator.edits import InsertBefore, Row, RowsCode, Template
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.reasoning.caught_errors import caught_elsewhere, handled, is_caught_by
from migrator.syntax import block_of
from migrator.understand.structure import COMPREHENSIONS
from migrator.understand.values import Object

FORMER = {"AttributeError", "IndexError", "TypeError"}
"""What reading parts raised: by whether there are no candidates, no content, or none in it."""
RAISED = ("ValueError", "IndexError")
"""What may be raised in their place, by preference."""
ERROR = '{}("the reply has no content")'
NOTE = (
    "reading a reply without content raised an error, which a handler takes; "
    "it is raised outright now, as {}"
)


def keep_failure(draft: Draft, owner: Member, node: ast.expr) -> None:
    """Raise an error before the parts `node` are gone through, if a handler waits for one.

    Where nothing but reading them failed, and the handler takes what is raised as it took each of
    its errors. Elsewhere the rewrite is doubted.
    """
    whole = whole_choice(draft, node)
    if _failed_before(draft, whole):
        return
    statement, kind = _statement(draft, whole), _raised_instead(draft, node)
    if statement is None or kind is None or not _only_fails_there(draft, whole):
        doubt_failure(draft, owner, node)
        return
    error = ERROR.format(kind)
    test = Template(("if not ", output_test(draft, node, owner), ":"))
    rows = RowsCode((Row(test), Row(f"raise {error}", 1)))
    draft.edit(owner, InsertBefore(draft.span(statement), rows))
    draft.note(owner, NOTE.format(error))


def _raised_instead(draft: Draft, node: ast.expr) -> str | None:
    """The error that goes the way of each that reading `node` raised, which a handler takes."""
    caught = handled(draft, node)
    if not all(is_caught_by(caught, name) for name in FORMER):
        return None  # one of them ended the program, which goes on from a handler now
    return next((n for n in RAISED if not caught_elsewhere(draft, node, FORMER, n)), None)


def _statement(draft: Draft, node: ast.expr) -> ast.stmt | None:
    """The statement that begins by going through `node`, parts of a reply that has a name."""
    structure = draft.facts.structure
    if not isinstance(root(draft, inmost(node)), ast.Name) or node in stand_ins(draft):
        return None
    parent = structure.parent(node)
    if isinstance(parent, ast.Call) and listed(parent) is node:
        parent = structure.parent(parent)
    if isinstance(parent, (ast.For, ast.AsyncFor)) and listed(plain(parent.iter)) is node:
        return parent
    if isinstance(parent, ast.comprehension):
        holder = structure.parent(parent)
        if isinstance(holder, COMPREHENSIONS) and holder.generators[0] is parent:
            return _statement_of(draft, holder)
    if isinstance(parent, ast.Assign) and _named_next(draft, node) is not None:
        return parent
    return None


def _named_next(draft: Draft, node: ast.expr) -> ast.Name | None:
    """`parts` of `parts = reply.parts`, where the next statement goes through it, and no other."""
    structure = draft.facts.structure
    parent = structure.parent(node)
    if not isinstance(parent, ast.Assign) or len(parent.targets) != 1:
        return None
    target, block = parent.targets[0], block_of(structure.parent(parent), parent)
    behind = block[block.index(parent) + 1 :]
    if not isinstance(target, ast.Name) or not behind:
        return None
    inside = {n for n in ast.walk(behind[0]) if isinstance(n, ast.Name) and n.id == target.id}
    mentions = structure.mentions(structure.owner_of(target), target.id)
    if set(mentions) != {target, *inside} or structure.is_shared(target):
        return None
    return next((n for n in inside if _statement(draft, n) is behind[0]), None)


def _statement_of(draft: Draft, node: ast.expr) -> ast.stmt | None:
    """The statement that does nothing before `node`, which it assigns, returns or joins."""
    parent = draft.facts.structure.parent(node)
    if isinstance(parent, (ast.Assign, ast.Return)) and parent.value is node:
        return parent
    if isinstance(parent, ast.Call) and parent.args == [node] and not parent.keywords:
        called = parent.func
        joined = isinstance(called, ast.Attribute) and isinstance(called.value, ast.Constant)
        if joined or isinstance(called, ast.Name):
            return _statement_of(draft, parent)
    return None


def _failed_before(draft: Draft, node: ast.expr) -> bool:
    """Whether each reply that fails at `node` has failed before, where an error is raised now."""
    if _raised_instead(draft, node) is None or not may_fail(draft, node):
        return False
    found = failures(draft, node, run_with(draft, node))
    inside = set(ast.walk(node))
    return bool(found) and all(
        isinstance(at, ast.expr) and at not in inside and _is_raised(draft, at)
        for at in found or ()
    )


def _is_raised(draft: Draft, at: ast.expr) -> bool:
    """Whether what fails at `at` reads parts before which an error is raised outright."""
    current: ast.AST | None = at
    while isinstance(current, ast.expr):
        if any(isinstance(v, Object) and v.type == PARTS for v in draft.values(current)):
            return _statement(draft, current) is not None and _only_fails_there(draft, current)
        current = draft.facts.structure.parent(current)
    return False


def _only_fails_there(draft: Draft, node: ast.expr) -> bool:
    if _raised_instead(draft, node) is None or not may_fail(draft, node):
        return False
    named = _named_next(draft, node)
    found = failures(draft, node, run_with(draft, named or node))
    read = [node, *([named] if named else ()), *(loop.iter for loop in _loops_around(draft, node))]
    inside = {n for part in read for n in ast.walk(part)}
    return bool(found) and all(at in inside for at in found or ())


def _loops_around(draft: Draft, node: ast.expr) -> Iterator[ast.For]:
    """The loops over candidates that begin with going through `node`, and are left out."""
    structure = draft.facts.structure
    statement: ast.AST | None = structure.statement(node)
    loop = structure.parent(statement) if statement is not None else None
    while isinstance(loop, ast.For) and loop.body[0] is statement and is_unwrapped(draft, loop):
        yield loop
        statement, loop = loop, structure.parent(loop)
