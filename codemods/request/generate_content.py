"""Call `interactions.create` instead of `models.generate_content`.

Why: https://ai.google.dev/gemini-api/docs/migrate-to-interactions: generate_content is frozen; new
models and features arrive on the Interactions API only.

Rewrites: `client.models.generate_content(model=m, contents=c, config=k)` to
`client.interactions.create(model=m, input=c, …)`, with `config` spread over the arguments of
`create`; async clients, aliases of the client, of `client.models` and of the method; the method
handed to `asyncio.to_thread` or to a retry helper of the file. Arguments that are gathered in a
dict (`**request`) are renamed where they are put into it. A client that may come from elsewhere
gets its header with each call; that an imported name or a parameter is a client where the file does
not import the SDK, and that Vertex AI serves interactions at the client's location, needs
--unsafe-fixes.

Leaves alone: Vertex AI clients with an API key alone, tuned models, methods that are replaced at
run time, and calls whose arguments can't be followed.
"""

from __future__ import annotations

from codemods.request import gathered_requests, request_dicts, request_uses
from codemods.request.replaced import plan_replacements
from codemods.request.request import plan_request
from migrator.codemod import Codemod
from migrator.plan import Draft
from migrator.reasoning.parameters_changed import note_parameters
from migrator.understand import CallSite


def plan(draft: Draft, site: CallSite) -> None:
    """Plan the request of one call."""
    plan_request(draft, site)
    note_parameters(draft, site.call, site.call, "an Interaction")


def plan_handed_on(draft: Draft, site: CallSite) -> None:
    """The method is given to code out of view: nobody can tell how it is called there."""
    source = draft.quote(site.call)
    text = f"`{source}` is not called here but handed on; call interactions.create there by hand"
    draft.block(site.call, site.call, text)


CODEMOD = Codemod(
    code="GM001",
    name="generate-content",
    summary="call interactions.create instead of models.generate_content",
    doc=__doc__ or "",
    rules={
        ("site", "generate_content"): plan,
        ("handed on", "method"): plan_handed_on,
        ("module", "replacements"): plan_replacements,
        ("build", request_dicts.KIND): gathered_requests.build,
        ("accepts", request_dicts.KIND): gathered_requests.accepts,
        ("rebuilt", request_dicts.KIND): request_dicts.rebuilt,
        **{("use", request_dicts.KIND, use): rule for use, rule in request_uses.RULES.items()},
    },
)
