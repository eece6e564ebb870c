"""The only module that touches imports: adds what new code needs, removes what edits
orphaned.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from migrator.edit.conflict import EditConflict
from migrator.edit.document import Document
from migrator.edit.guards import guard_block
from migrator.edit.import_places import Spot, find_block, find_spot, importing_function, repetitions
from migrator.edit.layout import width
from migrator.edit.names import Key, Names, keys, names_in
from migrator.edit.orphaned_imports import orphans_of, with_replaced, without_orphans
from migrator.edit.own_lines import with_own_lines
from migrator.edit.programs import difference
from migrator.edit.removal import removals
from migrator.edits import Edit, InsertAfter, InsertBefore, NeedImport, Span
from migrator.syntax import parse

_LINE_LENGTH = 88
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
"""What stands behind two blank lines."""


def fix_imports(original: str, edited: str, needs: Sequence[NeedImport]) -> str:
    """`edited` with the imports in `needs` added and those without readers left
    removed.

    `original` is the text before the edits; the `user` of each need is a span in it. An
    import goes only if `original` read it and `edited` does not. Raises `EditConflict`
    where a text does not parse.
    """
    text = edited
    wanted: list[tuple[Key, Finder]] = []
    if needs:
        before, old = _read(original)
        wanted = [_wanted(need, before, old) for need in _first_users_first(needs)]
    needed = [key for key, _ in wanted]
    # What goes is still there while the new imports look for their place beside it.
    document, names = _read(text)
    orphans = orphans_of(names, original, needed)
    first = len(document.tree.body)
    for key, find_user in wanted:
        user = find_user(document, len(document.tree.body) - first)
        added = _with_import(document, names, key, user, orphans)
        if added != text:
            text = added
            document, names = _read(text)
            orphans = orphans_of(names, original, needed)
    while (less := without_orphans(document, names, original, needed)) != text:
        text = less
        document, names = _read(text)
    _check_the_rest(edited, text)
    return text


def _check_the_rest(edited: str, text: str) -> None:
    """Raises `EditConflict` where more than the imports has changed."""
    if text == edited:
        return
    node = difference(*_unlike(edited, text), imports=False)
    if node is not None:
        line = getattr(node, "lineno", 1)
        raise EditConflict(f"new imports would change the program at line {line}")


def _unlike(one: str, other: str) -> tuple[ast.Module, ast.Module]:
    """Two modules without the statements whose lines are the same, in both from the end on."""
    first, second = list(parse(one).body), list(parse(other).body)
    if "\r" not in one and "\r" not in other:
        lines, others = one.split("\n"), other.split("\n")
        while first and second and _lines(first[-1], lines) == _lines(second[-1], others):
            del first[-1], second[-1]
    return ast.Module(first, []), ast.Module(second, [])


def _lines(node: ast.stmt, lines: list[str]) -> list[str]:
    """The lines that a statement stands on, with its decorators."""
    top: list[ast.expr] = getattr(node, "decorator_list", [])
    return lines[(top[0] if top else node).lineno - 1 : node.end_lineno]


def _first_users_first(needs: Sequence[NeedImport]) -> list[NeedImport]:
    """Of several that need one thing, the first in the file goes first: it serves the others."""
    order: dict[tuple[str, str | None, str | None], int] = {}
    for need in needs:
        order.setdefault((need.module, need.name, need.alias), len(order))
    return sorted(needs, key=lambda n: (order[n.module, n.name, n.alias], n.user.start))


def _read(text: str) -> tuple[Document, Names]:
    return Document(text, _LINE_LENGTH), names_in(text)


Finder = Callable[[Document, int], ast.stmt | None]


def _wanted(need: NeedImport, document: Document, names: Names) -> tuple[Key, Finder]:
    """What is needed, and how to find the statement that needs it in an edited text with
    some more imports on top.

    Edits change no block above the statement level, so the way down from the module
    still holds; where statements were put in, the neighbour found instead has the same
    blocks around it.
    """
    key = Key((), need.module, need.name, need.alias)
    node = _statement_at(document, need.user)
    way: list[tuple[str, int]] = []
    while node is not None:
        block = document.blocks[node]
        way.append((_field(block.owner, block.body), block.index))
        owner: ast.AST | None = block.owner
        while owner is not None and not isinstance(owner, ast.stmt):
            parent = names.parents.get(owner)
            if parent is not None:
                for field in ("handlers", "cases"):
                    siblings = getattr(parent, field, [])
                    if owner in siblings:
                        way.append((field, siblings.index(owner)))
            owner = parent
        node = owner

    def find(edited: Document, shift: int) -> ast.stmt | None:
        current: ast.AST = edited.tree
        found: ast.stmt | None = None
        for field, index in reversed(way):
            children = getattr(current, field, [])
            if not children:
                break
            index += shift if current is edited.tree else 0
            current = children[min(index, len(children) - 1)]
            if isinstance(current, ast.stmt):
                found = current
        return found

    return key, find


def _field(owner: ast.AST, body: list[ast.stmt]) -> str:
    return next(
        name for name in ("body", "orelse", "finalbody") if getattr(owner, name, None) is body
    )


def _statement_at(document: Document, span: Span) -> ast.stmt | None:
    holding = [(found, node) for found, node in document.statements.items() if found.holds(span)]
    if not holding:
        return None
    return max(holding, key=lambda pair: (pair[0].start, -pair[0].end))[1]


def _with_import(
    document: Document,
    names: Names,
    key: Key,
    user: ast.stmt | None,
    orphans: dict[ast.stmt, list[int]],
) -> str:
    again = repetitions(document, names, key, user)
    if again:
        return with_replaced(document.text, [(r.span, r.text) for r in removals(document, again)])
    body = guard_block(document, names, key, orphans)
    if body is None:
        body = find_block(document, names, key, user)
    if _bound(document, names, key, user, body):
        return document.text
    for node in body:
        if key.name is None or not isinstance(node, ast.ImportFrom):
            continue
        if _comes_after(document, node, user):
            continue
        same = keys(node, ())
        if same[0].module == key.module and same[0].name != "*":
            return _extended(document, node, key, orphans.get(node, ()))
    gone = [node for node, found in orphans.items() if len(found) == len(keys(node, ()))]
    return _put(document, find_spot(document, body, key, user, gone), _statement(key))


def _bound(
    document: Document,
    names: Names,
    key: Key,
    user: ast.stmt | None,
    body: list[ast.stmt],
) -> bool:
    """Whether the very thing is imported already where, and when, the user sees it."""
    own = importing_function(names, key, user)
    around = {id(body)} if own else {id(body), id(document.tree.body)}
    current: ast.AST | None = user
    while current is not None and current is not own:
        if isinstance(current, ast.stmt):
            around.add(id(document.blocks[current].body))
        current = names.parents.get(current)
    for node in names.imports:
        if id(document.blocks[node].body) not in around:
            continue
        if _comes_after(document, node, user):
            continue
        for other in keys(node, ()):
            if other == key:
                return True
            below = key.name is None and key.alias is None and other.alias is None
            if below and other.name is None and other.module.startswith(key.module + "."):
                return True
    return False


def _comes_after(document: Document, node: ast.stmt, user: ast.stmt | None) -> bool:
    """Whether an import stands behind what needs it."""
    spans = document.positions
    return user is not None and spans.span(node).start > spans.span(user).start


def _extended(document: Document, node: ast.ImportFrom, key: Key, gone: Sequence[int]) -> str:
    from migrator.edit.import_statements import Space, with_name, without_names

    assert key.name is not None
    span = document.positions.span(node)
    indent = document.positions.indent(span.start)
    tail = document.text[span.end : document.positions.line_end(span.end)]
    source = document.text[span.start : span.end]
    if 0 < len(gone) < len(node.names):
        source = without_names(source, gone, document.newline)
    room = _LINE_LENGTH - width(indent) - width(tail)
    if len(gone) == len(node.names):
        # The old names leave the line to the new one.
        room += width(source)
    space = Space(indent, room, document.indent_unit, document.newline)
    new = with_name(source, key.name, key.alias, space)
    return with_replaced(document.text, [(span, new)])


def _statement(key: Key) -> str:
    statement = f"import {key.module}"
    if key.name is not None:
        statement = f"from {key.module} import {key.name}"
    return statement if key.alias is None else f"{statement} as {key.alias}"


def _put(document: Document, spot: Spot, statement: str) -> str:
    newline, text, positions = document.newline, document.text, document.positions
    if spot.anchor is None:
        head = "" if not text or text.endswith(("\n", "\r")) else newline
        return f"{text}{head}{statement}{newline}"
    span = positions.statement(spot.anchor)
    insert: Edit = InsertAfter(span, statement) if spot.after else InsertBefore(span, statement)
    text, (moved,), _ = with_own_lines(document, [insert])
    if text != document.text:
        assert not isinstance(moved, NeedImport)
        document, span = Document(text, _LINE_LENGTH), moved.span
        positions = document.positions
    indent = positions.indent(span.start)
    blank = newline if spot.blank else ""
    if not spot.after:
        blank *= 2 if isinstance(spot.anchor, DEFINITIONS) else 1
        start = positions.line_start(span.start)
        new = f"{indent}{statement}{newline}{blank}"
        return with_replaced(text, [(Span(start, start), new)])
    end = positions.line_end(span.end)
    new = f"{newline}{blank}{indent}{statement}"
    if blank and _next_line_is_code(document, end):
        new += newline
    return with_replaced(text, [(Span(end, end), new)])


def _next_line_is_code(document: Document, end: int) -> bool:
    start = document.positions.next_line(end)
    if start >= len(document.text):
        return False
    return bool(document.text[start : document.positions.line_end(start)].strip())
