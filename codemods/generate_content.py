"""Call `interactions.create` instead of `models.generate_content`.

Why: https://ai.google.dev/gemini-api/docs/migrate-to-interactions: generate_content is frozen; new
models and features arrive on the Interactions API only.

Rewrites: `client.models.generate_content(model=m, contents=c, config=k)` to
`client.interactions.create(model=m, input=c, …)`, with `config` spread over the arguments of
`create`; async clients, aliases of the client, of `client.models` and of the method; the method
handed to `asyncio.to_thread` or to a retry helper of the file.

Leaves alone: Vertex AI clients, tuned models, methods that are replaced at run time, and calls
whose arguments can't be followed.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from codemods.building.clients import check_clients
from codemods.building.config import add_config, is_config_call, spread_config
from codemods.building.replaced import plan_replacements
from codemods.building.settings import Settings, add_header
from codemods.tables.settings import RETIRED_MODELS
from migrator.codemod import Codemod
from migrator.edits import Arguments, Binding, Code, Item, Replace, Span, Template
from migrator.plan import Draft, Use, context_of
from migrator.understand import CallSite
from migrator.understand.values import Class, Constant, Instance, is_text

RETRY_NOTE = (
    "interactions.create repeats failed requests (408, 409, 429, 5xx) up to 4 times by default; "
    "generate_content did not repeat any"
)
STORE_NOTE = (
    "requests and replies of the Interactions API are stored on Google's server unless store=False "
    "is passed; generate_content stored nothing (see --no-store)"
)


@dataclass(slots=True)
class Request:
    """The arguments of one call, by their old names; each with the span it was written in."""

    values: dict[str, ast.expr]
    sources: dict[str, Span]


def plan(draft: Draft, site: CallSite) -> None:
    """Plan the request of one call."""
    check_clients(draft, site)
    if site.rival:
        draft.block(site.call, site.call, "this may also call another method; call each by itself")
    early = _request(draft, site, site.early, 1) if site.early else None
    request = _request(draft, site, site.call, site.skip)
    own = sorted(site.drops.intersection(site.kind.parameters))
    if own:
        text = f"the function that forwards the call has a parameter {own[0]} of its own"
        draft.block(site.call, site.call, text)
    if request is None or (site.early and early is None):
        return
    for name in ("model", "contents"):
        if name not in request.values and not (early and name in early.values):
            draft.block(site.call, site.call, f"the call passes no {name}")
            return
    settings = _settings(draft, site, request)
    before = settings
    if early is not None and site.early is not None:
        before = _settings(draft, site, early)
        if before.names() & settings.names():
            draft.block(site.call, site.call, "the call and functools.partial both set the config")
        draft.join(site.call, site.early)
    header = draft.rule("header", "call")
    extra = header(draft, site) if header else None
    if extra is not None:
        add_header(before, extra)
    if draft.options.no_store:
        before.top("store", "False", None)
    _rename(draft, site)
    if settings.order:
        _edit_arguments(draft, site, site.call, site.skip, settings)
    if before is not settings and site.early is not None:
        _edit_arguments(draft, site, site.early, 1, before)
    draft.note(site.call, RETRY_NOTE)
    if not draft.options.no_store:
        draft.note(site.call, STORE_NOTE)


def _settings(draft: Draft, site: CallSite, request: Request) -> Settings:
    """The new arguments for the old ones."""
    settings = Settings()
    for name, value in request.values.items():
        if name == "model":
            settings.top("model", _model(draft, site.call, value), request.sources[name])
        elif name == "contents":
            settings.top("input", _input(draft, site.call, value), request.sources[name])
        else:
            _config(draft, site, value, settings)
    return settings


def _input(draft: Draft, owner: ast.AST, value: ast.expr) -> Code:
    convert = draft.rule("argument", "contents")
    if convert is None:
        draft.block(owner, value, "the codemod contents-to-input is not selected")
        return draft.hole(value)
    code: Code = convert(draft, value, owner)
    return code


def _config(draft: Draft, site: CallSite, value: ast.expr, settings: Settings) -> None:
    constant = draft.constant(value)
    if constant is not None and constant.value is None:
        return
    if isinstance(value, ast.Dict) or is_config_call(draft, value):
        add_config(draft, value, site.call, settings)
    else:
        spread_config(draft, value, site.call, settings)


def _request(draft: Draft, site: CallSite, call: ast.Call, skip: int) -> Request | None:
    """The arguments of `call` by name, or None where they can't be told apart."""
    request = Request({}, {})
    for name, value in zip(site.kind.parameters, call.args[skip:], strict=False):
        if isinstance(value, ast.Starred):
            draft.block(site.call, value, "the arguments are spread from a list")
            return None
        request.values[name] = value
        request.sources[name] = draft.span(value)
    for keyword in call.keywords:
        if keyword.arg in site.drops and keyword.arg not in site.kind.parameters:
            continue
        if keyword.arg is None:
            text = f"the arguments come from `**{draft.quote(keyword.value)}`; write them out"
            draft.block(site.call, keyword.value, text)
            return None
        if keyword.arg not in site.kind.parameters:
            text = f"generate_content has no argument {keyword.arg}; this call can't have worked"
            draft.block(site.call, keyword.value, text)
            return None
        request.values[keyword.arg] = keyword.value
        request.sources[keyword.arg] = draft.span(keyword)
    return request


def _edit_arguments(
    draft: Draft, site: CallSite, call: ast.Call, skip: int, settings: Settings
) -> None:
    """Put the new arguments after those that belong to a function which forwards the rest."""
    kept = [Item(draft.hole(a), source=draft.span(a)) for a in call.args[:skip]]
    own = [
        Item(draft.hole(k.value), k.arg, source=draft.span(k))
        for k in call.keywords
        if k.arg in site.drops and k.arg not in site.kind.parameters
    ]
    draft.edit(site.call, Arguments(draft.span(call), (*kept, *settings.items(), *own)))


def _model(draft: Draft, owner: ast.AST, value: ast.expr) -> Code:
    """The model's name as `create` wants it: without the `models/` prefix."""
    names = [v.value for v in draft.values(value) if isinstance(v, Constant)]
    texts = [name for name in names if isinstance(name, str)]
    for name in texts:
        if name.startswith("tunedModels/"):
            draft.block(
                owner, value, f"the tuned model {name} is not served; keep generate_content"
            )
        if name.removeprefix("models/").startswith(RETIRED_MODELS):
            draft.note(owner, f"the model {name} is retired; choose a current one")
    if not any(name.startswith("models/") for name in texts):
        return draft.hole(value)
    if isinstance(value, ast.Constant):
        quote = draft.source(value)[0]
        return f"{quote}{texts[0].removeprefix('models/')}{quote}"
    if all(is_text(v) for v in draft.values(value)):
        return Template((draft.hole(value, Binding.ATOM), '.removeprefix("models/")'))
    draft.doubt(owner, value, f"`{draft.quote(value)}` may start with models/, or not be text")
    return draft.hole(value)


def _rename(draft: Draft, site: CallSite) -> None:
    """`.models.generate_content` -> `.interactions.create`, where the method is taken."""
    taken = site.method.at
    if not isinstance(taken, ast.Attribute):
        draft.block(site.call, site.call, "the method is looked up by a name known at run time")
        return
    draft.edit(site.call, Replace(draft.positions.attribute_name(taken), "create"))
    _check_aliases(draft, site, taken)
    resource = taken.value
    if isinstance(resource, ast.Attribute) and _is_client_models(draft, resource):
        draft.edit(site.call, Replace(draft.positions.attribute_name(resource), "interactions"))
        return
    _rename_alias(draft, site, resource)


def _is_client_models(draft: Draft, node: ast.Attribute) -> bool:
    """Whether `node` is `.models` of a client (or of something untraceable that ends like one)."""
    if node.attr != "models":
        return False
    holders = draft.values(node.value)
    return not any(isinstance(v, (Instance, Class)) for v in holders)


def _check_aliases(draft: Draft, site: CallSite, taken: ast.expr) -> None:
    """`ask = client.models.generate_content`: the name must not be used for anything else."""
    early = draft.facts.uses.get(site.early, ()) if site.early is not None else ()
    for node in (*draft.facts.uses.get(taken, ()), *early):
        context = context_of(draft.facts, node)
        forwarded = any(node in s.call.args for s in draft.facts.sites)
        if context.use is Use.MOVE or forwarded:
            continue
        text = f"`{draft.quote(node)}` is handed on here; {context.use.value}"
        draft.block(site.call, node, text)


def _rename_alias(draft: Draft, site: CallSite, resource: ast.expr) -> None:
    """`models = client.models`: renamed where the alias is made, if it serves such calls only."""
    receiver = site.method.receiver
    made = False
    for node in [n for n, values in draft.facts.state.values.items() if receiver in values]:
        user = draft.facts.structure.parent(node)
        direct = isinstance(node, ast.Attribute) and _is_client_models(draft, node)
        if direct and not isinstance(user, ast.Attribute) and isinstance(node, ast.Attribute):
            draft.edit(site.call, Replace(draft.positions.attribute_name(node), "interactions"))
            made = True
        if not direct and isinstance(user, ast.Attribute) and user.attr != "generate_content":
            text = f"`{draft.quote(node)}` also serves .{user.attr}, which stays where it is"
            draft.block(site.call, node, text)
    if not made:
        text = f"`{draft.quote(resource)}` can't be traced to a client's .models"
        draft.block(site.call, resource, text)


def plan_handed_on(draft: Draft, site: CallSite) -> None:
    """The method is given to code out of view: nobody can tell how it is called there."""
    source = draft.quote(site.call)
    text = f"`{source}` is not called here but handed on; call interactions.create there by hand"
    draft.block(site.call, site.call, text)


def plan_later(draft: Draft, site: CallSite) -> None:
    """Chats and streams are recognised and counted; this release leaves them to a person."""
    advice = {
        "generate_content_stream": (
            "pass stream=True to interactions.create and read step.delta events"
        ),
        "send_message_stream": (
            "pass stream=True and previous_interaction_id to interactions.create"
        ),
        "send_message": "call interactions.create with previous_interaction_id",
        "chats.create": "keep the id of the last interaction instead of a chat object",
    }
    text = f"{site.kind.method} is not migrated automatically yet; {advice[site.kind.method]}"
    draft.block(site.call, site.call, text)


CODEMOD = Codemod(
    code="GM001",
    name="generate-content",
    summary="call interactions.create instead of models.generate_content",
    doc=__doc__ or "",
    rules={
        ("site", "generate_content"): plan,
        ("site", "generate_content_stream"): plan_later,
        ("site", "send_message_stream"): plan_later,
        ("site", "send_message"): plan_later,
        ("site", "chats.create"): plan_later,
        ("handed on", "method"): plan_handed_on,
        ("module", "replacements"): plan_replacements,
    },
)
