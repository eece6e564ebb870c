"""Where a new import goes: beside its relatives, in the order isort and Ruff keep."""

from __future__ import annotations

import ast
import sys
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from migrator.edit.document import Document
from migrator.edit.guards import guard_of
from migrator.edit.names import Key, Names, keys

Statement = ast.Import | ast.ImportFrom
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a statement goes: after or before another one, and what separates them.

    `anchor` is None in a file of nothing but, perhaps, comments.
    """

    anchor: ast.stmt | None
    after: bool
    blank: bool = False


def is_import(node: ast.AST) -> bool:
    """Whether `node` imports something other than a `__future__` feature."""
    if isinstance(node, ast.ImportFrom):
        return node.module != "__future__"
    return isinstance(node, ast.Import)


def top_package(module: str) -> str:
    """The first part of a module's name."""
    return module.split(".")[0]


def module_of(node: Statement) -> str:
    """The module an import statement names first."""
    return keys(node, ())[0].module


def find_block(document: Document, names: Names, key: Key, user: ast.stmt | None) -> list[ast.stmt]:
    """The list of statements the import belongs in.

    That is the module's, unless the package is only imported in functions or under
    conditions: then it is the block of such an import that surely ran before `user`, or
    the user's function. An import somewhere in that function makes the name its own, whatever
    the module imports.
    """
    own = importing_function(names, key, user)
    if own is not None:
        return own.body
    module = document.tree.body
    relatives = [
        node
        for node in names.imports
        if any(_is_relative(key, other) for other in keys(node, ()))
        and guard_of(node, names) is None
    ]
    if not relatives or any(document.blocks[node].body is module for node in relatives):
        return module
    if user is None:
        return module
    at = document.positions.span(user).start
    for node in reversed(relatives):
        before = document.positions.span(node).start <= at
        if before and _dominates(document, names, node, user):
            return document.blocks[node].body
    function = _function(user, names)
    return module if function is None else function.body


def importing_function(names: Names, key: Key, user: ast.stmt | None) -> Function | None:
    """The function around `user` whose own import, wherever it stands, binds the name there."""
    owner = None if user is None else names.scope_of[user].owner(key.bound)
    return owner.node if owner is not None and isinstance(owner.node, Function) else None


def repetitions(
    document: Document, names: Names, key: Key, user: ast.stmt | None
) -> list[ast.stmt]:
    """The imports that make a name the own one of the user's function, where the module imports
    the same: without them, the name is there for the whole function.
    """
    own = importing_function(names, key, user)
    found = {node: scope for node, scope in names.imports.items() if keys(node, ()) == [key]}
    again = [node for node, scope in found.items() if scope.node is own]
    first = next((n for n, scope in found.items() if scope is names.module), None)
    in_module = first in document.tree.body and names.module.bound[key.bound] == 1
    if own is None or not again or not in_module:
        return []
    return again if names.scope_of[own.body[0]].bound[key.bound] == len(again) else []


def _is_relative(key: Key, other: Key) -> bool:
    """Whether two imports are of one distribution: several may share a namespace package."""
    wanted = key.module.split(".")[:2]
    path = f"{other.module}.{other.name}" if other.name else other.module
    return path.split(".")[: len(wanted)] == wanted


def find_spot(
    document: Document,
    body: list[ast.stmt],
    key: Key,
    user: ast.stmt | None = None,
    gone: Collection[ast.stmt] = (),
) -> Spot:
    """Where in `body`, before the `user`, a new statement for `key` goes; statements about to
    go have no say in the order, unless nothing else is there.
    """
    every = _groups(document, body, user)
    staying = [[node for node in group if node not in gone] for group in every]
    groups = [group for group in staying if group] or every
    wanted = _section(key.module)
    package = top_package(key.module)
    related = [
        group for group in groups if any(top_package(module_of(n)) == package for n in group)
    ]
    if not related:  # what goes leaves its place to it
        related = [g for g in every if all(top_package(module_of(n)) == package for n in g)]
    if related:
        return _spot_in_group(related[-1] if wanted else related[0], key)
    alike = [g for g in groups if any(_section(module_of(n)) == wanted for n in g)]
    if alike:  # behind the first group of packages may stand the program's own modules
        return _spot_in_group(alike[-1] if wanted == 2 else alike[0], key)
    earlier = [g for g in groups if _section(module_of(g[0])) < wanted]
    if earlier:
        return Spot(earlier[-1][-1], after=True, blank=True)
    if groups:
        return Spot(groups[0][0], after=False, blank=True)
    return _first_spot(document, body)


def _first_spot(document: Document, body: list[ast.stmt]) -> Spot:
    """After the docstring and the `__future__` imports."""
    last: ast.stmt | None = None
    for node in body:
        future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
        docstring = (
            node is body[0]
            and isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        )
        if not future and not docstring:
            break
        last = node
    if last is not None:
        return Spot(last, after=True, blank=body is document.tree.body)
    if not body:
        return Spot(None, after=False)
    return Spot(body[0], after=False, blank=body is document.tree.body)


def _groups(
    document: Document, body: list[ast.stmt], user: ast.stmt | None
) -> list[list[Statement]]:
    """Runs of imports before the user, without a blank line or another statement between them."""
    groups: list[list[Statement]] = []
    previous: ast.stmt | None = None
    last = len(document.text) if user is None else document.positions.span(user).start
    for node in body:
        if document.positions.span(node).start > last:
            break
        if isinstance(node, (ast.Import, ast.ImportFrom)) and is_import(node):
            adjoins = False
            if previous is not None and groups and previous is groups[-1][-1]:
                end = document.positions.span(previous).end
                gap = document.text[end : document.positions.span(node).start]
                lines = gap.replace("\r\n", "\n").replace("\r", "\n").split("\n")
                adjoins = all(line.strip() for line in lines[1:-1])
            if adjoins:
                groups[-1].append(node)
            else:
                groups.append([node])
        elif groups and isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            break
        previous = node
    return groups


def _spot_in_group(group: Sequence[Statement], key: Key) -> Spot:
    for order in (_kind_first, _module_first):
        existing = [order(n) for n in group]
        if existing == sorted(existing):
            new = order(_as_statement(key))
            smaller = [n for n in group if order(n) < new]
            if smaller:
                return Spot(smaller[-1], after=True)
            return Spot(group[0], after=False)
    package, section = top_package(key.module), _section(key.module)
    relatives = [n for n in group if top_package(module_of(n)) == package]
    neighbours = [n for n in group if _section(module_of(n)) == section]
    return Spot((relatives or neighbours or list(group))[-1], after=True)


def _as_statement(key: Key) -> Statement:
    if key.name is None:
        return ast.Import([ast.alias(key.module, key.alias)])
    return ast.ImportFrom(key.module, [ast.alias(key.name, key.alias)], 0)


def _kind_first(node: Statement) -> tuple[int, bool, str]:
    module = module_of(node)
    return _section(module), isinstance(node, ast.ImportFrom), module.lower()


def _module_first(node: Statement) -> tuple[int, str, bool]:
    module = module_of(node)
    return _section(module), module.lower(), isinstance(node, ast.ImportFrom)


def _section(module: str) -> int:
    """0 for the standard library, 1 for other packages, 2 for relative imports."""
    if module.startswith("."):
        return 2
    return 0 if top_package(module) in sys.stdlib_module_names else 1


def _function(node: ast.AST, names: Names) -> Function | None:
    current: ast.AST | None = names.parents.get(node)
    while current is not None:
        if isinstance(current, Function):
            return current
        current = names.parents.get(current)
    return None


def _dominates(document: Document, names: Names, node: ast.stmt, user: ast.stmt) -> bool:
    """Whether `node` ran when `user` does: it stands in a block around the user.

    The body of a `try` counts where its own block does: the user is the one who handles
    the case.
    """
    block = document.blocks[node]
    if isinstance(block.owner, ast.Try) and block.body is block.owner.body:
        outer = document.blocks[block.owner]
        if isinstance(outer.owner, ast.Module):
            return True
        return _around(document, outer.body, user, names)
    return _around(document, block.body, user, names)


def _around(document: Document, body: list[ast.stmt], user: ast.stmt, names: Names) -> bool:
    current: ast.AST | None = user
    while current is not None:
        if isinstance(current, ast.stmt) and document.blocks[current].body is body:
            return True
        current = names.parents.get(current)
    return False
