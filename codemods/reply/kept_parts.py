"""Which kinds of items a list holds that the program made of some of a reply's parts."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.reply.item_kinds import kinds_at
from codemods.reply.item_tests import NOTHING, Comprehension, Variable
from codemods.reply.loops import is_item, variable_of
from codemods.reply.needed_kinds import live_in_comprehension
from codemods.tables.items import Kinds
from migrator.plan import Draft
from migrator.reasoning.definitions import definitions
from migrator.understand.structure import COMPREHENSIONS

CHOOSING = frozenset({"max", "min", "next"})
"""Functions that give one of the items they are given."""
GROWING = frozenset({"append", "insert"})
CHANGING = frozenset({"extend", *GROWING})


Seen = frozenset[ast.AST]


def item_kinds(draft: Draft, node: ast.expr, kinds: Kinds, seen: Seen = frozenset()) -> Kinds:
    """What is left of `kinds` where the item `node` stands; nothing is looked at again if seen."""
    if node in seen:
        return kinds
    seen |= {node}
    if not isinstance(node, ast.Name):
        return _chosen(draft, node, kinds, seen)
    variable = variable_of(draft, node)
    kinds = kinds_at(node, variable, kinds)
    source = _source_of(variable)
    if source is not None:
        return _kept(draft, source, kinds, seen)
    found = definitions(draft, node)
    if found == [node]:
        return kinds
    return NOTHING.union(*(item_kinds(draft, definition, kinds, seen) for definition in found))


def _source_of(variable: Variable) -> ast.expr | None:
    """What a loop or a comprehension goes through whose variable stands for its items."""
    body = variable.body
    loops: list[ast.For | ast.AsyncFor | ast.comprehension] = []
    if isinstance(body, (ast.For, ast.AsyncFor)) and variable.bound_once:
        loops = [body]
    elif isinstance(body, COMPREHENSIONS):
        loops = list(body.generators)
    for loop in reversed(loops):
        if isinstance(loop.target, ast.Name) and loop.target.id == variable.name:
            return loop.iter
    return None


def _chosen(draft: Draft, node: ast.expr, kinds: Kinds, seen: Seen) -> Kinds:
    """What an item may be that is taken out of a list: `images[0]`, `next(…)`; or None."""
    if isinstance(node, ast.Constant) and node.value is None:
        return NOTHING
    if isinstance(node, ast.Subscript):
        return _kept(draft, node.value, kinds, seen)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
        if node.func.id in CHOOSING:
            return _kept(draft, node.args[0], kinds, seen)
    return kinds


def _kept(draft: Draft, node: ast.expr, kinds: Kinds, seen: Seen) -> Kinds:
    """What the items of a list may be, by how it was made."""
    if isinstance(node, ast.Name) and _changes(draft, node, CHANGING - GROWING):
        return kinds
    found = NOTHING
    for made in definitions(draft, node):
        if isinstance(made, (ast.ListComp, ast.GeneratorExp)):
            found |= _kept_by(draft, made, kinds)
        elif not isinstance(made, ast.List) or made.elts:
            return kinds
    for call in _changes(draft, node, GROWING) if isinstance(node, ast.Name) else ():
        if not isinstance(call, ast.Call) or not call.args:
            return kinds
        item = call.args[-1]
        found |= item_kinds(draft, item, kinds, seen) if is_item(draft, item) else kinds
    return found


def _kept_by(draft: Draft, made: Comprehension, kinds: Kinds) -> Kinds:
    """What a comprehension keeps of the items it goes through."""
    last = made.generators[-1]
    assert isinstance(made, (ast.ListComp, ast.GeneratorExp))
    if not isinstance(last.target, ast.Name) or not isinstance(made.elt, ast.Name):
        return kinds
    if made.elt.id != last.target.id:
        return kinds
    return live_in_comprehension(made, Variable(draft, last.target.id, made, True), kinds)


def _changes(draft: Draft, node: ast.Name, methods: frozenset[str]) -> list[ast.AST]:
    """The calls of some methods of a list, and what is added to it with `+=`."""
    structure = draft.facts.structure
    return list(_changes_in(draft, structure.scope_of[node], node.id, methods))


def _changes_in(
    draft: Draft, scope: ast.AST, name: str, methods: frozenset[str]
) -> Iterator[ast.AST]:
    structure = draft.facts.structure
    for other in ast.walk(scope):
        if not isinstance(other, ast.Name) or other.id != name:
            continue
        parent = structure.parent(other)
        if isinstance(parent, ast.Attribute) and parent.attr in methods:
            yield structure.parent(parent) or parent
        elif isinstance(parent, ast.AugAssign) and "extend" in methods:
            yield parent
