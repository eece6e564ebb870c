"""Where an expression stands: does its value just move on, or is it used there, and how?"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from migrator.plan.passing import argument_use
from migrator.plan.uses import Use
from migrator.understand.access import CONTAINERS
from migrator.understand.facts import Facts
from migrator.understand.structure import COMPREHENSIONS, FUNCTION_TYPES
from migrator.understand.values import (
    Awaitable,
    Class,
    Constant,
    Instance,
    Object,
    Symbol,
)

CONTAINER_METHODS = frozenset(
    {
        "add", "append", "appendleft", "clear", "close", "copy", "count", "default_factory",
        "discard", "extend", "get", "index", "insert", "items", "keys", "maxlen", "move_to_end",
        "pop", "popitem", "popleft", "remove", "reverse", "rotate", "setdefault", "sort", "update",
        "values",
    }
)  # fmt: skip
"""Methods of lists, dicts and the like that are followed, or give nothing of what is in them."""


@dataclass(frozen=True, slots=True)
class Context:
    """One use: its kind, and the node that makes it one."""

    use: Use
    node: ast.AST


def context_of(facts: Facts, node: ast.expr) -> Context:
    """How the value of `node` is used where `node` stands."""
    parent = facts.structure.parent(node)
    assert parent is not None
    if isinstance(parent, ast.AugAssign):
        return Context(Use.OTHER, parent)
    if not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
        return Context(_stored(facts, node), parent)
    found = _by_parent(facts, node, parent)
    return Context(found, parent)


def _by_parent(facts: Facts, node: ast.expr, parent: ast.AST) -> Use:
    if isinstance(parent, ast.Attribute):
        if isinstance(parent.ctx, ast.Load):
            return Use.OTHER if _is_unknown_method(facts, node, parent) else Use.ATTRIBUTE
        return Use.WRITE
    if isinstance(parent, ast.Subscript):
        if node is parent.slice:
            return Use.OTHER
        return Use.SUBSCRIPT if isinstance(parent.ctx, ast.Load) else Use.WRITE
    if parent in facts.structure.displayed:
        return Use.SHOWN if facts.structure.is_shown_again(node) else Use.FORMAT
    if isinstance(parent, (ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.Expr, ast.Await)):
        return Use.MOVE
    if (isinstance(parent, ast.Dict) and node in parent.keys) or (
        isinstance(parent, ast.DictComp) and node is parent.key
    ):
        return Use.OTHER
    if isinstance(parent, (ast.List, ast.Tuple, ast.Set, ast.Dict, ast.Starred)):
        return Use.MOVE
    if isinstance(parent, (ast.withitem, ast.arguments)):
        return Use.MOVE
    if isinstance(parent, (ast.Return, ast.Yield, ast.Lambda)):
        return _returned(facts, parent)
    if isinstance(parent, ast.IfExp):
        tested = node is parent.test or _tested(facts, parent)
        return Use.TRUTH if tested else Use.MOVE
    if isinstance(parent, ast.BoolOp):
        return _in_bool_op(facts, node, parent)
    if isinstance(parent, (ast.If, ast.While, ast.Assert)):
        return Use.TRUTH if node is parent.test else Use.OTHER
    if isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not):
        return Use.TRUTH
    if isinstance(parent, ast.Compare):
        return _compared(node, parent)
    if isinstance(parent, (ast.FormattedValue, ast.JoinedStr)):
        return Use.FORMAT
    if isinstance(parent, ast.comprehension):
        return Use.ITERATE if node is parent.iter else Use.TRUTH
    if isinstance(parent, COMPREHENSIONS):
        return Use.MOVE
    if isinstance(parent, ast.YieldFrom):
        return Use.ITERATE
    if isinstance(parent, (ast.For, ast.AsyncFor)):
        return Use.ITERATE
    if isinstance(parent, ast.keyword):
        call = facts.structure.parent(parent)
        return argument_use(facts, node, call) if isinstance(call, ast.Call) else Use.OTHER
    if isinstance(parent, ast.Call):
        return Use.MOVE if node is parent.func else argument_use(facts, node, parent)
    return Use.OTHER


def _is_unknown_method(facts: Facts, node: ast.expr, parent: ast.Attribute) -> bool:
    """Whether a method of a container is taken that may give what is in it, unseen."""
    values = facts.values(node)
    held = [v for v in values if isinstance(v, Object) and v.type in CONTAINERS and not v.path]
    return bool(held) and len(held) == len(values) and parent.attr not in CONTAINER_METHODS


def _in_bool_op(facts: Facts, node: ast.expr, parent: ast.BoolOp) -> Use:
    """All but the last operand of `and`/`or` are tested; any may be the result as well."""
    tested = _tested(facts, parent)
    if node is not parent.values[-1]:
        tested = tested or isinstance(parent.op, ast.And)
    return Use.TRUTH if tested else Use.MOVE


def _tested(facts: Facts, node: ast.expr) -> bool:
    outer = facts.structure.parent(node)
    assert outer is not None
    return _by_parent(facts, node, outer) is Use.TRUTH


def is_tested(facts: Facts, node: ast.expr) -> bool:
    """Whether only the truth of `node` matters where it stands."""
    return context_of(facts, node).use is Use.TRUTH


def is_item_taken(facts: Facts, node: ast.expr) -> bool:
    """Whether `node[…]` takes one item, which fails where there is none; a slice may be empty."""
    taken = facts.structure.parent(node)
    one = isinstance(taken, ast.Subscript) and not isinstance(taken.slice, ast.Slice)
    return one and context_of(facts, node).use is Use.SUBSCRIPT


def is_kept(facts: Facts, node: ast.expr) -> bool:
    """Whether the value of a test may be looked at as well: that of `x` in `ready = x and y`."""
    parent = facts.structure.parent(node)
    if isinstance(parent, ast.BoolOp):
        return is_kept(facts, parent)
    return not is_tested(facts, node)


def _compared(node: ast.expr, parent: ast.Compare) -> Use:
    others = [side for side in (parent.left, *parent.comparators) if side is not node]
    nones = [isinstance(s, ast.Constant) and s.value is None for s in others]
    if len(parent.ops) == 1 and all(nones):
        return Use.IS_NONE
    return Use.COMPARE


def _returned(facts: Facts, parent: ast.AST) -> Use:
    if isinstance(parent, ast.Lambda):
        function: ast.AST | None = parent
    else:
        function = facts.structure.enclosing_function(parent)
    if not isinstance(function, FUNCTION_TYPES):
        return Use.OTHER
    if not facts.is_called(function):
        return Use.MOVE
    if facts.is_external(function) or not facts.callers(function):
        return Use.RETURNED
    return Use.MOVE


def _stored(facts: Facts, node: ast.expr) -> Use:
    """A name or attribute that is assigned: followed, unless nothing in view reads it back."""
    if isinstance(node, ast.Subscript):
        holders = facts.values(node.value)
        if holders and all(isinstance(v, Symbol) for v in holders):
            return Use.MOVE if _read_again(facts, node) else Use.STORED
        known = all(isinstance(v, Object) and v.origin in facts.state.keys for v in holders)
        return Use.MOVE if known and holders else Use.STORED
    if isinstance(node, ast.Attribute):
        holders = facts.values(node.value)
        if holders and all(isinstance(v, Symbol) for v in holders):
            return Use.MOVE if _read_again(facts, node) else Use.STORED
        readable = any(isinstance(v, (Instance, Class)) for v in holders)
        if not readable:
            return Use.STORED
        return Use.MOVE if _read_back(facts, node) else Use.STORED
    return Use.MOVE


def _read_again(facts: Facts, node: ast.expr) -> bool:
    """Whether what is put into an imported object is read from there, in the same module."""
    wanted = facts.values(node)
    return any(
        other is not node
        and isinstance(other, (ast.Attribute, ast.Subscript))
        and isinstance(other.ctx, ast.Load)
        and any(isinstance(v, Symbol) for v in facts.values(other.value))
        and wanted & values
        for other, values in facts.state.values.items()
    )


def _read_back(facts: Facts, node: ast.Attribute) -> bool:
    wanted = facts.values(node)
    return any(
        isinstance(other, ast.Attribute)
        and other.attr == node.attr
        and isinstance(other.ctx, ast.Load)
        and wanted & values
        for other, values in facts.state.values.items()
    )


__all__ = ["Awaitable", "Constant", "Context", "Use", "context_of", "is_tested"]
