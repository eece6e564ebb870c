"""Imports that edits have left without a reader."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from migrator.edit.conflict import EditConflict
from migrator.edit.document import Document
from migrator.edit.guards import may_probe, with_emptied_guards
from migrator.edit.names import Key, Names, keys, names_in
from migrator.edit.own_lines import with_own_lines
from migrator.edit.removal import removals
from migrator.edits import Delete, Span
from migrator.syntax import parse


def orphans_of(names: Names, original: str, needed: Sequence[Key]) -> dict[ast.stmt, list[int]]:
    """The imports that lost their last reader: the indexes of such names, by statement."""
    kept = {(key.module, key.name, key.alias) for key in needed}
    found: dict[ast.stmt, list[int]] = {}
    for statement, scope in names.imports.items():
        gone = [
            index
            for index, key in enumerate(keys(statement, scope.path))
            if (key.module, key.name, key.alias) not in kept
            and names.reads[key] == 0
            and names_in(original).reads.get(key, 0) > 0
            and _removable(statement, key, names)
        ]
        if gone:
            found[statement] = gone
    return found


def without_orphans(document: Document, names: Names, original: str, needed: Sequence[Key]) -> str:
    text = document.text
    whole: list[ast.stmt] = []
    changes: list[tuple[Span, str]] = []
    for statement, gone in orphans_of(names, original, needed).items():
        if len(gone) == len(keys(statement, ())):
            whole.append(statement)
        else:
            from migrator.edit.import_statements import without_names

            span = document.positions.span(statement)
            source = document.text[span.start : span.end]
            changes.append((span, without_names(source, gone, document.newline)))
    whole = with_emptied_guards(document, names, whole)
    deleted = [Delete(document.positions.statement(n)) for n in whole]
    parted, _, _ = with_own_lines(document, deleted)
    if parted != text:
        return parted  # they go from there
    changes += [(r.span, r.text) for r in removals(document, whole)]
    return with_replaced(text, changes) if changes else text


def _removable(statement: ast.stmt, key: Key, names: Names) -> bool:
    scope = names.imports[statement]
    if isinstance(scope.node, ast.ClassDef) or key.bound in scope.elsewhere:
        return False
    if key.module == "__future__" or key.name == "*":
        return False
    if key.alias is not None and key.alias in (key.name, key.module):
        # `import x as x` is how a module says it passes `x` on.
        return False
    if not scope.path and key.bound in names.exported:
        return False
    others = [
        other
        for node, where in names.imports.items()
        if where is scope
        for other in keys(node, scope.path)
        if other.bound == key.bound
    ]
    plain = key.name is None and key.alias is None
    alike = [o for o in others if o == key or (plain and o.name is None and o.alias is None)]
    if scope.bound.get(key.bound, 0) > len(alike):
        return False
    return not may_probe(statement, key, names)


def with_replaced(text: str, changes: Sequence[tuple[Span, str]]) -> str:
    for span, new in sorted(changes, reverse=True):
        text = text[: span.start] + new + text[span.end :]
    try:
        parse(text)
    except SyntaxError as error:
        raise EditConflict(f"the imports cannot be rewritten: {error}") from error
    return text
