"""Blocks under `if TYPE_CHECKING:`, which never run: what may stand there, and when they go."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable

from migrator.edit.document import Document
from migrator.edit.names import Key, Names, keys

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def guard_of(node: ast.AST, names: Names) -> ast.If | None:
    """The `if TYPE_CHECKING:` whose body holds `node`."""
    current: ast.AST | None = node
    while current is not None:
        parent = names.parents.get(current)
        if isinstance(parent, ast.If) and current in parent.body:
            test = parent.test
            if getattr(test, "attr", getattr(test, "id", "")) == "TYPE_CHECKING":
                return parent
        current = parent
    return None


def guard_block(
    document: Document, names: Names, key: Key, orphans: Collection[ast.stmt]
) -> list[ast.stmt] | None:
    """The guarded block the import belongs in: where its relatives stand, if only
    annotations read the name.

    A relative that `orphans` says goes, and that was imported for real, was there for
    someone who evaluates annotations: then there is no such block.
    """
    found: list[ast.stmt] | None = None
    for node in names.imports:
        if not any(_related(other, key) for other in keys(node, ())):
            continue
        if guard_of(node, names) is not None:
            found = document.blocks[node].body
        elif node in orphans:
            return None
    return found if found is not None and _only_annotates(document, names, key) else None


def with_emptied_guards(
    document: Document, names: Names, gone: Iterable[ast.stmt]
) -> list[ast.stmt]:
    """The statements `gone`; where they are all a guard has, the guard in their place."""
    found = list(gone)
    for guard in {id(g): g for n in found if (g := guard_of(n, names)) is not None}.values():
        if (
            not guard.orelse
            and all(node in found for node in guard.body)
            and not _is_elif(document, guard)
        ):
            found = [node for node in found if node not in guard.body]
            found.append(guard)
    return found


def _is_elif(document: Document, node: ast.If) -> bool:
    return document.text.startswith("elif", document.positions.span(node).start)


def _related(other: Key, key: Key) -> bool:
    """Whether two imports are of one library: their first two names are the same."""
    path = other.module.split(".") + ([] if other.name is None else [other.name])
    wanted = key.module.split(".") + ([] if key.name is None else [key.name])
    return path[:2] == wanted[:2]


def _only_annotates(document: Document, names: Names, key: Key) -> bool:
    """Whether the name is read, and only in annotations Python does not evaluate."""
    postponed = any(
        isinstance(node, ast.ImportFrom)
        and node.module == "__future__"
        and any(alias.name == "annotations" for alias in node.names)
        for node in document.tree.body
    )
    readers = [
        node
        for node, scope in names.loads
        if node.id == key.bound and scope.owner(node.id) in (None, names.module)
    ]
    if not readers:
        return key.bound in names.quoted
    return all(_never_evaluated(node, names, postponed) for node in readers)


def _never_evaluated(node: ast.AST, names: Names, postponed: bool) -> bool:
    child: ast.AST = node
    parent = names.parents.get(child)
    while parent is not None and not isinstance(parent, ast.stmt):
        if isinstance(parent, ast.arg):
            return postponed
        child, parent = parent, names.parents.get(parent)
    if isinstance(parent, ast.AnnAssign) and parent.annotation is child:
        # The annotation of a local variable is not evaluated at all.
        return postponed or isinstance(names.scope_of[parent].node, _FUNCTIONS)
    return postponed and isinstance(parent, _FUNCTIONS) and parent.returns is child


def may_probe(statement: ast.stmt, key: Key, names: Names) -> bool:
    """Whether an import may be there to find out whether it fails: it stands in a `try`.

    Another import beside it that is read, of the same module or of one that holds it, finds out
    the same.
    """
    scope = names.imports[statement]
    child: ast.AST = statement
    parent = names.parents.get(child)
    while parent is not None and parent is not scope.node:
        if isinstance(parent, ast.ExceptHandler):
            return True
        if isinstance(parent, ast.Try):
            beside = [node for node in parent.body if node in names.imports and node is not child]
            found = (other for node in beside for other in keys(node, scope.path))
            if child not in parent.body or not any(
                names.reads.get(o, 0) > 0 and _tells_the_same(o, key) for o in found
            ):
                return True
        child, parent = parent, names.parents.get(parent)
    return False


def _tells_the_same(other: Key, key: Key) -> bool:
    """Whether `from a import b` fails where `from a.b import c` does: without the package `a.b`."""
    path = other.module if other.name is None else f"{other.module}.{other.name}"
    holds = f"{key.module}.".startswith(f"{path}.")
    return holds or (other.module == key.module and other != key)
