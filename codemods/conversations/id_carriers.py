"""A conversation that becomes a chain, and what carries its id."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from codemods.conversations.chain_decision import Chain
from codemods.conversations.chain_names import ID
from codemods.conversations.events import Named
from codemods.conversations.handed_histories import Handed
from codemods.conversations.handed_history_edits import name_of
from codemods.conversations.histories_by_key import Sessions
from codemods.conversations.list_histories import History
from migrator.edits import Binding, Code, Template
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
