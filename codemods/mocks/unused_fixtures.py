"""Fixtures that no test asks for: what they mock is never made."""

from __future__ import annotations

import ast

from migrator.plan import Draft
from migrator.understand.fixtures import is_fixture


def in_unused_fixture(draft: Draft, node: ast.AST) -> bool:
    """Whether `node` stands in a fixture that is named nowhere else, and not used by itself."""
    structure = draft.facts.structure
    function = structure.enclosing_function(node)
    while function is not None and (isinstance(function, ast.Lambda) or not is_fixture(function)):
        function = structure.enclosing_function(function)
    if function is None or isinstance(function, ast.Lambda):
        return False
    options = {k.arg for d in function.decorator_list for k in getattr(d, "keywords", ())}
    if options & {"autouse", "name", None}:
        return False
    named = draft.once("names of fixtures asked for", lambda: _named(draft))
    return function.name not in named


def _named(draft: Draft) -> frozenset[str]:
    """Parameters of functions, what is read or imported by name, and the words of texts."""
    structure = draft.facts.structure
    found = {a.arg for f in structure.functions for a in ast.walk(f.args) if isinstance(a, ast.arg)}
    for node in structure.every(ast.Name, ast.Attribute, ast.alias, ast.Constant):
        if isinstance(node, ast.Constant):
            found.update(str(node.value).split(",") if isinstance(node.value, str) else ())
            found.update(str(node.value).split() if isinstance(node.value, str) else ())
        else:
            found.add(getattr(node, "id", getattr(node, "attr", getattr(node, "name", ""))))
    return frozenset(found)
