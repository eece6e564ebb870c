"""Where a program keeps a conversation: a variable, or an attribute of its own objects."""

from __future__ import annotations

import ast
from collections import defaultdict
from dataclasses import dataclass

from migrator.plan import Draft
from migrator.reasoning.name_scopes import scope_of_name
from migrator.understand.values import Class, Instance

Region = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Place:
    """A variable of `owner` (a module or function), or an attribute of the class `owner`.

    `keyed` says that it is a dict, which keeps one conversation under each key; `handed` that it is
    a parameter, whose conversation is given back.
    """

    owner: ast.AST
    name: str
    keyed: bool = False
    handed: bool = False

    @property
    def goes_on(self) -> bool:
        """Whether any conversation may come to the place, wherever it began."""
        return self.keyed or self.handed

    @property
    def is_attribute(self) -> bool:
        """Whether the place is an attribute."""
        return isinstance(self.owner, ast.ClassDef)


def place_of(draft: Draft, node: ast.expr) -> Place | None:
    """The place that `node` reads or sets; None if it is neither a variable nor an attribute."""
    if isinstance(node, ast.Name):
        scope = scope_of_name(draft, node)
        return Place(scope, node.id) if scope is not None else None
    if isinstance(node, ast.Attribute):
        classes = {v.node for v in draft.values(node.value) if isinstance(v, (Instance, Class))}
        if len(classes) == 1 and len(draft.values(node.value)) == 1:
            return Place(classes.pop(), node.attr)
    return None


def nodes_at(draft: Draft, place: Place) -> list[ast.expr]:
    """Every expression that reads or sets the place, in source order."""
    places = draft.once(f"places called {place.name}", lambda: _by_place(draft, place.name))
    return places.get(place, [])


def _by_place(draft: Draft, name: str) -> dict[Place, list[ast.expr]]:
    """Every expression that is a name or an attribute `name`, by the place it reads or sets."""
    found: dict[Place, list[ast.expr]] = defaultdict(list)
    for node in draft.facts.structure.named.get(name, ()):
        place = place_of(draft, node) if node in draft.facts.state.values else None
        if place is not None:
            found[place].append(node)
    return found


def region_of(draft: Draft, node: ast.AST) -> Region:
    """The function (or module) whose statements run `node`; lambdas belong to what is around."""
    structure = draft.facts.structure
    current = structure.enclosing_function(node)
    while isinstance(current, ast.Lambda):
        current = structure.enclosing_function(current)
    return current if current is not None else structure.module(node)


def is_free(draft: Draft, place: Place, name: str) -> bool:
    """Whether nothing that could be meant has `name` yet."""
    structure = draft.facts.structure
    if place.is_attribute:
        return name not in structure.loaded_attributes and not any(
            isinstance(n, ast.Attribute) for n in structure.named.get(name, ())
        )
    around = {structure.module(node): node for node in (place.owner, *nodes_at(draft, place))}
    return not any(name in structure.bound_around(node) for node in around.values())
