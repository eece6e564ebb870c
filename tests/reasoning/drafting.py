"""Drafts of plain programs, of which the engine is told nothing: it reasons about Python alone."""

from __future__ import annotations

import ast
import textwrap

from migrator.edit.positions import Positions
from migrator.model import Options
from migrator.plan import Draft
from migrator.registry import RuleBook
from migrator.sections import single
from migrator.understand.facts import understand
from migrator.understand.knowledge import Knowledge

NOTHING = Knowledge(needles=())


def drafted(source: str) -> Draft:
    """The draft of a module, before any rule has said anything."""
    text = textwrap.dedent(source).lstrip("\n")
    module = ast.parse(text)
    positions = Positions(text, module)
    facts = understand(module, NOTHING)
    return Draft(single(text, module), facts, positions, Options(), RuleBook({}))


def expression(draft: Draft, source: str) -> ast.expr:
    """The first expression of the program that is spelt like that, where it is evaluated."""
    for module in draft.facts.structure.modules:
        for node in ast.walk(module):
            read = not isinstance(getattr(node, "ctx", None), (ast.Store, ast.Del))
            if isinstance(node, ast.expr) and read and ast.unparse(node) == source:
                return node
    raise LookupError(source)


def statement(source: str) -> ast.stmt:
    """A statement by itself."""
    (found,) = ast.parse(textwrap.dedent(source)).body
    return found
