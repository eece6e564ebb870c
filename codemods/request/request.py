"""The request of a legacy call: its arguments by their old names, and as arguments of `create`."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from codemods.objects.renamed_methods import rename_method
from codemods.objects.setting_rows import Settings, add_header
from codemods.request.clients import check_clients
from codemods.request.request_arguments import add_config_of, input_code, model_code
from codemods.request.request_dicts import is_request, names_in, spread_request
from migrator.edits import Arguments, Item, Span
from migrator.plan import Draft
from migrator.reasoning.lost_values import cause_of
from migrator.understand import CallSite

RETRY_NOTE = (
    "interactions.create repeats failed requests (408, 409, 429, 5xx) up to 4 times by default, "
    "and sends more to continue a long answer; generate_content did neither"
)
STORE_NOTE = (
    "requests and replies of the Interactions API are stored on Google's server unless store=False "
    "is passed; generate_content stored nothing (see --no-store)"
)


@dataclass(frozen=True, slots=True)
class Said:
    """The `contents` of a call, the argument they were written as, and where the new ones go."""

    contents: ast.expr
    source: Span
    into: Settings


@dataclass(slots=True)
class Request:
    """The arguments of one call, by their old names; each with the span it was written in.

    A dict that is spread into the call stands under `**` and a number.
    """

    values: dict[str, ast.expr]
    sources: dict[str, Span]

    @property
    def dicts(self) -> list[ast.expr]:
        """The dicts that hold other arguments."""
        return [value for name, value in self.values.items() if name.startswith("**")]

    def names(self, draft: Draft) -> set[str]:
        """The arguments that are passed."""
        return {*self.values, *(name for node in self.dicts for name in names_in(draft, node))}


def plan_request(draft: Draft, site: CallSite, *more: Item) -> None:
    """Plan the request of one call; `more` are arguments of `create` that the old call had not."""
    check_clients(draft, site)
    if site.rival:
        draft.block(site.call, site.call, "this may also call another method; call each by itself")
    early = _read(draft, site, site.early, 1) if site.early else None
    request = _read(draft, site, site.call, site.skip)
    own = sorted(site.drops.intersection(site.kind.parameters))
    if own:
        text = f"the function that forwards the call has a parameter {own[0]} of its own"
        draft.block(site.call, site.call, text)
    if request is None or (site.early and early is None):
        return
    passed = request.names(draft) | (early.names(draft) if early else set())
    for name in ("model", "contents"):
        if name not in passed:
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
    config = request.values.get("config") or (early and early.values.get("config"))
    plan_loop = draft.rule("request", "callables") if config is not None else None
    finish = plan_loop(draft, site, config) if plan_loop else None
    decided = "store" in settings.names() | before.names()
    needed = finish is not None or settings.continued or before.continued
    if draft.options.no_store and not decided and not needed:
        before.top("store", "False", None)
    for item in more:
        before.top(item.name or "", item.value, None)
    rename_method(draft, site)
    done = finish is not None and finish(settings)
    if settings.order and not done:
        edit_arguments(draft, site, site.call, site.skip, settings)
    if before is not settings and site.early is not None:
        edit_arguments(draft, site, site.early, 1, before)
    draft.note(site.call, RETRY_NOTE)
    if "store" not in settings.names() | before.names():
        draft.note(site.call, STORE_NOTE)


def _settings(draft: Draft, site: CallSite, request: Request) -> Settings:
    """The new arguments for the old ones."""
    settings = Settings()
    for name, value in request.values.items():
        if name == "model":
            settings.top("model", model_code(draft, site.call, value), request.sources[name])
        elif name == "contents":
            _say(draft, site, Said(value, request.sources[name], settings))
        elif name.startswith("**"):
            spread_request(draft, value, site.call, settings)
        else:
            add_config_of(draft, site.call, value, settings)
    return settings


def _say(draft: Draft, site: CallSite, said: Said) -> None:
    """The input, and for a turn of a conversation also what it continues."""
    converse = draft.rule("conversation", "contents")
    if converse is not None and converse(draft, site, said):
        return
    said.into.top("input", input_code(draft, site.call, said.contents), said.source)


def read_request(draft: Draft, site: CallSite, call: ast.Call, skip: int) -> Request | None:
    """The arguments of `call` by name, or None where they are not all written out."""
    request = _read(draft, site, call, skip)
    for node in request.dicts if request else ():
        _refuse_dict(draft, site, node)
        return None
    return request


def _refuse_dict(draft: Draft, site: CallSite, node: ast.expr) -> None:
    cause, text = cause_of(draft, node)
    if cause is node:
        text = f"the arguments come from `**{draft.quote(node)}`"
    draft.block(site.call, cause, f"{text}; write the arguments of the call out")


def _read(draft: Draft, site: CallSite, call: ast.Call, skip: int) -> Request | None:
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
            if _must_be_empty(site, call):
                continue
            if not is_request(draft, keyword.value):
                _refuse_dict(draft, site, keyword.value)
                return None
            request.values[f"**{len(request.values)}"] = keyword.value
            continue
        if keyword.arg not in site.kind.parameters:
            text = f"{site.kind.method} has no argument {keyword.arg}; this call can't have worked"
            draft.block(site.call, keyword.value, text)
            return None
        request.values[keyword.arg] = keyword.value
        request.sources[keyword.arg] = draft.span(keyword)
    return request


def _must_be_empty(site: CallSite, call: ast.Call) -> bool:
    """Whether a dict that is spread into the call adds nothing: all there is to pass is passed.

    The method takes no other argument, and none twice.
    """
    named = {keyword.arg for keyword in call.keywords}
    return not site.drops and named >= set(site.kind.parameters)


def edit_arguments(
    draft: Draft, site: CallSite, call: ast.Call, skip: int, settings: Settings
) -> None:
    """Put the new arguments after those that belong to a function which forwards the rest."""
    kept = [Item(draft.hole(a), source=draft.span(a)) for a in call.args[:skip]]
    own = [
        Item(draft.hole(k.value), k.arg, source=draft.span(k))
        for k in call.keywords
        if k.arg in site.drops and k.arg not in site.kind.parameters
    ]
    if _must_be_empty(site, call):
        spread = [k for k in call.keywords if k.arg is None]
        own += [Item(draft.hole(k.value), "**", source=draft.span(k)) for k in spread]
    draft.edit(site.call, Arguments(draft.span(call), (*kept, *settings.arguments(), *own)))
