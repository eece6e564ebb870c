"""What a program does with a reply for which nothing was searched: its metadata was None.

So were the lists in it where a search found nothing. Reading a field of None, or going through it,
raised an error; a rewritten program goes through steps that aren't there, and raises none.
"""

from __future__ import annotations

import ast

from codemods.reply.asked_before import is_asked_before, tests_before
from codemods.reply.caught_failures import FETCHED, SEARCHED, doubt_failure
from codemods.reply.interaction import attribute_read, is_never_none
from codemods.tables.api import (
    ENTRY_POINT,
    GROUNDING,
    GROUNDING_CHUNKS,
    GROUNDING_SUPPORTS,
    QUERIES,
    URL_CONTEXT,
    URL_METADATAS,
)
from migrator.plan import Draft, Reading, Use, context_of
from migrator.plan.units import Member

LISTS = {
    "grounding_chunks": GROUNDING_CHUNKS,
    "grounding_supports": GROUNDING_SUPPORTS,
    "web_search_queries": QUERIES,
    "url_metadata": URL_METADATAS,
}
HARMLESS = frozenset(
    {Use.MOVE, Use.TRUTH, Use.IS_NONE, Use.FORMAT, Use.RETURNED, Use.STORED, Use.SHOWN, Use.COMPARE}
)
"""Uses of a list that do not fail where it is None."""
TELLING = frozenset({Use.FORMAT, Use.RETURNED, Use.STORED, Use.SHOWN, Use.COMPARE, Use.ARGUMENT})
"""Uses in which a list of none reads differently from None."""
NONE = (
    "web_search_queries that were None, as nothing was looked up, are an empty list now; what is "
    "shown or handed on here reads differently"
)


def doubt_missing(draft: Draft, owner: Member, node: ast.expr, within: str = GROUNDING) -> None:
    """Doubt a read of a field that fails where the model didn't search, if a handler catches it.

    `within` is the type of what the field is read of.
    """
    failing = _fails_on_none(node) and not _is_asked(draft, node, within)
    kind = LISTS.get(attribute_read(node))
    if kind is not None and context_of(draft.facts, node).use not in HARMLESS:
        failing = failing or not is_asked_before(draft, node, kind)
    text = FETCHED if within == URL_CONTEXT else SEARCHED
    doubt_failure(draft, owner, node, unguarded=text if failing else "")


def doubt_entry(draft: Draft, owner: Member, node: ast.expr) -> None:
    """The same of what is read of a search entry point, which may be None beside queries."""
    failing = _fails_on_none(node) and not _is_asked(draft, node, ENTRY_POINT)
    doubt_failure(draft, owner, node, unguarded=SEARCHED if failing else "")


def listed(draft: Draft, reading: Reading) -> None:
    """A name for one of the lists is gone through, counted or handed on."""
    base = reading.base
    if isinstance(base, ast.Name) and reading.use not in HARMLESS:
        if not is_never_none(draft, base) and not _is_named(draft, base):
            text = FETCHED if reading.type == URL_METADATAS else SEARCHED
            doubt_failure(draft, reading.owner, base, unguarded=text)


def told(draft: Draft, reading: Reading) -> None:
    """Queries are used: where they are shown as they are, None is told from an empty list."""
    listed(draft, reading)
    base = reading.base
    if reading.use in TELLING and not is_never_none(draft, base):
        if not _is_asked(draft, base, QUERIES):
            draft.note(reading.owner, NONE)


def _fails_on_none(node: ast.expr) -> bool:
    """Whether a read fails where there is no object to read, as `getattr` does without default."""
    return not isinstance(node, ast.Call) or len(node.args) < 3


def _is_asked(draft: Draft, node: ast.expr, kind: str) -> bool:
    """Whether a test has shown that what `node` reads a field of, of this kind, is there."""
    base = node.args[0] if isinstance(node, ast.Call) else getattr(node, "value", node)
    return is_asked_before(draft, node, kind) or (
        isinstance(base, ast.Name) and _is_named(draft, base)
    )


def _is_named(draft: Draft, name: ast.Name) -> bool:
    """Whether a test around or before a name looks at it."""
    return any(
        isinstance(node, ast.Name) and node.id == name.id
        for test in tests_before(draft, name)
        for node in ast.walk(test)
    )
