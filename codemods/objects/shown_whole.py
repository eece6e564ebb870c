"""Objects of a reply that are shown whole, and have other fields now."""

from __future__ import annotations

import ast

from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.reasoning.shown_on_page import is_shown_on_page

PAGE_NOTE = (
    "a cell shows an object of the reply whole: it names its fields as the Interactions API does"
)


def show(draft: Draft, owner: Member, node: ast.expr, difference: str) -> None:
    """`node` is printed: people read a notebook's page, but who reads what a script prints?"""
    if is_shown_on_page(draft.facts, node):
        draft.note(owner, PAGE_NOTE)
    else:
        draft.doubt(owner, node, f"`{draft.quote(node)}` is printed whole; {difference}")
