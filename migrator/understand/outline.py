"""The walk through a program that fills its structure."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from migrator.syntax import children
from migrator.understand.links import NO_LINKS, Links
from migrator.understand.structure import FUNCTION_TYPES, ScopeNode, Structure, named_parameters
from migrator.understand.values import FunctionNode

_SCOPES = frozenset({*FUNCTION_TYPES, ast.ClassDef})
_NAMING = _SCOPES | {
    ast.Name, ast.Attribute, ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal,
    ast.ExceptHandler, ast.MatchAs, ast.MatchStar,
}  # fmt: skip
"""Nodes that name something, or hold a scope."""


def outline(modules: Sequence[ast.Module], links: Links = NO_LINKS) -> Structure:
    """Walk the modules once, without recursion, and note who holds whom."""
    structure = Structure(tuple(modules), links)
    for module in modules:
        structure.locals_of[module] = set()
        structure.globals_of[module] = set()
        structure.nodes.append(module)
    for node in structure.nodes:  # which grows
        structure.by_kind.setdefault(type(node), []).append(node)
        scope = node if isinstance(node, ast.Module) else structure.scope_of[node]
        inner = _enter(structure, node, scope) if type(node) in _NAMING else scope
        outside = _outside_of_scope(node) if type(node) in _SCOPES else ()
        for child in children(node):
            structure.parents[child] = node
            structure.scope_of[child] = scope if child in outside else inner
            structure.nodes.append(child)
    _share(structure)
    structure.functions.sort(key=_position)
    structure.classes.sort(key=_position)
    for nodes in structure.named.values():
        nodes.sort(key=_position)
    for aliases in structure.aliases.values():
        aliases.sort(key=_position)
    return structure


def _share(structure: Structure) -> None:
    """Give names that are declared `global` or `nonlocal` to the scopes they belong to."""
    for scope, names in structure.globals_of.items():
        if names:
            module = structure.module(scope)
            structure.locals_of[module].update(names)
            structure.shared.update((module, name) for name in names)
    for scope, names in structure.nonlocals_of.items():
        for name in names:
            structure.shared.add((structure.owner(scope, name), name))


def _bind_alias(structure: Structure, scope: ScopeNode, alias: ast.alias, name: str) -> None:
    structure.locals_of[scope].add(name)
    structure.aliases.setdefault(name, []).append(alias)


def _position(node: ast.expr | FunctionNode | ast.ClassDef | ast.alias) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _outside_of_scope(node: ast.AST) -> set[ast.AST]:
    """The children of a definition that are evaluated in the scope around it."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return {*node.decorator_list, *([node.returns] if node.returns else [])}
    if isinstance(node, ast.ClassDef):
        return {*node.decorator_list, *node.bases, *node.keywords}
    return set()


def _enter(structure: Structure, node: ast.AST, scope: ScopeNode) -> ScopeNode:
    """Note what `node` declares in `scope`; return the scope of its children."""
    if isinstance(node, FUNCTION_TYPES):
        structure.functions.append(node)
        if not isinstance(node, ast.Lambda):
            structure.locals_of[scope].add(node.name)
        args = node.args
        extra = [a for a in (args.vararg, args.kwarg) if a]
        structure.locals_of[node] = {a.arg for a in (*named_parameters(node), *extra)}
        structure.globals_of[node] = set()
        return node
    if isinstance(node, ast.ClassDef):
        structure.classes.append(node)
        structure.locals_of[scope].add(node.name)
        structure.locals_of[node] = set()
        structure.globals_of[node] = set()
        return node
    _declare(structure, node, scope)
    return scope


def _declare(structure: Structure, node: ast.AST, scope: ScopeNode) -> None:
    if isinstance(node, ast.Name):
        structure.named.setdefault(node.id, []).append(node)
        if isinstance(node.ctx, ast.Load):
            structure.loaded_names.add(node.id)
        else:
            structure.locals_of[scope].add(node.id)
    elif isinstance(node, ast.Attribute):
        structure.named.setdefault(node.attr, []).append(node)
        structure.loaded_attributes.add(node.attr)
    elif isinstance(node, ast.Import):
        for alias in node.names:
            structure.imported.add(alias.name)
            _bind_alias(structure, scope, alias, alias.asname or alias.name.split(".")[0])
    elif isinstance(node, ast.ImportFrom):
        for alias in node.names:
            structure.imported.add(f"{node.module or ''}.{alias.name}")
            _bind_alias(structure, scope, alias, alias.asname or alias.name)
    elif isinstance(node, ast.Global):
        structure.globals_of[scope].update(node.names)
    elif isinstance(node, ast.Nonlocal):
        structure.nonlocals_of.setdefault(scope, set()).update(node.names)
    elif (isinstance(node, ast.ExceptHandler) and node.name) or (
        isinstance(node, (ast.MatchAs, ast.MatchStar)) and node.name
    ):
        structure.locals_of[scope].add(node.name)
