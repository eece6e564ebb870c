"""A conversation that becomes a chain, and what carries its id."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from codemods.building.conversations.chain import Chain
from codemods.building.conversations.events import (
    Named,
)
from codemods.building.conversations.handed import Handed
from codemods.building.conversations.handed_edits import name_of
from codemods.building.conversations.lists import History
from codemods.building.conversations.naming import ID
from codemods.building.conversations.sessions import Sessions
from migrator.edits import (
    Binding,
    Code,
    Template,
)
from migrator.plan import Draft


@dataclass(slots=True)
class Link:
    """A conversation and how it is chained."""

    history: History
    chain: Chain
    walrus: dict[ast.stmt, Named] = field(default_factory=dict)
    """Statements that use a reply without naming the response, and the name they could give it."""
    sessions: Sessions | None = None
    handed: Handed | None = None
    planned: bool = False
    variable: str = ID


def variable_at(draft: Draft, link: Link, place: ast.expr) -> Code:
    """The variable that carries the id, beside the list at `place`."""
    spot = link.history.nodes[place]
    if spot is not None:
        return Template((draft.hole(spot.table, Binding.ATOM), "[", draft.hole(spot.key), "]"))
    if isinstance(place, ast.Attribute):
        return Template((draft.hole(place.value, Binding.ATOM), f".{name_at(draft, link, place)}"))
    return name_at(draft, link, place)


def name_at(draft: Draft, link: Link, place: ast.expr) -> str:
    if link.handed is not None:
        return name_of(draft, link.handed, place, link.variable)
    return link.variable
