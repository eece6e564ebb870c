"""Which functions of a class take no receiver, although no decorator says so."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from migrator.understand.structure import Structure
from migrator.understand.values import FunctionNode

RECEIVERS = frozenset({"self", "cls", "mcs", "mcls", "klass", "this", "me", ""})


def is_bare(structure: Structure, function: FunctionNode) -> bool:
    """Whether `function` is `def ask(prompt)` in a class, for `Agent.ask("…")` alone.

    Its first parameter is no receiver by its name, and nothing that the class has is read of it.
    """
    owner = structure.enclosing_class(function)
    if owner is None or isinstance(function, ast.Lambda):
        return False
    first = next(iter((*function.args.posonlyargs, *function.args.args)), None)
    if first is None or first.arg.strip("_") in RECEIVERS:
        return False
    if function.decorator_list or owner.bases or owner.keywords or function.name.startswith("__"):
        return False
    members = _members(owner)
    return not any(
        isinstance(node.ctx, ast.Store) or node.attr in members
        for node in _attributes_of(structure, function, first.arg)
    )


def _attributes_of(
    structure: Structure, function: FunctionNode, parameter: str
) -> Iterator[ast.Attribute]:
    """What is read and set of a parameter."""
    for name in structure.named.get(parameter, ()):
        parent = structure.parent(name)
        if isinstance(name, ast.Name) and isinstance(parent, ast.Attribute):
            if structure.owner_of(name) is function:
                yield parent


def _members(owner: ast.ClassDef) -> set[str]:
    """The names that the body of a class binds, and the attributes that anything in it sets."""
    names = {n.name for n in owner.body if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))}
    for node in ast.walk(owner):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            names.add(node.attr)
    for statement in owner.body:
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        if isinstance(statement, ast.AnnAssign):
            targets = [statement.target]
        names.update(n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name))
    return names
