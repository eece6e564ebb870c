"""The pages that a model has read: results of steps, where they were metadata of a candidate."""

from __future__ import annotations

import ast

from codemods.objects.shown_whole import show
from codemods.reply.caught_failures import doubt_failure
from codemods.reply.guards import guard
from codemods.reply.interaction import (
    STEPS,
    Pattern,
    asked_of,
    interaction,
    is_probe,
    none_test,
    rename,
)
from codemods.reply.path_kinds import reads_field
from codemods.schemas.enum_members import translate_members
from codemods.tables.api import URL_CONTEXT, URL_STATUS
from codemods.tables.settings import URL_STATUSES
from codemods.tools.unsearched import doubt_missing
from migrator.edits import Binding, Code
from migrator.plan import Draft, Reading, Use, context_of

FETCHED = 'if step.type == "url_context_result"'
PAGES = Pattern("[", "result", (STEPS, FETCHED, "for result in step.result or []"), "]")
ANY_PAGE = Pattern("any(", "step.result", (STEPS, FETCHED), ")")
READ_PAGES = Pattern("any(", 'step.type == "url_context_result"', (STEPS,), ")")


def metadata(draft: Draft, reading: Reading) -> None:
    """`candidate.url_context_metadata`: reading it failed where there is no candidate."""
    if isinstance(reading.node, ast.expr) and not is_probe(reading.node):
        doubt_failure(draft, reading.owner, reading.node)


def pages(draft: Draft, reading: Reading) -> None:
    """`.url_metadata` -> the results of the steps that fetched them."""
    node = reading.node
    if not isinstance(node, ast.Attribute):
        draft.block(reading.owner, node, "write the attribute out, without getattr")
        return
    doubt_missing(draft, reading.owner, node, URL_CONTEXT)
    if context_of(draft.facts, node).use not in {Use.TRUTH, Use.IS_NONE}:
        draft.replace(reading.owner, node, PAGES.over(interaction(draft, reading.base)))


def any_listed(draft: Draft, reading: Reading) -> None:
    """Whether there are pages at all."""
    base = reading.base
    if isinstance(base, ast.Attribute) and reads_field(draft, base):
        guard(draft, reading, ANY_PAGE.over(interaction(draft, base.value)))
    elif reading.use is Use.IS_NONE:
        none_test(draft, reading, draft.hole(base, Binding.NOT))


def any_page(draft: Draft, reading: Reading) -> None:
    """Whether there is any metadata: whether a page was fetched."""
    if not isinstance(reading.base, ast.NamedExpr):
        guard(draft, reading, _fetched(draft, reading))
    elif reading.use is Use.IS_NONE:
        none_test(draft, reading, _fetched(draft, reading))
    else:
        draft.replace(reading.owner, reading.base, _fetched(draft, reading))


def _fetched(draft: Draft, reading: Reading) -> Code:
    return asked_of(draft, reading.base, READ_PAGES)


def pages_moved(draft: Draft, reading: Reading) -> None:
    """`metadata = candidate.url_context_metadata` -> the interaction."""
    doubt_failure(draft, reading.owner, reading.base)
    draft.replace(reading.owner, reading.base, interaction(draft, reading.base))


def pages_shown(draft: Draft, reading: Reading) -> None:
    """Metadata that is printed whole: the list of results."""
    show(draft, reading.owner, reading.base, "its results read differently")
    if reading.type == URL_CONTEXT:
        draft.replace(reading.owner, reading.base, PAGES.over(interaction(draft, reading.base)))


def url(draft: Draft, reading: Reading) -> None:
    """`.retrieved_url` -> `.url`."""
    rename(draft, reading.owner, reading.node, "url")


def url_status(draft: Draft, reading: Reading) -> None:
    """`.url_retrieval_status` -> `.status`."""
    rename(draft, reading.owner, reading.node, "status")


def status_compared(draft: Draft, reading: Reading) -> None:
    """`status == URL_RETRIEVAL_STATUS_SUCCESS` -> `status == "success"`."""
    advice = "compare with success, error, paywall or unsafe"
    translate_members(draft, reading, URL_STATUS, URL_STATUSES.get, advice)


def status_shown(draft: Draft, reading: Reading) -> None:
    """A status that is printed is a plain str now."""
    text = f"`{draft.quote(reading.base)}` prints as success, error, paywall or unsafe now"
    draft.doubt(reading.owner, reading.base, text)


def status_named(draft: Draft, reading: Reading) -> None:
    """`.url_retrieval_status.name` where it is compared."""
    draft.replace(reading.owner, reading.node, draft.hole(reading.base))
