"""Loops over the calls of a reply, of which there are some for certain.

A test before the loop says so, or the loop itself: `function_calls` was None for a reply without
calls, which no loop goes through.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TypeGuard

from codemods.conversations.events import Event, Grow, Moments
from codemods.tables.api import FUNCTION_CALLS
from migrator.plan import Draft
from migrator.reasoning.variable_states import Known, State, fact, learn, statements_of
from migrator.understand.values import Constant, Object, Value, element_type

LOOKS = frozenset({"len", "print", "enumerate", "sorted", "list", "str", "repr", "bool", "zip"})
"""Functions that leave a list as it is."""


def key_of(node: ast.expr) -> str:
    """What facts are known by: `calls`, or `response.function_calls`; empty for other things."""
    plain = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    return ast.unparse(node) if plain or isinstance(node, ast.Name) else ""


def looped_over(node: ast.For | ast.AsyncFor) -> str:
    """The list that a loop goes through, in order or with numbers."""
    over = node.iter
    if isinstance(over, ast.Call) and ast.unparse(over.func) == "enumerate" and over.args:
        over = over.args[0]
    if isinstance(over, ast.BoolOp) and isinstance(over.op, ast.Or):
        over = over.values[0]
    return key_of(over)


def lists_of(
    draft: Draft,
    body: Collection[ast.stmt],
    events: Mapping[ast.stmt, Collection[Event]],
    own: Collection[str],
) -> dict[str, bool]:
    """The lists that matter to the conversation, and that nothing changes.

    Loops with events in them go through these, or tests before a reply is kept ask for its calls.
    Each comes with whether it is never empty, but None.
    """
    loops = [s for s in statements_of(body) if isinstance(s, (ast.For, ast.AsyncFor))]
    keys = {looped_over(loop) for loop in loops if not _none_of(events, loop)}
    if any(isinstance(e, Grow) and e.replies() for found in events.values() for e in found):
        keys |= _asked_for(draft, body)
    nodes = [node for statement in body for node in ast.walk(statement)] if keys else []
    found: dict[str, bool] = {}
    for key in keys:
        loads = [n for n in nodes if _spells(n, key) and isinstance(n.ctx, ast.Load)]
        if key.partition(".")[0] in own and all(_stays(draft, node) for node in loads):
            found[key] = all(_are_calls(v) for node in loads for v in draft.values(node))
    return found


def _asked_for(draft: Draft, body: Collection[ast.stmt]) -> set[str]:
    """The calls of replies that tests ask for."""
    tests = [s.test for s in statements_of(body) if isinstance(s, (ast.If, ast.While))]
    nodes = [
        n for test in tests for n in ast.walk(test) if isinstance(n, (ast.Name, ast.Attribute))
    ]
    return {key_of(n) for n in nodes if any(map(_are_calls, draft.values(n)))} - {""}


def _none_of(events: Collection[ast.stmt], loop: ast.For | ast.AsyncFor) -> bool:
    return set(events).isdisjoint(statements_of(loop.body))


def _spells(node: ast.AST, key: str) -> TypeGuard[ast.Name | ast.Attribute]:
    root, _, name = key.partition(".")
    if isinstance(node, ast.Attribute) and node.attr == name:
        return isinstance(node.value, ast.Name) and node.value.id == root
    return isinstance(node, ast.Name) and node.id == key


def _stays(draft: Draft, node: ast.Name | ast.Attribute) -> bool:
    """Whether a use leaves the list the same, until its variable is bound again."""
    if isinstance(node, ast.Attribute):
        return all(_are_calls(value) for value in draft.values(node))
    return _is_look(draft, node) and all(map(_is_list, draft.values(node)))


def _are_calls(value: Value) -> bool:
    return isinstance(value, Object) and value.type == FUNCTION_CALLS


def _is_list(value: Value) -> bool:
    """Whether a value is a list (or None), and no iterator, which is always true."""
    if isinstance(value, Constant):
        return value.value is None
    return isinstance(value, Object) and (value.type == "list" or bool(element_type(value.type)))


def _is_look(draft: Draft, node: ast.expr) -> bool:
    """Whether a use of a list neither changes it nor hands it on."""
    parent = draft.facts.structure.parent(node)
    if isinstance(parent, ast.Call):
        return ast.unparse(parent.func) in LOOKS
    if isinstance(parent, ast.Subscript):
        return isinstance(parent.ctx, ast.Load)
    tests = (ast.If, ast.While, ast.BoolOp, ast.UnaryOp, ast.Compare, ast.IfExp)
    return isinstance(parent, (*tests, ast.For, ast.AsyncFor, ast.comprehension, ast.JoinedStr))


def tested(test: ast.expr, moments: Moments, outcome: bool, lists: Collection[str]) -> Moments:
    """What is known of lists when a test has come out as `outcome`."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return tested(test.operand, moments, not outcome, lists)
    if isinstance(test, ast.BoolOp):
        if isinstance(test.op, ast.And) is outcome:
            for value in test.values:
                moments = tested(value, moments, outcome, lists)
        return moments
    named = (test.target, test.value) if isinstance(test, ast.NamedExpr) else (test,)
    for key in set(lists).intersection(map(key_of, named)):
        state = State.SOME if outcome else State.EMPTY
        moments = frozenset(replace(m, known=learn(m.known, key, state)) for m in moments)
    return moments


def begin(node: ast.For | ast.AsyncFor, moments: Moments, lists: Mapping[str, bool]) -> Moments:
    """A loop is about to begin."""
    key = looped_over(node)
    if lists.get(key) and not isinstance(node.iter, ast.BoolOp):
        unknown = frozenset(m for m in moments if fact(m.known, key) is None)
        told = frozenset(replace(m, known=learn(m.known, key, State.SOME)) for m in unknown)
        moments = (moments - unknown) | told
    return _turn(moments, key, State.SOME, State.AHEAD)


def round_of(key: str, moments: Moments) -> tuple[Moments, Moments]:
    """What goes into a round of the loop, and what leaves it."""
    empty = frozenset(m for m in moments if fact(m.known, key) is State.EMPTY)
    ahead = frozenset(m for m in moments if fact(m.known, key) is State.AHEAD)
    return _turn(moments - empty, key, State.AHEAD, State.SOME), moments - ahead


def _turn(moments: Moments, key: str, old: State, new: State) -> Moments:
    def turned(known: Known) -> Known:
        return learn(known, key, new) if fact(known, key) is old else known

    return frozenset(replace(m, known=turned(m.known)) for m in moments)
