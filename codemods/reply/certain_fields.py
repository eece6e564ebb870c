"""Tests that come out the same for every reply that gets there: what they ask for was read."""

from __future__ import annotations

import ast

from codemods.reply.path_kinds import kinds_of, may_be_missing
from codemods.reply.path_prefixes import bases, nearer, presence
from codemods.tables.api import CANDIDATE
from migrator.plan import Draft
from migrator.understand.values import Object


def is_always_there(draft: Draft, node: ast.expr) -> bool:
    """Whether `node` is a candidate that was there where reading it raised no error."""
    if kinds_of(draft, node) != {CANDIDATE}:
        return False
    value = nearer(draft, node) if isinstance(node, ast.Name) else None
    if value is not None:
        return is_always_there(draft, value)
    values = draft.values(node)
    plainly = not isinstance(node, ast.Subscript) or isinstance(
        node.value, (ast.Attribute, ast.Name)
    )
    return plainly and all(isinstance(v, Object) for v in values)


def is_settled(draft: Draft, test: ast.expr) -> bool:
    """Whether a test came out the same for each reply that got there."""
    asked = bases(draft, test)
    return bool(asked) and all(is_always_there(draft, base) for base in asked)


def is_certain_probe(draft: Draft, test: ast.expr) -> bool:
    """Whether `test` is `hasattr(candidate, "content")` of a candidate that is there."""
    named = isinstance(test, ast.Call) and getattr(test.func, "id", "") == "hasattr"
    if not isinstance(test, ast.Call) or not named or presence(draft, test) is None:
        return False
    return not may_be_missing(draft, test.args[0])
