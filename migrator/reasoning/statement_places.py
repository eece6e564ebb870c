"""Where statements can go that belong to one call: around the statement that the call stands in."""

from __future__ import annotations

import ast
import enum
from dataclasses import dataclass

from migrator.plan import Draft
from migrator.understand import CallSite
from migrator.understand.structure import COMPREHENSIONS

IMPURE = (
    ast.Call,
    ast.Await,
    ast.Yield,
    ast.YieldFrom,
    ast.NamedExpr,
    ast.Subscript,
    *COMPREHENSIONS,
)
ROOMY = (
    ast.Expr,
    ast.Return,
    ast.Assign,
    ast.AnnAssign,
    ast.AugAssign,
    ast.Raise,
    ast.Assert,
    ast.For,
    ast.Match,
)
"""Statements that begin with evaluating an expression, once."""
OWN_STATEMENT = "give the call a statement of its own, such as `response = …`"


class Kind(enum.Enum):
    """How a call stands in its statement."""

    ASSIGNED = "its result is what the statement assigns"
    ALONE = "its result is not used"
    INSIDE = "it is a part of an expression"


@dataclass(frozen=True, slots=True)
class Spot:
    """The statement of a call; `whole` is the call together with its `await`.

    `target` is what the statement assigns the result to, if it does.
    """

    kind: Kind
    statement: ast.stmt
    whole: ast.expr
    awaited: bool
    target: ast.expr | None = None


def spot_of(draft: Draft, site: CallSite) -> Spot | str:
    """Where the statements of a call can go; if nowhere, what to do about it."""
    if site.skip or site.early is not None:
        return "the method is handed on instead of called; call it directly"
    structure = draft.facts.structure
    whole: ast.expr = site.call
    awaited = site.kind.returns.startswith("await ")
    parent = structure.parent(whole)
    if awaited:
        if not isinstance(parent, ast.Await):
            return "its coroutine is not awaited where it is made; await it there"
        whole, parent = parent, structure.parent(parent)
    statement = structure.statement(whole)
    if isinstance(structure.parent(statement), ast.ClassDef):
        return "it runs in the body of a class; move it into a function"
    target = _target(parent, whole)
    if target is not None:
        return Spot(Kind.ASSIGNED, statement, whole, awaited, target)
    if isinstance(parent, ast.Expr):
        return Spot(Kind.ALONE, statement, whole, awaited)
    if not _comes_first(draft, whole, statement):
        return f"it is a part of an expression that may not run it, or not first; {OWN_STATEMENT}"
    return Spot(Kind.INSIDE, statement, whole, awaited)


def _target(parent: ast.AST | None, whole: ast.expr) -> ast.expr | None:
    """The name or attribute that gets the result and nothing else."""
    if isinstance(parent, ast.Assign) and len(parent.targets) == 1:
        target = parent.targets[0]
    elif isinstance(parent, ast.AnnAssign) and parent.value is whole:
        target = parent.target
    else:
        return None
    simple = isinstance(target, ast.Name) or (
        isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name)
    )
    return target if simple else None


def _comes_first(draft: Draft, whole: ast.expr, statement: ast.stmt) -> bool:
    """Whether nothing that matters runs in the statement before `whole`, which always runs."""
    structure = draft.facts.structure
    node: ast.AST = whole
    while node is not statement:
        parent = structure.parent(node)
        assert parent is not None
        if not _runs(parent, node):
            return False
        for child in _in_order(parent):
            if child is node:
                break
            if not is_pure(child):
                return False
        node = parent
    if isinstance(statement, ast.If):
        return not draft.source(statement).startswith("elif")
    return isinstance(statement, ROOMY)


def _runs(parent: ast.AST, node: ast.AST) -> bool:
    """Whether `node` is run once whenever `parent` is."""
    if isinstance(parent, ast.IfExp):
        return node is parent.test
    if isinstance(parent, ast.BoolOp):
        return node is parent.values[0]
    if isinstance(parent, ast.Compare):
        return node is parent.left or node is parent.comparators[0]
    if isinstance(parent, (ast.For, ast.AsyncFor)):
        return node is parent.iter
    if isinstance(parent, ast.Match):
        return node is parent.subject
    if isinstance(parent, ast.Assert):
        return node is parent.test
    if isinstance(parent, ast.comprehension):
        return False
    return not isinstance(parent, (ast.Lambda, *COMPREHENSIONS))


def _in_order(parent: ast.AST) -> list[ast.AST]:
    """The children of a node in the order they are evaluated."""
    if isinstance(parent, (ast.Assign, ast.AnnAssign)):
        return [parent.value] if parent.value is not None else []
    if isinstance(parent, ast.Dict):
        pairs = zip(parent.keys, parent.values, strict=True)
        return [part for pair in pairs for part in pair if part is not None]
    if isinstance(parent, ast.IfExp):
        return [parent.test]
    if isinstance(parent, (ast.For, ast.AsyncFor)):
        return [parent.iter]
    return list(ast.iter_child_nodes(parent))


def is_pure(node: ast.AST) -> bool:
    """Whether evaluating `node` early, late or twice makes no difference."""
    return not any(isinstance(part, IMPURE) for part in ast.walk(node))
