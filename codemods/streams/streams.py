"""Loop over events instead of chunks.

Why: https://ai.google.dev/gemini-api/docs/migrate-to-interactions: a stream brings typed events.
Text comes in deltas, and sometimes with the start of a step; the name of a function call comes with
the start of its step, its arguments follow in pieces of JSON; errors are events, which end a loop
without an exception; counts and status come with the last event.

Rewrites: `generate_content_stream`, sync and async, and the loops over it, wherever the stream goes
in view: text that is printed, collected, yielded or sent on, guards for chunks without text,
`enumerate`, comprehensions, parts and thoughts, images and sounds, function calls, token counts and
the finish reason of the last chunk. A list of chunks (`list(stream)`, `chunks.append(chunk)`) whose
texts and last chunk are read becomes a list of texts, with the interaction beside it. What fails
where a loop never runs (`texts[0]`, a name bound in it) needs --unsafe-fixes, since a reply without
text brought a chunk and brings no piece. An error in
the middle of a stream is raised, as it was. The request is still sent when the loop starts. What
stood there for chunks without an attribute that each had (`if hasattr(chunk, "text"): … else: …`)
goes. With --unsafe-fixes, chunks that are given to a function which goes through the parts of whole
replies as well become objects with the one step that an event brings.

Leaves alone: chunks that are stored or handed to other code (by `yield` to callers out of view,
too), `next()`, streams that are zipped or kept in containers, and statements that need text and
counts at once.
"""

from __future__ import annotations

from codemods.request.request import plan_request
from codemods.streams.pieces_as_replies import is_guest
from codemods.streams.stream_planning import plan_stream
from migrator.codemod import Codemod
from migrator.edits import Item
from migrator.plan import Draft
from migrator.understand import CallSite


def plan(draft: Draft, site: CallSite) -> None:
    """Plan the request of one stream."""
    plan_request(draft, site, Item("True", "stream"))


def plan_uses(draft: Draft, site: CallSite) -> None:
    """Plan what happens to its chunks."""
    plan_stream(draft, site.call)


CODEMOD = Codemod(
    code="GM022",
    name="streams",
    summary="loop over events instead of chunks",
    doc=__doc__ or "",
    rules={
        ("site", "generate_content_stream"): plan,
        ("result", "generate_content_stream"): plan_uses,
        ("result", "send_message_stream"): plan_uses,
        ("guest", "object"): is_guest,
    },
)
