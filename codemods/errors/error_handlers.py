"""Catch the exceptions that `interactions.create` raises.

Why: `except errors.APIError` catches none of them: the new classes have the same names and no
common base. `e.code` is `e.status_code`, `e.message` is in `e.body`. The documented body has a code
in words and a message: no status in capitals, no details, so `e.status == "UNAVAILABLE"` and
`"RESOURCE_EXHAUSTED" in str(e)` would never be true again.

Rewrites: handlers of `errors.APIError`, `ClientError` and `ServerError` (alone or in a tuple) and
of httpx timeouts and transport errors, around a migrated call or around a call of a function that
makes one; what handlers, functions they call, and predicates of tenacity, backoff and others ask of
the error. The old class stays where other calls in the `try` may still raise it. Names of the old
body become HTTP statuses, unless a test for the number stands beside them; searches for words of
the server's message stay. Details are read with a default (with --unsafe-fixes only: there are none
in the documented body, so a retryDelay can't be known).

Leaves alone: error classes that are handed to other code, `ClientError` before a handler that would
catch other 4xx errors as well (with --unsafe-fixes only), connection errors told apart by kind,
details whose absence would raise, and errors that go from process to process, as the new ones can't
be unpickled. What is read from an error that no handler names is left alone, too: from a cause, the
errors of a group, those that tenacity, tasks, log records and hooks keep (to
show them, or hand them on to what shows them, stops nothing).
"""

from __future__ import annotations

from codemods.errors.back_doors import plan_back_doors
from codemods.errors.error_classes import plan_processes, plan_references
from codemods.errors.error_reads import plan_reads
from codemods.errors.exits import exits
from codemods.errors.handlers import plan_handlers
from codemods.errors.lost_errors import plan_lost
from codemods.errors.retry_predicates import predicates
from codemods.errors.text_searches import SAME_TEXT
from migrator.codemod import Codemod
from migrator.plan import Draft, Reading


def plan(draft: Draft) -> None:
    """Plan the handlers of the module, in the name of the sites they guard."""
    errors = [*plan_handlers(draft), *predicates(draft), *exits(draft)]
    plan_references(draft, plan_reads(errors))
    plan_lost(draft, errors)
    plan_back_doors(draft)
    plan_processes(draft)


def gathered(draft: Draft, reading: Reading) -> None:
    """What `gather(return_exceptions=True)` gave in the place of a response, and is looked into."""
    text = f"`{draft.quote(reading.node)}` reads an error that may be a new one"
    draft.block(reading.owner, reading.base, text)


def shown(draft: Draft, reading: Reading) -> None:
    """An error that is only shown."""


def text_read(draft: Draft, reading: Reading) -> None:
    """A method of a text: of that of a gathered error, those that look at how it begins."""
    gathered_text = reading.path[-2:] == ("exception()", "str()")
    if gathered_text and getattr(reading.node, "attr", "") not in SAME_TEXT:
        quoted = draft.quote(reading.base)
        text = f"the text of an error reads differently now; `{quoted}` is taken apart"
        draft.doubt(reading.owner, reading.base, text)


CODEMOD = Codemod(
    code="GM017",
    name="error-handlers",
    summary="catch the exceptions that interactions.create raises",
    doc=__doc__ or "",
    rules={
        ("module", "error-handlers"): plan,
        ("any", "read", "exception"): gathered,
        ("any", "use", "exception"): gathered,
        ("use", "exception", "FORMAT"): shown,
        ("use", "exception", "TRUTH"): shown,
        ("use", "exception", "ISINSTANCE"): shown,
        ("use", "exception", "IS_NONE"): shown,
        ("any", "read", "str"): text_read,
    },
)
