"""Files that replace, mock or reach the method by other ways than by calling it."""

from __future__ import annotations

import ast

from migrator.plan import Draft
from migrator.understand.values import Symbol

REFLECTION = frozenset({"eval", "exec", "globals", "locals", "vars"})


def plan_replacements(draft: Draft) -> None:
    """A file that replaces or mocks the method by name can't be migrated call by call."""
    for node in ast.walk(draft.facts.structure.tree):
        found = _replacement(draft, node)
        if found is not None:
            for site in draft.facts.sites:
                draft.block(site.call, node, found)
            return
    _check_reflection(draft)


def _check_reflection(draft: Draft) -> None:
    """`eval`, `globals()` and the like reach names that no reading of the source can follow."""
    structure = draft.facts.structure
    for node in draft.facts.state.values:
        if not isinstance(node, ast.Call):
            continue
        names = {v.path for v in draft.values(node.func) if isinstance(v, Symbol)} & REFLECTION
        if not names or (node.args and not names & {"eval", "exec"}):
            continue
        scope = structure.enclosing_function(node)
        for site in draft.facts.sites:
            uses = draft.facts.uses.get(site.call, ())
            if any(structure.enclosing_function(use) is scope for use in uses):
                text = f"`{draft.quote(node)}` may reach the response by its name"
                draft.block(site.call, node, text)


def _replacement(draft: Draft, node: ast.AST) -> str | None:
    if isinstance(node, ast.Attribute) and node.attr == "generate_content":
        if not isinstance(node.ctx, ast.Load):
            return (
                "generate_content is replaced by assignment here; replace interactions.create too"
            )
        if isinstance(draft.facts.structure.parent(node), ast.Attribute):
            return (
                "generate_content is mocked here; the tests must mock interactions.create instead"
            )
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        parent = draft.facts.structure.parent(node)
        named = node.value.rpartition(".")[2] == "generate_content"
        if named and isinstance(parent, ast.Call) and node in parent.args:
            return "generate_content is looked up, mocked or replaced by name here"
    return None
