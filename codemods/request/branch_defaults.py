"""Settings that one branch sets to what they are anyway, such as a MIME type of text.

Where the other branch asks for JSON, and nothing else does, the statement can go.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.objects.written_objects import fields_of
from codemods.request.left_out_settings import target_field
from codemods.tables.api import CONFIG
from migrator.plan import Draft, Reading
from migrator.understand.structure import FUNCTION_TYPES


def is_default_of_a_branch(draft: Draft, reading: Reading, name: str) -> bool:
    """Whether `name` is set to nothing here, and set otherwise only where this does not run."""
    statement = draft.facts.structure.statement(reading.node)
    others = _others(draft, reading, name)
    made = reading.owner
    return all(_excludes(draft, made, statement, other) for other in others) if others else False


def is_set_here_alone(draft: Draft, reading: Reading, name: str) -> bool:
    """Whether nothing else sets `name`, and this does so once for each config."""
    statement = draft.facts.structure.statement(reading.node)
    once = runs_around(draft, statement) == runs_around(draft, reading.owner)
    return once and _others(draft, reading, name) == []


def _others(draft: Draft, reading: Reading, name: str) -> list[ast.stmt] | None:
    """The other statements that set the field; None if it may be set where the config is made."""
    made = reading.owner
    written = fields_of(draft, made, CONFIG) if isinstance(made, ast.expr) else None
    if written is None or any(field.name in {name, ""} for field in written):
        return None
    statement = draft.facts.structure.statement(reading.node)
    return [s for s in _setters(draft, reading, name) if s is not statement]


def _setters(draft: Draft, reading: Reading, name: str) -> Iterator[ast.stmt]:
    """The statements that set the field, or may do so."""
    structure = draft.facts.structure
    for use in draft.facts.uses.get(reading.owner, ()):
        target = structure.parent(use)
        held = isinstance(target, (ast.Attribute, ast.Subscript)) and target.value is use
        if not held or isinstance(getattr(target, "ctx", None), ast.Load):
            if isinstance(target, ast.Attribute):  # `args.update(…)`
                yield structure.statement(use)
            continue
        if target is not None and target_field(draft, target) in {name, None}:
            yield structure.statement(use)


def _excludes(draft: Draft, made: ast.AST, one: ast.stmt, other: ast.stmt) -> bool:
    """Whether the two stand in different branches of an `if`, so that one of them runs.

    Once for each config that is `made`.
    """
    branches = dict(_branches(draft, one))
    return any(
        test in branches
        and branches[test] is not truth
        and runs_around(draft, test) == runs_around(draft, made)
        for test, truth in _branches(draft, other)
    )


def _branches(draft: Draft, node: ast.AST) -> Iterator[tuple[ast.If, bool]]:
    """The `if` statements around `node`, and in which branch of each it is."""
    while (parent := draft.facts.structure.parent(node)) is not None:
        if isinstance(parent, ast.If):
            yield parent, node in parent.body
        node = parent


def runs_around(draft: Draft, node: ast.AST) -> list[ast.AST]:
    """The functions and loops that `node` stands in, each of which may run more than once."""
    found: list[ast.AST] = []
    while (parent := draft.facts.structure.parent(node)) is not None:
        if isinstance(parent, (*FUNCTION_TYPES, ast.For, ast.AsyncFor, ast.While)):
            found.append(parent)
        node = parent
    return found
